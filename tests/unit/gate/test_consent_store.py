"""What counts of the register: rows that the gateway made, of two people, in their time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from proxy.gate.consent_store import Approval, KeptConsent, Standing, added_code, approved_code, genuine
from tests.consents import DAY, PRINT, make_consent
from tests.fakes.clock import START
from tests.fakes.envelope import PlainEnvelope

DIGEST = PlainEnvelope().digest


def _kept(**values: object) -> KeptConsent:
    bare = KeptConsent(
        consent=make_consent(since=START + DAY, until=START + 9 * DAY),
        evidence="DMS-2026-17",
        owner="marketing",
        person="a_anna",
        added_at=START,
        expires_at=START + 14 * DAY,
        mac="",
    )
    bare = replace(bare, **values)  # type: ignore[arg-type]
    return replace(bare, mac=added_code(bare, DIGEST))


def _approved(kept: KeptConsent, person: str = "a_ben", at: timedelta = timedelta(hours=1)) -> KeptConsent:
    bare = Approval(person=person, at=START + at, mac="")
    return replace(kept, approval=replace(bare, mac=approved_code(kept, bare, DIGEST)))


ADDED, GOOD = _kept(), _approved(_kept())


@pytest.mark.parametrize(
    ("kept", "days", "standing"),
    [
        (ADDED, 0, Standing.WAITING),
        (ADDED, 14, Standing.LAPSED),
        (GOOD, 0.5, Standing.TO_COME),
        (GOOD, 1, Standing.IN_FORCE),
        (GOOD, 9, Standing.OVER),
        (replace(GOOD, revoked_at=START), 1, Standing.REVOKED),
        (replace(ADDED, revoked_at=START), 0, Standing.REVOKED),
        (replace(GOOD, mac="0"), 1, Standing.DOUBTFUL),
    ],
)
def test_a_consent_stands_by_its_rows_and_the_time(kept: KeptConsent, days: float, standing: Standing) -> None:
    """Nobody has to end it."""
    assert kept.standing(START + days * DAY, DIGEST) is standing


@pytest.mark.parametrize(
    "kept",
    [
        replace(GOOD, evidence="DMS-2026-18"),
        replace(GOOD, consent=replace(GOOD.consent, names=frozenset({"f" * 32}))),
        replace(GOOD, consent=replace(GOOD.consent, until=START + 99 * DAY)),
        replace(GOOD, consent=replace(GOOD.consent, topics=frozenset({"amount"}))),
        replace(GOOD, consent=replace(GOOD.consent, platforms=frozenset({"x"}))),
        replace(GOOD, approval=Approval(person="a_carla", at=START, mac="0")),
        _approved(ADDED, person="a_anna"),
        _approved(ADDED, at=14 * DAY),
        _approved(ADDED, at=-DAY),
    ],
)
def test_rows_that_the_gateway_did_not_make_do_not_count(kept: KeptConsent) -> None:
    """Changed, of one person alone, or too late."""
    assert genuine(GOOD, DIGEST)
    assert genuine(ADDED, DIGEST)
    assert not genuine(kept, DIGEST)
    assert kept.standing(START + DAY, DIGEST) is Standing.DOUBTFUL


def test_nothing_of_a_name_is_shown() -> None:
    """Nor a code by which somebody could try one."""
    assert PRINT not in repr(GOOD)
    assert GOOD.mac not in repr(GOOD)
