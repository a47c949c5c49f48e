"""Counting outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Confidence, Finding, Span, Verdict
from proxy.scoring.corpus import PUBLIC
from proxy.scoring.figures import Share
from proxy.scoring.report import Bar, bars, marked, report, row
from tests.examples import IBAN, LEAK, make_example, make_outcome

if TYPE_CHECKING:
    from proxy.scoring.report import Report, Row

AT = LEAK.index(IBAN)


def _found(
    entity: str = "IBAN_CODE",
    start: int = AT,
    end: int = AT + 10,
    confidence: Confidence = Confidence.HIGH,
    part: int = 0,
) -> Finding:
    return Finding(
        rule=f"rule/{entity.lower()}",
        entity=entity,
        confidence=confidence,
        part=part,
        span=Span(start=start, end=end),
    )


CAUGHT = make_outcome(make_example(), Verdict.BLOCK, [_found()], blamed=[0], rules=["p/iban"])
MISSED = make_outcome(make_example(evasion=("T2", "T7")))
FLAGGED = make_outcome(
    make_example("Guten Morgen", leak=False, category="everyday"),
    Verdict.HOLD,
    [_found("PERSON"), _found("PHONE_NUMBER")],
    blamed=[1],
    rules=["p/contact"],
)
QUIET = make_outcome(make_example("Guten Abend", leak=False, category="everyday"))
ALL = [CAUGHT, MISSED, FLAGGED, QUIET]


def _group(figures: Report, title: str) -> dict[str, Row]:
    return {one.name: one for one in dict(figures.groups)[title]}


def test_a_row_counts_posts() -> None:
    """Recall over leaks, false positives over clean posts, precision over what was stopped."""
    figures = row("all", ALL)

    assert figures.recall == Share(hits=1, of=2)
    assert figures.precision == Share(hits=1, of=2)
    assert figures.false_positives == Share(hits=1, of=2)
    assert figures.blocked == Share(hits=0, of=2)
    assert figures.f2 == pytest.approx(0.5)


def test_posts_are_grouped_by_what_they_are() -> None:
    """A post with two evasions counts in both; one without is plain."""
    figures = report(ALL)

    assert figures.posts == 4
    assert _group(figures, "category").keys() == {"iban", "everyday"}
    assert _group(figures, "evasion").keys() == {"plain", "T2", "T7"}
    assert _group(figures, "evasion")["T7"].recall == Share(hits=0, of=1)
    assert _group(figures, "organisation")["bank"].recall == Share(hits=1, of=2)
    assert _group(figures, "language")["de"].false_positives == Share(hits=1, of=2)


def test_entities_are_counted_by_place_and_by_what_they_stopped() -> None:
    """A finding that made no rule match stopped nothing."""
    entities = _group(report(ALL), "entity")

    assert entities["IBAN_CODE"].recall == Share(hits=1, of=2)
    assert entities["IBAN_CODE"].precision == Share(hits=1, of=1)
    assert entities["PHONE_NUMBER"].false_positives == Share(hits=1, of=2)
    assert "PERSON" not in entities


def test_rules_are_counted_by_what_they_stopped() -> None:
    """Rules of the policy and rules of the detection; what a rule should have found is not known."""
    figures = report(ALL)

    assert _group(figures, "policy rule")["p/contact"].precision == Share(hits=0, of=1)
    assert _group(figures, "detection rule")["rule/iban_code"].precision == Share(hits=1, of=1)
    assert _group(figures, "detection rule")["rule/iban_code"].recall == Share(hits=0, of=0)


def test_a_clean_post_that_is_blocked_shows_at_its_rule() -> None:
    """A block is worse than a hold."""
    blocked = replace(FLAGGED, verdict=Verdict.BLOCK)
    figures = report([blocked])

    assert _group(figures, "policy rule")["p/contact"].blocked == Share(hits=1, of=1)
    assert _group(figures, "entity")["PHONE_NUMBER"].blocked == Share(hits=1, of=1)


def test_the_confusion_has_every_cell() -> None:
    """Expected verdict by decision, zeros included."""
    confusion = {wanted: dict(decisions) for wanted, decisions in report(ALL).confusion}

    assert confusion[Verdict.BLOCK] == {Verdict.ALLOW: 1, Verdict.REDACT: 0, Verdict.HOLD: 0, Verdict.BLOCK: 1}
    assert confusion[Verdict.ALLOW][Verdict.HOLD] == 1
    assert sum(confusion[Verdict.HOLD].values()) == 0


def test_missing_detectors_are_counted_by_post() -> None:
    """A figure from an incomplete run shows that it is one."""
    figures = report([replace(MISSED, missing=("ner", "presidio")), replace(QUIET, missing=("ner",)), CAUGHT])

    assert figures.missing == (("ner", 2), ("presidio", 1))
    assert _group(figures, "all")["all posts"].missing == 2


@pytest.mark.parametrize(
    ("finding", "hit"),
    [
        (_found(), True),
        (_found(start=0, end=AT), False),
        (_found(part=1), False),
        (_found("CREDIT_CARD"), False),
        (_found(confidence=Confidence.LOW), False),
        (_found(confidence=Confidence.MEDIUM), True),
    ],
)
def test_a_place_is_found_by_its_own_kind(finding: Finding, hit: bool) -> None:
    """The right entity, at least medium, on at least one character of the mark."""
    outcome = make_outcome(make_example(), findings=[finding])

    assert marked(outcome, outcome.example.marks[0]) is hit


def test_names_count_at_low_confidence() -> None:
    """A name is a signal for combinations and low by design."""
    example = make_example("Frau Muster", ("PERSON", "Frau Muster"))
    outcome = make_outcome(example, findings=[_found("PERSON", 0, 4, Confidence.LOW)])

    assert marked(outcome, example.marks[0])


def test_a_passport_may_be_taken_for_an_identity_card() -> None:
    """One number cannot tell them apart."""
    example = make_example("Pass C01X00T47", ("DE_PASSPORT", "C01X00T47"))
    outcome = make_outcome(example, findings=[_found("DE_ID_CARD", 5, 14)])

    assert marked(outcome, example.marks[0])


def test_a_value_that_was_dealt_out_is_found_by_one_of_its_pieces() -> None:
    """Whoever sees one piece has put the whole together; without that disguise every mark is a value of its own."""
    pieces = ("IBAN_CODE", "DE02 1203"), ("IBAN_CODE", "2020 51")
    example = make_example("Erst DE02 1203, dann 2020 51.", *pieces)
    first = [_found("IBAN_CODE", 5, 14)]

    assert not marked(make_outcome(example, findings=first), example.marks[1])
    assert marked(make_outcome(replace(example, evasion=("T14",)), findings=first), example.marks[1])


def test_the_bars_are_the_goals() -> None:
    """Each says what was reached and whether that is enough."""
    reached = {bar.name: (bar.share, bar.met) for bar in bars(ALL)}

    assert reached["checksummed identifiers found"] == (Share(hits=1, of=2), False)
    assert reached["leaks held or blocked"] == (Share(hits=1, of=2), False)
    assert reached["clean posts held or blocked"] == (Share(hits=1, of=2), False)
    assert reached["clean posts blocked"] == (Share(hits=0, of=2), True)


def test_public_posts_have_a_bar_of_their_own() -> None:
    """They are not labelled: all that counts is how few are flagged."""
    public = [replace(one, example=replace(one.example, split=PUBLIC)) for one in (FLAGGED, QUIET)]
    (bar,) = bars(public)

    assert (bar.share, bar.met) == (Share(hits=1, of=2), False)


def test_a_bar_without_anything_counted_is_not_met() -> None:
    """Nothing looked at, nothing reached."""
    assert not Bar(name="x", share=Share(hits=0, of=0), goal=0.0, at_least=True).met
