"""
A policy as values: what a checked policy file says, without its tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from proxy.core.policy.facts import MatcherSpec, Within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proxy.core.model import Localised, PostKind, Verdict
    from proxy.core.policy.options import ActionSpec


class Mode(StrEnum):
    """How much a policy or rule counts, weakest first."""

    OFF = "off"
    MONITOR = "monitor"
    """Recorded as `would_have`, without any effect."""
    ENFORCE = "enforce"

    @property
    def rank(self) -> int:
        """Return 0 for off, 1 for monitor, 2 for enforce."""
        return _MODE_RANKS[self]


_MODE_RANKS = {mode: rank for rank, mode in enumerate(Mode)}


class GroupKind(StrEnum):
    """How the conditions of a group go together."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    Conditions that go together.

    Raises:
        ValueError: no conditions; "all of nothing" would hold for every post, "any of nothing" for none.
    """

    kind: GroupKind
    conditions: tuple[Condition, ...]
    within: Within = Within.POST
    """For `all`: every condition has to hold in one and the same sentence, part or post."""

    def __post_init__(self) -> None:
        if not self.conditions:
            message = "a group without conditions"
            raise ValueError(message)


Condition = Group | MatcherSpec


def reaches_thread(condition: Condition) -> bool:
    """Return whether a condition asks what stands in earlier posts of a thread."""
    if condition.within is Within.THREAD:
        return True
    return isinstance(condition, Group) and any(map(reaches_thread, condition.conditions))


def _needs(condition: Condition) -> tuple[frozenset[str], ...]:
    """Return sets of signals: a condition can only hold where at least one of each set is there."""
    if not isinstance(condition, Group):
        own = condition.needs()
        return () if own is None else (own,)
    inner = [_needs(one) for one in condition.conditions]
    match condition.kind:
        case GroupKind.ALL:
            return tuple(dict.fromkeys(need for needs in inner for need in needs))
        case GroupKind.ANY:
            # Any set of each condition will do; the smallest leaves out the most.
            return (frozenset().union(*(min(needs, key=len) for needs in inner)),) if all(inner) else ()
        case GroupKind.NONE:  # pragma: no branch  the last of a closed set
            return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a post may not leave as it is, and what happens then."""

    id: str
    """Unique in its policy."""
    title: Localised
    when: Condition
    unless: tuple[MatcherSpec, ...] = ()
    action: ActionSpec
    message: Localised
    """What the author reads; never what was matched."""
    remedy: Localised | None = None
    """What would make a post pass, as the author reads it."""
    mode: Mode = Mode.ENFORCE
    hard: bool = False
    rollout: int | None = None
    """For how many of a thousand posts it counts, 1 to 999; for the others it monitors. None: for all."""
    retain: str | None = None
    """Retention class of what it matches, at least; None: as the verdict says."""
    known_false_positives: tuple[str, ...] = ()
    needs: tuple[frozenset[str], ...] = field(init=False, repr=False)
    """Sets of signals; the rule can only match where at least one of each set is there."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", _needs(self.when))

    def may_match(self, signals: frozenset[str]) -> bool:
        """Return whether what a rule needs at least is among the signals of a post; most rules have nothing there."""
        for need in self.needs:  # noqa: SIM110  asked of every rule for every post, and a generator costs more
            if need.isdisjoint(signals):
                return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A set of rules with one owner."""

    id: str
    """Unique in its bundle."""
    title: Localised
    owner: str
    """A role, never a person."""
    norms: tuple[str, ...]
    mode: Mode
    platforms: frozenset[str] | None
    """None means all."""
    kinds: frozenset[PostKind]
    rules: tuple[Rule, ...] = field(repr=False)
    default: Verdict
    """At least this, whatever the rules say; a floor, so that no finding can weaken a verdict."""
    always: frozenset[int] = field(init=False, repr=False)
    """Indexes of the rules that may match whatever a post has."""
    by_signal: Mapping[str, frozenset[int]] = field(init=False, repr=False)
    """Signal to the indexes of the other rules: each stands below all signals of its smallest need."""

    def __post_init__(self) -> None:
        by_signal: dict[str, set[int]] = {}
        for index, rule in enumerate(self.rules):
            for signal in min(rule.needs, key=len, default=()):
                by_signal.setdefault(signal, set()).add(index)
        always = frozenset(index for index, rule in enumerate(self.rules) if not rule.needs)
        object.__setattr__(self, "always", always)
        object.__setattr__(self, "by_signal", {signal: frozenset(own) for signal, own in by_signal.items()})

    def rules_for(self, signals: frozenset[str]) -> Iterator[Rule]:
        """Yield the rules that may match a post with these signals, looked up, since of a thousand rules few do."""
        near = [self.by_signal[signal] for signal in signals if signal in self.by_signal]
        for index in self.always.union(*near):
            if self.rules[index].may_match(signals):
                yield self.rules[index]

    def applies(self, platform: str, kind: PostKind) -> bool:
        """Return whether this policy names a platform and a kind."""
        return (self.platforms is None or platform in self.platforms) and kind in self.kinds

    def mode_of(self, rule: Rule) -> Mode:
        """Return the weaker of the modes of policy and rule."""
        return self.mode if self.mode.rank <= rule.mode.rank else rule.mode
