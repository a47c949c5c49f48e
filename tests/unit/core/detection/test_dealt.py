"""Numbers dealt out between words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.dealt import find_dealt
from proxy.core.model import Confidence, Span, Surface
from proxy.core.text.joining import joined

KEY = b"k" * 32


def _view(text: str) -> Surface:
    return Surface(name="normalised", part=0, text=text)


def _found(text: str) -> list[tuple[str, Confidence, str]]:
    return [
        (finding.entity, finding.confidence, text[finding.span.start : finding.span.end])
        for finding in find_dealt(_view(text), KEY)
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Teil 1: DE32 1001 0010\nTeil 2: 0095 3951 11. Mehr nicht", "DE32 1001 0010\nTeil 2: 0095 3951 11"),
        ("1) de32 1001\n2) dann 0010 0095\n3) zuletzt 3951 11", "de32 1001\n2) dann 0010 0095\n3) zuletzt 3951 11"),
        ("Teil 1 LI19 0881\nTeil 2: 0088 3092\nTeil 3: 9938 8, los", "LI19 0881\nTeil 2: 0088 3092\nTeil 3: 9938 8"),
        ("1. DE32\n2. 1001\n3. 0010\n4. 0095\n5. 3951\n6. 11", "DE32\n2. 1001\n3. 0010\n4. 0095\n5. 3951\n6. 11"),
        ("AT61 1904 und danach 3002 3457 noch 3201", "AT61 1904 und danach 3002 3457 noch 3201"),
    ],
)
def test_an_iban_is_put_together(text: str, value: str) -> None:
    """Words, line breaks and list numbers between the groups are left out."""
    assert _found(text) == [("IBAN_CODE", Confidence.HIGH, value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Karte: vorne 4541 7708, und weiter mit 4755 7523. Bis 03/29", "4541 7708, und weiter mit 4755 7523"),
        ("Vorne 4541 7708, hinten 4755 7523, Prüfzahl 331", "4541 7708, hinten 4755 7523"),
        ("4541 – am Strand\n7708 – im Sand\n4755 – an Land\n7523 – bekannt",
         "4541 – am Strand\n7708 – im Sand\n4755 – an Land\n7523"),
        ("The card: 5412, then 3174 and 3151, at last 5948", "5412, then 3174 and 3151, at last 5948"),
        ("2550, er trägt Wolle, 4074, er mag Bier, 2869, was freut, 5727 (seine Karte)",
         "2550, er trägt Wolle, 4074, er mag Bier, 2869, was freut, 5727"),
    ],
)  # fmt: skip
def test_a_card_is_put_together_where_cards_are_spoken_of(text: str, value: str) -> None:
    """Groups of four with words between them are a card, with a word about cards anywhere, or each in a line."""
    assert _found(text) == [("CREDIT_CARD", Confidence.MEDIUM, value)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Termine 2024, 2025, 2026 und 2027 auf der Karte",
        "Es waren 4541 hier, 7708 dort, 4755 da und 7523 drüben",
        "Karte 4541 und 7708 und 4755 und 7524",
        "DE32 9999 9999 und 0095 3951 11",
        "DE33 1001 0010 und 0095 3951 11",
        "AT61 190 und 43002 34573 201",
        "Am 12. waren 1200 da, am 13. dann 1300, am 14. noch 1400",
        "DE32 1001 0010 0095 und sonst nichts",
        "Visa 4242 4242 4242 4242\nMastercard 5555 5555 5555 4444\nAmex 3782 822463 10005",
        "Karte 4111 1111 1111 1111, DE32 1001 0010 0095 3951 11",
    ],
)
def test_what_is_no_number_is_not_put_together(text: str) -> None:
    """Years, counts, wrong check digits, unknown banks and odd groups are left alone."""
    assert _found(text) == []


def test_a_number_dealt_out_over_a_thread_is_found_in_the_post() -> None:
    """Of what stood in earlier posts nothing can be shown: the span is what stands in this post."""
    text = "Teil 2: 0095 3951 11. Fertig"
    views = joined([_view(text)], ["Teil 1: DE32 1001 0010"])
    findings = [finding for view in views if view.name == "joined" for finding in find_dealt(view, KEY)]
    (finding,) = findings
    assert finding.part == 0
    assert finding.span.covers(Span(start=8, end=20))
    assert finding.span.end == 20


def test_a_number_that_stands_in_an_earlier_post_alone_is_not_reported() -> None:
    """Nothing outside the post can be pointed at."""
    views = joined([_view("ok")], ["DE32 1001 0010 und 0095 3951 11"])
    assert [finding for view in views for finding in find_dealt(view, KEY)] == []


def test_a_finding_has_the_fingerprint_of_the_whole_number() -> None:
    """However a number is dealt out, an allow-list of the house knows it."""
    one, other = (
        find_dealt(_view(text), KEY)[0].fingerprint
        for text in ("DE32 1001 0010 und 0095 3951 11", "de32 dann 1001 dann 0010 dann 0095 dann 3951 dann 11")
    )
    assert one == other is not None


@given(st.text("DE0123456789 abK\n", max_size=200))
def test_spans_stay_inside_the_text(text: str) -> None:
    """Whatever the text, nothing raises and spans can be shown."""
    for finding in find_dealt(_view(text), KEY):
        assert 0 <= finding.span.start < finding.span.end <= len(text)
