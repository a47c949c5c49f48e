"""What a reviewer sees: the text at its places, with what was found covered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import PartKind
from proxy.gate.plea import ShownPlea
from proxy.gate.ports import SpooledMedia
from proxy.gate.review_cover import COVER, Place
from proxy.gate.review_edit import Earlier
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.review_shown import OpenedPost, ShownAppeal, ShownEdit, ShownImage, Surroundings, opened_post, shown
from tests.factories import make_part, make_post
from tests.fakes.review_house import ReviewHouse

if TYPE_CHECKING:
    from proxy.gate.review_ports import AskedReview


async def _asked(house: ReviewHouse, text: str = "Ein Mensch schreibt.") -> AskedReview:
    review = await house.reviews.one(await house.held(text))
    assert review is not None
    return review


async def test_places_are_covered_and_stay_where_they_are() -> None:
    """In the order of the text, each with its part; in clear the count says what was uncovered."""
    house = ReviewHouse()
    review = await _asked(house)
    opened = opened_post(house.ports.envelope, review, await house.reviews.content(review.id))
    text = "Erika Beispiel wohnt hier."
    post = make_post(parts=(make_part(text), make_part("Ein Bild", kind=PartKind.ALT_TEXT, slot="alt:1")))
    places = (
        (0, Place(start=6, end=14, rule="names/last", entity="PERSON")),
        (0, Place(start=0, end=8, rule="names/full", entity="PERSON")),
        (0, Place(start=21, end=99, rule="places", entity="LOCATION")),
    )
    opened = replace(opened, post=post, places=places)
    hidden = shown(review, opened, Surroundings(), revealed=False)
    clear = shown(review, opened, Surroundings(), revealed=True)

    assert [part.text for part in hidden.parts] == [COVER * 14 + " wohnt " + COVER * 5, "Ein Bild"]
    assert [part.text for part in clear.parts] == [text, "Ein Bild"]
    assert (hidden.covered, clear.covered, hidden.revealed, clear.revealed) == (2, 2, False, True)
    assert [place.rule for place in hidden.parts[0].places] == ["names/full", "names/last", "places"]
    assert [(part.kind, part.slot, part.covered) for part in hidden.parts] == [
        (post.parts[0].kind.value, post.parts[0].slot, 2),
        ("alt_text", "alt:1", 0),
    ]
    assert text not in repr(clear)


async def test_what_belongs_to_a_post_is_shown_with_it() -> None:
    """Images by type and size, what is answered, what is changed, who may see it; ids that are texts are covered."""
    house = ReviewHouse()
    review = await _asked(house)
    opened = opened_post(house.ports.envelope, review, await house.reviews.content(review.id))
    parts = (
        make_part("Neu ist dies."),
        make_part("A4711", kind=PartKind.OTHER, slot="in_reply_to_id"),
        make_part("Erika im Bild", kind=PartKind.ALT_TEXT, slot="media.0.description"),
    )
    post = replace(
        make_post(parts=parts),
        reply_to="A4711",
        edit_of="815",
        options=(("sensitive", True), ("visibility", "private")),
    )
    places = (
        (1, Place(start=0, end=5, rule="house/number", entity="CUSTOMER_NUMBER")),
        (2, Place(start=0, end=5, rule="names/first", entity="PERSON")),
    )
    opened = replace(opened, post=post, places=places)
    picture = SpooledMedia(id="m", mime="image/png", parts=(), data=b"1234", decision="r")
    earlier = Earlier(parts=(make_part("Alt ist dies."),), places=())
    around = Surroundings(images=(picture, None), earlier=earlier)
    hidden = shown(review, opened, around, revealed=False)
    clear = shown(review, opened, around, revealed=True)

    assert hidden.images == (
        ShownImage(mime="image/png", size=4, alt=COVER * 5 + " im Bild"),
        ShownImage(mime=None, size=None, alt=None),
    )
    assert (hidden.answers, clear.answers) == (COVER * 5, "A4711")
    assert [one.says.en for one in hidden.choices if one.says] == ["marked as sensitive: yes", "visible to: followers"]
    assert hidden.edits is not None
    assert (hidden.edits.id, hidden.edits.known) == ("815", True)
    assert [(one.removed, one.added) for one in hidden.edits.changes] == [("Alt", "Neu"), ("", COVER * 5 + " im Bild")]
    unknown = shown(review, opened, Surroundings(), revealed=False)
    assert unknown.edits == ShownEdit(id="815", known=False, changes=())
    plain = shown(review, replace(opened, post=make_post()), Surroundings(), revealed=False)
    assert (plain.answers, plain.edits, plain.images, plain.choices, plain.appeal) == (None, None, (), (), None)


async def test_what_the_author_of_an_appeal_says_is_shown_with_it() -> None:
    """Covered like the post, and counted with it; an author need not say anything."""
    house = ReviewHouse()
    review = await _asked(house)
    opened = opened_post(house.ports.envelope, review, await house.reviews.content(review.id))
    opened = replace(opened, post=replace(opened.post, appeal_of="r1"))
    findings = [{"part": 0, "start": 0, "end": 4, "rule": "ner", "entity": "PERSON"}]
    around = Surroundings(first={"plea": {"text": "Karl ist erfunden.", "findings": findings, "complete": True}})
    hidden = shown(review, opened, around, revealed=False)
    clear = shown(review, opened, around, revealed=True)
    silent = shown(review, opened, Surroundings(), revealed=False)

    assert hidden.appeal == ShownAppeal(decision="d-r1", says=ShownPlea(text="████ ist erfunden.", covered=1))
    assert clear.appeal == ShownAppeal(decision="d-r1", says=ShownPlea(text="Karl ist erfunden.", covered=1))
    assert silent.appeal == ShownAppeal(decision="d-r1", says=None)
    assert (hidden.covered, clear.covered, silent.covered) == (2, 2, 1)
    assert "Karl" not in repr(clear)


@pytest.mark.parametrize("entity", ["CUSTOMER_RECORD", "RESTRICTED_NAME"])
async def test_that_the_register_knows_a_name_shows_only_when_it_is_uncovered(entity: str) -> None:
    """Whoever uncovers a post has said what for, and it is on record."""
    house = ReviewHouse()
    review = await _asked(house)
    opened = opened_post(house.ports.envelope, review, await house.reviews.content(review.id))
    places = (
        (0, Place(start=0, end=5, rule="register/name", entity=entity)),
        (0, Place(start=6, end=9, rule="names", entity="PERSON")),
    )
    masked, clear = (
        shown(review, replace(opened, places=places), Surroundings(), revealed=revealed) for revealed in (False, True)
    )

    assert [(place.rule, place.entity) for place in masked.parts[0].places] == [
        ("covered", "covered"),
        ("names", "PERSON"),
    ]
    assert [(place.rule, place.entity) for place in clear.parts[0].places] == [
        ("register/name", entity),
        ("names", "PERSON"),
    ]


async def test_a_text_that_is_gone_or_another_is_not_shown() -> None:
    """An approval would be about something that nobody saw."""
    house = ReviewHouse()
    review = await _asked(house)
    other = await _asked(house, "Ein Mensch geht.")
    sealed = await house.reviews.content(review.id)
    foreign = await house.reviews.content(other.id)
    assert sealed is not None
    assert foreign is not None

    bad = [None, replace(sealed, wrapped_key=None), replace(sealed, nonce=b"x" * 12), foreign]
    for content in bad:
        with pytest.raises(ReviewRefused) as refused:
            opened_post(house.ports.envelope, review, content)
        assert refused.value.why == "no-text"
    opened = opened_post(house.ports.envelope, review, sealed)
    assert isinstance(opened, OpenedPost)
    assert opened.post.parts[0].text == "Ein Mensch schreibt."
