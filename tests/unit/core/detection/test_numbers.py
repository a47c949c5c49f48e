"""Account and card numbers in all views."""

from __future__ import annotations

import pytest

from proxy.core.detection.numbers import find_in_views
from proxy.core.model import Confidence, Surface
from proxy.core.text.grouping import squeeze
from proxy.core.text.joining import joined
from proxy.core.text.transforms import normalise
from proxy.core.text.views import mapped_of, stream, view

KEY = b"k" * 32


def _views(text: str) -> list[Surface]:
    normalised = view("normalised", 0, normalise(text))
    grouped = squeeze(mapped_of(normalised))
    streamed = stream(grouped)
    views = [normalised, view("grouped", 0, grouped)]
    return views if streamed is None else [*views, view("stream", 0, streamed)]


def _found(text: str) -> set[tuple[str, Confidence, str]]:
    return {
        (one.entity, one.confidence, text[one.span.start : one.span.end]) for one in find_in_views(_views(text), KEY)
    }


def _backwards(text: str) -> list[Surface]:
    length = len(text)
    turned = Surface(
        name="reversed",
        part=0,
        text=text[::-1],
        starts=normalise("0" * length).starts,
        ends=normalise("0" * length).ends,
    )
    return [*_views(text), turned, Surface(name="grouped", part=0, text=text[::-1].replace(" ", ""))]


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("typed: DE85 5OO1 O517 2224 41O7 16, that's it", "IBAN_CODE", "DE85 5OO1 O517 2224 41O7 16"),
        ("433O_114O_84I4_6OIO und Ablauf im Oktober", "CREDIT_CARD", "433O_114O_84I4_6OIO"),
    ],
)
def test_letters_are_read_as_digits(text: str, entity: str, value: str) -> None:
    """T10: O is 0, I is 1; the country of an account stays, and the check digits say whether the guess was right."""
    assert (entity, value) in {(kind, shown) for kind, _, shown in _found(text)}


def test_wrong_guesses_find_nothing() -> None:
    """Where the check digits fail, letters were letters."""
    assert not _found("DE85 5OO1 O517 2224 41O7 17 und 433O_114O_84I4_6OI1")


@pytest.mark.parametrize(
    "text", ["DE32 -- 1001 -- -- 0010 +++++ 0095 ((((( 3951 ))))) 11", "AT61=====1904=====300234573201"]
)
def test_a_stream_shows_what_other_separators_hide(text: str) -> None:
    """However much stands between the groups, as long as it is no letter or digit."""
    assert ("IBAN_CODE", Confidence.HIGH) in {(entity, confidence) for entity, confidence, _ in _found(text)}


def test_a_stream_needs_a_bank_code_in_use() -> None:
    """Everything stands together in a stream, so chance has more to choose from."""
    assert not _found("DE84 +++++ 9999 +++++ 9999 0000 1234 50")


def test_words_between_groups_are_left_out() -> None:
    """What the module dealt finds is found in every view in which words stand apart."""
    assert ("IBAN_CODE", Confidence.HIGH, "DE32 1001 0010, dann 0095 3951 11") in _found(
        "Teil 1: DE32 1001 0010, dann 0095 3951 11"
    )


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("backwards so I'm safe 8065589159236554 is the one", Confidence.MEDIUM),
        ("Order 8065589159236554, placed in August", Confidence.LOW),
    ],
)
def test_a_card_written_backwards_needs_a_word(text: str, confidence: Confidence) -> None:
    """One number in ten passes Luhn backwards too: only where backwards or cards are spoken of it counts."""
    found = find_in_views(_backwards(text), KEY)
    assert {one.confidence for one in found if one.entity == "CREDIT_CARD"} == {confidence}


def test_an_iban_written_backwards_needs_none() -> None:
    """Two check digits and a structure are enough."""
    found = find_in_views(_backwards("1115935900010010123ED"[::-1][::-1] + " 11 1593 5900 0100 1001 23ED"), KEY)
    assert {one.entity for one in found} <= {"IBAN_CODE"}


def test_pieces_of_several_parts_are_read_together() -> None:
    """A number dealt out over parts is found in the joined views."""
    parts = [view("normalised", part, normalise(text)) for part, text in enumerate(("DE32 1001 0010", "0095 3951 11"))]
    found = find_in_views(joined(parts), KEY)
    assert {(one.entity, one.confidence) for one in found} == {("IBAN_CODE", Confidence.HIGH)}


def test_the_text_as_written_is_not_read_a_second_time() -> None:
    """What its normalised view shows is all that it shows."""
    text = "DE32 1001 0010 und 0095 3951 11"
    original = Surface(name="original", part=0, text=text)

    assert find_in_views([original], KEY) == []
    assert len(find_in_views([original, view("normalised", 0, normalise(text))], KEY)) == 1


def test_an_ordinary_text_has_none() -> None:
    """Dates, prices and hours are no numbers of this kind."""
    assert not _found("Am 12.10.2025 um 18:30 Uhr, 12,50 Euro, Raum 2203, 040 66969 000")
