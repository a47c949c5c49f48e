"""
What it does to verdicts when rules match more posts, or when findings come that may take the place of others.

A rule that matches more posts makes verdicts stricter, with two exceptions that are not proven: a label in more places
may make a redacted text pass that was held, and a hold for a queue that had no posts yet may take reviews from another
one. What detectors cannot finish is held anyway and no part of any proof here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import Confidence, Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.change import Direction
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.link import LinkSpec
from proxy.core.policy.matchers.missing import MissingSpec
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.matchers.register import RegisterSpec
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Group, GroupKind, Mode
from proxy.core.policy.registry import MATCHERS
from proxy.core.policy.vocabulary import COMBINED
from proxy.core.policy.wider import uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.facts import MatcherSpec
    from proxy.core.policy.policy import Condition, Policy, Rule

__all__ = ["all_of", "enforced", "entities_of", "findings_added", "lists_of", "matching_more", "words_added"]

_EVASION = "OBFUSCATION"
"""Found where something had to be dug out; goes when a finding in plain sight takes the place of that."""
_FINDINGS_DO_NOT_MATTER: tuple[type[MatcherSpec], ...] = (
    LinkSpec,
    *(module.SPEC for module in MATCHERS if not module.FROM_FINDINGS),
)


def all_of(directions: Iterable[Direction]) -> Direction:
    """Return the direction of several changes together: the worst of them, NEUTRAL without any."""
    found = set(directions)
    for worst in (Direction.WEAKER, Direction.UNCLEAR, Direction.STRICTER):
        if worst in found:
            return worst
    return Direction.NEUTRAL


def enforced(bundle: PolicyBundle) -> Iterator[tuple[Policy, Rule]]:
    """Yield the rules that have an effect."""
    for policy in bundle.policies:
        for rule in policy.rules:
            if policy.mode_of(rule) is Mode.ENFORCE:
                yield policy, rule


def matching_more(rule: Rule, mode: Mode, old: PolicyBundle) -> Direction:
    """Return what it does when a rule in this mode matches posts that it did not match under the old bundle."""
    if mode is not Mode.ENFORCE:
        return Direction.NEUTRAL
    match rule.action.verdict:
        case Verdict.ALLOW:
            return Direction.NEUTRAL
        case Verdict.REDACT:
            # A redacted text is decided again: with another label in it, it may pass where it was held.
            redacting = any(one.action.verdict is Verdict.REDACT for _, one in enforced(old))
            return Direction.UNCLEAR if redacting else Direction.STRICTER
        case Verdict.HOLD:
            action = rule.action
            known = isinstance(action, HoldSpec) and action.queue in _queues(old)
            return Direction.STRICTER if known else Direction.UNCLEAR
        case Verdict.BLOCK:  # pragma: no branch  the last of a closed set
            return Direction.STRICTER


def _queues(bundle: PolicyBundle) -> frozenset[str]:
    """Return the queues that get posts under a bundle; that of the gate itself always does."""
    actions = [rule.action for _, rule in enforced(bundle)]
    return frozenset({HoldSpec().queue, *(action.queue for action in actions if isinstance(action, HoldSpec))})


def words_added(name: str, old: PolicyBundle) -> Direction:
    """Return what more words in a list do to the verdicts of a bundle."""
    if name in COMBINED:
        return Direction.UNCLEAR
    readers = [rule for _, rule in enforced(old) if _reads_list(rule.when, name)]
    if not all(_loosely(rule.when, name) for rule in readers):
        return Direction.UNCLEAR
    return all_of((Direction.STRICTER, *(matching_more(rule, Mode.ENFORCE, old) for rule in readers)))


def _loosely(condition: Condition, name: str) -> bool:
    """Return whether a condition asks for words of a list anywhere in the post, and for their presence only."""
    return all(
        anywhere and (isinstance(spec, WordsSpec) or _takes_any(spec))
        for spec, anywhere in uses(condition)
        if _may_read_list(spec, name)
    )


def _reads_list(condition: Condition, name: str) -> bool:
    return any(_may_read_list(spec, name) for spec, _ in uses(condition))


def _may_read_list(spec: MatcherSpec, name: str) -> bool:
    if isinstance(spec, FindingSpec):
        return "WORDS" in spec.entities
    if isinstance(spec, PatternSpec):
        return name in spec.rules
    if isinstance(spec, MissingSpec | WordsSpec):
        return name in spec.lists
    return not isinstance(spec, (*_FINDINGS_DO_NOT_MATTER, RegisterSpec))


def findings_added(entity: str, old: PolicyBundle) -> Direction:
    """
    Return what more findings of an entity do to the verdicts of a bundle.

    Of findings of one entity in one place the best is kept, so a new one may take the place of another: it may lie
    inside it, have another rule, another view and another fingerprint, and is at least as sure.
    """
    if entity in COMBINED:
        return Direction.UNCLEAR
    own = {one.id for one in old.recognizers if one.entity == entity}
    others = {one.id for one in old.recognizers} - own
    readers = []
    for policy, rule in enforced(old):
        reads = [(spec, anywhere) for spec, anywhere in uses(rule.when) if _may_read(spec, entity, others)]
        if not all(anywhere and _takes_any(spec) for spec, anywhere in reads):
            return Direction.UNCLEAR
        if (reads and rule.unless) or _may_lose_evasion(policy, rule, entity, old):
            return Direction.UNCLEAR
        if reads:
            readers.append(rule)
    return all_of((Direction.STRICTER, *(matching_more(rule, Mode.ENFORCE, old) for rule in readers)))


def _may_read(spec: MatcherSpec, entity: str, others: set[str]) -> bool:
    if isinstance(spec, FindingSpec):
        return entity in spec.entities
    if isinstance(spec, RegisterSpec):
        return entity == spec.entity
    if isinstance(spec, PatternSpec):
        return not set(spec.rules) <= others
    return not isinstance(spec, (*_FINDINGS_DO_NOT_MATTER, WordsSpec))


def _takes_any(spec: MatcherSpec) -> bool:
    """Return whether a matcher is content with any finding of its entities that is sure enough."""
    return isinstance(spec, FindingSpec) and spec.at_least <= 1 and spec.view is None


def _may_lose_evasion(policy: Policy, rule: Rule, entity: str, old: PolicyBundle) -> bool:
    """Return whether a rule looks for evasions and no rule on the entity itself is as strict wherever it applies."""
    if not any(isinstance(spec, FindingSpec) and _EVASION in spec.entities for spec, _ in uses(rule.when)):
        return False
    return not any(
        other.action.verdict.rank >= rule.action.verdict.rank
        and not other.unless
        and other.rollout is None
        and any(_shields(way, entity) for way in _ways(other.when))
        and _covers(scope, policy)
        for scope, other in enforced(old)
    )


def _ways(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, Group) and condition.kind is GroupKind.ANY:
        return condition.conditions
    return (condition,)


def _shields(condition: Condition, entity: str) -> bool:
    """Return whether a condition holds for every finding of an entity that an evasion can come from."""
    return (
        isinstance(condition, FindingSpec)
        and entity in condition.entities
        and _takes_any(condition)
        and condition.confidence.rank <= Confidence.MEDIUM.rank
    )


def _covers(one: Policy, other: Policy) -> bool:
    platforms = one.platforms is None or (other.platforms is not None and one.platforms >= other.platforms)
    return platforms and one.kinds >= other.kinds


def entities_of(rule: Rule, bundle: PolicyBundle) -> frozenset[str]:
    """Return the entities that a rule looks at, by name or by a detection rule."""
    found: set[str] = set()
    entity_of = {one.id: one.entity for one in bundle.recognizers}
    for spec, _ in uses(rule.when):
        if isinstance(spec, FindingSpec):
            found.update(spec.entities)
        elif isinstance(spec, RegisterSpec):
            found.add(spec.entity)
        elif isinstance(spec, PatternSpec):
            found.update(entity_of[name] for name in spec.rules if name in entity_of)
    return frozenset(found)


def lists_of(condition: Condition) -> frozenset[str]:
    """Return the word lists that a condition names."""
    return frozenset(
        name for spec, _ in uses(condition) if isinstance(spec, MissingSpec | WordsSpec) for name in spec.lists
    )
