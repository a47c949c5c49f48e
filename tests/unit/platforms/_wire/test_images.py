"""Images lose everything but the picture, and only whole images pass."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from proxy.core.errors import UnreadableField
from proxy.platforms._wire.images import MAX_PIECES, clean_image

SECRET = b"Max Mustermann DE02120300000000202051"


def picture(form: str, *, frames: int = 1, **options: Any) -> bytes:
    """Draw a small picture in a format."""
    images = [Image.new("RGB", (16, 16), (200, 10 * number, 40)) for number in range(frames)]
    out = io.BytesIO()
    if frames > 1:
        options |= {"save_all": True, "append_images": images[1:], "duration": 100, "loop": 0}
    images[0].save(out, form, **options)
    return out.getvalue()


def pixels(data: bytes) -> list[bytes]:
    """Decode every frame."""
    image = Image.open(io.BytesIO(data))
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append(image.convert("RGBA").tobytes())
    return frames


def exif() -> bytes:
    """Return EXIF data with an invented secret in it."""
    block = Image.Exif()
    block[0x010E] = SECRET.decode()
    block[0x0131] = "Camera 1"
    return block.tobytes()


def png_text() -> PngImagePlugin.PngInfo:
    """Return text chunks with an invented secret in them."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return info


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (picture("PNG", pnginfo=png_text(), exif=exif()), "image/png"),
        (picture("PNG", frames=3), "image/png"),
        (picture("JPEG", exif=exif(), comment=SECRET, quality=80), "image/jpeg"),
        (picture("JPEG", progressive=True, xmp=SECRET), "image/jpeg"),
        (picture("JPEG", restart_marker_rows=1, icc_profile=b"profile" * 10), "image/jpeg"),
        (picture("GIF", comment=SECRET), "image/gif"),
        (picture("GIF", frames=3, comment=SECRET), "image/gif"),
        (picture("WEBP", exif=exif(), xmp=SECRET), "image/webp"),
        (picture("WEBP", lossless=True, exif=exif()), "image/webp"),
        (picture("WEBP", frames=3, xmp=SECRET), "image/webp"),
    ],
)
def test_metadata_goes_and_the_picture_stays(data: bytes, mime: str) -> None:
    """The type is told by the bytes, the pixels are the same, no text is left, and cleaning again changes nothing."""
    cleaned = clean_image(data, "file")
    assert (cleaned.mime, cleaned.slot) == (mime, "file")
    assert pixels(cleaned.data) == pixels(data)
    assert b"Mustermann" not in cleaned.data
    assert b"Camera 1" not in cleaned.data
    assert clean_image(cleaned.data, "file").data == cleaned.data


@pytest.mark.parametrize(
    ("data", "removed"),
    [
        (picture("PNG"), ()),
        (picture("PNG", pnginfo=png_text(), exif=exif()), ("exif", "text")),
        (picture("JPEG"), ()),
        (picture("JPEG", exif=exif(), comment=SECRET), ("exif", "text")),
        (picture("JPEG", xmp=SECRET), ("xmp",)),
        (picture("GIF", comment=SECRET), ("text",)),
        (picture("WEBP", exif=exif(), xmp=SECRET), ("exif", "xmp")),
        (picture("WEBP"), ()),
    ],
)
def test_what_was_taken_out_is_told_by_its_name(data: bytes, removed: tuple[str, ...]) -> None:
    """In words of a closed list; a clean picture loses nothing."""
    cleaned = clean_image(data, "file")
    assert cleaned.removed == removed
    assert clean_image(cleaned.data, "file").removed == ()


