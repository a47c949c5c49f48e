"""T2 to T7: each undoes one way of hiding characters, and tells evasion from typography."""

from __future__ import annotations

import unicodedata

import pytest

from proxy.core.model import Span
from proxy.core.text.transforms import normalise

PLAIN = "Kundin 4711, Größe 38!\n\tZeile zwei\r\n"


def test_plain_text_is_returned_as_it_is() -> None:
    """Nothing to undo means no map and no transform, with and without umlauts."""
    for text in (PLAIN, PLAIN.encode("ascii", "ignore").decode("ascii"), ""):
        mapped = normalise(text)
        assert (mapped.text, mapped.starts, mapped.transforms) == (text, None, ())


@pytest.mark.parametrize(
    ("text", "expected", "transforms"),
    [
        ("D\u200bE\u00ad0\u20602", "DE02", ("T2",)),
        ("D\u3164E\u115f0\uffa02\u2800\u034f\ufe0f", "DE02", ("T2",)),
        ("\U000e0041DE\U000e007f02", "DE02", ("T2",)),
        ("\u202eDE02\u202c \u2066x\u2069", "DE02 x", ("T2",)),
        ("D\x00E\x1b02", "DE02", ("T2",)),
        ("DE02\u00a01203\u202f0000\u20070\u3000", "DE02 1203 0000 0 ", ("T3",)),
        ("a\u2028b\u2029c\x85d\x0be", "a\nb\nc\nd\ne", ("T3",)),
        ("ＤＥ０２", "DE02", ("T4",)),
        ("𝐃𝐄𝟎𝟐 ⓓⓔ①", "DE02 de1", ("T4",)),
        ("\ufb01nden \ufb00 🄂", "finden ff 1,", ("T4",)),
        ("u\u0308ber", "über", ("T4",)),
        ("D\u0338E\u0336\u0332", "DE", ("T5",)),
        ("u\u0308\u0301\u0338", "ǘ", ("T4", "T5")),
        ("❶➁➌⓸🄋", "12340", ("T7",)),
        ("٠١٢ ०१२ 𑁦", "012 012 0", ("T7",)),
        ("Müller´s", "Müller's", ("T4",)),
        ("1\ufe0f\u20e3 2\ufe0f\u20e3 3\ufe0f\u20e3", "1 2 3", ("T2", "T5")),
        ("\u1100\u0327\u1161", "가", ("T5", "T4")),
    ],
)
def test_what_hides_characters_is_undone(text: str, expected: str, transforms: tuple[str, ...]) -> None:
    """Each transform leaves the text a reader sees, and is named only when it changed something."""
    mapped = normalise(text)
    assert (mapped.text, mapped.transforms) == (expected, transforms)


@pytest.mark.parametrize(
    "text",
    [
        "Ka\u00adser",
        "DE02\u00a01203",
        "\ufb01nden",
        "u\u0308ber",
        "❤\ufe0f Kundin",
        "👨\u200d👩\u200d👧",
        "½ Jahr",
        "e\u2011mail",
        "می\u200cخواهم",
        "\ufeffKundin",
        "Zeile\u2028zwei",
        "Müller´s",
    ],
)
def test_ordinary_typography_is_no_evasion(text: str) -> None:
    """Soft hyphens, PDF spaces, ligatures, decomposed umlauts, emoji and Persian joiners change nothing's view."""
    assert normalise(text).evasive == ()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("D\u200bE", [(1, 2)]),
        ("D\u200d\ufe0fE", [(1, 3)]),
        ("x\ufeff", [(1, 2)]),
        ("a ＤＥ b", [(2, 4)]),
        ("D\u0338E", [(1, 2)]),
        ("a❶", [(1, 2)]),
    ],
)
def test_evasions_are_marked_where_they_stand(text: str, places: list[tuple[int, int]]) -> None:
    """A place is marked in the author's text when ordinary typing does not explain it."""
    assert normalise(text).evasive == tuple(Span(start=start, end=end) for start, end in places)


@pytest.mark.parametrize("text", ["مرحبا بالعالَم", "नमस्ते दुनिया", "שָׁלוֹם", "Привет, мир", "สวัสดี"])
def test_other_scripts_keep_their_spelling(text: str) -> None:
    """Vowel signs and points of other scripts stay."""
    assert normalise(text).text == unicodedata.normalize("NFKC", text)


def test_a_character_that_stands_for_a_phrase_stays() -> None:
    """U+FDFA would become 18 letters; it stays one, and the text cannot be blown up."""
    assert normalise("\ufdfa" * 50 + "Ｄ").text == "\ufdfa" * 50 + "D"


def test_two_layers_of_markup_come_off_and_no_more() -> None:
    """Nobody can nest a text so deep that undoing it has no end."""
    assert [normalise(f"&{'amp;' * layers}#48;").text for layers in range(4)] == ["0", "0", "&#48;", "&amp;#48;"]


def test_thousands_of_marks_on_one_letter_are_taken_out() -> None:
    """An endless combining sequence is cut into pieces, its unsorted marks vanish like others."""
    assert normalise("D" + "\u0301\u0323" * 5_000 + "E").text == "ḌE".replace("Ḍ", normalise("D\u0323\u0301").text)
