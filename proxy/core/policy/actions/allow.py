"""
`allow`: the rule only shows in the record; it weakens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.core.policy.options import ActionSpec

if TYPE_CHECKING:
    from proxy.core.model import Obligation
    from proxy.core.policy.fields import Field, Written

NAME = "allow"
VERDICT = Verdict.ALLOW
FIELDS: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowSpec(ActionSpec):
    """Nothing to choose."""

    verdict: Verdict = VERDICT


SPEC = AllowSpec


def build(written: Written) -> AllowSpec:  # noqa: ARG001 - every action module has the same functions
    """Make the spec; there are no options."""
    return AllowSpec()


def obligations(spec: AllowSpec, rule: str) -> tuple[Obligation, ...]:  # noqa: ARG001 - every action module has the same functions
    """Ask for nothing."""
    return ()