def _wide(form: str, width: int, height: int) -> bytes:
    """Return a picture of a few bytes whose headers promise this size."""
    forms: dict[str, dict[str, Any]] = {"WEBP-LOSSLESS": {"lossless": True}, "WEBP-CANVAS": {"exif": exif()}}
    small = picture(form.partition("-")[0], **forms.get(form, {}))
    if form == "PNG":
        header = struct.pack(">II", width, height) + small[24:29]
        return small[:8] + png_chunk(b"IHDR", header) + small[33:]
    if form == "JPEG":
        at = small.index(b"\xff\xc0") + 5
        return small[:at] + struct.pack(">HH", height, width) + small[at + 4 :]
    if form == "GIF":
        return small[:6] + struct.pack("<HH", width, height) + small[10:]
    if form == "GIF-FRAME":
        at = small.index(b",", 13 + 3) + 5
        return small[:at] + struct.pack("<HH", width, height) + small[at + 4 :]
    if form == "WEBP-LOSSLESS":
        at = small.index(b"VP8L") + 9
        return small[:at] + struct.pack("<I", (width - 1) | (height - 1) << 14) + small[at + 4 :]
    if form == "WEBP-CANVAS":
        at = small.index(b"VP8X") + 12
        return small[:at] + b"".join((side - 1).to_bytes(3, "little") for side in (width, height)) + small[at + 6 :]
    at = small.index(b"\x9d\x01\x2a") + 3
    return small[:at] + struct.pack("<HH", width, height) + small[at + 4 :]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "GIF-FRAME", "WEBP", "WEBP-LOSSLESS", "WEBP-CANVAS"])
@pytest.mark.parametrize("size", [(16_383, 16_383), (7100, 7100)])
def test_a_picture_that_unfolds_to_too_much_is_refused(form: str, size: tuple[int, int]) -> None:
    """Told by its headers, before anything is unfolded."""
    with pytest.raises(UnreadableField) as caught:
        clean_image(_wide(form, *size), "file")
    assert "16384 pixels a side and 50 million" in caught.value.diagnostics().expected


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF"])
def test_sides_have_bounds_of_their_own(form: str) -> None:
    """Too long, and none at all."""
    for size in ((16_385, 1), (1, 16_385), (0, 5), (5, 0)):
        with pytest.raises(UnreadableField):
            clean_image(_wide(form, *size), "file")
    assert clean_image(_wide(form, 16_384, 3_000), "file").mime


def test_an_animation_has_a_bound_over_all_its_pictures() -> None:
    """Many pictures that are each small enough unfold to too much together."""
    frame = _wide("GIF-FRAME", 7000, 7000)
    at = frame.index(b",", 13 + 3)
    for copies, good in ((10, True), (11, False)):
        data = frame[:at] + frame[at:-1] * copies + b"\x3b"
        if good:
            assert clean_image(data, "file").mime == "image/gif"
            continue
        with pytest.raises(UnreadableField, match="larger"):
            clean_image(data, "file")


def test_animations_keep_their_loop() -> None:
    """The one application block of a GIF that is kept says how often it repeats."""
    assert b"NETSCAPE2.0" in clean_image(picture("GIF", frames=2), "file").data


def test_jpeg_keeps_colour_and_loses_its_thumbnail() -> None:
    """A colour profile stays; the thumbnail inside the JFIF header and other application data go."""
    data = picture("JPEG", icc_profile=b"profile" * 10)
    jfif = b"\xff\xe0" + struct.pack(">H", 16 + 3) + b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01" + b"abc"
    extra = b"\xff\xed" + struct.pack(">H", 2 + len(SECRET)) + SECRET
    adobe = b"\xff\xee" + struct.pack(">H", 2 + 12 + len(SECRET)) + b"Adobe\x00\x64\x00\x00\x00\x00\x01" + SECRET
    cleaned = clean_image(b"\xff\xd8" + jfif + extra + adobe + data[20:], "file").data
    assert b"ICC_PROFILE" in cleaned
    assert b"abc" not in cleaned[:40]
    assert b"Adobe" in cleaned
    assert SECRET not in cleaned


def png_chunk(kind: bytes, payload: bytes = b"") -> bytes:
    """Build a chunk with a correct checksum."""
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


