"""
Which values of a leaf are copied into columns, so that queries can filter by them. The leaf is what counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("code", "at", "actor_ref", "account", "platform", "decision", "post_id", "rules", "policy_digest")


def columns_of(leaf: Mapping[str, object]) -> dict[str, object]:
    """Return the copies of a leaf's values, by column."""
    actor, subject, data = member(leaf, "actor"), member(leaf, "subject"), member(leaf, "data")
    account = subject.get("account")
    platform, separator, _ = str(account or "").partition(":")
    return {
        "code": leaf.get("code"),
        "at": leaf.get("at"),
        "actor_ref": actor.get("ref"),
        "account": account,
        "platform": platform if separator else None,
        "decision": data.get("decision"),
        "post_id": subject.get("post"),
        "rules": _rules(data.get("rules")),
        "policy_digest": data.get("policy_digest"),
    }


def member(leaf: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Return an object inside a leaf; an empty one for what is no object."""
    value = leaf.get(name)
    return value if isinstance(value, dict) else {}


def _rules(rules: object) -> str | None:
    """Return rule ids between line breaks, so that one id is found as a whole."""
    if not isinstance(rules, list) or not rules:
        return None
    names = [str(rule.get("rule")) if isinstance(rule, dict) else str(rule) for rule in rules]
    return "\n" + "\n".join(names) + "\n"
