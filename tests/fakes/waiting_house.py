"""
A gate whose posts wait: scheduled, held and approved, queued; over twins. All people are invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.gate.filing import Pending
from proxy.gate.lifecycle import Event, State
from proxy.gate.review_changes import AdvanceReview, CastVote, EndReview
from proxy.gate.send import move_post
from proxy.gate.work import Actor, AuditRecord, Subject, Work
from tests.factories import CREATE, make_draft, make_grant
from tests.fakes.gate_house import GateHouse
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.options import ActionSpec
    from proxy.gate.outcome import Outcome
    from proxy.gate.waiting import WaitingPost
    from proxy.gate.waiting_changes import KeepWaiting
    from proxy.gate.wire import WireAnswer

HOUR = timedelta(hours=1)
HELD_TEXT = "IBAN im Text"
"""What the bundle of this house holds."""


def holding(*, action: Verdict | ActionSpec = Verdict.HOLD, identifier: str = "iban") -> PolicyBundle:
    """Return a bundle that holds posts with the word `IBAN`, by a rule of this name."""
    return make_bundle(make_policy(make_rule(identifier, action=action)))


class WaitingHouse(GateHouse):
    """A gate that holds posts with the word `IBAN`."""

    def __init__(self, *outcomes: Outcome, bundle: PolicyBundle | None = None, room: int = 20) -> None:
        super().__init__(*outcomes, bundle=bundle or holding(), room=room)

    async def schedule(self, text: str = "Moin", *, hours: float = 1, key: str | None = None) -> WireAnswer:
        """Submit a post for a later time."""
        send_at = self.clock.now() + hours * HOUR
        return await self.submit_draft(replace(make_draft(text, key=key), send_at=send_at))

    async def submit_patiently(self, text: str = "Moin", *, key: str | None = None) -> WireAnswer:
        """Submit a post whose author does not wait for the platform."""
        draft = make_draft(text, key=key)
        pending = await self.gate.prepare(CREATE, draft, make_grant(), self.platform, waits=True)
        return await self.gate.finish(pending) if isinstance(pending, Pending) else pending

    async def approve(self, *people: str, end: bool = True) -> tuple[str, ...]:
        """Let people approve the one open review, each one stage; return the records of their words."""
        ((name, review),) = [(name, one) for name, one in self.log.tables.reviews.items() if one.state == "open"]
        now, opened, votes = self.clock.now(), review.opened, []
        for stage, person in enumerate(people, start=1):
            last = end and stage == len(people)
            record = AuditRecord(
                id=self.ports.ids(),
                code="PG-202",
                type="review.decided",
                at=now,
                actor=Actor(kind="employee", ref=person),
                subject=Subject(account="mastodon:presse", post=opened.post),
                data={
                    "review": name,
                    "stage": stage,
                    "stages": opened.stages,
                    "verdict": "approve",
                    "policy_digest": opened.policy_digest,
                    "mac": opened.mac,
                },
            )
            vote = CastVote(
                id=record.id, review=name, stage=stage, reviewer=person, on_behalf_of=None, verdict="approve", at=now
            )
            place = self.log.tables.outbox[opened.post]
            done = (
                EndReview(id=name, state="approved", at=now),
                move_post(opened.post, State.HELD, Event.APPROVE),
                replace(place, not_before=place.send_at or now),
            )
            on = AdvanceReview(id=name, stage=stage)
            await self.log.commit(Work(records=(record,), changes=(vote, *(done if last else (on,)))))
            votes.append(record.id)
        return tuple(votes)

    async def deliver_all(self) -> list[float | None]:
        """Look at everything that is due, once."""
        return [await self.deliver(waiting) for waiting in await self.posts.due(self.clock.now(), limit=100)]

    async def only(self) -> WaitingPost:
        """Return the one post that waits."""
        (name,) = self.log.tables.outbox
        waiting = await self.posts.waiting(name)
        assert waiting is not None
        return waiting

    @property
    def place(self) -> KeepWaiting | None:
        """Return the one place in the outbox."""
        return next(iter(self.log.tables.outbox.values()), None)
