"""Each endpoint is one call of the gate, and its answer is what OpenAPI says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from proxy.core.errors import NotFound, UnknownField, UnreadableField
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.review_words import Remark, Said, Suggestion
from proxy.web.api_table import Asked
from proxy.web.review_api import ReviewApi, ReviewApiPorts
from proxy.web.review_endpoints import REVIEW_ENDPOINTS, ReviewAct
from tests.fakes.clock import START
from tests.fakes.review_house import ReviewHouse, person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.model import Principal
    from proxy.gate.wire import WireAnswer

DOES = {one.act: one for one in REVIEW_ENDPOINTS}
BEN, EMIL = person("a_ben"), person("a_emil", "deputy")


class Desk:
    """The endpoints over the gate."""

    def __init__(self) -> None:
        self.house = ReviewHouse(a_ben="review", a_emil="deputy")

    async def answer(
        self,
        act: ReviewAct,
        body: object = None,
        *,
        name: str = "",
        by: Principal = BEN,
        parameters: Mapping[str, str] | None = None,
    ) -> WireAnswer:
        ports = ReviewApiPorts(
            reviewing=self.house.reviewing,
            looking=self.house.looking,
            delegating=self.house.delegating,
            shield=self.house.shield,
            read_json=json.loads,
        )
        data = b"" if body is None else json.dumps(body).encode()
        asked = Asked(endpoint=DOES[act], by=by, proposal=name, parameters=parameters or {}, body=data)
        return await ReviewApi(ports)(asked)

    async def ask(self, act: ReviewAct, body: object = None, **how: Any) -> Any:
        answer = await self.answer(act, body, **how)
        content = json.loads(answer.body)
        gives = DOES[act].gives
        assert gives is not None
        assert answer.status in DOES[act].statuses
        gives.model_validate(content)
        return content


async def test_what_waits_is_listed_and_shown() -> None:
    """Of all queues or one; covered until a purpose is named."""
    desk = Desk()
    name = await desk.house.held()
    legal = await desk.house.held("Das Recht.")

    every = await desk.ask(ReviewAct.LIST)
    one = await desk.ask(ReviewAct.LIST, parameters={"queue": "legal"})
    shown = await desk.ask(ReviewAct.SHOW, name=name)
    clear = await desk.ask(ReviewAct.REVEAL, {"purpose": "incident", "case": "B-7"}, name=name)

    assert [row["id"] for row in every["reviews"]] == [name, legal]
    assert [row["id"] for row in one["reviews"]] == [legal]
    assert shown["parts"][0]["text"] == "Ein ██████ schreibt."
    assert shown["parts"][0]["places"] == [{"start": 4, "end": 10, "rule": "scripted/person", "entity": "PERSON"}]
    assert (clear["revealed"], clear["parts"][0]["text"]) == (True, "Ein Mensch schreibt.")
    assert desk.house.log.records[-1].data["case"] == "B-7"


async def test_a_picture_is_bytes_that_no_browser_opens() -> None:
    """By its number and for a purpose; what is no number of an image is refused."""
    desk = Desk()
    name = await desk.house.held_with_image(b"invented picture")

    shown = await desk.ask(ReviewAct.SHOW, name=name)
    answer = await desk.answer(ReviewAct.IMAGE, {"purpose": "decision", "image": 0}, name=name)

    assert shown["images"] == [{"type": "image/png", "size": 16, "alt": "Unsere Filiale"}]
    assert (answer.status, answer.body) == (200, b"invented picture")
    assert answer.headers == (("content-type", "application/octet-stream"),)
    for wrong in ({"image": 0}, {"purpose": "decision"}, {"purpose": "decision", "image": -1}):
        with pytest.raises(UnreadableField):
            await desk.answer(ReviewAct.IMAGE, wrong, name=name)


async def test_a_word_is_handed_on_as_it_is() -> None:
    """With its reason, remarks and suggested text."""
    desk = Desk()
    name = await desk.house.held()
    body = {
        "verdict": "return",
        "reason": "wording",
        "comment": "Bitte anders.",
        "remarks": [{"part": 0, "start": 4, "end": 10, "text": "Wer?"}],
        "suggestion": [{"part": 0, "text": "Jemand schreibt."}],
    }

    voted = await desk.ask(ReviewAct.VOTE, body, name=name)

    assert (voted["state"], voted["verdict"], voted["stage"], voted["stages"]) == ("rejected", "return", 1, 1)
    (words,) = await desk.house.words(next(iter(desk.house.log.tables.posts)))
    assert words.said == Said(
        comment="Bitte anders.",
        remarks=(Remark(part=0, start=4, end=10, text="Wer?"),),
        suggestion=(Suggestion(part=0, text="Jemand schreibt."),),
    )
    with pytest.raises(ReviewRefused):
        await desk.ask(ReviewAct.VOTE, {"verdict": "approve"}, name=name)


async def test_several_are_answered_one_by_one() -> None:
    """What was refused says why."""
    desk = Desk()
    names = [await desk.house.held(), await desk.house.held("Das Recht.")]

    done = await desk.ask(ReviewAct.VOTE_MANY, {"reviews": names, "verdict": "reject", "reason": "claim"})

    assert [(row["state"], row["why"]) for row in done["reviews"]] == [("rejected", None), (None, "no-bulk")]


async def test_a_sample_is_judged() -> None:
    """Held posts are not."""
    desk = Desk()
    sample = await desk.house.sampled()

    told = await desk.ask(ReviewAct.JUDGE, {"judgement": "missed", "reason": "claim"}, name=sample)
    assert told == {"review": sample, "judgement": "missed"}


async def test_delegations_begin_and_end() -> None:
    """With times in any zone."""
    desk = Desk()
    until = (START + timedelta(days=1)).isoformat()
    begun = await desk.ask(ReviewAct.DELEGATE, {"deputy": "a_emil", "until": until, "queue": "legal"})
    later = await desk.ask(
        ReviewAct.DELEGATE, {"deputy": "a_emil", "since": "2026-11-24T09:00:00+01:00", "until": "2026-11-25T09:00:00Z"}
    )
    both = await desk.ask(ReviewAct.DELEGATIONS, by=EMIL)
    ended = await desk.ask(ReviewAct.END, name=begun["delegation"]["id"])

    assert begun["delegation"]["queue"] == "legal"
    assert later["delegation"]["since"] == "2026-11-24T08:00:00.000000Z"
    assert len(both["delegations"]) == 2
    assert ended == begun
    assert len((await desk.ask(ReviewAct.DELEGATIONS))["delegations"]) == 1


async def test_mistakes_are_refused() -> None:
    """What is not there, and keys that nobody knows."""
    desk = Desk()
    with pytest.raises(NotFound):
        await desk.ask(ReviewAct.SHOW, name="nothing")
    with pytest.raises(UnknownField):
        await desk.ask(ReviewAct.VOTE, {"verdict": "approve", "more": 1}, name="x")
