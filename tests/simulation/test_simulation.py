"""
Histories of two nodes with everything that can go wrong; a few here, ten thousand and more by `make simulate`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Receipt
from proxy.core.release import Approval
from proxy.gate import conclude, deliver, patience
from proxy.gate.conclude import Conclude
from proxy.gate.outcome import OutcomeKind
from proxy.gate.refiling import Refiling
from proxy.gate.retries import again_at
from proxy.gate.send import move_post
from tests.fakes.log import MemoryReview, Tables
from tests.simulation.runs import history_of, shrunk, simulate_all
from tests.simulation.world import simulate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.gate.lifecycle import Event
    from proxy.gate.outcome import Outcome
    from proxy.gate.waiting import WaitingPost
    from proxy.gate.work import Change, Work

SEED = 1
HISTORIES = 2500
MOST_UNTIL_FOUND = 3000


@pytest.mark.req("FEAT-41")
def test_histories_keep_the_promises() -> None:
    """Nothing unrecorded, unfit, doubled, late or told wrongly; every transition was taken, a node died everywhere."""
    seen, failed = simulate_all(range(SEED, SEED + HISTORIES))

    assert failed is None, f"python -m tests.simulation --seed {failed.seed} --histories 1: {failed.complaints}"
    assert seen.missing_points() == []
    assert seen.missing_transitions() == []


def test_a_history_is_its_seed() -> None:
    """Told twice, it is the same to the last step."""
    first, again = (simulate(4711, history_of(4711), trace=True) for _ in range(2))

    assert first.trace == again.trace
    assert history_of(4711) != history_of(4712)


def _sends_before_it_is_kept(patch: pytest.MonkeyPatch) -> None:
    async def record(self: Conclude, work: Work) -> Receipt:
        asyncio.get_running_loop().create_task(self._ports.audit.commit(work))
        codes = {record.code: record.id for record in work.records}
        return Receipt(post=work.post, mac=work.mac, records=codes, first_seq=0, size=1)

    patch.setattr(Conclude, "_record", record)


def _sends_again_what_is_unclear(patch: pytest.MonkeyPatch) -> None:
    def again(outcome: Outcome, *, attempt: str, tries: int, now: datetime, expires_at: datetime) -> datetime | None:
        kind = OutcomeKind.NOT_SENT if outcome.kind is OutcomeKind.UNKNOWN else outcome.kind
        return again_at(replace(outcome, kind=kind), attempt=attempt, tries=tries, now=now, expires_at=expires_at)

    for module in (deliver, patience):
        patch.setattr(module, "again_at", again)


def _takes_every_approval(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Approval, "covers", lambda _self, _decision: True)


def _looks_at_the_state_alone(patch: pytest.MonkeyPatch) -> None:
    def move(_self: Refiling, waiting: WaitingPost, event: Event) -> tuple[Change, ...]:
        return (move_post(waiting.id, waiting.state, event),)

    patch.setattr(Refiling, "_move", move)


def _sends_by_old_policies(patch: pytest.MonkeyPatch) -> None:
    async def outdated(_ports: object, _decision: object) -> None:
        """Find nothing new."""

    for module in (deliver, conclude):
        patch.setattr(module, "outdated", outdated)


def _lets_authors_vote(patch: pytest.MonkeyPatch) -> None:
    real = Tables._open_review

    def open_review(self: Tables, name: str, what: str) -> MemoryReview:
        review = real(self, name, what)
        return replace(review, opened=replace(review.opened, author="a_nobody"))

    patch.setattr(Tables, "_open_review", open_review)


@pytest.mark.parametrize(
    ("defect", "complaint"),
    [
        (_sends_before_it_is_kept, "I"),
        (_sends_again_what_is_unclear, ""),
        (_takes_every_approval, "I4"),
        (_looks_at_the_state_alone, ""),
        (_sends_by_old_policies, "I4"),
        (_lets_authors_vote, "I4"),
    ],
)
def test_a_defect_is_found(
    monkeypatch: pytest.MonkeyPatch, defect: Callable[[pytest.MonkeyPatch], None], complaint: str
) -> None:
    """The simulation can fail, and what it shows then still fails when it is told again."""
    defect(monkeypatch)
    _, failed = simulate_all(range(SEED, SEED + MOST_UNTIL_FOUND))

    assert failed is not None
    assert any(one.startswith(complaint) for one in failed.complaints), failed.complaints
    short = shrunk(failed.seed, history_of(failed.seed))
    assert len(short) <= len(history_of(failed.seed))
    assert simulate(failed.seed, short).complaints
