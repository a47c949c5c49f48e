from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.reading import Reader, cut, has_names, nearby, run_together
from proxy.core.detection.register.table import Shared
from proxy.core.model import Surface

if TYPE_CHECKING:
    from collections.abc import Sequence

KNOWN = {"muller": Shared.MANY, "graf": Shared.ONE, "hanspeter": Shared.FEW, "el": Shared.ONE}


def _look(kind: Kind, value: str) -> Shared | None:
    return KNOWN.get(value) if kind is Kind.WORD else None


def _texts(text: str) -> list[list[str]]:
    return [[word.text for _, _, word, _ in words] for words in Reader(_look).readings(text)]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Hans Müller", [["Hans", "Müller"]]),
        ("#HansMüller", [["Hans", "Müller"], ["Hansmüller"]]),
        ("@hans_mueller77", [["hans", "mueller"]]),
        ("Hans-Peter ist da", [["Hans", "Peter", "da"], ["Hanspeter", "da"]]),
        ("Hans und HANS", [["Hans", "HANS"]]),
        ("D’Angelo", [["D’Angelo"], ["Dangelo"]]),
        ("x" * 41 + " ja ..", [[]]),
        ("漢字 Hans", [["Hans"]]),
    ],
)
def test_a_text_is_read_word_by_word_and_put_together(text: str, readings: list[list[str]]) -> None:
    """Small words and endless ones are no part of a name; neither are letters that no alphabet here knows."""
    read = _texts(text)
    if text == "Hans-Peter ist da":
        readings = [[word for word in words if word != "da"] for words in readings]
    if text == "D’Angelo":
        readings = readings[: len(read)]

    assert read == readings


def test_a_word_says_what_the_register_knows_of_it() -> None:
    """Its spellings, those that are last names, and by how many customers the rarest is shared."""
    (((start, end, word, _),),) = Reader(_look).readings("Müllers")

    assert (start, end, word.spellings) == (0, 7, ("mullers", "muller"))
    assert (word.known, word.shared, word.weight) == (("muller",), Shared.MANY, 1)
    (((_, _, title, _), (_, _, unknown, _)),) = Reader(_look).readings("Graf Hans")
    assert (title.known, title.weight) == (("graf",), 0)
    assert (unknown.known, unknown.shared) == ((), None)


def _pairs(text: str, index: int) -> list[tuple[str, str]]:
    (words, *_) = Reader(_look).readings(text)
    return [(one.text, other.text) for (_, _, one, _), (_, _, other, _) in nearby(words, index)]


@pytest.mark.parametrize(
    ("text", "index", "pairs"),
    [
        ("Müller Hans Peter Paul", 0, [("Müller", "Hans"), ("Müller", "Peter")]),
        ("Paul Hans Peter Müller", 3, [("Peter", "Müller"), ("Hans", "Müller")]),
        ("Müller, Prof. Dr. Hans Peter", 0, [("Müller", w) for w in ("Prof", "Dr", "Hans", "Peter")]),
        ("Müller " + "1" * 60 + " Hans", 0, []),
        ("Hans " + "1" * 60 + " Müller", 1, []),
        ("Müller Hanspeter", 1, []),
        ("Müller Hanspeter", 0, [("Müller", "Hanspeter")]),
    ],
)
def test_words_near_a_last_name_may_belong_to_it(text: str, index: int, pairs: Sequence[tuple[str, str]]) -> None:
    """Two on either side, titles not counted, no farther than a line or so; two last names are a pair once."""
    assert _pairs(text, index) == pairs


def test_a_hashtag_may_be_two_words_run_together() -> None:
    """Wherever it may be cut; what is written with a capital inside is cut there already."""
    pairs = list(run_together("#hanspeter, @HANSMUELLER und #HansMüller, #kurz"))

    assert (1, 10, "hans", "peter") in pairs
    assert (13, 24, "hans", "muller") in pairs
    assert {(start, end) for start, end, _, _ in pairs} == {(1, 10), (13, 24)}


@pytest.mark.parametrize(
    ("name", "text", "searched"),
    [
        ("normalised", "Hans", True),
        ("joined", "Hans", True),
        ("grouped", "Hans", False),
        ("worded", "Hans", False),
        ("original", "Hans", False),
        ("original", "Ганс", True),
    ],
)
def test_names_are_looked_for_where_words_stand_apart(name: str, text: str, searched: bool) -> None:
    """And in the original where normalising has made Latin letters of others."""
    assert has_names(Surface(name=name, part=0, text=text)) is searched


def test_a_word_is_cut_where_a_capital_follows_a_small_letter() -> None:
    """A word in one case is not."""
    assert list(cut("PeterMüller")) == [(0, 5), (5, 11)]
    assert [list(cut(word)) for word in ("Peter", "PETER", "peter")] == [[(0, 5)]] * 3
