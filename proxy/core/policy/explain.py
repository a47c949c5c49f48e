"""
Why each rule says what it says about a post: conditions with their answers, for people who write rules.

Verdicts come from `decide`; this asks every condition by itself, also those a rule need not ask any more, and so costs
more. It holds places of findings, never what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from proxy.core.model import Confidence
from proxy.core.policy.conditions import evaluate, holds
from proxy.core.policy.facts import Facts, look
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.missing import MissingSpec
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.matchers.register import RegisterSpec
from proxy.core.policy.policy import Condition, Group, Mode
from proxy.core.policy.rollout import mode_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.model import Post, Scan, Verdict
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.policy import Policy, Rule

__all__ = ["Answer", "Explained", "Outcome", "explain"]


class Outcome(StrEnum):
    """What became of a rule, what matters most first."""

    MATCHED = "matched"
    EXCUSED = "excused"
    """It matched, and an exception excuses everything that it found."""
    ALMOST = "almost"
    """Some of what it asks for is there, or is there less surely."""
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one condition says about the whole post."""

    condition: Condition
    held: bool
    raised: bool
    """It could not be evaluated and therefore counts as held."""
    findings: tuple[int, ...]
    inner: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A rule, and what it says about a post."""

    name: str
    """`policy/rule`."""
    rule: Rule
    mode: Mode
    """How much the rule counts for this post; `monitor` also outside the sample of its rollout."""
    outcome: Outcome
    when: Answer

    @property
    def verdict(self) -> Verdict:
        """Return what the rule asks for when it matches."""
        return self.rule.action.verdict

    def absent(self) -> tuple[str, ...]:
        """Return the lists whose texts are missing, any of which would keep the rule from matching."""
        return tuple(dict.fromkeys(name for answer in _all(self.when) for name in _lists(answer)))


def explain(post: Post, scan: Scan, bundle: PolicyBundle, *, running: frozenset[str]) -> tuple[Explained, ...]:
    """Return every rule in force for such a post, those that matched first, and in the order of names."""
    facts = look(post, scan, bundle.allow_lists, running)
    found = [
        _explained(policy, rule, facts, mode_for(policy, rule, post, bundle.rollout_key))
        for policy in bundle.policies
        if policy.applies(post.platform, post.kind)
        for rule in policy.rules
        if policy.mode_of(rule) is not Mode.OFF
    ]
    order = list(Outcome)
    return tuple(sorted(found, key=lambda one: (order.index(one.outcome), -one.verdict.rank, one.name)))


def _explained(policy: Policy, rule: Rule, facts: Facts, mode: Mode) -> Explained:
    when = _answer(rule.when, facts)
    if evaluate(rule, facts).held:
        outcome = Outcome.MATCHED
    elif when.held:
        outcome = Outcome.EXCUSED
    elif any(answer.findings for answer in _all(when)) or holds(_relaxed(rule.when), facts, facts.everything).held:
        outcome = Outcome.ALMOST
    else:
        outcome = Outcome.NOT
    return Explained(name=f"{policy.id}/{rule.id}", rule=rule, mode=mode, outcome=outcome, when=when)


def _answer(condition: Condition, facts: Facts) -> Answer:
    match = holds(condition, facts, facts.everything)
    return Answer(
        condition=condition,
        held=match.held,
        raised=match.raised,
        findings=tuple(sorted(match.findings & facts.everything)),
        inner=tuple(_answer(one, facts) for one in condition.conditions) if isinstance(condition, Group) else (),
    )


def _relaxed(condition: Condition) -> Condition:
    """Return a condition that is content with any confidence and one place."""
    if isinstance(condition, Group):
        return replace(condition, conditions=tuple(map(_relaxed, condition.conditions)))
    if isinstance(condition, FindingSpec | PatternSpec):
        return replace(condition, confidence=Confidence.LOW, at_least=1)
    if isinstance(condition, RegisterSpec):
        return replace(condition, confidence=Confidence.LOW, attributes=1)
    return condition


def _all(answer: Answer) -> Iterator[Answer]:
    yield answer
    for one in answer.inner:
        yield from _all(one)


def _lists(answer: Answer) -> tuple[str, ...]:
    return answer.condition.lists if isinstance(answer.condition, MissingSpec) and answer.held else ()
