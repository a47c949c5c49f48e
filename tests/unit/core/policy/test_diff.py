"""What differs between two bundles, and in which direction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import PostKind, Verdict
from proxy.core.policy.change import Change, ChangeKind, Direction, Subject
from proxy.core.policy.diff import compare, only_stricter
from proxy.core.policy.facts import Within
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.policy import Mode, Policy
from tests.policies import make_bundle, make_policy, make_rule

POSTS = frozenset({PostKind.POST})
MASTODON = frozenset({"mastodon"})
ENFORCED = make_policy()
WATCHED = make_policy(mode=Mode.MONITOR)
OFF = make_policy(mode=Mode.OFF)
EVERYWHERE = make_policy(make_rule("other"), identifier="everywhere", kinds=frozenset(PostKind))
"""Covers everything, so that other policies open nothing."""
NARROW = make_policy(platforms=MASTODON, kinds=POSTS)


def _one(*changes: Change) -> Change:
    (change,) = changes
    return change


def _directions(old: tuple[Policy, ...], new: tuple[Policy, ...]) -> dict[str, Direction]:
    return {change.name: change.direction for change in compare(make_bundle(*old), make_bundle(*new))}


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        pytest.param((), (ENFORCED,), Direction.STRICTER, id="policy added where others hold already"),
        pytest.param((), (WATCHED,), Direction.NEUTRAL, id="policy added that only watches"),
        pytest.param((ENFORCED,), (), Direction.WEAKER, id="policy removed"),
        pytest.param((WATCHED,), (), Direction.WEAKER, id="watching policy removed"),
        pytest.param((OFF,), (), Direction.NEUTRAL, id="policy removed that was off"),
        pytest.param((WATCHED,), (ENFORCED,), Direction.STRICTER, id="mode raised"),
        pytest.param((OFF,), (WATCHED,), Direction.STRICTER, id="mode raised to watching"),
        pytest.param((ENFORCED,), (WATCHED,), Direction.WEAKER, id="mode lowered"),
        pytest.param((NARROW,), (replace(NARROW, kinds=frozenset(PostKind)),), Direction.STRICTER, id="more kinds"),
        pytest.param((NARROW,), (replace(NARROW, platforms=None),), Direction.STRICTER, id="all platforms"),
        pytest.param((ENFORCED,), (replace(ENFORCED, kinds=POSTS),), Direction.WEAKER, id="fewer kinds"),
        pytest.param((ENFORCED,), (replace(ENFORCED, platforms=MASTODON),), Direction.WEAKER, id="fewer platforms"),
        pytest.param(
            (NARROW,), (replace(NARROW, kinds=frozenset({PostKind.REPLY})),), Direction.UNCLEAR, id="other kinds"
        ),
        pytest.param((ENFORCED,), (replace(ENFORCED, owner="legal"),), Direction.NEUTRAL, id="owner"),
        pytest.param((ENFORCED,), (replace(ENFORCED, norms=("REG-DE-1",)),), Direction.NEUTRAL, id="norms"),
        pytest.param((ENFORCED,), (replace(ENFORCED, default=Verdict.HOLD),), Direction.STRICTER, id="default up"),
        pytest.param((replace(ENFORCED, default=Verdict.HOLD),), (ENFORCED,), Direction.WEAKER, id="default down"),
    ],
)
def test_policies_are_compared_field_by_field(
    old: tuple[Policy, ...], new: tuple[Policy, ...], direction: Direction
) -> None:
    """Beside a policy that covers everything, which no change touches."""
    assert _directions((EVERYWHERE, *old), (EVERYWHERE, *new))["sample"] is direction


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param((NARROW,), (NARROW, make_policy(identifier="new")), id="policy added"),
        pytest.param((NARROW,), (replace(NARROW, kinds=frozenset(PostKind)),), id="more kinds"),
        pytest.param((NARROW,), (replace(NARROW, platforms=None),), id="more platforms"),
        pytest.param(
            (NARROW, make_policy(identifier="new", mode=Mode.MONITOR)),
            (NARROW, make_policy(identifier="new")),
            id="mode",
        ),
    ],
)
def test_what_nothing_covered_was_held_and_is_not_any_more(old: tuple[Policy, ...], new: tuple[Policy, ...]) -> None:
    """`gate/no-policy` holds what no policy in force names: the first policy for it lets it pass."""
    changes = compare(make_bundle(*old), make_bundle(*new))
    held = compare(make_bundle(*old), make_bundle(*new, default=Verdict.HOLD))

    assert Direction.WEAKER in {change.direction for change in changes if change.subject is Subject.POLICY}
    assert not only_stricter(changes)
    assert only_stricter(held)


@pytest.mark.parametrize(
    ("before", "after", "stricter"),
    [
        (Verdict.HOLD, Verdict.BLOCK, True),
        (Verdict.BLOCK, Verdict.HOLD, False),
    ],
)
def test_settings_of_the_bundle_are_compared_by_strictness(before: Verdict, after: Verdict, *, stricter: bool) -> None:
    """The default of all policies, and what incomplete scans get."""
    for name in ("default", "on_incomplete"):
        old, new = (replace(make_bundle(), **{name: verdict}) for verdict in (before, after))  # type: ignore[arg-type]
        assert compare(old, new) == (
            Change(
                subject=Subject.SETTING,
                name=name,
                kind=ChangeKind.CHANGED,
                direction=Direction.STRICTER if stricter else Direction.WEAKER,
                before=before.value,
                after=after.value,
            ),
        )


def test_a_change_says_what_a_field_said_and_says() -> None:
    """As in a policy file; texts for people are not repeated."""
    platforms = _one(*compare(make_bundle(ENFORCED), make_bundle(replace(ENFORCED, platforms=MASTODON))))
    title = _one(*compare(make_bundle(ENFORCED), make_bundle(replace(ENFORCED, title=make_rule("x").message))))

    assert (platforms.field, platforms.before, platforms.after) == ("platforms", ("all",), ("mastodon",))
    assert (title.field, title.before, title.after) == ("title", None, None)


def test_weakening_a_policy_with_a_hard_rule_is_marked() -> None:
    """Whatever weakens the policy weakens the legal duty."""
    hard = make_policy(replace(make_rule(), hard=True))

    lowered = _one(*compare(make_bundle(hard), make_bundle(replace(hard, mode=Mode.MONITOR))))
    removed = compare(make_bundle(EVERYWHERE, hard), make_bundle(EVERYWHERE))
    renamed = _one(*compare(make_bundle(hard), make_bundle(replace(hard, owner="legal"))))

    assert lowered.hard
    assert [change.hard for change in removed] == [True, True]
    assert not renamed.hard


@pytest.mark.parametrize("direction", Direction)
def test_only_what_is_proven_counts_as_stricter(direction: Direction) -> None:
    """What is unclear counts as weaker, and no change at all weakens nothing."""
    change = Change(subject=Subject.POLICY, name="sample", kind=ChangeKind.CHANGED, direction=direction)

    assert only_stricter([change]) is (direction in {Direction.STRICTER, Direction.NEUTRAL})
    assert only_stricter([])


def test_a_policy_twice_is_refused() -> None:
    """One of the two would not be compared."""
    with pytest.raises(ValueError, match="a policy twice"):
        compare(make_bundle(), make_bundle(make_policy(), make_policy()))


def test_what_follows_from_the_rules_is_no_change_of_its_own() -> None:
    """That a bundle looks at earlier posts of a thread is said by the rule that asks for them."""
    asking = make_rule("asking", when=FindingSpec(entities=("PERSON",), within=Within.THREAD))

    (change,) = compare(make_bundle(make_policy()), make_bundle(make_policy(make_rule(), asking)))

    assert (change.name, change.direction) == ("sample/asking", Direction.STRICTER)
