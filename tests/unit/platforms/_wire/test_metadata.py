"""What people wrote into metadata is read, what machines wrote is not, and nothing broken does harm."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from proxy.platforms._wire import metadata
from proxy.platforms._wire.images import MOST_READ, MOST_READ_BYTES, clean_image

CAPTION = "Filiale am Markt, Konto von Max Mustermann"
XMP = f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Kit 7.1">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 photoshop:Headline="{CAPTION} &amp; mehr" xmpMM:DocumentID="xmp.did:4711" xmp:CreateDate='2026-11-30'
 photoshop:City='Musterstadt'>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Titel</rdf:li></rdf:Alt></dc:title>
<xmpMM:History><rdf:Seq><rdf:li stEvt:instanceID="xmp.iid:12"/></rdf:Seq></xmpMM:History>
<exif:UserComment>Notiz</exif:UserComment><exif:LensSerialNumber>4929123123123123</exif:LensSerialNumber>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
FROM_XMP = (f"{CAPTION} & mehr", "Musterstadt", "Titel", "Notiz")
COMMENT = "Überweisung an Erika"


def picture(form: str, **options: Any) -> bytes:
    """Draw a small picture in a format."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 10, 40)).save(out, form, **options)
    return out.getvalue()


def exif(order: str = "<") -> bytes:
    """Return EXIF data: a caption, an author, a comment, what Windows writes, and the camera's own numbers."""
    block = Image.Exif()
    block.endian = order
    block[0x010E] = CAPTION
    block[0x013B] = "Erika"
    block[0x0110] = "Kamera 4711"
    block[0x9C9C] = COMMENT.encode("utf-16-le")
    block[0x8769] = {0x9286: b"ASCII\x00\x00\x00Notiz", 0xA431: "4929123123123123"}
    return block.tobytes()


def png(*chunks: tuple[str, str, bool]) -> bytes:
    """Return a picture with texts by keyword, packed or not."""
    info = PngImagePlugin.PngInfo()
    for keyword, text, packed in chunks:
        if keyword.startswith("i:"):
            info.add_itxt(keyword[2:], text, zip=packed)
        else:
            info.add_text(keyword, text, zip=packed)
    return picture("PNG", pnginfo=info)


def iptc(*sets: tuple[int, bytes]) -> bytes:
    """Return data sets of record 2 as Photoshop puts them into a JPEG."""
    body = b"".join(struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value for number, value in sets)
    return b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(body)) + body


def jpeg(marker: int, payload: bytes) -> bytes:
    """Return a picture with a segment of its own."""
    plain = picture("JPEG")
    return plain[:2] + struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload + plain[2:]


def gif(extension: bytes) -> bytes:
    """Return a picture with an extension before its end."""
    return picture("GIF")[:-1] + extension + b"\x3b"


FROM_EXIF = {CAPTION, "Erika", COMMENT, "Notiz"}


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (picture("PNG"), set()),
        (picture("JPEG", exif=exif()), FROM_EXIF),
        (picture("PNG", exif=exif()), FROM_EXIF),
        (picture("WEBP", exif=exif()), FROM_EXIF),
        (picture("WEBP", xmp=XMP.encode()), set(FROM_XMP)),
        (picture("JPEG", xmp=XMP.encode()), set(FROM_XMP)),
        (picture("JPEG", comment=COMMENT.encode()), {COMMENT}),
        (picture("GIF", comment=COMMENT.encode()), {COMMENT}),
        (gif(b"\x21\xff\x0bXMP DataXMP" + XMP.encode() + b"\x01" + bytes(range(255, -1, -1)) + b"\x00"), set(FROM_XMP)),
        (gif(b"\x21\xff\x0bANDERES 1.0\x03abc\x00"), set()),
        (jpeg(0xED, iptc((120, CAPTION.encode()), (60, b"120000"), (80, b"Erika"))), {CAPTION, "Erika"}),
        (png(("Comment", "Über uns", False), ("Software", "Programm 4711", False)), {"Über uns"}),
        (png(("Comment", CAPTION, True)), {CAPTION}),
        (png(("i:Titel", COMMENT, False)), {COMMENT}),
        (png(("i:Titel", COMMENT, True)), {COMMENT}),
        (png(("i:XML:com.adobe.xmp", XMP, False)), set(FROM_XMP)),
    ],
)
def test_what_people_wrote_is_found(data: bytes, texts: set[str]) -> None:
    """In every format, and nothing of it is left in the picture; of programs and cameras nothing is read."""
    cleaned = clean_image(data, "file")
    found = {text for text in cleaned.texts if not text.startswith("\x01") and text != "\ufffd"}

    assert {text.partition("\x01")[0].strip() for text in found} == texts
    assert "Mustermann" not in repr(cleaned)
    assert b"Mustermann" not in cleaned.data
    assert clean_image(cleaned.data, "file").texts == ()


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_has_two_orders_of_bytes(order: str) -> None:
    """A comment may be in UTF-16 of the same order."""
    wide = "utf-16-le" if order == "<" else "utf-16-be"
    comment = b"UNICODE\x00" + "Grüße".encode(wide)
    head = b"II*\x00" if order == "<" else b"MM\x00*"
    first = struct.pack(f"{order}HHII", 0x9286, 7, len(comment), 38)
    second = struct.pack(f"{order}HHI4s", 0x010E, 2, 4, b"kurz")
    entries = first + second
    data = head + struct.pack(f"{order}IH", 8, 2) + entries + struct.pack(f"{order}I", 8) + comment

    assert metadata.tidy(metadata.exif_texts(data)) == ("Grüße", "kurz")
    assert set(metadata.tidy(metadata.exif_texts(exif(order)))) >= FROM_EXIF


