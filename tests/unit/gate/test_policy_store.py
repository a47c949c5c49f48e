"""What makes signatures genuine and enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from proxy.gate.policy_store import (
    EMERGENCY,
    SIGN,
    SIGN_HARD,
    Activation,
    Kind,
    Proposal,
    Signature,
    genuine,
    signature_code,
)
from tests.fakes.clock import START
from tests.fakes.envelope import PlainEnvelope

DIGEST = PlainEnvelope().digest


def _proposal(*people: str, kind: Kind = Kind.ACTIVATION, needed: int = 2, role: str = SIGN) -> Proposal:
    bare = Proposal(
        id="p1",
        digest="new",
        from_digest="old",
        kind=kind,
        needed=needed,
        opened_at=START,
        expires_at=START + timedelta(days=14),
    )
    signed = [Signature(person=person, role=role, signed_at=START, mac="") for person in people]
    codes = [replace(one, mac=signature_code(bare, one, DIGEST)) for one in signed]
    return replace(bare, signatures=tuple(codes))


def _activation(proposal: Proposal, until: timedelta | None = None) -> Activation:
    return Activation(number=1, proposal=proposal, activated_at=START, until=None if until is None else START + until)


@pytest.mark.parametrize(
    ("activation", "enough"),
    [
        (_activation(_proposal("anna", "ben")), True),
        (_activation(_proposal("anna", "ben", "carla")), True),
        (_activation(_proposal("anna")), False),
        (_activation(_proposal()), False),
        (_activation(_proposal("anna", "anna")), False),
        (_activation(_proposal("anna", needed=1)), False),
        (_activation(_proposal("anna", "ben", needed=3)), False),
        (_activation(_proposal("anna", "ben", "carla", needed=3)), False),
        (_activation(_proposal("anna", "ben", "carla", needed=3, role=SIGN_HARD)), True),
        (_activation(_proposal("anna", kind=Kind.EMERGENCY), EMERGENCY), True),
        (_activation(_proposal("anna", kind=Kind.EMERGENCY), EMERGENCY + timedelta(seconds=1)), False),
        (_activation(_proposal(kind=Kind.EMERGENCY), EMERGENCY), False),
        (_activation(_proposal("anna", "ben"), EMERGENCY), False),
        (_activation(_proposal("anna", "ben", kind=Kind.EMERGENCY)), True),
    ],
)
def test_how_many_people_are_enough(activation: Activation, enough: bool) -> None:
    """Two; three with the third role where a duty is weakened; one for a day in an emergency."""
    assert genuine(activation, DIGEST) is enough


@pytest.mark.parametrize(
    "change",
    [
        {"id": "p2"},
        {"digest": "other"},
        {"from_digest": None},
        {"kind": Kind.ROLLBACK},
        {"needed": 3},
        {"opened_at": START + timedelta(seconds=1)},
        {"expires_at": START + timedelta(days=15)},
    ],
)
def test_a_signature_belongs_to_one_proposal(change: dict[str, object]) -> None:
    """Whatever is changed of it afterwards, the signatures under it are none any more."""
    proposal = _proposal("anna", "ben", "carla", role=SIGN_HARD)

    assert genuine(_activation(proposal), DIGEST)
    assert not genuine(_activation(replace(proposal, **change)), DIGEST)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"person": "dora"}, {"role": SIGN_HARD}, {"signed_at": START - EMERGENCY}])
def test_a_signature_belongs_to_one_person_and_role(change: dict[str, object]) -> None:
    """And to one moment."""
    proposal = _proposal("anna", "ben")
    forged = (proposal.signatures[0], replace(proposal.signatures[1], **change))  # type: ignore[arg-type]

    assert not genuine(_activation(replace(proposal, signatures=forged)), DIGEST)


def test_codes_do_not_show() -> None:
    """Nor do they help whoever sees a representation."""
    (signature,) = _proposal("anna").signatures

    assert signature.mac not in repr(signature)
