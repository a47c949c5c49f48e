"""What would have been decided otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from proxy.core.model import MatchedRule, Reason, Verdict
from proxy.core.policy.backtest import RuleTally, Step, compared, tally
from tests.factories import make_decision
from tests.policies import TITLE

ALLOW, HOLD, BLOCK = Verdict.ALLOW, Verdict.HOLD, Verdict.BLOCK
START = datetime(2026, 11, 1, 9, tzinfo=UTC)


def _step(before: Verdict, after: Verdict, *, newly: str = "", at: datetime | None = None) -> Step:
    return Step(
        before=before, after=after, newly=frozenset(newly.split()), no_longer=frozenset(), incomplete=False, at=at
    )


def test_rules_that_speak_under_one_bundle_only_are_named() -> None:
    """Reasons of the gate too, and rules that do not win."""
    quiet = replace(make_decision(), matched=(MatchedRule(rule="a/weak", verdict=ALLOW),))
    loud = replace(
        make_decision(verdict=BLOCK),
        matched=(MatchedRule(rule="a/strong", verdict=BLOCK),),
        reasons=(Reason(rule="gate/no-policy", verdict=HOLD, message=TITLE),),
    )

    step = compared(quiet, loud, START)

    assert (step.before, step.after, step.changed, step.at) == (ALLOW, BLOCK, True, START)
    assert (step.newly, step.no_longer) == (frozenset({"a/strong", "gate/no-policy"}), frozenset({"a/weak"}))
    assert compared(loud, loud) == Step(
        before=BLOCK, after=BLOCK, newly=frozenset(), no_longer=frozenset(), incomplete=False
    )


def test_a_missing_detector_is_noted() -> None:
    """In whichever of the two decisions."""
    whole, part = make_decision(), make_decision(completed=frozenset())

    assert [compared(*pair).incomplete for pair in ((whole, whole), (whole, part), (part, whole))] == [
        False,
        True,
        True,
    ]


def test_steps_are_summed_up() -> None:
    """By pair of verdicts, by rule, and how many of them are weaker."""
    summed = tally(
        [
            _step(ALLOW, HOLD, newly="a/one a/two"),
            replace(_step(ALLOW, HOLD, newly="a/one"), incomplete=True),
            replace(_step(BLOCK, HOLD), no_longer=frozenset({"a/one"})),
            _step(ALLOW, ALLOW),
        ]
    )

    assert summed.table == ((ALLOW, ALLOW, 1), (ALLOW, HOLD, 2), (BLOCK, HOLD, 1))
    assert summed.rules == (
        RuleTally(rule="a/one", newly=2, no_longer=1),
        RuleTally(rule="a/two", newly=1, no_longer=0),
    )
    assert (summed.posts, summed.changed, summed.weaker, summed.incomplete) == (4, 3, 1, 1)


@pytest.mark.parametrize(
    ("steps", "days", "extra", "each"),
    [
        ([_step(ALLOW, HOLD)], None, 1, None),
        ([_step(ALLOW, HOLD), _step(HOLD, BLOCK), _step(HOLD, ALLOW)], 2.0, -1, -0.5),
        ([_step(ALLOW, HOLD, at=START), _step(ALLOW, HOLD, at=START + timedelta(days=4))], None, 2, 0.5),
        ([_step(ALLOW, HOLD, at=START), _step(ALLOW, HOLD, at=START + timedelta(days=4))], 8, 2, 0.25),
        ([_step(ALLOW, HOLD, at=START)], None, 1, 1.0),
        ([], None, 0, None),
    ],
)
def test_extra_reviews_are_estimated(steps: list[Step], days: float | None, extra: int, each: float | None) -> None:
    """Over the days between the first and the last post, at least one, unless somebody knows better."""
    summed = tally(steps, days=days)

    assert (summed.extra_reviews, summed.extra_reviews_a_day) == (extra, each)
