"""Account and card numbers are found in any grouping, rated by how they are written, and never inside one another."""

from __future__ import annotations

import pytest

from proxy.core.detection.candidates import card_candidates, find_numbers, iban_candidates
from proxy.core.detection.checks.iban import valid
from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import Confidence, Span, Surface, View
from proxy.core.text.joining import joined
from proxy.core.text.surfaces import surfaces

KEY = b"a key for tests"
IBAN = "DE02120300000000202051"
CARD = "4111111111111111"


def _grouped(text: str) -> Surface:
    return next(view for view in surfaces(0, text) if view.name == "grouped")


def _found(text: str) -> list[tuple[str, str, str]]:
    return [
        (finding.entity, finding.confidence.value, text[finding.span.start : finding.span.end])
        for finding in find_numbers(_grouped(text), KEY)
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Meine IBAN: DE02 1203 0000 0000 2020 51", "DE02 1203 0000 0000 2020 51"),
        (f"IBAN{IBAN}", IBAN),
        (f"Konto{IBAN}BIC", IBAN),
        (f"bitte an {IBAN.lower()}und danke", IBAN.lower()),
        (f"#{IBAN}", IBAN),
        ("D.E.0.2.1.2.0.3.0.0.0.0.0.0.0.0.2.0.2.0.5.1", "D.E.0.2.1.2.0.3.0.0.0.0.0.0.0.0.2.0.2.0.5.1"),
        ("DE02-1203\n0000/0000_2020|51!", "DE02-1203\n0000/0000_2020|51"),
        ("DE02     1203\t \t0000  0000 - 2020 51", "DE02     1203\t \t0000  0000 - 2020 51"),
        ("DE02+1203&0000@0000  2020 51", "DE02+1203&0000@0000  2020 51"),
        ("DE 02 120 300 000 000 202 051", "DE 02 120 300 000 000 202 051"),
        ("GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 19"),
        ("MT84 MALT 0110 0001 2345 MTLC AST0 01S oder", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"),
        (f"{IBAN} 4711", IBAN),
    ],
)
def test_an_iban_is_found_wherever_it_stands(text: str, value: str) -> None:
    """Grouping, glued words, case and neighbours do not hide it; the span is exactly the author's characters."""
    assert _found(text) == [("IBAN_CODE", "high", value)]


def test_two_ibans_side_by_side_are_two() -> None:
    """The end of one is the beginning of the next."""
    text = f"{IBAN}/AT611904300234573201"
    assert [value for _, _, value in _found(text)] == [IBAN, "AT611904300234573201"]


@pytest.mark.parametrize(
    "text",
    [
        "DE03 1203 0000 0000 2020 51",
        "DE02 1203 $ 0000 0000 2020 51",
        "DE02 1203 ---- 0000 0000 2020 51",
        "XX02120300000000202051",
        "Bestellung 2020 51, Seite 02",
        "",
        "DE02",
    ],
)
def test_what_no_check_proves_is_not_reported(text: str) -> None:
    """Wrong digits, four separators in a row, unknown countries and ordinary numbers are nothing."""
    assert _found(text) == []


def test_of_overlapping_ranges_the_longer_stays() -> None:
    """Inside a longer number several ranges may pass by chance; one of them is enough."""
    assert _found("94648464657376611232") == [("CREDIT_CARD", "low", "64846465737661123")]


def test_candidates_are_ranges_of_the_view() -> None:
    """The finders speak of the view; only findings speak of the author's text."""
    surface = _grouped(f"IBAN: {IBAN[:4]} {IBAN[4:]}, Karte 4111 1111 1111 1111")
    assert [surface.text[start:end] for start, end in iban_candidates(surface)] == [IBAN]
    assert [surface.text[start:end] for start, end in card_candidates(surface)] == [CARD]


