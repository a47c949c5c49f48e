"""
`hold`: a person of a queue looks before the post leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from proxy.core.model import Obligation, Verdict
from proxy.core.policy.fields import Field, FieldKind, Written
from proxy.core.policy.options import ActionSpec

NAME = "hold"
VERDICT = Verdict.HOLD
FIELDS: tuple[Field, ...] = (
    Field(name="queue", kind=FieldKind.NAME, required=True),
    Field(name="stages", kind=FieldKind.INTEGER, low=1, high=3),
    Field(name="due", kind=FieldKind.DURATION, low=300, high=30 * 86_400),
    Field(name="escalate_to", kind=FieldKind.NAME),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSpec(ActionSpec):
    """Who looks, how often, until when."""

    verdict: Verdict = VERDICT
    queue: str = "compliance"
    stages: int = 1
    due: int | None = None
    """Seconds until the review is due; None leaves it to the settings."""
    escalate_to: str = "compliance"


SPEC = HoldSpec


def build(written: Written) -> HoldSpec:
    """Make the spec of checked values."""
    values = written.values
    default = HoldSpec()
    return HoldSpec(
        queue=cast("str", values["queue"]),
        stages=cast("int", values.get("stages", default.stages)),
        due=cast("int | None", values.get("due")),
        escalate_to=cast("str", values.get("escalate_to", default.escalate_to)),
    )


def obligations(spec: HoldSpec, rule: str) -> tuple[Obligation, ...]:
    """Ask for a review."""
    due: tuple[tuple[str, str | int], ...] = () if spec.due is None else (("due_seconds", spec.due),)
    return (
        Obligation(
            name="review",
            arguments=(
                ("queue", spec.queue),
                ("stages", spec.stages),
                *due,
                ("escalate_to", spec.escalate_to),
                ("rule", rule),
            ),
        ),
    )
