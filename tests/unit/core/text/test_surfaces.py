"""The views of a part."""

from __future__ import annotations

import base64
import codecs

import pytest

from proxy.core.model import Span, View
from proxy.core.text.decoding import TooMuchHidden
from proxy.core.text.surfaces import surfaces


def test_plain_text_has_two_views() -> None:
    """Where normalising changes nothing there is no `original` beside it."""
    normalised, grouped = surfaces(3, "IBAN: DE02 1203")
    assert (normalised.name, normalised.part, normalised.text) == ("normalised", 3, "IBAN: DE02 1203")
    assert (normalised.starts, normalised.ends) == (None, None)
    assert (grouped.name, grouped.part, grouped.text) == ("grouped", 3, "IBANDE021203")
    assert grouped.origin(4, 12) == Span(start=6, end=15)


def test_disguised_text_has_the_original_first() -> None:
    """The author's own characters stay searchable when normalising changed some."""
    original, normalised, grouped = surfaces(0, "ＤＥ02 1203")
    assert [view.name for view in (original, normalised, grouped)] == ["original", "normalised", "grouped"]
    assert (original.text, original.evasive, original.transforms) == ("ＤＥ02 1203", (), ())
    assert (normalised.text, normalised.transforms) == ("DE02 1203", ("T4",))
    assert (grouped.text, grouped.transforms) == ("DE021203", ("T4",))
    assert grouped.view_of(Span(start=0, end=4)) is View.DEOBFUSCATED
    assert grouped.view_of(Span(start=5, end=9)) is View.PLAIN


def test_an_empty_part_has_empty_views() -> None:
    """No text is no mistake."""
    assert [view.text for view in surfaces(0, "")] == ["", ""]


IBAN = "DE02 1203 0000 0000 2020 51"
COMPACT = IBAN.replace(" ", "")
ENCODED = base64.b64encode(f"Konto {IBAN}".encode()).decode()


def _names(text: str) -> list[str]:
    return [view.name for view in surfaces(0, text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Konto <b>DE</b>02 1203 &#48;000 &amp;#48;000 2020 51", "normalised"),
        ("DЕ02 1203 0000 0000 2020 51", "normalised"),
        ("D\u200bE02 12\u00ad03 ００００ ⓪⓪⓪⓪ ²0²0 5\ufe0f\u20e31\ufe0f\u20e3", "normalised"),
        ("DE null zwei 1203 null null null null null null null null zwei null zwei null fünf eins", "worded"),
        (IBAN[::-1], "reversed"),
        (COMPACT[::-1], "reversed"),
        ("DE02120300000000zwonullzwonullfünfeins", "worded"),
        (f"\u202e{IBAN[::-1]}\u202c", "mirrored"),
        (f"rückwärts {IBAN[::-1]}", "mirrored"),
        (ENCODED, "decoded"),
        (base64.b64encode(ENCODED.encode()).decode(), "decoded"),
        (IBAN.encode().hex(), "decoded"),
        (codecs.encode(IBAN, "rot13"), "decoded"),
        (f'<a title="{IBAN}">hier</a>', "decoded"),
        (f'<a title="{ENCODED}">hier</a>', "decoded"),
        ("".join(f"{character}  --  " for character in COMPACT), "stream"),
    ],
)
def test_each_disguise_comes_undone_in_some_view(text: str, name: str) -> None:
    """A number in any dress stands together in a `grouped` or `stream` view, and leads back into the part."""
    views = surfaces(0, text)
    assert name in [view.name for view in views]
    found = [view for view in views if view.name in {"grouped", "stream"} and COMPACT in view.text]
    assert found
    for view in found:
        start = view.text.index(COMPACT)
        place = view.place(start, start + len(COMPACT))
        assert place is not None
        part, span = place
        assert part == 0
        assert 0 <= span.start < span.end <= len(text)
        assert COMPACT in "".join(one.text for one in surfaces(0, text[span.start : span.end]))