PNG = picture("PNG")
JPEG = picture("JPEG")
GIF = picture("GIF")
WEBP = picture("WEBP")
IEND = png_chunk(b"IEND")


@pytest.mark.parametrize("data", [PNG, JPEG, GIF, WEBP], ids=["png", "jpeg", "gif", "webp"])
def test_every_truncation_and_every_trailer_is_refused(data: bytes) -> None:
    """Cut anywhere, or with anything behind its end, it is no whole image."""
    for cut in range(len(data)):
        with pytest.raises(UnreadableField):
            clean_image(data[:cut], "file")
    for trailer in (b"\x00", b"PK\x03\x04", SECRET, data):
        with pytest.raises(UnreadableField):
            clean_image(data + trailer, "file")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM" + b"\x00" * 60,
        b"\x00\x00\x00\x18ftypmp42",
        b"PK\x03\x04",
        PNG[:8] + png_chunk(b"IDAT") + IEND,
        PNG[:8] + IEND,
        PNG.replace(IEND, png_chunk(b"IHDR", b"x" * 13) + IEND),
        PNG.replace(IEND, png_chunk(b"ABCD") + IEND),
        PNG.replace(IEND, png_chunk(b"IEND", b"x")),
        PNG[:20] + b"\xff" + PNG[21:],
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\x01\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x00\xff\xd9",
        b"\xff\xd8" + b"\xff" * 1_000_000,
        JPEG[:2] + b"x" + JPEG[2:],
        GIF[:13] + b"\x3b",
        GIF[:-1] + b"\x99\x3b",
        WEBP[:4] + struct.pack("<I", len(WEBP)) + WEBP[8:],
        WEBP[:8] + b"WAVE" + WEBP[12:],
        b"RIFF" + struct.pack("<I", 4) + b"WEBP",
    ],
)
def test_other_files_and_broken_images_are_refused(data: bytes) -> None:
    """Not one of the four formats, or only beginning like one."""
    with pytest.raises(UnreadableField) as caught:
        clean_image(data, "file")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_harmless_chunks_of_png_and_webp() -> None:
    """Unknown chunks that are not needed go; those that help to show the picture stay."""
    physical = png_chunk(b"pHYs", b"\x00" * 9)
    private = png_chunk(b"prVt", SECRET)
    cleaned = clean_image(PNG.replace(IEND, physical + private + IEND), "file").data
    assert b"pHYs" in cleaned
    assert SECRET not in cleaned
    private = b"ABCD" + struct.pack("<I", len(SECRET)) + SECRET + b"\x00" * (len(SECRET) % 2)
    body = WEBP[8:] + private
    assert SECRET not in clean_image(b"RIFF" + struct.pack("<I", len(body)) + body, "file").data


@pytest.mark.parametrize(
    "data",
    [
        PNG[:33] + png_chunk(b"prVt") * (MAX_PIECES + 1) + PNG[33:],
        GIF[:-1] + b"\x21\xfe\x00" * (MAX_PIECES + 1) + b"\x3b",
        GIF[:-1] + b"\x21\xfe" + b"\x01x" * (MAX_PIECES + 1) + b"\x00\x3b",
        JPEG[:2] + b"\xff\xfe\x00\x02" * (MAX_PIECES + 1) + JPEG[2:],
        WEBP[:4]
        + struct.pack("<I", len(WEBP) - 8 + 8 * (MAX_PIECES + 1))
        + WEBP[8:]
        + b"ABCD\x00\x00\x00\x00" * (MAX_PIECES + 1),
    ],
    ids=["png", "gif", "gif-blocks", "jpeg", "webp"],
)
def test_an_image_of_countless_pieces_is_refused(data: bytes) -> None:
    """Each piece costs a look; a picture needs few of them."""
    with pytest.raises(UnreadableField):
        clean_image(data, "file")