@pytest.mark.parametrize(
    ("text", "confidence", "value"),
    [
        ("4111 1111 1111 1111", "high", "4111 1111 1111 1111"),
        ("3782 822463 10005", "high", "3782 822463 10005"),
        ("3056 930902 5904", "high", "3056 930902 5904"),
        ("4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1", "high", "4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1"),
        ("41 11 11 11 11 11 11 11", "medium", "41 11 11 11 11 11 11 11"),
        ("Meine Visa: 4111111111111111", "high", CARD),
        ("4111111111111111 CVC 123", "high", CARD),
        ("4111 1111 1111 1111 12/27 123", "high", "4111 1111 1111 1111"),
        ("Nr. 4111111111111111 ist", "medium", CARD),
        ("411 1111 1111 11 111", "medium", "411 1111 1111 11 111"),
        ("99994111111111111111222", "low", CARD),
        ("İ Karte 4111111111111111", "high", CARD),
        ("4 222222 222222 oder", "low", "4 222222 222222"),
    ],
)
def test_a_card_is_rated_by_how_it_is_written(text: str, confidence: str, value: str) -> None:
    """Printed groups or a word nearby: high; alone or oddly grouped: medium; inside a longer number: low."""
    assert _found(text) == [("CREDIT_CARD", confidence, value)]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "1111 1111 1111 1117",
        "ISBN 978-3-16-148410-0",
        "4.5.2025 - 16.5.2025 18:00 bis 20:00",
        "Tel. +49 30 901820 14",
        "2024 2025 2026 2027",
    ],
)
def test_other_numbers_are_no_cards(text: str) -> None:
    """Wrong check digits, prefixes nobody issues, dates and catalogue numbers are nothing."""
    assert _found(text) == []


def test_the_digits_of_an_iban_are_no_card() -> None:
    """A card number that only exists inside a proven IBAN is not reported beside it."""
    inside = next(
        iban
        for tail in range(100)
        for check in range(2, 99)
        if valid(iban := f"DE{check:02d}41111111{11_111_111}{tail:02d}")
    )
    assert list(card_candidates(_grouped(inside)))
    assert [entity for entity, _, _ in _found(inside)] == ["IBAN_CODE"]
    beside = f"{inside}, Karte 4111 1111 1111 1111"
    assert [entity for entity, _, _ in _found(beside)] == ["IBAN_CODE", "CREDIT_CARD"]


def test_only_the_grouped_view_is_read() -> None:
    """Elsewhere groups stand apart, and a group could be taken for a number of its own."""
    assert [find_numbers(view, KEY) for view in surfaces(0, f"ＩＢＡＮ {IBAN}")[:2]] == [(), ()]


def test_a_finding_says_everything_but_the_value() -> None:
    """Rule, entity, detector, view, transforms and the fingerprint of the canonical value."""
    (finding,) = find_numbers(surfaces(2, f"x DE02\u200b{IBAN[4:]}")[2], KEY)
    assert (finding.rule, finding.entity, finding.detector, finding.part) == (
        "common/iban",
        "IBAN_CODE",
        "identifiers",
        2,
    )
    assert (finding.view, finding.transforms) == (View.DEOBFUSCATED, ("T2",))
    assert (finding.span, finding.confidence) == (Span(start=2, end=25), Confidence.HIGH)
    assert finding.fingerprint == fingerprint(KEY, "IBAN_CODE", IBAN)
    (card,) = find_numbers(_grouped("\u200bNr. 4111111111111111"), KEY)
    assert (card.rule, card.view, card.transforms) == ("common/card", View.PLAIN, ())


def test_a_view_without_map_is_read_too() -> None:
    """A grouped view of a text without gaps is the text itself."""
    assert _found(IBAN) == [("IBAN_CODE", "high", IBAN)]
    assert _found(CARD) == [("CREDIT_CARD", "medium", CARD)]


def test_what_stands_in_one_text_alone_is_no_crossing() -> None:
    """A view of several parts shows only what goes from one to another; the part shows the rest by itself."""
    parts = [surfaces(0, f"{IBAN} und {CARD}")[0], surfaces(1, "ok")[0]]
    (grouped,) = [view for view in joined(parts) if view.name == "grouped"]

    assert IBAN in grouped.text
    assert find_numbers(grouped, KEY) == ()


@pytest.mark.parametrize("text", ["4" * 30_000, "4 " * 15_000, "DE02" * 7_500, "MT00aaaa" * 3_700, "aa00" * 7_500])
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    """30,000 characters that look like the beginning of a number everywhere give an answer."""
    assert all(finding.confidence is Confidence.LOW for finding in find_numbers(_grouped(text), KEY))
