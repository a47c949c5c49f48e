"""Disguised examples: the marks follow the values, what does not fit stays as it is."""

from __future__ import annotations

import codecs
from random import Random

import pytest

from proxy.core.model import PartKind
from proxy.scoring.mutations import (
    BY_NAME,
    PAIRS,
    TRANSFORMS,
    Transform,
    disguise_clean,
    mutate,
    split_parts,
    split_thread,
)
from tests.examples import IBAN, LEAK, make_example, marked_text

MIXED = make_example(
    f"Frau Muster, {IBAN}, ruft unter 030 23125 001 an", ("PERSON", "Frau Muster"), ("IBAN_CODE", IBAN)
)
BRACKETS = Transform(id="T0", name="brackets", apply=lambda text, _: f"[{text}]", fits=frozenset({"IBAN_CODE"}))
WIDER = Transform(id="T0", name="wider", apply=lambda text, _: f"<<{text}>>", fits=frozenset({"IBAN_CODE", "PERSON"}))


def test_every_transform_of_the_catalogue_is_there() -> None:
    """T1 to T14, each name once."""
    assert {transform.id for transform in TRANSFORMS} == {f"T{number}" for number in range(1, 15)}
    assert len(BY_NAME) == len(TRANSFORMS)
    assert {name for pair in PAIRS for name in pair} <= BY_NAME.keys()


def test_a_fitting_place_is_disguised_and_its_mark_follows() -> None:
    """Other places and the text between stay."""
    hidden = mutate(MIXED, BRACKETS, Random(1))

    assert hidden is not None
    assert marked_text(hidden) == ["Frau Muster", f"[{IBAN}]"]
    assert hidden.parts[0].text == MIXED.parts[0].text.replace(IBAN, f"[{IBAN}]")


def test_marks_move_with_what_grows_before_them() -> None:
    """Two places in one part."""
    hidden = mutate(MIXED, WIDER, Random(1))

    assert hidden is not None
    assert marked_text(hidden) == ["<<Frau Muster>>", f"<<{IBAN}>>"]


def test_a_mark_inside_a_disguised_place_stays_inside() -> None:
    """A name within a phrase: the phrase is disguised once."""
    example = make_example(
        "Frau Muster ist Kundin", ("PERSON", "Frau Muster"), ("CUSTOMER_RELATION", "Muster ist Kundin")
    )
    hidden = mutate(example, WIDER, Random(1))

    assert hidden is not None
    assert hidden.parts[0].text == "<<Frau Muster>> ist Kundin"
    assert all(mark.span.end <= len(hidden.parts[0].text) for mark in hidden.marks)


def test_nothing_that_fits_is_no_mutation() -> None:
    """A name has no digits to circle."""
    assert mutate(make_example("Frau Muster", ("PERSON", "Frau Muster")), BY_NAME["digits"], Random(1)) is None


def test_rot13_turns_the_whole_part() -> None:
    """The marks stay where they are."""
    hidden = mutate(MIXED, BY_NAME["rot13"], Random(1))

    assert hidden is not None
    assert codecs.encode(hidden.parts[0].text, "rot13") == MIXED.parts[0].text
    assert hidden.marks == MIXED.marks
    assert mutate(make_example("Frau Muster", ("PERSON", "Frau Muster")), BY_NAME["rot13"], Random(1)) is None


@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda transform: transform.name)
@pytest.mark.parametrize("seed", range(5))
def test_marks_never_leave_their_part(transform: Transform, seed: int) -> None:
    """Whatever is drawn."""
    hidden = mutate(MIXED, transform, Random(seed))

    for mark in hidden.marks if hidden else ():
        assert 0 <= mark.span.start < mark.span.end <= len(hidden.parts[mark.part].text if hidden else "")


def test_a_clean_post_is_disguised_as_a_whole() -> None:
    """To see that a disguise alone is no find; one that changes nothing is none."""
    clean = make_example("Guten Morgen", leak=False)
    hidden = disguise_clean(clean, BY_NAME["case"], Random(1))

    assert hidden is not None
    assert hidden.parts[0].text.casefold() == "guten morgen"
    assert disguise_clean(clean, BY_NAME["digits"], Random(1)) is None


def test_a_number_may_end_in_the_next_part() -> None:
    """Both halves are marked, the texts put together are the post."""
    hidden = split_parts(MIXED, Random(1))

    assert hidden is not None
    assert [part.kind for part in hidden.parts] == [PartKind.BODY, PartKind.POLL_OPTION]
    assert "".join(part.text for part in hidden.parts) == MIXED.parts[0].text
    assert "".join(marked_text(hidden)[1:]) == IBAN
    assert [mark.part for mark in hidden.marks] == [0, 0, 1]
    assert [part.slot for part in hidden.parts] == ["parts.0", "parts.1"]


def test_a_number_may_begin_in_the_post_before() -> None:
    """What is marked is the piece inside this post."""
    hidden = split_thread(MIXED, Random(1))

    assert hidden is not None
    assert "".join(hidden.thread) + hidden.parts[0].text == MIXED.parts[0].text
    (piece,) = marked_text(hidden)
    assert IBAN.endswith(piece)


def test_marks_of_later_parts_move_on() -> None:
    """A part more before them, or one less."""
    torn = split_parts(MIXED, Random(1))
    again = None if torn is None else split_parts(torn, Random(2))

    assert again is not None
    assert all(mark.part < len(again.parts) for mark in again.marks)
    assert "".join(part.text for part in again.parts) == MIXED.parts[0].text


@pytest.mark.parametrize("split", [split_parts, split_thread])
def test_only_a_long_number_is_torn(split: object) -> None:
    """A name is not found in halves."""
    assert callable(split)
    assert split(make_example("Frau Muster", ("PERSON", "Frau Muster")), Random(1)) is None
    assert split(make_example(LEAK), Random(1)) is not None
