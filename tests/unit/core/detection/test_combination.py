"""Combination: what findings say together, and what never changes."""

from __future__ import annotations

import pytest

from proxy.core.detection.combination import MOST_FINDINGS, TooMuchFound, combine
from proxy.core.detection.merge import merge
from proxy.core.model import Confidence
from tests.scenes import mark, marks, spans

TEXTS = ("Anna Beispiel ist Kundin. Ruf 4711.", "Ihr Krebs ist da.")
FOUND = (
    ("PERSON", "Anna Beispiel"),
    ("customer-relation", "Kundin"),
    ("health", "Krebs"),
)


def _entities(texts: tuple[str, ...], *found: tuple[str, str]) -> set[tuple[str, Confidence]]:
    return {
        (finding.entity, finding.confidence)
        for finding in combine(texts, spans(texts), marks(texts, found))
        if finding.entity not in {"PERSON", "WORDS"}
    }


def test_everything_that_is_said_together_is_found() -> None:
    """Over all parts of a small post."""
    assert _entities(TEXTS, *FOUND) == {
        ("CUSTOMER_RELATION", Confidence.HIGH),
        ("HEALTH_CONDITION", Confidence.HIGH),
    }


def test_a_name_alone_says_nothing() -> None:
    """Nor does a list alone."""
    assert _entities(TEXTS, FOUND[0]) == set()
    assert _entities(TEXTS, FOUND[1]) == set()


def test_findings_that_combine_with_nothing_pass_untouched() -> None:
    """Most posts end here."""
    found = (mark(TEXTS, "IBAN_CODE", "4711"),)

    assert combine(TEXTS, spans(TEXTS), found) == found
    assert combine(TEXTS, spans(TEXTS), ()) == ()


def test_nothing_is_lost_or_lowered() -> None:
    """All that came in goes out, at least as sure."""
    found = marks(TEXTS, FOUND)

    assert set(found) <= set(combine(TEXTS, spans(TEXTS), found))


def test_an_earlier_post_of_the_thread_names_who_is_meant() -> None:
    """The finding lies in this post."""
    texts = ("Sie hat den Kredit bei uns gekündigt.",)
    found = marks(texts, [("contract-topic", "Kredit"), ("house-context", "bei uns")])

    assert not [one for one in combine(texts, spans(texts), found) if one.entity == "CUSTOMER_RELATION"]
    told = combine(texts, spans(texts), found, ("Gestern rief Anna Beispiel an.",))
    assert [one.span.end for one in told if one.entity == "CUSTOMER_RELATION"] == [len(texts[0])]


def test_combining_twice_finds_nothing_new() -> None:
    """After merging, the result is the same."""
    once = merge(combine(TEXTS, spans(TEXTS), marks(TEXTS, FOUND)))

    assert merge(combine(TEXTS, spans(TEXTS), once)) == once


def test_more_findings_than_anybody_writes_are_refused() -> None:
    """The stage is missing then, and the post is held; just below, every one is looked at."""
    found = [mark(TEXTS, "IBAN_CODE", "4711")] * MOST_FINDINGS

    assert len(combine(TEXTS, spans(TEXTS), found)) == MOST_FINDINGS
    with pytest.raises(TooMuchFound):
        combine(TEXTS, spans(TEXTS), [*found, found[0]])
