"""Whatever is found: adding never takes away, order never matters, nothing leaves the post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.combination import combine
from proxy.core.detection.merge import merge
from proxy.core.model import Confidence, Finding, Span, View
from proxy.core.text.sentences import sentences

if TYPE_CHECKING:
    from random import Random

LISTS = (
    "customer-relation",
    "house-context",
    "case-act",
    "contract-topic",
    "claim-event",
    "health",
    "financial-distress",
    "quasi-identifier",
    "insider",
    "not-public-yet",
)
ENTITIES = (
    *("PERSON", "ORGANIZATION", "LOCATION", "MONEY_AMOUNT", "CUSTOMER_RECORD", "PHONE_NUMBER", "ADDRESS"),
    *("DATE_OF_BIRTH", "OTHER_IDENTIFIER", "DE_KFZ", "INSTRUMENT", "RESTRICTED_NAME"),
)
WORDS = (
    *("Anna", "Beispiel", "der", "Zahnarzt", "aus", "Musterstadt", "wir", "Kollegin", "Was zahlt", "Laut", "4711"),
    *("sie", "Unfall", "Kredit", "500 Euro", "AG", "J. R.", "\n", ". ", ", ", "„", "“ – ", "einzige", "1882"),
)
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), min_size=1, max_size=3)


@st.composite
def _posts(draw: st.DrawFn) -> tuple[list[str], list[Finding]]:
    texts = draw(TEXTS)
    places = [number for number, text in enumerate(texts) if text]
    findings = []
    for _ in range(draw(st.integers(0, 8)) if places else 0):
        part = draw(st.sampled_from(places))
        start = draw(st.integers(0, len(texts[part]) - 1))
        end = draw(st.integers(start + 1, min(len(texts[part]), start + 15)))
        rule = draw(st.sampled_from((*LISTS, "")))
        findings.append(
            Finding(
                rule=rule or "test/rule",
                entity="WORDS" if rule else draw(st.sampled_from(ENTITIES)),
                confidence=Confidence.HIGH if rule else draw(st.sampled_from(tuple(Confidence))),
                part=part,
                span=Span(start=start, end=end),
                view=draw(st.sampled_from(tuple(View))),
                detector="test",
            )
        )
    return texts, findings


def _combined(texts: list[str], findings: list[Finding]) -> tuple[Finding, ...]:
    return merge(combine(texts, [sentences(text) for text in texts], findings))


@given(_posts(), st.randoms(use_true_random=False))
def test_order_never_matters(post: tuple[list[str], list[Finding]], random: Random) -> None:
    """Shuffled findings say the same."""
    texts, findings = post
    shuffled = list(findings)
    random.shuffle(shuffled)

    assert _combined(texts, shuffled) == _combined(texts, findings)


@given(_posts())
def test_a_finding_more_never_takes_one_away(post: tuple[list[str], list[Finding]]) -> None:
    """Each medium or high one stays, or one of its kind that overlaps it and is at least as sure."""
    texts, findings = post
    before, after = _combined(texts, findings[:-1]), _combined(texts, findings)

    for lost in before:
        if lost.confidence is not Confidence.LOW:
            assert any(
                kept.entity == lost.entity
                and kept.part == lost.part
                and kept.span.overlaps(lost.span)
                and kept.confidence.rank >= lost.confidence.rank
                for kept in after
            ), lost


@given(_posts())
def test_all_that_is_found_lies_in_the_post(post: tuple[list[str], list[Finding]]) -> None:
    """No place is made up."""
    texts, findings = post

    for finding in _combined(texts, findings):
        assert 0 <= finding.span.start < finding.span.end <= len(texts[finding.part])
