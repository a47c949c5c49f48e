"""Field readers: every wire form of a value means the same, every other value is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import EndpointDenied, MalformedRequest, UnknownField, UnreadableField
from proxy.core.model import Part, PartKind
from proxy.platforms._wire import fields as f
from proxy.platforms._wire.multipart import FilePart

if TYPE_CHECKING:
    from proxy.platforms._wire.body import Tree

ID = f.Shaped(re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII))
FLAG = f.Flag()
TEXT = f.Text(PartKind.BODY)


def read(reader: f.Field, value: Tree, slot: str = "x") -> f.Sink:
    """Read one value."""
    sink = f.Sink()
    reader.read(value, slot, sink)
    return sink


def other(text: str, slot: str = "x") -> Part:
    """Make the part of an identifier."""
    return Part(kind=PartKind.OTHER, slot=slot, text=text)


@pytest.mark.parametrize(
    ("reader", "value", "option"),
    [
        *((FLAG, value, True) for value in (True, 1, "1", "true", "on", "True", "t")),
        *((FLAG, value, False) for value in (False, 0, "0", "false", "off", "False", "f")),
        *((f.Number(0, 300), value, 300) for value in (300, "300", "0300")),
        (f.Choice(frozenset({"public", "direct"})), "direct", "direct"),
        (f.Words(frozenset({"a", "b.c"})), "b.c,a", "b.c,a"),
        (f.Language(), "de", "de"),
        (f.Language(), "gsw", "gsw"),
    ],
)
def test_options(reader: f.Field, value: Tree, option: object) -> None:
    """Values without free text become options, whatever their wire form."""
    assert read(reader, value).options == [("x", option)]


@pytest.mark.parametrize(
    ("reader", "value", "parts"),
    [
        (TEXT, "  Grüße\n", [Part(kind=PartKind.BODY, slot="x", text="  Grüße\n")]),
        (TEXT, "", [Part(kind=PartKind.BODY, slot="x", text="")]),
        (ID, "115", [other("115")]),
        (ID, 115, [other("115")]),
        (f.Many(ID, 3), ["1", 2], [other("1", "x.0"), other("2", "x.1")]),
        (f.Many(ID, 3), {"0": "1", "1": "2"}, [other("1", "x.0"), other("2", "x.1")]),
        (f.OneOrMany(ID, 3), "1", [other("1", "x.0")]),
        (f.OneOrMany(ID, 3), ["1"], [other("1", "x.0")]),
        (f.DOMAIN, "bank.example", [Part(kind=PartKind.LINK, slot="x", text="bank.example")]),
        (f.Group({"a": ID, "b": ID}), {"a": "1", "b": None}, [other("1", "x.a")]),
    ],
)
def test_parts(reader: f.Field, value: Tree, parts: list[Part]) -> None:
    """Everything a client chooses freely becomes a Part, unchanged, under its place."""
    assert read(reader, value).parts == parts


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        *((FLAG, value) for value in ("", "yes", 2, 1.0, [True], "1 ")),
        *((f.Number(5, 300), value) for value in (4, 301, "x", "-5", 5.0, True, "5.0", "٣٠", "9" * 40)),
        *((f.Choice(frozenset({"public"})), value) for value in ("Public", "", 1, ["public"])),
        *((f.Words(frozenset({"a"})), value) for value in ("", "a,", "a b", "A", ["a"])),
        *((f.File(base64=True), value) for value in ("a", "a===", "\u00e4", 1, "aGFsbG8=")),
        *((f.Language(), value) for value in ("D", "DE", "de-AT", "deut", "d\u0435", 1)),
        *((TEXT, value) for value in (1, True, ["x"], {"a": "b"}, FilePart(names=("x",), data=b""))),
        *((ID, value) for value in ("", "1/2", "1.2", "a b", "x" * 65, "١", "1\n", True, 1.5, "../1")),
        *((f.DOMAIN, value) for value in ("localhost", "a..b", "-a.b", "a b.c", "x." * 200, "http://a.b")),
        *((f.Many(ID, 2), value) for value in ("1", {"0": "1", "2": "2"}, {"a": "1"}, ["1", "2", "3"], 1)),
        *((f.Group({}), value) for value in ("x", ["x"], 1)),
        *((f.File(), value) for value in ("text", FilePart(names=("a.png",), data=b"no image"))),
        *((f.Fixed(frozenset({"text/plain"})), value) for value in ("text/html", 1, True)),
    ],
)
def test_refuses(reader: f.Field, value: Tree) -> None:
    """Other kinds, other shapes, more than the limit."""
    with pytest.raises(UnreadableField):
        read(reader, value)


def test_nothing_is_kept_of_defaults() -> None:
    """An empty language and plain text change nothing."""
    for reader, value in ((f.Language(), ""), (f.Fixed(frozenset({"a"})), "a")):
        sink = read(reader, value)
        assert (sink.parts, sink.options) == ([], [])


def test_unknown_names_are_refused_without_repeating_them() -> None:
    """A name is the client's text: it is counted and never shown."""
    with pytest.raises(UnknownField) as caught:
        f.read_fields({"status": TEXT}, {"status": "x", "Max Mustermann": "y"}, f.Sink())
    assert "Mustermann" not in str(caught.value)


def test_refused_fields_say_why() -> None:
    """A field the gateway does not offer is denied in words, and only when it is sent."""
    fields: f.Fields = {"scheduled_at": f.Refused("not available yet")}
    f.read_fields(fields, {"scheduled_at": None}, f.Sink())
    with pytest.raises(EndpointDenied) as caught:
        f.read_fields(fields, {"scheduled_at": "2026-12-24"}, f.Sink())
    assert caught.value.diagnostics().remedy == "not available yet"


def test_text_with_what_cannot_be_sent_is_refused() -> None:
    """A lone surrogate or NUL that came this far ends here."""
    for text in ("\ud800", "a\x00"):
        with pytest.raises(MalformedRequest):
            read(TEXT, text)


def test_a_file_may_come_as_base64() -> None:
    """A piece of an image is kept as it came."""
    sink = read(f.File(clean=f.raw_piece, base64=True), "aGFsbG8=")
    assert [(one.mime, one.data) for one in sink.uploads] == [("application/octet-stream", b"hallo")]
    assert sink.parts == []
