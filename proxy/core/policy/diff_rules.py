"""
What differs between the rules of a policy in two bundles.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

from proxy.core.model import Localised, Verdict
from proxy.core.policy.change import Change, ChangeKind, Direction, Subject
from proxy.core.policy.policy import Mode
from proxy.core.policy.rollout import WHOLE, share
from proxy.core.policy.strictness import all_of, entities_of, matching_more
from proxy.core.policy.vocabulary import IMPERSONAL
from proxy.core.policy.wider import fewer_excuses, found_only, wider, without_inline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.change import Value
    from proxy.core.policy.policy import Policy, Rule

__all__ = ["compared_rules", "personal_news", "whole_rule"]

_NEUTRAL = frozenset({"title", "message", "remedy", "known_false_positives"})
_MAY_WEAKEN = frozenset({Direction.WEAKER, Direction.UNCLEAR})


def compared_rules(was: Policy, now: Policy, *, old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    """
    Yield what differs between the rules of two policies of one id.

    Raises:
        ValueError: a rule twice in one policy.
    """
    before, after = _by_id(was), _by_id(now)
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one is None and other is not None:
            yield whole_rule(now, other, ChangeKind.ADDED, old=old, new=new)
        elif one is not None and other is None:
            yield whole_rule(was, one, ChangeKind.REMOVED, old=old, new=new)
        elif one is not None and other is not None and one != other:
            yield from _Pair((was, one), (now, other), old=old, new=new).changes()


def _by_id(policy: Policy) -> dict[str, Rule]:
    found = {rule.id: rule for rule in policy.rules}
    if len(found) != len(policy.rules):
        message = "a rule twice"
        raise ValueError(message)
    return found


def whole_rule(policy: Policy, rule: Rule, kind: ChangeKind, *, old: PolicyBundle, new: PolicyBundle) -> Change:
    """Return the change that a rule came or went."""
    mode = policy.mode_of(rule)
    if kind is ChangeKind.ADDED:
        direction = matching_more(rule, mode, old)
    else:
        idle = mode is Mode.OFF or rule.action.verdict is Verdict.ALLOW
        direction = Direction.NEUTRAL if idle and not rule.hard else Direction.WEAKER
    return Change(
        subject=Subject.RULE,
        name=f"{policy.id}/{rule.id}",
        kind=kind,
        direction=direction,
        hard=rule.hard and direction in _MAY_WEAKEN,
        personal=personal_news(policy, (rule,), old=old, new=new) if kind is ChangeKind.ADDED else (),
    )


def personal_news(policy: Policy, rules: Iterable[Rule], *, old: PolicyBundle, new: PolicyBundle) -> tuple[str, ...]:
    """Return the entities that say something of persons, that these rules look at and that no rule did before."""
    before = frozenset[str]().union(
        *(
            entities_of(rule, old)
            for other in old.policies
            for rule in other.rules
            if other.mode_of(rule) is not Mode.OFF
        ),
    )
    now = frozenset[str]().union(*(entities_of(rule, new) for rule in rules if policy.mode_of(rule) is not Mode.OFF))
    return tuple(sorted(now - before - IMPERSONAL))


class _Pair:
    """A rule before and after."""

    def __init__(
        self, before: tuple[Policy, Rule], after: tuple[Policy, Rule], *, old: PolicyBundle, new: PolicyBundle
    ) -> None:
        (was_in, self._was), (now_in, self._now) = before, after
        self._name = f"{now_in.id}/{self._now.id}"
        self._old = old
        self._modes = was_in.mode_of(self._was), now_in.mode_of(self._now)
        self._personal = personal_news(now_in, (self._now,), old=old, new=new)

    def changes(self) -> Iterator[Change]:
        """Yield one change for each field."""
        for one in fields(self._was):
            before, after = getattr(self._was, one.name), getattr(self._now, one.name)
            if not one.init or before == after:  # what follows from other fields
                continue
            match one.name:
                case "when":
                    yield from self._when()
                case "action":
                    yield from self._action()
                case "unless":
                    yield self._change("unless", self._unless(), self._was.unless, self._now.unless)
                case "mode":
                    yield self._change("mode", self._mode(), before.value, after.value)
                case "rollout":
                    yield self._change("rollout", self._rollout(), _share(before), _share(after))
                case "retain":
                    yield self._change("retain", Direction.UNCLEAR, before, after)
                case "hard":
                    yield self._change(
                        "hard", Direction.STRICTER if after else Direction.WEAKER, _flag(before), _flag(after)
                    )
                case _:
                    yield self._change(one.name, Direction.NEUTRAL if one.name in _NEUTRAL else Direction.UNCLEAR)

    def _change(self, field: str, direction: Direction, before: Value = None, after: Value = None) -> Change:
        return Change(
            subject=Subject.RULE,
            name=self._name,
            kind=ChangeKind.CHANGED,
            direction=direction,
            field=field,
            before=before,
            after=after,
            hard=self._was.hard and direction in _MAY_WEAKEN,
            personal=self._personal if field in {"when", "mode"} else (),
        )

    def _more(self) -> Direction:
        """Return what it does that the rule matches more posts, with the action it has now."""
        return matching_more(self._now, self._modes[1], self._old)

    def _when(self) -> Iterator[Change]:
        before, after = without_inline(self._was.when), without_inline(self._now.when)
        if before == after:
            return
        direction = Direction.UNCLEAR
        # An exception excuses what was found: where nothing had to be found, a finding may bring an excuse.
        if wider(after, before) and (not self._was.unless or found_only(before)):
            direction = self._more()
        elif wider(before, after):
            direction = Direction.WEAKER
        yield self._change("when", direction, before, after)

    def _unless(self) -> Direction:
        if fewer_excuses(self._now.unless, self._was.unless):
            return self._more()
        return Direction.WEAKER if fewer_excuses(self._was.unless, self._now.unless) else Direction.UNCLEAR

    def _mode(self) -> Direction:
        if self._now.mode.rank < self._was.mode.rank:
            return Direction.WEAKER
        enforced_now = self._modes[1] is Mode.ENFORCE and self._modes[0] is not Mode.ENFORCE
        return all_of((Direction.STRICTER, self._more())) if enforced_now else Direction.STRICTER

    def _rollout(self) -> Direction:
        """Return what another share of the posts does; a smaller one has no post in it that a larger one has not."""
        before, after = (WHOLE if one.rollout is None else one.rollout for one in (self._was, self._now))
        return self._more() if after > before else Direction.WEAKER

    def _action(self) -> Iterator[Change]:
        before, after = self._was.action, self._now.action
        if before.verdict is not after.verdict:
            raised = after.verdict.rank > before.verdict.rank
            yield self._change(
                "action",
                self._more() if raised else Direction.WEAKER,
                before.verdict.value,
                after.verdict.value,
            )
            return
        for one in fields(before):
            was, now = getattr(before, one.name), getattr(after, one.name, None)
            if was != now:
                more_eyes = one.name == "stages" and isinstance(was, int) and isinstance(now, int) and now > was
                fewer_eyes = one.name == "stages" and not more_eyes
                direction = Direction.WEAKER if fewer_eyes else Direction.UNCLEAR
                yield self._change(
                    f"{after.verdict.value}.{one.name}",
                    Direction.STRICTER if more_eyes else direction,
                    _told(was),
                    _told(now),
                )


def _told(value: Any) -> Value:  # noqa: ANN401 - any field of an action
    """Return what a field said; of a label only that it has changed."""
    return None if isinstance(value, Localised) else cast("Value", value)


def _share(value: object) -> str | None:
    return share(value) if isinstance(value, int) else None


def _flag(value: object) -> str:
    return "true" if value else "false"
