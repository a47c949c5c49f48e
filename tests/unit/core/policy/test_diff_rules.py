"""What differs between rules, and in which direction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Confidence, Localised, Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.actions.redact import RedactSpec
from proxy.core.policy.change import Change, ChangeKind, Direction, Subject
from proxy.core.policy.diff import compare
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Group, GroupKind, Mode, Rule
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.policy.policy import Condition

IBAN = FindingSpec(entities=("IBAN_CODE",), confidence=Confidence.MEDIUM)
BOTH = FindingSpec(entities=("IBAN_CODE", "CREDIT_CARD"))
EITHER = Group(kind=GroupKind.ANY, conditions=(IBAN, WordsSpec(lists=("secrets",))))
OWN = AllowedSpec(lists=("own",))
KEPT = make_rule("kept", when=FindingSpec(entities=("SECRET",)))
RULE = make_rule(when=IBAN)


def _changes(*pair: Rule | None) -> tuple[Change, ...]:
    """Compare a rule before and after beside one that stays."""
    old, new = (make_bundle(make_policy(KEPT, *([] if rule is None else [rule]))) for rule in pair)
    return compare(old, new)


def _direction(old: Rule | None, new: Rule | None) -> Direction:
    (change,) = _changes(old, new)
    return change.direction


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        pytest.param(None, RULE, Direction.STRICTER, id="block added"),
        pytest.param(None, make_rule(action=Verdict.HOLD), Direction.STRICTER, id="hold added"),
        pytest.param(None, make_rule(action=Verdict.REDACT), Direction.STRICTER, id="redact added"),
        pytest.param(None, make_rule(action=Verdict.ALLOW), Direction.NEUTRAL, id="allow added"),
        pytest.param(None, make_rule(mode=Mode.MONITOR), Direction.NEUTRAL, id="watching rule added"),
        pytest.param(None, make_rule(action=HoldSpec(queue="mine")), Direction.UNCLEAR, id="hold for a new queue"),
        pytest.param(RULE, None, Direction.WEAKER, id="removed"),
        pytest.param(make_rule(action=Verdict.ALLOW), None, Direction.NEUTRAL, id="allow removed"),
        pytest.param(make_rule(mode=Mode.OFF), None, Direction.NEUTRAL, id="removed while off"),
        pytest.param(make_rule(mode=Mode.MONITOR), None, Direction.WEAKER, id="watching rule removed"),
        pytest.param(RULE, replace(RULE, mode=Mode.MONITOR), Direction.WEAKER, id="mode lowered"),
        pytest.param(replace(RULE, mode=Mode.MONITOR), RULE, Direction.STRICTER, id="mode raised"),
        pytest.param(replace(RULE, mode=Mode.OFF), replace(RULE, mode=Mode.MONITOR), Direction.STRICTER, id="watched"),
        pytest.param(RULE, replace(RULE, when=EITHER), Direction.STRICTER, id="another way"),
        pytest.param(replace(RULE, when=EITHER), RULE, Direction.WEAKER, id="a way less"),
        pytest.param(RULE, replace(RULE, when=BOTH), Direction.STRICTER, id="more types, less sure"),
        pytest.param(RULE, replace(RULE, when=LengthSpec(low=1)), Direction.UNCLEAR, id="another condition"),
        pytest.param(RULE, replace(RULE, unless=(OWN,)), Direction.WEAKER, id="exception added"),
        pytest.param(replace(RULE, unless=(OWN,)), RULE, Direction.STRICTER, id="exception removed"),
        pytest.param(
            replace(RULE, unless=(OWN,)),
            replace(RULE, unless=(AllowedSpec(lists=("samples",)),)),
            Direction.UNCLEAR,
            id="another exception",
        ),
        pytest.param(RULE, make_rule(when=IBAN, action=Verdict.HOLD), Direction.WEAKER, id="action weaker"),
        pytest.param(make_rule(when=IBAN, action=Verdict.HOLD), RULE, Direction.STRICTER, id="action stronger"),
        pytest.param(
            make_rule(action=Verdict.HOLD),
            make_rule(action=HoldSpec(stages=2)),
            Direction.STRICTER,
            id="more stages",
        ),
        pytest.param(
            make_rule(action=HoldSpec(stages=2)), make_rule(action=Verdict.HOLD), Direction.WEAKER, id="fewer stages"
        ),
        pytest.param(
            make_rule(action=Verdict.HOLD), make_rule(action=HoldSpec(queue="own")), Direction.UNCLEAR, id="queue"
        ),
        pytest.param(RULE, replace(RULE, retain="de-wphg-5y"), Direction.UNCLEAR, id="kept for another time"),
        pytest.param(RULE, replace(RULE, rollout=100), Direction.WEAKER, id="a share only"),
        pytest.param(replace(RULE, rollout=100), replace(RULE, rollout=200), Direction.STRICTER, id="more of all"),
        pytest.param(replace(RULE, rollout=200), replace(RULE, rollout=100), Direction.WEAKER, id="less of all"),
        pytest.param(replace(RULE, rollout=200), RULE, Direction.STRICTER, id="all again"),
        pytest.param(RULE, replace(RULE, hard=True), Direction.STRICTER, id="hard"),
        pytest.param(replace(RULE, hard=True), RULE, Direction.WEAKER, id="not hard any more"),
        pytest.param(RULE, replace(RULE, title=Localised(de="x", en="x")), Direction.NEUTRAL, id="title"),
        pytest.param(RULE, replace(RULE, message=Localised(de="x", en="x")), Direction.NEUTRAL, id="message"),
        pytest.param(RULE, replace(RULE, remedy=Localised(de="So", en="So")), Direction.NEUTRAL, id="remedy"),
        pytest.param(RULE, replace(RULE, known_false_positives=("x",)), Direction.NEUTRAL, id="false positives"),
    ],
)
def test_rules_are_compared_field_by_field(old: Rule | None, new: Rule | None, direction: Direction) -> None:
    """What is not proven is unclear."""
    assert _direction(old, new) is direction


def test_an_exception_makes_another_way_unclear_where_nothing_has_to_be_found() -> None:
    """A finding beside a condition on the length may be excused, and with it the whole rule."""
    long = Group(kind=GroupKind.ANY, conditions=(LengthSpec(low=1),))
    wider = Group(kind=GroupKind.ANY, conditions=(LengthSpec(low=1), IBAN))

    assert _direction(make_rule(when=long), make_rule(when=wider)) is Direction.STRICTER
    assert _direction(make_rule(when=long, unless=(OWN,)), make_rule(when=wider, unless=(OWN,))) is Direction.UNCLEAR
    assert _direction(make_rule(when=IBAN, unless=(OWN,)), make_rule(when=BOTH, unless=(OWN,))) is Direction.STRICTER


def test_a_label_of_its_own_is_said_without_its_words() -> None:
    """A redacted text is decided again, and a label may make a difference there."""
    own = RedactSpec(label=Localised(de="[Konto]", en="[account]"))
    (change,) = _changes(make_rule(action=RedactSpec()), make_rule(action=own))

    assert (change.field, change.direction) == ("redact.label", Direction.UNCLEAR)
    assert (change.before, change.after) == (None, None)


def test_another_label_is_unclear_where_something_is_redacted_already() -> None:
    """A redacted text is decided again; with a label more in it, it may pass where it was held."""
    redacting = make_rule("redacting", action=Verdict.REDACT)
    old = make_bundle(make_policy(redacting))
    new = make_bundle(make_policy(redacting, make_rule("second", action=Verdict.REDACT)))

    (change,) = compare(old, new)

    assert change.direction is Direction.UNCLEAR


def test_a_rule_that_its_policy_only_watches_may_be_enforced() -> None:
    """The weaker of both modes counts."""
    old, new = (
        make_bundle(make_policy(), make_policy(replace(RULE, mode=mode), identifier="watched", mode=Mode.MONITOR))
        for mode in (Mode.MONITOR, Mode.ENFORCE)
    )

    (change,) = compare(old, new)

    assert change.direction is Direction.STRICTER


def test_a_change_says_what_a_rule_said_and_says() -> None:
    """Conditions as they are, without words written in them; of an action what differs."""
    (when,) = _changes(RULE, replace(RULE, when=BOTH))
    (action,) = _changes(RULE, make_rule(when=IBAN, action=Verdict.HOLD))
    (due,) = _changes(make_rule(action=Verdict.HOLD), make_rule(action=HoldSpec(due=3600)))

    assert (when.subject, when.name, when.kind) == (Subject.RULE, "sample/iban", ChangeKind.CHANGED)
    assert (when.field, when.before, when.after) == ("when", IBAN, BOTH)
    assert (action.field, action.before, action.after) == ("action", "block", "hold")
    assert (due.field, due.before, due.after, due.direction) == ("hold.due", None, 3600, Direction.UNCLEAR)


@pytest.mark.parametrize(
    ("old", "new", "hard"),
    [
        (replace(RULE, hard=True), None, True),
        (replace(RULE, hard=True), RULE, True),
        (replace(RULE, hard=True), replace(RULE, hard=True, when=LengthSpec(low=1)), True),
        (replace(RULE, hard=True), replace(RULE, hard=True, when=BOTH), False),
        (RULE, None, False),
        (replace(make_rule(mode=Mode.OFF), hard=True), None, True),
    ],
)
def test_weakening_a_hard_rule_is_marked(old: Rule, new: Rule | None, *, hard: bool) -> None:
    """Also when it is not proven that it is weakened."""
    (change,) = _changes(old, new)

    assert change.hard is hard


@pytest.mark.parametrize(
    ("when", "personal"),
    [
        (FindingSpec(entities=("PERSON", "DATE_OF_BIRTH")), ("DATE_OF_BIRTH", "PERSON")),
        (FindingSpec(entities=("MONEY_AMOUNT",)), ()),
        (FindingSpec(entities=("SOMETHING_NEW",)), ("SOMETHING_NEW",)),
        (FindingSpec(entities=("IBAN_CODE",)), ()),
    ],
)
def test_looking_at_more_about_persons_is_flagged(when: Condition, personal: tuple[str, ...]) -> None:
    """Whether the rule is new or changed, also while it only watches; for a works council."""
    watched = make_rule("watched", when=when, mode=Mode.MONITOR)
    old = make_bundle(make_policy(RULE))

    (added,) = compare(old, make_bundle(make_policy(RULE, watched)))
    (changed,) = compare(
        make_bundle(make_policy(RULE, replace(watched, when=IBAN))), make_bundle(make_policy(RULE, watched))
    ) if when != IBAN else (added,)  # fmt: skip
    (removed,) = compare(make_bundle(make_policy(RULE, watched)), old)

    assert (added.personal, changed.personal, removed.personal) == (personal, personal, ())


def test_a_rule_twice_is_refused() -> None:
    """One of the two would not be compared."""
    with pytest.raises(ValueError, match="a rule twice"):
        compare(make_bundle(), make_bundle(make_policy(RULE, RULE)))
