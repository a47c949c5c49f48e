"""What differs in what rules refer to, and in which direction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Calendar, Confidence, House, Lexicon, LexiconTerm, Recognizer, RuleConfidence, Verdict
from proxy.core.policy.change import Change, ChangeKind, Direction, Subject
from proxy.core.policy.diff import compare
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.calendar import CalendarSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.missing import MissingSpec
from proxy.core.policy.matchers.words import WordsSpec
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.policy import Rule

ONE = LexiconTerm(text="garantiert")
TWO = LexiconTerm(text="sicher", forms="stem")
QUIET = Calendar(name="quiet", periods=((datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 3, 31, tzinfo=UTC)),))
DAY, LATER = date(2026, 12, 31), date(2099, 12, 31)
LIST = Lexicon(id="promises", language="de", terms=(ONE,))
UNTOUCHED = replace(LIST, id="untouched")
BOTH = replace(LIST, terms=(TWO, ONE))
READ = make_rule(when=WordsSpec(lists=("promises",)))
NUMBER = Recognizer(
    id="house/number", entity="CUSTOMER_NUMBER", pattern="x", confidence=RuleConfidence(bare=Confidence.HIGH)
)
PLAIN = replace(NUMBER, id="house/vat", entity="DE_VAT_ID")


def _words(before: Lexicon | None, after: Lexicon | None, rule: Rule = READ) -> list[Change]:
    old, new = (
        replace(make_bundle(make_policy(rule)), lexicons=(UNTOUCHED, *(() if one is None else (one,))))
        for one in (before, after)
    )
    return list(compare(old, new))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (LIST, BOTH, [(ChangeKind.ADDED, "terms", Direction.STRICTER)]),
        (BOTH, LIST, [(ChangeKind.REMOVED, "terms", Direction.WEAKER)]),
        (
            LIST,
            replace(LIST, terms=(TWO,)),
            [(ChangeKind.ADDED, "terms", Direction.STRICTER), (ChangeKind.REMOVED, "terms", Direction.WEAKER)],
        ),
        (LIST, replace(LIST, exclude=("x",)), [(ChangeKind.ADDED, "exclude", Direction.WEAKER)]),
        (replace(LIST, exclude=("x",)), LIST, [(ChangeKind.REMOVED, "exclude", Direction.STRICTER)]),
        (LIST, replace(LIST, language="en"), [(ChangeKind.CHANGED, "language", Direction.UNCLEAR)]),
        (BOTH, replace(BOTH, terms=(ONE, TWO)), []),
        (None, LIST, [(ChangeKind.ADDED, None, Direction.STRICTER)]),
        (LIST, None, [(ChangeKind.REMOVED, None, Direction.WEAKER)]),
    ],
)
def test_word_lists_are_compared_word_by_word(
    before: Lexicon | None, after: Lexicon | None, expected: list[tuple[ChangeKind, str | None, Direction]]
) -> None:
    """Their order does not matter."""
    assert [(one.kind, one.field, one.direction) for one in _words(before, after)] == expected


def test_words_of_a_duty_text_turn_round() -> None:
    """More words are more ways to have said it; fewer may hold more posts, which nobody has proven."""
    rule = make_rule(when=MissingSpec(lists=("promises",)))

    assert [one.direction for one in _words(LIST, BOTH, rule)] == [Direction.UNCLEAR]
    assert [one.direction for one in _words(BOTH, LIST, rule)] == [Direction.UNCLEAR]


def test_a_list_that_nobody_looks_at_changes_nothing() -> None:
    """Unless detection itself combines its words with others."""
    combined = replace(LIST, id="health")

    assert [one.direction for one in _words(LIST, None, make_rule())] == [Direction.NEUTRAL]
    assert [one.direction for one in _words(combined, None, make_rule())] == [Direction.WEAKER]
    assert [one.direction for one in _words(combined, replace(combined, terms=(ONE, TWO)), make_rule())] == [
        Direction.UNCLEAR
    ]


def test_words_written_in_a_rule_are_compared_too() -> None:
    """As the list that they are; the condition itself is the same then."""
    old, new = (
        make_bundle(make_policy(make_rule(when=WordsSpec(lists=("promises",), inline=one)))) for one in (LIST, BOTH)
    )

    assert [(one.subject, one.field, one.after) for one in compare(old, new)] == [(Subject.WORD_LIST, "terms", 1)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, PLAIN, [(None, Direction.STRICTER)]),
        (None, replace(PLAIN, status="draft"), [(None, Direction.NEUTRAL)]),
        (None, NUMBER, [(None, Direction.UNCLEAR)]),
        (PLAIN, None, [(None, Direction.WEAKER)]),
        (replace(PLAIN, status="retired"), None, [(None, Direction.NEUTRAL)]),
        (PLAIN, replace(PLAIN, pattern="y"), [("pattern", Direction.UNCLEAR)]),
        (PLAIN, replace(PLAIN, status="retired"), [("status", Direction.WEAKER)]),
        (replace(PLAIN, status="draft"), replace(PLAIN, status="draft", pattern="y"), [("pattern", Direction.NEUTRAL)]),
    ],
)
def test_detection_rules_are_compared(
    before: Recognizer | None, after: Recognizer | None, expected: list[tuple[str | None, Direction]]
) -> None:
    """A new one may only be called stricter where its findings can take nothing from others."""
    old, new = (replace(make_bundle(), recognizers=() if one is None else (one,)) for one in (before, after))

    changes = compare(old, new)

    assert [(one.field, one.direction) for one in changes] == expected
    assert all(one.before is None and one.after is None for one in changes)


def test_a_detection_rule_that_finds_more_about_persons_is_flagged() -> None:
    """Once: another rule for the same is nothing new to a works council."""
    base = make_bundle()
    one, two = replace(base, recognizers=(NUMBER,)), replace(base, recognizers=(NUMBER, replace(NUMBER, id="second")))

    assert [change.personal for change in compare(base, one)] == [("CUSTOMER_NUMBER",)]
    assert [change.personal for change in compare(one, two)] == [()]


def test_a_detection_rule_twice_is_refused() -> None:
    """One of the two would not be compared."""
    with pytest.raises(ValueError, match="a detection rule twice"):
        compare(make_bundle(), replace(make_bundle(), recognizers=(NUMBER, NUMBER)))


def _excused(action: Verdict, *values: str) -> PolicyBundle:
    rule = make_rule(unless=(AllowedSpec(lists=("own",)),), action=action)
    return make_bundle(make_policy(rule), allow_lists={"own": frozenset(values), "samples": frozenset()})


def test_more_on_a_list_of_the_house_is_weaker_and_less_is_stricter() -> None:
    """Only how many entries came and went is said."""
    changes = compare(_excused(Verdict.BLOCK, "a", "b"), _excused(Verdict.BLOCK, "b", "c", "d"))

    assert [(one.subject, one.name, one.kind, one.before, one.after, one.direction) for one in changes] == [
        (Subject.ALLOW_LIST, "own", ChangeKind.ADDED, None, 2, Direction.WEAKER),
        (Subject.ALLOW_LIST, "own", ChangeKind.REMOVED, 1, None, Direction.STRICTER),
    ]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (DAY, LATER, Direction.WEAKER),
        (DAY, None, Direction.WEAKER),
        (LATER, DAY, Direction.STRICTER),
        (None, DAY, Direction.STRICTER),
        (DAY, DAY, None),
    ],
)
def test_an_entry_that_lasts_longer_is_weaker(
    before: date | None, after: date | None, direction: Direction | None
) -> None:
    """Although today the same entries excuse: whoever signs has to see it."""
    rule = make_rule(unless=(AllowedSpec(lists=("own",)),))
    old, new = (
        replace(
            make_bundle(make_policy(rule), allow_lists={"own": frozenset({"f"})}),
            allow_ends={} if day is None else {"own": {"f": day}},
        )
        for day in (before, after)
    )
    changes = compare(old, new)

    assert [change.direction for change in changes] == ([] if direction is None else [direction])
    assert [(change.field, change.after) for change in changes] == [("until", 1)] * len(changes)


def test_less_on_a_list_that_excuses_from_redaction_is_unclear() -> None:
    """More is labelled then, and the text that remains may pass where it was held."""
    (change,) = compare(_excused(Verdict.REDACT, "a"), _excused(Verdict.REDACT))

    assert change.direction is Direction.UNCLEAR


def _house(*terms: str) -> PolicyBundle:
    found = frozenset(terms)
    return replace(make_bundle(), house=House(terms=found, starts=frozenset(), looks=found))


@pytest.mark.parametrize(
    ("before", "after", "kind", "direction", "counts"),
    [
        (("a",), ("a", "b"), ChangeKind.ADDED, Direction.STRICTER, (0, 1)),
        (("a", "b"), ("a",), ChangeKind.REMOVED, Direction.WEAKER, (1, 0)),
        (("a",), ("b",), ChangeKind.CHANGED, Direction.UNCLEAR, (1, 1)),
    ],
)
def test_confidential_terms_are_counted(
    before: tuple[str, ...], after: tuple[str, ...], kind: ChangeKind, direction: Direction, counts: tuple[int, int]
) -> None:
    """Not even their digests are in a change."""
    assert compare(_house(*before), _house(*after)) == (
        Change(
            subject=Subject.CONFIDENTIAL_TERMS,
            name="confidential_terms",
            kind=kind,
            direction=direction,
            field="forms",
            before=counts[0],
            after=counts[1],
        ),
    )


def test_what_may_weaken_a_hard_rule_is_marked() -> None:
    """A rule is as strong as the lists, patterns and exceptions that it uses."""
    words = replace(READ, hard=True)
    number = replace(make_rule(when=FindingSpec(entities=("CUSTOMER_NUMBER", "CONFIDENTIAL_TERM"))), hard=True)
    listed = replace(make_rule(unless=(AllowedSpec(lists=("own",)),)), hard=True)

    assert [one.hard for one in _words(BOTH, LIST, words)] == [True]
    assert [one.hard for one in _words(LIST, None, words)] == [True]
    assert [one.hard for one in _words(LIST, BOTH, words)] == [False]
    assert [one.hard for one in _words(LIST, replace(LIST, language="en"), words)] == [True]
    with_number = make_bundle(make_policy(number))
    assert [one.hard for one in compare(replace(with_number, recognizers=(NUMBER,)), with_number)] == [True]
    with_terms = replace(with_number, house=House(terms=frozenset("a"), looks=frozenset("a")))
    assert [one.hard for one in compare(with_terms, with_number)] == [True]
    old, new = (make_bundle(make_policy(listed), allow_lists={"own": frozenset(values)}) for values in ("", "a"))
    assert [one.hard for one in compare(old, new)] == [True]


@pytest.mark.parametrize("entity", ["CUSTOMER_RELATION", "OBFUSCATION"])
def test_what_detection_combines_for_a_hard_rule_is_marked(entity: str) -> None:
    """A word less of a list that such a rule never names can take its findings away."""
    rule = replace(make_rule(when=FindingSpec(entities=(entity,))), hard=True)
    relation = replace(BOTH, id="customer-relation")
    words = _words(relation, replace(relation, terms=(ONE,)), rule)

    assert [(change.direction, change.hard) for change in words] == [(Direction.WEAKER, True)]


def test_a_weaker_setting_weakens_hard_rules_too() -> None:
    """What becomes of a post that nobody looked at completely counts for all rules."""
    hard = make_policy(replace(READ, hard=True))
    old, new = (make_bundle(hard, on_incomplete=verdict) for verdict in (Verdict.BLOCK, Verdict.HOLD))

    assert [(change.direction, change.hard) for change in compare(old, new)] == [(Direction.WEAKER, True)]
    assert [(change.direction, change.hard) for change in compare(new, old)] == [(Direction.STRICTER, False)]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ((), (QUIET,), ChangeKind.ADDED),
        ((QUIET,), (), ChangeKind.REMOVED),
        ((QUIET,), (replace(QUIET, periods=()),), ChangeKind.CHANGED),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_a_calendar_that_a_rule_asks_for_is_unclear(
    before: tuple[Calendar, ...], after: tuple[Calendar, ...], kind: ChangeKind, named: bool
) -> None:
    """Whether more of it is stricter depends on the rule; one that no rule asked for changes nothing yet."""
    asking = make_rule("quiet", when=CalendarSpec(names=("quiet" if named else "other",)))
    old, new = (make_bundle(make_policy(asking), calendars=calendars) for calendars in (before, after))
    direction = Direction.UNCLEAR if named else Direction.NEUTRAL

    assert [(one.subject, one.name, one.kind, one.direction) for one in compare(old, new)] == [
        (Subject.CALENDAR, "quiet", kind, direction)
    ]
    assert compare(old, old) == ()
