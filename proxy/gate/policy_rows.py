"""
The changing of policies as plain values: what is in force, what waits, what a step came to, and what it changes.

The same rows for commands and the API. Of the house's lists only numbers are shown, and people by their pseudonyms.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING

from proxy.core.policy.facts import MatcherSpec
from proxy.core.policy.policy import Group
from proxy.core.policy.registry import matcher_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.policy.change import Change, Value
    from proxy.gate.policy_life import Status, Step
    from proxy.gate.policy_store import Activation, Proposal

_KEYS = {
    "entities": "type",
    "lists": "list",
    "rules": "name",
    "words": "is",
    "languages": "is",
    "at_least": "count from",
    "attributes": "attributes from",
    "sought": "match",
    "denied": "also negated",
    "undescribed": "alt_text missing",
    "low": "from",
    "high": "to",
}
"""Fields of a spec under the words of a policy file."""
_LEFT_OUT = frozenset({"inline"})


def status_rows(status: Status) -> dict[str, object]:
    """Return what is in force, what waits for signatures, what was in force before, and the retired bundles."""
    return {
        "active": None if status.active is None else activation_row(status.active),
        "waiting": [proposal_row(proposal) for proposal in status.waiting],
        "activations": [activation_row(one) for one in status.activations],
        "retired": sorted(status.retired),
        "doubtful": status.doubtful,
    }


def step_row(step: Step) -> dict[str, object]:
    """Return what became of a proposal: the proposal, what it changes, and whether and until when it is in force."""
    return {
        "proposal": proposal_row(step.proposal),
        "changes": change_rows(step.changes),
        "in_force": step.in_force,
        "until": None if step.until is None else step.until.isoformat(),
    }


def activation_row(activation: Activation) -> dict[str, object]:
    """Return an activation with its proposal as plain values."""
    return {
        "number": activation.number,
        "activated_at": activation.activated_at.isoformat(),
        "until": None if activation.until is None else activation.until.isoformat(),
        **proposal_row(activation.proposal),
    }


def proposal_row(proposal: Proposal) -> dict[str, object]:
    """Return a proposal as plain values; people by their pseudonyms."""
    return {
        "proposal": proposal.id,
        "digest": proposal.digest,
        "from_digest": proposal.from_digest,
        "kind": proposal.kind.value,
        "needed": proposal.needed,
        "opened_at": proposal.opened_at.isoformat(),
        "expires_at": proposal.expires_at.isoformat(),
        "signed_by": [signature.person for signature in proposal.signatures],
    }


def change_rows(changes: Sequence[Change]) -> list[dict[str, object]]:
    """Return changes as plain values."""
    return [
        {
            "subject": one.subject.value,
            "name": one.name,
            "kind": one.kind.value,
            "field": one.field,
            "before": _plain(one.before),
            "after": _plain(one.after),
            "direction": one.direction.value,
            "hard": one.hard,
            "personal": list(one.personal),
        }
        for one in changes
    ]


def _plain(value: Value) -> object:
    if isinstance(value, Group | MatcherSpec):
        return value_text(value)
    if isinstance(value, tuple):
        return [value_text(one) for one in value]
    return value


def value_text(value: Value) -> str:
    """Return one side of a change in words, without the words of a list."""
    match value:
        case None:
            return "-"
        case Group():
            inner = ", ".join(map(value_text, value.conditions))
            return f"{value.kind.value} (within {value.within.value}) [{inner}]"
        case MatcherSpec():
            return f"{{{spec_text(value)}}}"
        case tuple():
            return " | ".join(map(value_text, value)) or "-"
        case _:
            return str(value)


def spec_text(spec: MatcherSpec) -> str:
    """Return a matcher in the words of a policy file, without the words of a list written in it."""
    try:
        name = matcher_of(spec).NAME
    except LookupError:
        name = type(spec).__name__
    return f"{name}: {', '.join(_values(spec))}"


def _values(spec: MatcherSpec) -> list[str]:
    found = []
    for one in fields(spec):
        value = getattr(spec, one.name)
        if one.name in _LEFT_OUT or (one.default is not MISSING and value == one.default):
            continue
        text = f"({spec_text(value)})" if isinstance(value, MatcherSpec) else _spec_value(value)
        found.append(f"{_KEYS.get(one.name, one.name)} {text}")
    return found


def _spec_value(value: object) -> str:
    match value:
        case tuple():
            return " | ".join(map(str, value))
        case bool():
            return str(value).lower()
        case None:
            return "sentence"
        case _:
            return str(value)
