"""Properties of the search for rules: nothing is lost before the second look, and work is bounded."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.dialect import compiled
from proxy.core.detection.prefilter import Prefilter
from proxy.core.detection.recognizers import LookFailed, RecognizerMatcher
from proxy.core.model import Surface
from proxy.core.text.surfaces import surfaces
from proxy.loading.bundled import bundled
from proxy.loading.recognizers import load_recognizers
from tests.recognizers import DEPOT

SHIPPED, _ = load_recognizers(bundled("rules") / "recognizers")
PATTERNS = [one.pattern for one in SHIPPED]
PREFILTER = Prefilter(PATTERNS)
REGEXES = [compiled(pattern) for pattern in PATTERNS]
WORDS = (
    "Über", "Straße", "Müller", "Kundennummer", "Depot-Nr.", "wohnt", "12", "2026", "80331", "München", "Hauptstr.",
    "DE", "Geburtsdatum", "12.03.1981", "M-AB", "1234", "€", "IBAN", "\n", "z. B.", "Passwort:", "ß", "ẞ", "„", "👍",
    "http://srv01.intra/", "10.1.2.3", "AB", "-", "/", "ü", "O", "l", "4711008", "A1234567890", "und", "die",
)  # fmt: skip
GERMAN = (
    st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=30)
    .map(" ".join)
    .map(lambda text: text.encode("utf-8", "ignore").decode())
)


@given(GERMAN)
def test_the_prefilter_is_a_superset_of_the_naive_scan(text: str) -> None:
    """Every shipped rule that matches a text by itself is among those that the set names."""
    raw = text.encode()
    naive = {number for number, regex in enumerate(REGEXES) if regex.search(raw) is not None}

    assert naive <= set(PREFILTER.may_match(raw))


@given(st.sampled_from(PATTERNS).flatmap(st.from_regex), GERMAN)
def test_what_is_made_for_a_rule_is_named_by_the_prefilter(made: str, around: str) -> None:
    """Texts that hold what a shipped pattern describes, so that what patterns are said to need is put to the test."""
    raw = f"{made}{around}".encode("utf-8", "ignore")
    naive = {number for number, regex in enumerate(REGEXES) if regex.search(raw) is not None}

    assert naive <= set(PREFILTER.may_match(raw))


@given(GERMAN)
def test_findings_lie_in_the_text_and_hold_what_the_rule_says(text: str) -> None:
    """Whatever the views did, the author's span of a depot number has its digits."""
    for found in RecognizerMatcher([DEPOT], b"k" * 16).find(surfaces(0, f"Depotnummer {text}")):
        piece = f"Depotnummer {text}"[found.span.start : found.span.end]
        assert 0 <= found.span.start < found.span.end <= len(text) + 12
        assert re.search("[0-9]", piece) is not None


HOSTILE = (
    "1",
    "a.",
    "1 ",
    "AB-",
    "ä1",
    "_",
    "Kundennummer 1",
    "1.1.",
    "@a.",
    "A1",
    "Straße 1 ",
    "PIN 1",
    "://",
    "DE1",
    "0",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_searched_or_refused(piece: str) -> None:
    """30,000 characters of the worst: an answer, or a loud end; never silence after half of it."""
    text = (piece * 30_000)[:30_000]
    views = [Surface(name=name, part=0, text=text) for name in ("normalised", "grouped", "stream")]
    matcher = RecognizerMatcher(SHIPPED, b"k" * 16)

    try:
        found = matcher.find(views)
    except LookFailed:
        return
    assert all(0 <= one.span.start < one.span.end <= len(text) for one in found)
