"""
What people do: reviewers, and those who look at the platform for a post that may have been published.

Each is one unit of work, as the gate's use cases make it, with nothing checked before: whom it does not stand in for
and what is over by now is for the log to refuse.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, PostgateError
from proxy.gate.lifecycle import Event, State, enter
from proxy.gate.records import moved
from proxy.gate.review_changes import AdvanceReview, CastVote, EndReview
from proxy.gate.send import move_post
from proxy.gate.waiting_changes import KeepWaiting, StopWaiting, TakeWaiting
from proxy.gate.work import Actor, AuditRecord, Subject, Work

if TYPE_CHECKING:
    from proxy.gate.work import Change
    from tests.fakes.log import MemoryReview
    from tests.simulation.node import Node

_ENDS = {"approve": "approved", "reject": "rejected", "return": "returned"}
_SETTLE = timedelta(seconds=120)


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
        changes = (cast, AdvanceReview(id=name, stage=review.stage))
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


async def settle(node: Node, post: str) -> None:
    """Say of a post that is unclear what a look at the platform shows, once its sender is certainly done."""
    await node.passes("settle")
    tables = node.world.log.tables
    if tables.states[post] is not State.UNKNOWN:
        return
    attempt = max((one for one in tables.attempts.values() if one.post == post), key=lambda one: one.number)
    quiet = node.world.elapsed() > node.world.leases[attempt.id] + _SETTLE.total_seconds()
    if not quiet:
        return
    name = node.world.platform.has(post)
    taken = node.world.platform.taken.get(post, 0) > 0
    if name is None and taken:
        return  # deleted since, or an act: nobody can see what became of it
    record = AuditRecord(
        id=node.world.ids(),
        code="PG-104",
        type="post.reconciled",
        at=node.clock.now(),
        actor=Actor(kind="employee", ref="a_betrieb"),
        subject=Subject(account=tables.posts[post].account, post=post),
        refs=(attempt.intent_record,),
        data={
            "attempt": attempt.id,
            "result": "absent" if name is None else "published",
            "method": "person",
            "upstream_id": name,
        },
    )
    node.faults("reconcile_absent" if name is None else "reconcile_found")
    event = Event.FOUND_ABSENT if name is None else Event.LATE_PUBLISHED
    await _commit(node, record, move_post(post, State.UNKNOWN, event, platform_id=name))


async def decide_absent(node: Node, post: str, *, resend: bool) -> None:
    """Send what is not published again, or leave it at that."""
    await node.passes("decide")
    tables = node.world.log.tables
    if tables.states[post] is not State.ABSENT:
        return
    now, row = node.clock.now(), tables.outbox.get(post)
    event = Event.RESEND if resend else Event.CLOSE
    record = moved(
        record=node.world.ids(),
        at=now,
        about=Subject(account=tables.posts[post].account, post=post),
        move=(State.ABSENT, enter(State.ABSENT, event)),
        reason="person",
        by=Actor(kind="employee", ref="a_betrieb"),
    )
    tries = sum(one.post == post for one in tables.attempts.values())
    ends = now + timedelta(hours=24) if row is None else row.expires_at
    again = KeepWaiting(post=post, send_at=None, not_before=now, expires_at=ends, tries=tries)
    after: Change = again if resend else StopWaiting(post=post)
    await _commit(node, record, move_post(post, State.ABSENT, event), after)


async def _commit(node: Node, record: AuditRecord, *changes: Change) -> None:
    try:
        await node.log.commit(Work(records=(record,), changes=changes))
    except Conflict:
        return  # somebody was faster
    except PostgateError as error:
        node.world.noted(error.code)
