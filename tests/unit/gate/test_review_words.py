"""What reviewers write reaches the author, sealed on its way, and is gone with his post."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.gate.review_words import REASONS, Remark, ReviewWords, Said, Suggestion
from proxy.gate.reviewing import Ballot, Verdict
from proxy.gate.work import StoreKey
from tests.fakes.review_house import ReviewHouse, person

if TYPE_CHECKING:
    from proxy.gate.review_ports import SealedWords


class _Erased:
    """Reads that give what was erased in between."""

    def __init__(self, *found: SealedWords) -> None:
        self._found = found

    async def words(self, post: str) -> tuple[SealedWords, ...]:
        del post
        return self._found


SAID = Said(
    comment="Bitte ohne den Namen.",
    remarks=(Remark(part=0, start=4, end=10, text="Wer ist das?"),),
    suggestion=(Suggestion(part=0, text="Jemand schreibt."),),
)


def test_every_reason_speaks_both_languages() -> None:
    """They are one word for the log each."""
    assert all(one.de and one.en for one in REASONS.values())
    assert all(" " not in word for word in REASONS)


async def test_what_was_written_is_read_by_its_author_alone() -> None:
    """Nothing of it is in the leaf or in a representation."""
    house = ReviewHouse()
    name = await house.held()
    ballot = Ballot(verdict=Verdict.RETURN, reason="wording", said=SAID)
    await house.reviewing.vote(name, ballot, by=person("a_ben"))

    post = next(iter(house.log.tables.posts))
    (words,) = await house.words(post)
    (record,) = [one for one in house.log.records if one.code == "PG-202"]
    assert (words.verdict, words.reason, words.stage, words.stages) == ("return", "wording", 1, 1)
    assert (words.said, words.record, words.at) == (SAID, record.id, house.clock.now())
    assert "Bitte" not in f"{record.data} {words!r} {ballot!r}"
    assert await house.words("unbekannt") == ()


async def test_what_does_not_open_is_left_out() -> None:
    """After erasure, and where somebody changed the key."""
    house = ReviewHouse()
    name = await house.held()
    await house.reviewing.vote(name, Ballot(verdict=Verdict.REJECT, reason="claim"), by=person("a_ben"))
    post = next(iter(house.log.tables.posts))
    (sealed,) = await house.reviews.words(post)
    (key,) = house.log.tables.data_keys.values()
    broken = StoreKey(
        id=key.id,
        post=key.post,
        wrapped=b"x",
        kek_id=key.kek_id,
        retention=key.retention,
        created_at=key.created_at,
        expires_at=key.expires_at,
    )
    assert len(await house.words(post)) == 1
    house.log.tables.apply(broken)
    assert await house.words(post) == ()
    erased = _Erased(replace(sealed, content=replace(sealed.content, wrapped_key=None)))
    assert await ReviewWords(reviews=erased, envelope=house.ports.envelope)(post) == ()  # type: ignore[arg-type]
    assert sealed.vote.reviewer == "a_ben"


def test_nothing_written_is_nothing() -> None:
    """A comment of no letters is none."""
    assert not Said()
    assert not Said(comment="")
    assert Said(comment="ja")
    assert SAID.parts() == {0}
