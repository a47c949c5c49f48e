"""
`block`: stop the post for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.core.policy.options import ActionSpec

if TYPE_CHECKING:
    from proxy.core.model import Obligation
    from proxy.core.policy.fields import Field, Written

NAME = "block"
VERDICT = Verdict.BLOCK
FIELDS: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSpec(ActionSpec):
    """Nothing to choose."""

    verdict: Verdict = VERDICT


SPEC = BlockSpec


def build(written: Written) -> BlockSpec:  # noqa: ARG001 - every action module has the same functions
    """Make the spec; there are no options."""
    return BlockSpec()


def obligations(spec: BlockSpec, rule: str) -> tuple[Obligation, ...]:  # noqa: ARG001 - every action module has the same functions
    """Ask for nothing."""
    return ()