def test_a_text_is_read_once_and_only_so_much() -> None:
    """A hundred texts, ten thousand characters; blanks are none."""
    assert metadata.tidy(iter(["a", " a\x00", "", "b"])) == ("a", "b")
    assert len(metadata.tidy(str(number) for number in range(1000))) == metadata.MOST_TEXTS
    assert [len(text) for text in metadata.tidy(iter(["x" * 9_000, "y" * 9_000, "z"]))] == [9_000, 1_000]
    assert len(next(metadata.comment_texts("ü".encode() * 200_000))) == 131_072
    assert next(metadata.comment_texts(b"x" + "ü".encode() * 200_000)) == "x" + "ü" * 131_071
    assert next(metadata.comment_texts(b"Gr\xfc\xdfe")) == "Grüße"


def test_blanks_and_repeated_texts_count_too() -> None:
    """An entry of a few bytes may name the same quarter of a megabyte, and hundreds of entries may."""
    blank = " " * 262_144
    read = (metadata.MOST_LOOKED // len(blank)) * [blank]

    assert metadata.tidy(iter([*read[1:], "b"])) == ("b",)
    assert metadata.tidy(iter([*read, "b"])) == ()


def test_only_so_many_pieces_of_an_image_are_read() -> None:
    """A packed piece of a kilobyte unfolds to 256; the others go unread."""
    packed = ("i:XML:com.adobe.xmp", f"<a {'a' * 262_100}>", True)
    comment = ("Comment", COMMENT, False)
    few, many = (png(*[packed] * number, comment) for number in (MOST_READ - 1, MOST_READ))
    long = png(("Software", "x" * MOST_READ_BYTES, False), comment)

    assert clean_image(few, "file").texts == (COMMENT,)
    assert clean_image(many, "file").texts == ()
    assert clean_image(long, "file").texts == ()
    assert COMMENT.encode("latin-1") not in clean_image(many, "file").data


@pytest.mark.parametrize("packet", [f"<a {'a' * 262_100}>", "<a " + ("a" * 100 + " " * 10) * 2_300 + ">"])
def test_a_long_name_is_looked_at_once(packet: str) -> None:
    """There is no text in it, and no time is lost in it either."""
    assert metadata.tidy(text for _ in range(20) for text in metadata.xmp_texts(packet.encode())) == ()


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (metadata.exif_texts(b""), ()),
        (metadata.exif_texts(b"II*\x00\x08\x00\x00\x00\xff\xff"), ()),
        (metadata.exif_texts(b"II*\x00\x08\x00\x00\x00\x01\x00\x0e\x01\x05\x00\x01\x00\x00\x00xxxx"), ()),
        (metadata.xmp_texts("\ufeffText <a>innen</a> danach".encode("utf-16-le")), ("Text", "innen", "danach")),
        (metadata.xmp_texts(b"</a>Text<dc:format>image/png</dc:format>"), ("Text",)),
        (metadata.xmp_texts(b"<a>" * 100 + b"tief"), ()),
        (metadata.iptc_texts(b"\x1c\x02\x78\x80\x04abcd\x1c\x02\x78\x00\xffab\x1c\x02\x78\x00\x02ab"), ("ab",)),
        (metadata.png_texts(b"zTXt", b"k\x00\x00kaputt"), ()),
        (metadata.png_texts(b"zTXt", b"k\x00\x00" + zlib.compress(b"x")), ("x",)),
        (metadata.png_texts(b"iTXt", b"k"), ()),
    ],
)
def test_what_is_broken_has_no_text(texts: Any, found: tuple[str, ...]) -> None:
    """It is taken out all the same."""
    assert metadata.tidy(texts) == found


@given(st.binary(max_size=400))
def test_no_bytes_do_harm(data: bytes) -> None:
    """Readers end, whatever they are given."""
    for head in (b"", b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08", b"k\x00", b"<a b='", b"\x1c\x02"):
        for reader in (metadata.exif_texts, metadata.xmp_texts, metadata.iptc_texts, metadata.comment_texts):
            metadata.tidy(reader(head + data))
        for kind in (b"tEXt", b"zTXt", b"iTXt"):
            metadata.tidy(metadata.png_texts(kind, head + data))
