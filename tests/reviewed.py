"""
Held posts and their reviews as units of work, for suites that run on a database. All people are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.lifecycle import State
from proxy.gate.review_changes import CastVote, Delegate, OpenReview
from proxy.gate.waiting_changes import KeepWaiting
from proxy.gate.work import StoreActor, Work
from tests.fakes.clock import START
from tests.logins import issue, noted
from tests.works import AUTHOR, MAC, Sample, decided, new_id, stored

if TYPE_CHECKING:
    from datetime import datetime

    from tests.stores import Ports

DAY = timedelta(days=1)
RITA, OLAF, TINA = "a_rita", "a_olaf", "a_tina"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A held post and its review."""

    post: Sample
    review: OpenReview


async def people(ports: Ports) -> None:
    """Keep an author with a token, and three others."""
    await issue(ports)
    for ref in (RITA, OLAF, TINA):
        actor = StoreActor(
            ref=ref,
            kind="employee",
            name_digest=ref,
            name_nonce=b"n",
            name=b"x",
            name_key=b"k",
            kek_id="kek",
            created_at=START,
        )
        await ports.audit.commit(noted(ports, actor))


async def held(
    ports: Ports, *, stages: int = 1, queue: str = "compliance", due: timedelta = DAY, author: str = AUTHOR.ref
) -> Held:
    """Keep a post that people are asked about."""
    post = Sample()
    review = OpenReview(
        id=new_id(),
        post=post.post,
        queue=queue,
        stages=stages,
        author=author,
        mac=MAC,
        opened_at=START,
        due_at=START + due,
        escalate_to="board",
        decision_record=post.decision,
        policy_digest="p" * 64,
        rules=("bank/iban", "gate/x"),
        bulk=stages == 1,
    )
    waits = KeepWaiting(post=post.post, send_at=None, not_before=None, expires_at=START + DAY)
    changes = (*stored(post, State.HELD), review, waits)
    await ports.audit.commit(Work(records=(decided(post, "hold"),), changes=changes, post=post.post, mac=MAC))
    return Held(post=post, review=review)


def vote(
    review: OpenReview,
    by: str = RITA,
    *,
    stage: int = 1,
    verdict: str = "approve",
    for_: str | None = None,
    at: datetime = START,
) -> CastVote:
    """Return a word on a stage."""
    return CastVote(id=new_id(), review=review.id, stage=stage, reviewer=by, on_behalf_of=for_, verdict=verdict, at=at)


def delegation(
    person: str, deputy: str, *, queue: str | None = None, since: datetime = START, until: datetime = START + DAY
) -> Delegate:
    """Return a delegation."""
    return Delegate(id=new_id(), person=person, deputy=deputy, queue=queue, since=since, until=until, created_at=START)
