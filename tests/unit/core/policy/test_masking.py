"""What may be seen of a post. All texts are invented."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.policy.masking import masked, telling
from tests.factories import make_finding

if TYPE_CHECKING:
    from proxy.core.model import Finding


def _found(text: str, *words: str, entity: str = "PERSON") -> list[Finding]:
    return [
        make_finding(entity, start=text.index(word), end=text.index(word) + len(word), rule="ner/x") for word in words
    ]


@pytest.mark.parametrize(
    ("text", "names", "shown"),
    [
        ("Gestern hat Anna Erfunden bei uns gekündigt.", ["Anna Erfunden"], "… hat [PERSON] bei uns gekündigt"),
        ("Mit Anna Erfunden und Karl Beispiel, heute", ["Anna Erfunden"], "… [PERSON] und … heute"),
        ("Kontakt a@b.example oder 0171 55 5, siehe x/y Z", ["Kontakt"], "[PERSON] … oder … siehe …"),
        ("anna erfunden ist kundin", ["anna"], "[PERSON] …"),
        ("ANNA ERFUNDEN KAM", ["ANNA"], "[PERSON] …"),
        ("Heute kam a n n a vorbei", ["Heute"], "[PERSON] kam … vorbei"),
        ("Anna Erfunden", ["Anna", "na Er"], "[PERSON] …"),
        ("Hannah und Annabell", ["anna"], "… [PERSON] … und …"),
        ("Ja, " + "x" * 30 + " Anna", ["Anna"], "… [PERSON]"),
    ],
)
def test_only_common_words_in_small_letters_remain(text: str, names: list[str], shown: str) -> None:
    """Findings become their entity; names, numbers, addresses and single letters become one mark."""
    findings = _found(text, *names)

    assert masked(text, findings, (findings[0].span.start, findings[0].span.end)) == shown


def test_only_what_stands_around_the_place_is_shown() -> None:
    """Words that are cut are masked, and findings farther away are not named."""
    text = "Anfang " + "worte " * 20 + "Mitte " + "worte " * 20 + "Ende"
    middle, end = _found(text, "Mitte"), _found(text, "Ende", entity="SECRET")

    shown = masked(text, [*middle, *end], (middle[0].span.start, middle[0].span.end))

    assert shown == "… " + "worte " * 6 + "[PERSON] " + "worte " * 6 + "…"


def test_overlapping_findings_are_named_together() -> None:
    """Word hits by their list; what judges a post as a whole hides nothing."""
    text = "Unser Kunde zahlt nicht"
    hits = [replace(one, entity="WORDS", rule="customer-relation") for one in _found(text, "Unser Kunde")]
    whole = _found(text, text, entity="DISCLOSURE")

    assert masked(text, [*_found(text, "Kunde"), *hits, *whole], (0, 5)) == "[PERSON+customer-relation] zahlt nicht"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Gestern hat Anna Erfunden gekündigt, 3 mal.", ["Gestern", "Anna", "Erfunden", "3"]),
        ("anna kam heute", ["anna", "kam", "heute"]),
        ("Ja, so ist es.", ["Ja,"]),
        ("", []),
    ],
)
def test_words_that_may_name_or_count_are_told_from_common_ones(text: str, words: list[str]) -> None:
    """By the same rule; each word for itself."""
    assert [text[start:end] for start, end in telling(text)] == words
