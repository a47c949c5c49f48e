"""T13: what was encoded."""

from __future__ import annotations

import base64
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.model import Span
from proxy.core.text.decoding import fragment, fragments, rotated
from proxy.core.text.mapped import Mapped

SECRET = "Konto: DE02 1203 0000 0000 2020 51 äöü???>>>"
RAW = SECRET.encode()


def _decoded(text: str) -> list[str]:
    return [value for _, _, value in fragments(text)]


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(RAW).decode(),
        base64.urlsafe_b64encode(RAW).decode(),
        base64.b64encode(RAW).decode().rstrip("="),
        base64.b64encode(RAW).decode().replace("=", "")[:20] + "\n" + base64.b64encode(RAW).decode()[20:],
        RAW.hex(),
        RAW.hex().upper(),
        "0x" + RAW.hex(),
        RAW.hex(" "),
        RAW.hex(":"),
        "".join(f"%{byte:02x}" for byte in RAW),
        "".join(f"\\x{byte:02x}" for byte in RAW),
        "".join(f"\\u{ord(character):04x}" for character in SECRET),
        "".join(f"\\u{{{ord(character):x}}}" for character in SECRET),
        "".join(f"\\U{ord(character):08x}" for character in SECRET),
    ],
)
def test_every_encoding_is_decoded(text: str) -> None:
    """Base64 in four dresses, hex in five, escapes of links and of programs; text around does not matter."""
    assert _decoded(text) == [SECRET]
    assert _decoded(f"Lies: {text} .") == [SECRET]


def test_base64_over_lines_ends_before_the_words_below() -> None:
    """The lines of a block belong together, a greeting under it does not."""
    block = base64.encodebytes(b"Our client Jane Doe has closed the account 12345678 yesterday, again").decode()
    (value,) = _decoded(f"{block}Viele\nGruesse")
    assert value.endswith("yesterday, again")


def test_lines_that_make_no_block_are_looked_at_one_by_one() -> None:
    """A long word above does not hide the line below."""
    line = base64.b64encode(b"Kontonummer 12345").decode()
    assert "Kontonummer 12345" in _decoded(f"Versicherungsvertrag\n{line}\nx")


def test_base64_above_many_lines_of_words_is_looked_at_line_by_line() -> None:
    """More than three lines of words below are no greeting: they are not taken for the end of the block."""
    lines = base64.encodebytes(b"Kontonummer 12345 bei der Filiale in Koeln-Muelheim, seit 2019").decode()
    (value,) = _decoded(f"{lines}Viele\nliebe\nGruesse\nsendet\nEuch")
    assert value.startswith("Kontonummer 12345")


@given(st.text("ABCDabcd0189+/-_=\n", min_size=12, max_size=120))
def test_whatever_looks_like_base64_is_read(text: str) -> None:
    """It says something or nothing, and never breaks the reading."""
    assert all(0 <= start < end <= len(text) for start, end, _ in fragments(text))


def test_a_name_before_an_escape_belongs_to_it() -> None:
    """`max%40firma` is one word."""
    assert _decoded("an max%40firma.de.") == ["max@firma.de."]
    assert _decoded("an max\\u0040firma.de.") == ["max@firma.de."]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("DE02\\u00a01203\\u00a00000", "DE02\u00a01203\u00a00000"),
        ("\\u200b".join("DE02120300"), "\u200b".join("DE02120300")),
        ("Gr\\u00fc\\u00dfe", "Grüße"),
        ("Gr\\xc3\\xbc\\xc3\\x9fe", "Grüße"),
        ("Gr\\xfc\\xdfe", "Grüße"),
        ("M\\u{fc}ller", "Müller"),
    ],
)
def test_escapes_between_plain_letters_are_decoded(text: str, value: str) -> None:
    """As a program writes a text that has only some characters to escape; the digits behind one are not part of it."""
    assert _decoded(f"Text: {text}!") == [value]


@pytest.mark.parametrize("half", ["\\ud800", "\\u{110000}", "\\U00200000"])
def test_half_a_character_hides_no_word(half: str) -> None:
    """What stands beside it is decoded all the same; a pair of halves is one character."""
    (value,) = _decoded(f"{half}DE02\\u00a01203")
    assert value[1:] == "DE02\u00a01203"
    assert _decoded("\\ud83d\\ude00DE02\\u00a01203") == ["\U0001f600DE02\u00a01203"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "550e8400-e29b-41d4-a716-446655440000",
        "https://video.example/watch?v=dQw4w9WgXcQ&t=1234567890",
        "Donaudampfschifffahrtsgesellschaftskapitän",
        "Versicherungsvertreterinnen und Lebensversicherungen",
        "ISBN 978-3-16-148410-0, 12345678901234567890",
        "100 % und 20%ige Rabatte, 50%ff",
        "C:\\xampp\\users",
        "\\ud800\\udc00",
        "\\x00\\x01\\x02\\x03\\x04",
        "aGFsbG8=",
        "00 01 02 03 04 05 06 07 08 09",
        "%fc%fc%fc%fc",
    ],
)
def test_harmless_codes_decode_to_nothing(text: str) -> None:
    """Hashes, ids, long words, percentages and half characters say nothing readable."""
    assert _decoded(text) == []


def test_a_fragment_comes_from_all_its_characters() -> None:
    """Which of them made which is nobody's business; the place is the whole fragment, and it was hidden."""
    mapped = fragment(Mapped(text="ab XXXX cd"), 3, 7, "hallo")
    assert (mapped.text, mapped.transforms) == ("hallo", ("T13",))
    assert set(zip(mapped.starts or (), mapped.ends or (), strict=True)) == {(3, 7)}
    assert mapped.evasive == (Span(start=3, end=7),)


def test_a_short_fragment_counts_when_it_is_padded() -> None:
    """The signs of equality at the end say what it is; without them it is a word."""
    assert [value for *_, value in fragments("Nummer TjMyMjZDTVRLNjE= prüfen")] == ["N3226CMTK61"]
    assert list(fragments("Nummer TjMyMjZDTVRLNjE prüfen")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Der Kunde Müller hat ein Konto bei uns",
        "DE02 1203 0000 0000 2020 51",
        "Schreib an max@firma.de",
        "Our client Jane Doe is furious with the bank",
    ],
)
def test_rotated_text_is_turned_back(text: str) -> None:
    """Frequent words, account numbers and addresses give a rotated text away; each letter keeps its place."""
    mapped = rotated(Mapped(text=codecs.encode(text, "rot13")))
    assert mapped is not None
    assert mapped.text == text
    assert list(mapped.starts or ()) == list(range(len(text)))


@pytest.mark.parametrize(
    "text",
    ["", "Der Kunde Müller hat ein Konto bei uns", "The client is here", "QR-Code 2024", "vfg das ein Wort", "12345"],
)
def test_ordinary_text_is_not_rotated(text: str) -> None:
    """One odd word is no code."""
    assert rotated(Mapped(text=text)) is None


@pytest.mark.parametrize("text", ["A" * 30_000, "%41" * 10_000, "a%" * 15_000, "aa " * 10_000, "\\u{" * 10_000])
def test_hostile_codes_are_read_to_their_end(text: str) -> None:
    """30,000 characters give at most as many again."""
    assert sum(len(value) for value in _decoded(text)) <= len(text)
