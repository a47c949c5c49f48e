from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from proxy.core.model import Obligation, Verdict
from proxy.gate.retention import Retention, RetentionTerms
from tests.factories import make_decision

if TYPE_CHECKING:
    from proxy.core.model import Decision

FIVE = Retention(name="de-wphg-5y", keep=timedelta(days=1827))
WEEK = Retention(name="short-7d", keep=timedelta(days=7))
TERMS = RetentionTerms(classes=(FIVE, WEEK))


def _decision(verdict: Verdict, *asked: str) -> Decision:
    obligations = tuple(
        Obligation(name="retain", arguments=(("class", name), ("rule", f"a/{number}")))
        for number, name in enumerate(asked)
    )
    return replace(make_decision(verdict=verdict), obligations=obligations)


def test_what_was_stopped_is_kept_for_a_short_time() -> None:
    """Blocked texts and the originals of redacted ones for a month, everything else as evidence."""
    assert {verdict: TERMS.of(_decision(verdict)).name for verdict in Verdict} == {
        Verdict.ALLOW: "published-3y",
        Verdict.HOLD: "published-3y",
        Verdict.REDACT: "blocked-30d",
        Verdict.BLOCK: "blocked-30d",
    }
    assert TERMS.stopped.keep < TERMS.published.keep


@given(st.sampled_from(Verdict), st.lists(st.sampled_from(["de-wphg-5y", "short-7d", "blocked-30d", "published-3y"])))
def test_the_longest_class_that_is_asked_for_counts(verdict: Verdict, asked: list[str]) -> None:
    """In any order; a rule never makes a content end sooner than its verdict does."""
    found = TERMS.of(_decision(verdict, *asked))

    everything = {one.name: one.keep for one in (FIVE, WEEK, TERMS.stopped, TERMS.published)}
    plain = TERMS.of(_decision(verdict)).keep
    assert found.keep == max([plain, *(everything[name] for name in asked)])
    assert found == TERMS.of(_decision(verdict, *reversed(asked)))


def test_a_class_that_nobody_knows_any_more_is_taken_for_the_longest() -> None:
    """A node with other settings than those the policies were checked with shall not let evidence go."""
    assert TERMS.of(_decision(Verdict.BLOCK, "gone-12y")) == FIVE
