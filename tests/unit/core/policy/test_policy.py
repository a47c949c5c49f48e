"""Where a policy applies and how much its rules count."""

from __future__ import annotations

import pytest

from proxy.core.model import PostKind
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Condition, Group, GroupKind, Mode
from tests.policies import BrokenSpec, make_policy, make_rule


@pytest.mark.parametrize("kind", GroupKind)
def test_a_group_without_conditions_is_refused(kind: GroupKind) -> None:
    """All of nothing would hold for every post."""
    with pytest.raises(ValueError, match="without conditions"):
        Group(kind=kind, conditions=())


def test_a_policy_applies_to_what_it_names() -> None:
    """Platform and kind both have to fit."""
    policy = make_policy(platforms=frozenset({"mastodon"}), kinds=frozenset({PostKind.POST}))

    assert policy.applies("mastodon", PostKind.POST)
    assert not policy.applies("bluesky", PostKind.POST)
    assert not policy.applies("mastodon", PostKind.MEDIA)


def test_all_platforms_means_all() -> None:
    """A policy without platforms applies to one added tomorrow."""
    assert make_policy().applies("tomorrow", PostKind.POST)


@pytest.mark.parametrize(
    ("policy", "rule", "together"),
    [
        (Mode.ENFORCE, Mode.ENFORCE, Mode.ENFORCE),
        (Mode.ENFORCE, Mode.MONITOR, Mode.MONITOR),
        (Mode.MONITOR, Mode.ENFORCE, Mode.MONITOR),
        (Mode.OFF, Mode.ENFORCE, Mode.OFF),
        (Mode.MONITOR, Mode.OFF, Mode.OFF),
    ],
)
def test_the_weaker_mode_counts(policy: Mode, rule: Mode, together: Mode) -> None:
    """A rule may be weaker than its policy, never stronger."""
    assert make_policy(mode=policy).mode_of(make_rule(mode=rule)) is together


_PERSON, _LIST = FindingSpec(entities=("PERSON", "ORGANIZATION")), WordsSpec(lists=("relation",))


@pytest.mark.parametrize(
    ("when", "needs"),
    [
        (_LIST, [{"relation"}]),
        (BrokenSpec(), []),
        (
            Group(kind=GroupKind.ALL, conditions=(_PERSON, BrokenSpec(), _LIST)),
            [{"PERSON", "ORGANIZATION"}, {"relation"}],
        ),
        (Group(kind=GroupKind.ANY, conditions=(_PERSON, _LIST)), [{"PERSON", "ORGANIZATION", "relation"}]),
        (Group(kind=GroupKind.ANY, conditions=(_PERSON, BrokenSpec())), []),
        (Group(kind=GroupKind.NONE, conditions=(_LIST,)), []),
    ],
)
def test_a_rule_knows_what_it_needs(when: Condition, needs: list[set[str]]) -> None:
    """It may match only where one signal of each set is there."""
    rule = make_rule(when=when)

    assert [set(need) for need in rule.needs] == needs
    assert rule.may_match(frozenset().union(*needs))
    assert rule.may_match(frozenset()) is not bool(needs)


def test_a_policy_looks_up_the_rules_that_may_match() -> None:
    """Those that need nothing always, the others when what they need is there."""
    both = Group(kind=GroupKind.ALL, conditions=(_PERSON, _LIST))
    rules = (make_rule("any", when=BrokenSpec()), make_rule("list", when=_LIST), make_rule("both", when=both))
    policy = make_policy(*rules)
    names = {
        signals: {rule.id for rule in policy.rules_for(frozenset(signals))}
        for signals in ((), ("other",), ("relation",), ("PERSON",), ("PERSON", "ORGANIZATION", "relation"))
    }

    assert names == {
        (): {"any"},
        ("other",): {"any"},
        ("relation",): {"any", "list"},
        ("PERSON",): {"any"},
        ("PERSON", "ORGANIZATION", "relation"): {"any", "list", "both"},
    }
