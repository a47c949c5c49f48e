"""
What differs between two bundles, and what is proven about it.

Decides whether one person alone may put a bundle into force in an emergency: only what is proven to weaken nothing is
STRICTER or NEUTRAL, and everything that nobody has thought about is UNCLEAR, fields that come later too.

The proof goes in steps, each of which keeps or raises every verdict: first what rules refer to changes under the old
rules, then the rules change one field after the other. A bundle without changes decides as the other one does.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, cast

from proxy.core.model import Verdict
from proxy.core.policy.change import Change, ChangeKind, Direction, Subject
from proxy.core.policy.diff_lists import compared_lists
from proxy.core.policy.diff_rules import compared_rules, personal_news, whole_rule
from proxy.core.policy.policy import Mode
from proxy.core.policy.strictness import all_of, matching_more

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.change import Value
    from proxy.core.policy.policy import Policy

__all__ = ["compare", "only_stricter"]

_COMPARED_ELSEWHERE = frozenset(
    {
        "digest",
        "rules_digest",
        "organisation_digest",
        "policies",
        "lexicons",
        "recognizers",
        "house",
        "allow_lists",
        "allow_ends",
        "calendars",
        "rollout_key",
    }
)
_NEUTRAL = frozenset({"title", "owner", "norms"})
_ELSEWHERE = ""
"""Stands for every platform that no policy names."""


def compare(old: PolicyBundle, new: PolicyBundle) -> tuple[Change, ...]:
    """
    Return what differs, in the order of policies, rules, lists and settings; nothing where decisions are the same.

    Raises:
        ValueError: a policy, rule or detection rule twice in one bundle.
    """
    return (
        *_policies(old, new),
        *compared_lists(old, new),
        *_settings(old, new),
    )


def only_stricter(changes: Iterable[Change]) -> bool:
    """Return whether it is proven of every change that no post gets a weaker verdict by it."""
    return all(change.direction in {Direction.STRICTER, Direction.NEUTRAL} for change in changes)


def _policies(old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    before, after = _by_id(old), _by_id(new)
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was is None and now is not None:
            yield _policy(now, ChangeKind.ADDED, _applied_to_more(now, old, new))
            yield from (whole_rule(now, rule, ChangeKind.ADDED, old=old, new=new) for rule in now.rules)
        elif was is not None and now is None:
            yield _policy(was, ChangeKind.REMOVED, Direction.NEUTRAL if was.mode is Mode.OFF else Direction.WEAKER)
            yield from (whole_rule(was, rule, ChangeKind.REMOVED, old=old, new=new) for rule in was.rules)
        elif was is not None and now is not None and was != now:
            yield from _fields(was, now, old=old, new=new)
            yield from compared_rules(was, now, old=old, new=new)


def _by_id(bundle: PolicyBundle) -> dict[str, Policy]:
    found = {policy.id: policy for policy in bundle.policies}
    if len(found) != len(bundle.policies):
        message = "a policy twice"
        raise ValueError(message)
    return found


def _policy(policy: Policy, kind: ChangeKind, direction: Direction) -> Change:
    return Change(
        subject=Subject.POLICY,
        name=policy.id,
        kind=kind,
        direction=direction,
        hard=direction in {Direction.WEAKER, Direction.UNCLEAR} and any(rule.hard for rule in policy.rules),
    )


def _fields(was: Policy, now: Policy, *, old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    for one in fields(was):
        if one.name == "rules" or not one.init or getattr(was, one.name) == getattr(now, one.name):
            continue
        direction = _direction(one.name, was, now, old=old, new=new)
        applied = one.name in {"mode", "platforms", "kinds"}
        yield Change(
            subject=Subject.POLICY,
            name=now.id,
            kind=ChangeKind.CHANGED,
            direction=direction,
            field=one.name,
            before=_said(one.name, getattr(was, one.name)),
            after=_said(one.name, getattr(now, one.name)),
            hard=direction in {Direction.WEAKER, Direction.UNCLEAR} and any(rule.hard for rule in was.rules),
            personal=personal_news(now, now.rules, old=old, new=new) if applied else (),
        )


def _direction(field: str, was: Policy, now: Policy, *, old: PolicyBundle, new: PolicyBundle) -> Direction:
    if field in _NEUTRAL:
        return Direction.NEUTRAL
    if field == "mode":
        raised = now.mode.rank > was.mode.rank
        return all_of((Direction.STRICTER, _applied_to_more(now, old, new))) if raised else Direction.WEAKER
    if field == "default":
        return Direction.STRICTER if now.default.rank > was.default.rank else Direction.WEAKER
    more, fewer = _wider_scope(field, was, now), _wider_scope(field, now, was)
    if more:
        return all_of((Direction.STRICTER, _applied_to_more(now, old, new)))
    return Direction.WEAKER if fewer else Direction.UNCLEAR


def _wider_scope(field: str, was: Policy, now: Policy) -> bool:
    """Return whether a field is one of the scope and names at least what it named; nothing is known of others."""
    if field == "kinds":
        return now.kinds >= was.kinds
    everywhere = now.platforms is None or (was.platforms is not None and now.platforms >= was.platforms)
    return field == "platforms" and everywhere


def _applied_to_more(policy: Policy, old: PolicyBundle, new: PolicyBundle) -> Direction:
    """
    Return what it does that a policy applies to posts that it did not apply to before.

    Where no policy in force applied, such posts were held; they are not any more, unless the default holds them.
    """
    if policy.mode is Mode.ENFORCE and new.default.rank < Verdict.HOLD.rank and _opens(policy, old, new):
        return Direction.WEAKER
    return all_of(matching_more(rule, policy.mode_of(rule), old) for rule in policy.rules)


def _opens(policy: Policy, old: PolicyBundle, new: PolicyBundle) -> bool:
    in_force = [one for one in old.policies if one.mode is Mode.ENFORCE]
    named = {name for bundle in (old, new) for one in bundle.policies for name in one.platforms or ()}
    return any(
        policy.applies(platform, kind) and not any(one.applies(platform, kind) for one in in_force)
        for platform in {*named, _ELSEWHERE}
        for kind in policy.kinds
    )


def _settings(old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    for one in fields(old):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if one.name in _COMPARED_ELSEWHERE or not one.init or before == after:  # what is derived follows from the rules
            continue
        known = isinstance(before, Verdict) and isinstance(after, Verdict)
        raised = Direction.STRICTER if known and after.rank > before.rank else Direction.WEAKER
        yield Change(
            subject=Subject.SETTING,
            name=one.name,
            kind=ChangeKind.CHANGED,
            direction=raised if known else Direction.UNCLEAR,
            hard=raised is not Direction.STRICTER and any(rule.hard for one in old.policies for rule in one.rules),
            before=before.value if known else None,
            after=after.value if known else None,
        )


def _said(field: str, value: object) -> Value:
    """Return a value in the words of a policy file; texts for people are not repeated."""
    if field == "platforms" and value is None:
        return ("all",)
    if isinstance(value, frozenset | tuple):
        return tuple(sorted(map(str, cast("Iterable[object]", value))))
    return str(value) if isinstance(value, str) else None
