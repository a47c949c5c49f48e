"""
`redact`: replace what the rule found by a label, then look again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from proxy.core.model import Localised, Obligation, Verdict
from proxy.core.policy.fields import Field, FieldKind, Written
from proxy.core.policy.options import ActionSpec

NAME = "redact"
VERDICT = Verdict.REDACT
FIELDS: tuple[Field, ...] = (Field(name="label", kind=FieldKind.LABEL),)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactSpec(ActionSpec):
    """What stands in the place of what was found."""

    verdict: Verdict = VERDICT
    label: Localised | None = None
    """None takes the label of the gate."""


SPEC = RedactSpec


def build(written: Written) -> RedactSpec:
    """Make the spec of checked values."""
    return RedactSpec(label=cast("Localised | None", written.values.get("label")))


def obligations(spec: RedactSpec, rule: str) -> tuple[Obligation, ...]:
    """Ask for a label in place of the findings of this rule."""
    label = () if spec.label is None else (("label_de", spec.label.de), ("label_en", spec.label.en))
    return (Obligation(name="replace", arguments=(("rule", rule), *label)),)
