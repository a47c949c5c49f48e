"""`block` has no options."""

from __future__ import annotations

from proxy.core.model import Verdict
from proxy.core.policy.actions.block import FIELDS, VERDICT, BlockSpec, build, obligations
from proxy.core.policy.fields import Written


def test_the_action_gives_its_verdict() -> None:
    """There is nothing to choose."""
    spec = build(Written(place="block", values={}))

    assert (spec, spec.verdict, FIELDS) == (BlockSpec(), Verdict.BLOCK, ())
    assert VERDICT is Verdict.BLOCK


def test_what_the_gate_has_to_do() -> None:
    """As data, for the rule that decided."""
    assert obligations(BlockSpec(), "bank/iban") == ()
