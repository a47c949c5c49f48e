"""
Whether a rule matches: groups, matchers and exceptions.

A matcher that raises counts as held, everywhere: it can make a rule match and never excuse one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Post, PostId, PostKind, Scan
from proxy.core.policy.facts import MISS, RAISED, Facts, Match, MatcherSpec, look, seen, units
from proxy.core.policy.matchers import link
from proxy.core.policy.matchers.consent import BESIDE, EXCUSABLE
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.link import LinkSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.matchers.register import RegisterSpec, Sought
from proxy.core.policy.policy import Condition, Group, GroupKind, Rule
from proxy.core.policy.registry import matcher_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOTHING = Post(id=PostId(""), platform="", account="", author="", operation="", kind=PostKind.POST, parts=())

_NOTHING_SEEN = Scan(findings=(), expected=frozenset(), completed=frozenset(), links=(), languages=())


def evaluate(rule: Rule, facts: Facts) -> Match:
    """
    Return whether a rule matches a post and which of its own findings made it match.

    It is asked again without the findings that exceptions excuse. What it matches by others, or without any finding,
    no exception excuses: otherwise one more finding could weaken a verdict.
    """
    match = holds(rule.when, facts, facts.everything)
    if match.held and not match.raised:
        excuses = [answer for spec in rule.unless if (answer := _excuse(spec, facts, match.findings)).held]
        excused = frozenset[int]().union(*(answer.findings for answer in excuses))
        if excuses and not holds(rule.when, facts, facts.everything - excused).held:
            return replace(MISS, consents=frozenset().union(*(answer.consents for answer in excuses)))
    return replace(match, findings=match.findings & facts.everything) if facts.earlier else match


def holds(condition: Condition, facts: Facts, visible: frozenset[int]) -> Match:
    """Return whether a condition holds, looking at the visible findings only."""
    if not isinstance(condition, Group):
        return _ask(condition, facts, visible)
    if condition.kind is GroupKind.ALL:
        return _all(condition, facts, visible)
    if condition.kind is GroupKind.ANY:
        return _any(condition, facts, visible)
    return _none(condition, facts, visible)


def matches_everything(condition: Condition) -> bool:
    """Return whether a condition holds for a post without any text, and so says nothing about what a post holds."""
    return holds(condition, look(_NOTHING, _NOTHING_SEEN, {}), frozenset()).held


def beyond_consent(condition: Condition) -> frozenset[str]:
    """Return the entities, detection rules and matchers that a condition asks for and that no consent may excuse."""
    found: Iterable[str]
    match condition:
        case Group():
            found = frozenset[str]().union(*map(beyond_consent, condition.conditions))
        case NearSpec():
            found = beyond_consent(condition.a) | beyond_consent(condition.b)
        case FindingSpec():
            found = frozenset(condition.entities) - EXCUSABLE - BESIDE
        case PatternSpec():
            found = condition.rules
        case RegisterSpec(sought=Sought.IDENTIFIER | Sought.RESTRICTED_LIST):
            found = (condition.entity,)
        case LinkSpec():  # its query may have the number of a customer
            found = (link.NAME,)
        case _:
            found = ()
    return frozenset(found)


def _ask(spec: MatcherSpec, facts: Facts, visible: frozenset[int]) -> Match:
    try:
        return matcher_of(spec).match(spec, facts, visible)
    except Exception:  # noqa: BLE001 - whatever went wrong, not knowing counts as matched
        return RAISED


def _excuse(spec: MatcherSpec, facts: Facts, findings: frozenset[int]) -> Match:
    answer = _ask(spec, facts, findings)
    return MISS if answer.raised else answer


def _all(group: Group, facts: Facts, visible: frozenset[int]) -> Match:
    alone = _all_of(group, facts, visible)
    reach = seen(facts, visible, group.within)
    if reach == visible:
        return alone
    together = _all_of(group, facts, reach)
    # What earlier posts say may complete what this one says, and never holds it by itself.
    return together if alone.held or together.raised or together.findings & visible else MISS


def _all_of(group: Group, facts: Facts, visible: frozenset[int]) -> Match:
    if not visible:
        return _all_in(group, facts, visible)
    return _joined(
        answer for unit in units(facts, group.within, visible) if (answer := _all_in(group, facts, unit)).held
    )


def _all_in(group: Group, facts: Facts, unit: frozenset[int]) -> Match:
    answers: list[Match] = []
    for condition in group.conditions:
        answer = holds(condition, facts, unit)
        if not answer.held:
            return MISS
        answers.append(answer)
    return _joined(answers)


def _any(group: Group, facts: Facts, visible: frozenset[int]) -> Match:
    answers = [holds(condition, facts, visible) for condition in group.conditions]
    return _joined(answer for answer in answers if answer.held)


def _none(group: Group, facts: Facts, visible: frozenset[int]) -> Match:
    answers = [holds(condition, facts, visible) for condition in group.conditions]
    if any(answer.held and not answer.raised for answer in answers):
        return MISS
    return Match(held=True, raised=any(answer.raised for answer in answers))


def _joined(answers: Iterable[Match]) -> Match:
    held = list(answers)
    if not held:
        return MISS
    return Match(
        held=True,
        findings=frozenset().union(*(answer.findings for answer in held)),
        raised=any(answer.raised for answer in held),
    )
