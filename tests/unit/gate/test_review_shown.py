"""What a reviewer sees: the text at its places, with what was found covered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import PartKind
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.review_shown import COVER, OpenedPost, Place, opened_post, shown
from tests.factories import make_part, make_post
from tests.fakes.review_house import ReviewHouse

if TYPE_CHECKING:
    from proxy.gate.review_ports import AskedReview


async def _asked(house: ReviewHouse, text: str = "Ein Mensch schreibt.") -> AskedReview:
    review = await house.reviews.one(await house.held(text))
    assert review is not None
    return review


async def test_places_are_covered_and_stay_where_they_are() -> None:
    """Those that overlap count once; the house's own words, and findings about the whole, cover nothing."""
    house = ReviewHouse()
    review = await _asked(house)
    opened = opened_post(house.ports.envelope, review, await house.reviews.content(review.id))
    text = "Erika Beispiel wohnt hier."
    post = make_post(parts=(make_part(text), make_part("Ein Bild", kind=PartKind.ALT_TEXT, slot="alt:1")))
    places = (
        (0, Place(start=6, end=14, rule="names/last", entity="PERSON")),
        (0, Place(start=0, end=8, rule="names/full", entity="PERSON")),
        (0, Place(start=21, end=99, rule="places", entity="LOCATION")),
        (1, Place(start=0, end=8, rule="whole", entity="DISCLOSURE")),
        (1, Place(start=0, end=3, rule="superlative", entity="WORDS")),
    )
    covered = shown(review, replace(opened, post=post, places=places), revealed=False)
    clear = shown(review, replace(opened, post=post, places=places), revealed=True)

    assert [part.text for part in covered.parts] == [COVER * 14 + " wohnt " + COVER * 5, "Ein Bild"]
    assert [part.text for part in clear.parts] == [text, "Ein Bild"]
    assert (covered.covered, clear.covered, covered.revealed, clear.revealed) == (2, 2, False, True)
    assert [place.rule for place in covered.parts[0].places] == ["names/full", "names/last", "places"]
    assert [(part.kind, part.slot, part.covered) for part in covered.parts] == [
        (post.parts[0].kind.value, post.parts[0].slot, 2),
        ("alt_text", "alt:1", 0),
    ]
    assert text not in repr(clear)


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
    masked, clear = (shown(review, replace(opened, places=places), revealed=revealed) for revealed in (False, True))

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
