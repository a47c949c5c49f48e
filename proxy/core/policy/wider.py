"""
Which conditions provably hold for more posts than others, and which exceptions provably excuse fewer.

Only a few forms are proven; `False` means "not proven", never "the opposite". What is proven is more than that a
condition holds: it is also made to hold by all findings that made the other one hold, so that no exception excuses
more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.policy.facts import MatcherSpec, Within
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.matchers.register import RegisterSpec
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Condition, Group, GroupKind

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["fewer_excuses", "found_only", "uses", "wider", "without_inline"]


def wider(new: Condition, old: Condition) -> bool:
    """Return whether `new` provably holds wherever `old` does, by all findings that made `old` hold."""
    if new == old:
        return True
    if isinstance(new, Group):
        return _wider_group(new, old)
    if isinstance(old, Group):
        return old.kind is GroupKind.ANY and all(wider(new, one) for one in old.conditions)
    # What a matcher sees may depend on `within`, whatever else it asks.
    return new.within is old.within and _asks_less(new, old)


def _asks_less(new: MatcherSpec, old: MatcherSpec) -> bool:
    match new, old:
        case FindingSpec(), FindingSpec():
            return (
                set(new.entities) >= set(old.entities)
                and new.view in {None, old.view}
                and new.confidence.rank <= old.confidence.rank
                and _as_often(new, old)
            )
        case PatternSpec(), PatternSpec():
            return (
                set(new.rules) >= set(old.rules) and new.confidence.rank <= old.confidence.rank and _as_often(new, old)
            )
        case RegisterSpec(), RegisterSpec():
            return new.rules >= old.rules and new.confidence.rank <= old.confidence.rank
        case WordsSpec(), WordsSpec():
            # What is in the lists is compared with all other word lists.
            return set(new.lists) >= set(old.lists) and new.denied >= old.denied
        case NearSpec(), NearSpec():
            return new.distance == old.distance and wider(new.a, old.a) and wider(new.b, old.b)
        case _:
            return False


def _wider_group(new: Group, old: Condition) -> bool:
    if new.kind is GroupKind.ANY:
        ways = old.conditions if isinstance(old, Group) and old.kind is GroupKind.ANY else (old,)
        return all(any(wider(one, way) for one in new.conditions) for way in ways)
    return (
        new.kind is GroupKind.ALL
        and isinstance(old, Group)
        and old.kind is GroupKind.ALL
        and new.within is old.within
        and len(new.conditions) == len(old.conditions)
        and all(map(wider, new.conditions, old.conditions))
    )


def _as_often(new: FindingSpec | PatternSpec, old: FindingSpec | PatternSpec) -> bool:
    return new.at_least <= old.at_least


def fewer_excuses(new: tuple[MatcherSpec, ...], old: tuple[MatcherSpec, ...]) -> bool:
    """Return whether the exceptions `new` provably excuse nothing that the exceptions `old` do not."""
    return all(any(_excuses_less(one, other) for other in old) for one in new)


def _excuses_less(new: MatcherSpec, old: MatcherSpec) -> bool:
    if isinstance(new, AllowedSpec) and isinstance(old, AllowedSpec) and new.within is old.within:
        return set(new.lists) <= set(old.lists)
    if isinstance(new, ConsentSpec) and isinstance(old, ConsentSpec) and new.within is old.within:
        return set(new.covers) <= set(old.covers)
    return new == old


def found_only(condition: Condition) -> bool:
    """Return whether a condition can only hold because of findings: then more findings never excuse more."""
    if isinstance(condition, Group):
        return condition.kind is not GroupKind.NONE and all(map(found_only, condition.conditions))
    return isinstance(condition, FindingSpec | PatternSpec | RegisterSpec | WordsSpec | NearSpec)


def uses(condition: Condition, *, anywhere: bool = True) -> Iterator[tuple[MatcherSpec, bool]]:
    """
    Yield the matchers of a condition, each with whether it may find what it asks for anywhere in the post.

    It may not where something else has to stand close by, or where a `none` turns it round: there it matters where
    exactly a finding stands, and a longer or shorter one in its place is not as good.
    """
    if isinstance(condition, Group):
        loose = condition.kind is GroupKind.ANY or (condition.kind is GroupKind.ALL and condition.within is Within.POST)
        for one in condition.conditions:
            yield from uses(one, anywhere=anywhere and loose)
    elif isinstance(condition, NearSpec):
        yield from uses(condition.a, anywhere=False)
        yield from uses(condition.b, anywhere=False)
    else:
        yield condition, anywhere


def without_inline(condition: Condition) -> Condition:
    """Return a condition with the ids of the word lists written in it, but without their words."""
    match condition:
        case Group():
            return replace(condition, conditions=tuple(map(without_inline, condition.conditions)))
        case WordsSpec():
            return replace(condition, inline=None)
        case NearSpec():
            a, b = (without_inline(one) for one in (condition.a, condition.b))
            return replace(condition, a=a, b=b) if not isinstance(a, Group) and not isinstance(b, Group) else condition
        case _:
            return condition
