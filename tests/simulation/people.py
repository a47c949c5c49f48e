"""
What people do: reviewers, and those who look at the platform for a post that may have been published.

Each is one unit of work, as the gate's use cases make it, with nothing checked before: whom it does not stand in for
and what is over by now is for the log to refuse.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, NotFound, StillInProgress
from proxy.core.model import Principal
from proxy.gate.lifecycle import Event, State
from proxy.gate.review_changes import AdvanceReview, CastVote, EndReview
from proxy.gate.send import move_post
from proxy.gate.settle import Said, Then
from proxy.gate.unclear import SETTLE
from proxy.gate.waiting_changes import KeepWaiting, TakeWaiting
from proxy.gate.work import Actor, AuditRecord, Subject, Work

if TYPE_CHECKING:
    from proxy.gate.work import Change
    from tests.fakes.log import MemoryReview
    from tests.simulation.node import Node

_ENDS = {"approve": "approved", "reject": "rejected", "return": "returned"}


async def vote(node: Node, name: str, person: str, verdict: str) -> bool:
    """Say a person's word on an open review; return whether it was kept."""
    await node.passes("review")
    review = node.world.log.tables.reviews[name]
    if review.state != "open":
        return False
    try:
        await node.log.commit(_voted(node, name, review, person, verdict))
    except Conflict:
        return False
    node.faults("review_committed")
    return True


def _voted(node: Node, name: str, review: MemoryReview, person: str, verdict: str) -> Work:
    opened, now, ids = review.opened, node.clock.now(), node.world.ids
    record = AuditRecord(
        id=ids(),
        code="PG-202",
        type="review.decided",
        at=now,
        actor=Actor(kind="employee", ref=person),
        subject=Subject(account="mastodon:presse", post=opened.post),
        data={
            "review": name,
            "stage": review.stage,
            "stages": opened.stages,
            "verdict": verdict,
            "policy_digest": node.policies.current().digest,
            "mac": opened.mac,
        },
    )
    cast = CastVote(
        id=record.id,
        review=name,
        stage=review.stage,
        reviewer=person,
        on_behalf_of=None,
        verdict=verdict,
        at=now,
    )
    row = node.world.log.tables.outbox[opened.post]
    as_read = TakeWaiting(post=opened.post, send_at=row.send_at, tries=row.tries)
    changes: tuple[Change, ...] = (cast, EndReview(id=name, state=_ENDS[verdict], at=now), as_read)
    if verdict != "approve":
        changes = (*changes, move_post(opened.post, State.HELD, Event.REJECT))
    elif review.stage < opened.stages:
        stays = move_post(opened.post, State.HELD, Event.APPROVE_STAGE)
        changes = (cast, AdvanceReview(id=name, stage=review.stage), stays)
    else:
        kept = KeepWaiting(
            post=opened.post,
            send_at=row.send_at,
            not_before=row.send_at or now,
            expires_at=row.expires_at,
            tries=row.tries,
        )
        changes = (*changes, move_post(opened.post, State.HELD, Event.APPROVE), kept)
    return Work(records=(record,), changes=changes, post=node.world.log.tables.posts[opened.post].id, mac=opened.mac)


async def settle(node: Node, post: str, *, resend: bool) -> None:
    """Say of a post what a look at the platform shows, once its sender is certainly done, or what becomes of it."""
    await node.passes("settle")
    world, tables = node.world, node.world.log.tables
    attempt = max((one for one in tables.attempts.values() if one.post == post), key=lambda one: one.number)
    name, unclear = world.platform.has(post), tables.states[post] is State.UNKNOWN
    deleted = name is None and world.platform.taken.get(post, 0) > 0
    if deleted or world.elapsed() < world.leases[attempt.id] + SETTLE.total_seconds():
        return  # nobody can see what became of it, or it may still be on its way, by a clock that is right
    then = Then.WAIT if unclear else Then.RESEND if resend else Then.CLOSE
    if unclear:
        node.faults("reconcile_absent" if name is None else "reconcile_found")
    person = Principal(ref="a_betrieb", kind="employee", scopes=frozenset({"deliver"}), token_prefix="pgt_test")
    with suppress(StillInProgress, NotFound):  # somebody was faster, or the clock of the node is behind
        await node.settle(tables.posts[post].decision_record, Said(platform_id=name, then=then), by=person)