@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ("max (at) firma (punkt) de", "worded", "max@firma.de"),
        ("die K u n d i n  M e i e r", "respaced", "die Kundin Meier"),
        ("ed.amrif@xam", "reversed", "max@firma.de"),
        ('<a href="mailto:max%40firma.de">x</a>', "decoded", "mailto:max@firma.de"),
    ],
)
def test_words_and_addresses_have_their_views(text: str, name: str, shown: str) -> None:
    """Each is what the author hid, and is marked as hidden unless a tag is all there is to it."""
    (view,) = [view for view in surfaces(0, text) if view.name == name]
    assert view.text == shown


@pytest.mark.parametrize(
    "text",
    [
        "Our branch opens on Monday, from 9 to 5. Come by!",
        "Mehr Infos gibt es um 10 Uhr – „kommt alle“, 50 % Rabatt 🎉",
        "Kund*innen und Mitarbeiter*innen",
        "@name@server.example sagt: a < b",
        "Versicherungsvertreterinnen und Donaudampfschifffahrt",
        "https://video.example/watch?v=dQw4w9WgXcQ",
    ],
)
def test_ordinary_text_costs_two_views(text: str) -> None:
    """Nothing is made that would show nothing."""
    assert set(_names(text)) <= {"normalised", "grouped", "stream"}


def _nested(depth: int) -> str:
    text = "Kontonummer 12345678"
    for _ in range(depth):
        text = base64.b64encode(text.encode()).decode()
    return text


def test_two_layers_are_decoded_and_a_third_is_too_much() -> None:
    """What is not decoded is not seen, so nothing may be said about the text."""
    assert "Kontonummer 12345678" in [view.text for view in surfaces(0, _nested(2))]
    with pytest.raises(TooMuchHidden):
        surfaces(0, _nested(3))


def test_thirty_two_fragments_are_decoded_and_one_more_is_too_much() -> None:
    """A post is no archive."""
    one = base64.b64encode(b"Hallo, wie geht es dir?").decode()
    assert _names(f"{one} | " * 32).count("decoded") == 32
    with pytest.raises(TooMuchHidden):
        surfaces(0, f"{one} | " * 33)


def test_the_refusal_has_no_text() -> None:
    """An exception may be logged."""
    with pytest.raises(TooMuchHidden) as caught:
        surfaces(0, _nested(3))
    assert str(caught.value) == ""


def test_a_rotated_joke_is_read_once() -> None:
    """Rotated again it would be what it was, and never end."""
    text = "Spoiler: " + codecs.encode("Der Gärtner ist der Mörder und nicht die Frau", "rot13")
    assert _names(text).count("decoded") == 1


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0301" * 29_999,
        "\u202e1\u202c" * 10_000,
        "<a b=c>" * 4_000,
        "&amp;" * 6_000,
        "%41" * 10_000,
        "null " * 6_000,
        "a " * 15_000,
        "1" * 30_000,
        "аa " * 10_000,
        "\U0001f170" * 30_000,
        "\u200d" * 30_000,
        "\ud800" * 30_000,
        "a\ud800\u0301(at) " * 3_000,
    ],
)
def test_hostile_text_gives_bounded_views(text: str) -> None:
    """Marks, controls, half characters, beginnings of everything: few views, none longer than four times the text."""
    views = surfaces(0, text)
    assert len(views) < 12
    assert sum(len(view.text) for view in views) <= 8 * len(text)


def test_number_words_may_run_backwards() -> None:
    """What is spelled is digits first, and turned round then."""
    text = "rückwärts: eins eins eins fünf neun drei fünf neun null null"
    views = surfaces(0, text)
    mirrored = next(one for one in views if one.name == "mirrored")
    assert mirrored.text.startswith("0095395111 :")
    assert mirrored.place(0, 10) == (0, Span(start=11, end=len(text)))
