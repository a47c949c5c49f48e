"""Steps of a change as records: both people, what it did to verdicts, and no name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from proxy.audit.catalogue import complaint
from proxy.core.model import Principal
from proxy.core.policy.change import Change, ChangeKind, Direction, Subject
from proxy.gate.policy_records import APPROVED, IN_FORCE, SUBMITTED, direction, retired, step
from proxy.gate.policy_store import SIGN, Kind, Proposal
from proxy.gate.records import stamp
from tests.fakes.clock import START

BEN = Principal(ref="ben", kind="employee", scopes=frozenset({SIGN}), token_prefix="pgt_0000")
PROPOSAL = Proposal(
    id="p1",
    digest="new",
    from_digest="old",
    kind=Kind.ACTIVATION,
    needed=2,
    opened_at=START,
    expires_at=START + timedelta(days=14),
)


def _change(direction: Direction) -> Change:
    return Change(subject=Subject.RULE, name="a/b", kind=ChangeKind.CHANGED, direction=direction)


@pytest.mark.parametrize("kind", [SUBMITTED, APPROVED, *IN_FORCE.values()])
def test_every_step_fits_the_catalogue(kind: tuple[str, str]) -> None:
    """With the end of the proposal, or that of an emergency."""
    until = START + timedelta(hours=24)
    record = step(kind, PROPOSAL, (_change(Direction.STRICTER),), record="r", at=START, by=BEN, until=until)
    ends = PROPOSAL.expires_at if kind is SUBMITTED else until

    assert complaint(record.code, record.type, record.data) is None
    assert (record.actor.ref, record.data["direction"], record.data["rules_changed"]) == ("ben", "stricter", 1)
    assert record.data["expires_at"] == stamp(ends)


def test_a_retirement_fits_the_catalogue() -> None:
    """It names the bundle."""
    record = retired("new", record="r", at=START, by=BEN)

    assert complaint(record.code, record.type, record.data) is None
    assert record.data == {"digest": "new"}


@pytest.mark.parametrize(
    ("directions", "word"),
    [
        ((), "neutral"),
        ((Direction.NEUTRAL,), "neutral"),
        ((Direction.NEUTRAL, Direction.STRICTER), "stricter"),
        ((Direction.STRICTER, Direction.UNCLEAR), "unclear"),
        ((Direction.UNCLEAR, Direction.WEAKER, Direction.STRICTER), "weaker"),
    ],
)
def test_the_most_worrying_direction_counts(directions: tuple[Direction, ...], word: str) -> None:
    """In one word."""
    assert direction(tuple(map(_change, directions))) == word
