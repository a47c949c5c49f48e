"""Which activations count: those that follow from what was in force when they were made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.gate.policy_chain import Chain, Standing, chain
from proxy.gate.policy_store import EMERGENCY, SIGN, Activation, Kind, Proposal, Signature, signature_code
from tests.fakes.clock import START
from tests.fakes.envelope import PlainEnvelope

if TYPE_CHECKING:
    from datetime import datetime

DIGEST = PlainEnvelope().digest
HOUR = timedelta(hours=1)
LATER = START + timedelta(days=9)


def _row(
    number: int, digest: str, before: str | None, *, at: datetime = START, name: str = "", emergency: bool = False
) -> Activation:
    proposal = Proposal(
        id=name or f"p{number}",
        digest=digest,
        from_digest=before,
        kind=Kind.EMERGENCY if emergency else Kind.ACTIVATION,
        needed=2,
        opened_at=at,
        expires_at=at + timedelta(days=14),
    )
    people = ("anna",) if emergency else ("anna", "ben")
    bare = [Signature(person=person, role=SIGN, signed_at=at, mac="") for person in people]
    signed = tuple(replace(one, mac=signature_code(proposal, one, DIGEST)) for one in bare)
    return Activation(
        number=number,
        proposal=replace(proposal, signatures=signed),
        activated_at=at,
        until=at + EMERGENCY if emergency else None,
    )


def _chain(*rows: Activation, retired: dict[str, datetime] | None = None, now: datetime = LATER) -> Chain:
    return chain(rows, retired=retired or {}, digest=DIGEST, now=now)


FIRST = _row(1, "a", None)
SECOND = _row(2, "b", "a", at=START + HOUR)
EMERGENCY_ROW = _row(3, "c", "b", at=START + 2 * HOUR, emergency=True)


def test_each_follows_from_the_one_before() -> None:
    """In whatever order the rows come; the newest that is not over is in force."""
    whole = _chain(EMERGENCY_ROW, SECOND, FIRST)

    assert (whole.valid, whole.last, whole.doubtful) == ((FIRST, SECOND, EMERGENCY_ROW), 3, False)
    assert (whole.active(START + 3 * HOUR), whole.active(LATER), whole.lasting()) == (EMERGENCY_ROW, SECOND, SECOND)
    assert _chain() == Chain()


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(_row(3, "c", "a", at=START + 2 * HOUR), id="made against another bundle"),
        pytest.param(replace(FIRST, number=3, activated_at=START + 2 * HOUR), id="used before"),
        pytest.param(replace(_row(3, "c", "b", at=LATER + HOUR)), id="in the future"),
        pytest.param(replace(_row(3, "c", "b", at=START + HOUR * 3), activated_at=START + HOUR * 2), id="too early"),
        pytest.param(replace(_row(3, "c", "b"), activated_at=START + timedelta(days=14)), id="too late"),
        pytest.param(
            replace(_row(3, "c", "b"), proposal=replace(_row(3, "c", "b").proposal, signatures=())), id="unsigned"
        ),
    ],
)
def test_what_does_not_follow_does_not_count(row: Activation) -> None:
    """It is passed over and told; the number is taken."""
    found = _chain(FIRST, SECOND, row, now=LATER)

    assert (found.valid, found.last, found.doubtful) == ((FIRST, SECOND), 3, True)


def test_a_retired_bundle_counts_only_before() -> None:
    """What was in force in its time was in force."""
    assert _chain(FIRST, SECOND, retired={"b": START}).valid == (FIRST,)
    assert _chain(FIRST, SECOND, retired={"b": START + 2 * HOUR}).valid == (FIRST, SECOND)


def test_an_emergency_may_be_signed_while_it_lasts_or_after() -> None:
    """As its own proposal, against what was in force before it."""
    signed = _row(4, "c", "b", at=START + 2 * HOUR, name="p3")
    during, after = (replace(signed, activated_at=START + hours * HOUR) for hours in (3, 30))

    assert _chain(FIRST, SECOND, EMERGENCY_ROW, during).doubtful is False
    assert _chain(FIRST, SECOND, EMERGENCY_ROW, after).doubtful is False


def test_what_is_replaced_by_the_emergency_in_force_is_what_was_before() -> None:
    """Any other proposal replaces the emergency."""
    rows = _chain(FIRST, SECOND, EMERGENCY_ROW)
    standing = Standing(now=START + 3 * HOUR, chain=rows, retired={})

    assert (standing.digest, standing.active) == ("c", EMERGENCY_ROW)
    assert standing.replaced_by(EMERGENCY_ROW.proposal) == "b"
    assert standing.replaced_by(FIRST.proposal) == "c"
    assert Standing(now=START, chain=Chain(), retired={}).digest is None
