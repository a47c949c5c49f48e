"""
The endpoints of reviews, each one call of `proxy.gate.reviewing`, `review_looking` or `delegating`.

A step that was begun ends, whether or not its client waits for it: what is on record is what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from proxy.gate.review_looking import Purpose
from proxy.gate.review_rows import delegation_row, of_many_row, review_row, shown_row, voted_row
from proxy.gate.review_words import Remark, Said, Suggestion
from proxy.gate.reviewing import Ballot, Judgement, Verdict
from proxy.gate.wire import WireAnswer
from proxy.web.api_answers import success
from proxy.web.post_types import read_content
from proxy.web.review_endpoints import ReviewAct
from proxy.web.review_types import NewDelegation, NewImageLook, NewJudgement, NewReveal, NewVote, NewVotes

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.gate.delegating import Delegating
    from proxy.gate.review_looking import Looking
    from proxy.gate.reviewing import Reviewing
    from proxy.gate.shield import Shield
    from proxy.web.api_table import Asked
    from proxy.web.post_types import Kind

_BYTES = ("content-type", "application/octet-stream")
"""Of a picture too, so that no browser opens it by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewApiPorts:
    """What these endpoints are given."""

    reviewing: Reviewing
    looking: Looking
    delegating: Delegating
    shield: Shield
    read_json: Callable[[bytes], object]
    """Raises MalformedRequest for what can be read in more than one way, or not at all."""


class ReviewApi:
    """Does what is asked of reviews."""

    def __init__(self, ports: ReviewApiPorts) -> None:
        self._ports = ports

    async def __call__(self, asked: Asked) -> WireAnswer:
        """
        Do it, and return the answer.

        Raises:
            PostgateError: whatever the step raises; `api_answers.refusal` has an answer for each.
        """
        return await self._ports.shield.run(self._done(asked))

    async def _done(self, asked: Asked) -> WireAnswer:  # noqa: PLR0911  one case an endpoint
        reviewing, delegating, by = self._ports.reviewing, self._ports.delegating, asked.by
        match ReviewAct(asked.endpoint.act):
            case ReviewAct.LIST:
                found = await reviewing.mine(by=by, queue=asked.parameters.get("queue"))
                return success(200, {"reviews": [review_row(one) for one in found]})
            case ReviewAct.SHOW | ReviewAct.REVEAL | ReviewAct.IMAGE as act:
                return await self._looked(act, asked)
            case ReviewAct.VOTE:
                ballot = ballot_of(self._read(NewVote, asked))
                return success(200, voted_row(await reviewing.vote(asked.proposal, ballot, by=by)))
            case ReviewAct.VOTE_MANY:
                return await self._many(asked)
            case ReviewAct.JUDGE:
                said = self._read(NewJudgement, asked)
                name = await reviewing.judge(asked.proposal, Judgement(said.judgement), by=by, reason=said.reason)
                return success(200, {"review": name, "judgement": said.judgement})
            case ReviewAct.DELEGATIONS:
                rows = [delegation_row(one) for one in await delegating.all(by=by)]
                return success(200, {"delegations": rows})
            case ReviewAct.DELEGATE:
                return await self._delegate(asked)
            case ReviewAct.END:
                return success(200, {"delegation": delegation_row(await delegating.end(asked.proposal, by=by))})

    async def _looked(self, act: ReviewAct, asked: Asked) -> WireAnswer:
        looking, name, by = self._ports.looking, asked.proposal, asked.by
        if act is ReviewAct.SHOW:
            return success(200, shown_row(await looking.show(name, by=by)))
        if act is ReviewAct.REVEAL:
            wanted = self._read(NewReveal, asked)
            seen = await looking.reveal(name, by=by, purpose=Purpose(wanted.purpose), case=wanted.case)
            return success(200, shown_row(seen))
        image = self._read(NewImageLook, asked)
        kept = await looking.image(name, image.image, by=by, purpose=Purpose(image.purpose), case=image.case)
        return WireAnswer(status=200, body=kept.data, headers=(_BYTES,))

    async def _many(self, asked: Asked) -> WireAnswer:
        wanted = self._read(NewVotes, asked)
        ballot = Ballot(verdict=Verdict(wanted.verdict), reason=wanted.reason, said=Said(comment=wanted.comment))
        done = await self._ports.reviewing.vote_on(wanted.reviews, ballot, by=asked.by)
        return success(200, {"reviews": [of_many_row(one) for one in done]})

    async def _delegate(self, asked: Asked) -> WireAnswer:
        wanted = self._read(NewDelegation, asked)
        begun = await self._ports.delegating.begin(
            wanted.deputy,
            until=wanted.until.astimezone(UTC),
            since=None if wanted.since is None else wanted.since.astimezone(UTC),
            queue=wanted.queue,
            by=asked.by,
        )
        return success(201, {"delegation": delegation_row(begun)})

    def _read(self, kind: type[Kind], asked: Asked) -> Kind:
        return read_content(kind, self._ports.read_json(asked.body))


def ballot_of(vote: NewVote) -> Ballot:
    """Return what a request says."""
    return Ballot(
        verdict=Verdict(vote.verdict),
        reason=vote.reason,
        said=Said(
            comment=vote.comment,
            remarks=tuple(Remark(part=one.part, start=one.start, end=one.end, text=one.text) for one in vote.remarks),
            suggestion=tuple(Suggestion(part=one.part, text=one.text) for one in vote.suggestion),
        ),
        false_alarm=vote.false_alarm,
    )
