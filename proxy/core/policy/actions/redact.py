"""
`redact`: replace what the rule found by a label, then look again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import Obligation, Verdict
from proxy.core.policy.options import ActionSpec

if TYPE_CHECKING:
    from proxy.core.policy.fields import Field, Written

NAME = "redact"
VERDICT = Verdict.REDACT
FIELDS: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactSpec(ActionSpec):
    """Nothing to choose."""

    verdict: Verdict = VERDICT


SPEC = RedactSpec


def build(written: Written) -> RedactSpec:  # noqa: ARG001 - every action module has the same functions
    """Make the spec; there are no options."""
    return RedactSpec()


def obligations(spec: RedactSpec, rule: str) -> tuple[Obligation, ...]:  # noqa: ARG001 - every action module has the same functions
    """Ask for a label in place of the findings of this rule."""
    return (Obligation(name="replace", arguments=(("rule", rule),)),)
