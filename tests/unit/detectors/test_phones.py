from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from proxy.core.model import Confidence
from proxy.detectors.phones import REGIONS, PhoneFinder, _dialled, with_plus

FINDER = PhoneFinder()
EVERYWHERE = tuple(PhoneRecognizer(supported_language="de", supported_regions=(region,)) for region in REGIONS)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("030 23125 000", "+493023125000"),
        ("030/23125000", "+493023125000"),
        ("(030) 23 12 50 00", "+493023125000"),
        ("0171-3920000", "+491713920000"),
        ("+49 30 23125 000", "+493023125000"),
        ("+49 (0)30 23125-000", "+493023125000"),
        ("0049 30 23125000", "+493023125000"),
        ("01 51433", "+43151433"),
        ("+43 1 51433", "+43151433"),
        ("044 668 18 00", "+49446681800"),
        ("+41 44 668 18 00", "+41446681800"),
        ("+423 234 56 78", "+4232345678"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_numbers_of_the_house_countries_are_medium(written: str, canonical: str) -> None:
    """Germany, Austria, Switzerland, Liechtenstein and abroad, under one canonical form: of two countries the first."""
    text = f"Ruft an: {written}, danke."

    ((start, end, confidence, value),) = FINDER.find(text)

    assert (text[start:end], confidence, value) == (written, Confidence.MEDIUM, canonical)


@pytest.mark.parametrize(
    "written", ["0800 0330000", "+49 180 5678901", "Rechnung 0176 04069021", "Ticket Nr. 030 23125000"]
)
def test_hotlines_and_numbers_of_things_are_low(written: str) -> None:
    """No person has a free number, and an invoice is not called up."""
    assert {confidence for *_, confidence, _value in FINDER.find(f"Gemeldet: {written}, danke.")} <= {Confidence.LOW}


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("Sample NL91 ABNA 0417 1643 00 is Dutch.", Confidence.LOW),
        ("Sample NL91 ABNA 0417 1643 01 is Dutch.", Confidence.MEDIUM),
        ("NL91 ABNA 0417 1643 00, Tel. 0221 4710 917", Confidence.MEDIUM),
        ("DE02 ABCD 0221 4710 917", Confidence.MEDIUM),
    ],
)
def test_a_piece_of_an_account_number_is_low(text: str, confidence: Confidence) -> None:
    """Right check digits say whose digits they are; what merely begins like an account number hides nothing."""
    assert confidence in {one for *_, one, _value in FINDER.find(text)}


@pytest.mark.parametrize(("text", "found"), [("SSN of 1938: 078-05-1120.", 0), ("Call 078-605-11-20 tonight.", 1)])
def test_a_published_document_number_is_none(text: str, found: int) -> None:
    """Only the number that was printed in advertisements; one that is written alike stays."""
    assert len(list(FINDER.find(text))) == found


@pytest.mark.parametrize(
    "text",
    [
        "03.03.16 - 16:32",
        "21:05 13.01.16",
        "04.03.16 - 06:15 Uhr: Die Fusion",
        "06.08.10 11:21: London",
        "Quelle - 04-02-2016",
        "zwischen 02.40 und 02.45 Uhr",
        "geb. 06.06.1875",
    ],
)
def test_days_with_their_hour_are_no_numbers(text: str) -> None:
    """Before or behind the hour, with hyphens, and of other centuries."""
    assert [value for *_, value in FINDER.find(text)] == []


def test_a_number_beside_a_day_stays() -> None:
    """Only what is nothing but a day and its hour goes."""
    text = "Ab 13.01.16 unter 0171 3920042, sonst 030 23125 774."

    assert len(list(FINDER.find(text))) == 2


@pytest.mark.parametrize(
    "text", ["Gültig ab: 02.03.2016 05:37 Gefahr", "08.04. -30.04. ganzer Tag", "vom 08.04.2019 – 12.04.2019 gesperrt"]
)
def test_periods_and_dates_with_an_hour_are_no_numbers(text: str) -> None:
    """Notices of roads and railways are full of them."""
    assert [value for *_, value in FINDER.find(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Am 05.03.2026 geht es los.",
        "Vom 03.05.-07.05.2026 in Hamburg.",
        "07.12.24 - 09.12.24",
        "am 09.11.1989 um 18.30",
        "Am 12.05.2026 um 18:00 Uhr",
        "Mo-Fr 08.00-18.00 Uhr",
        "Seit 1640 gibt es uns, 1695 kam die Filiale.",
        "2.345.678 Euro Umsatz",
        "2345678 Aufrufe",
        "0,99 Euro statt 1,49 Euro",
        "0:3 (0:1)",
        "DE02 1203 0000 0000 2020 51",
        "Wochenende!",
        "",
    ],
)
def test_dates_years_amounts_and_account_numbers_are_no_telephone_numbers(text: str) -> None:
    """What the library alone would report, and people would not."""
    assert list(FINDER.find(text)) == []


def test_several_numbers_of_several_countries_are_all_found() -> None:
    """One that only Austria knows is not lost behind a German one."""
    text = "030 23125000 / 01 51433 oder 044 668 18 00"

    assert [text[start:end] for start, end, *_ in sorted(FINDER.find(text))] == [
        "030 23125000",
        "01 51433",
        "044 668 18 00",
    ]


def _everywhere(text: str) -> set[tuple[int, int]]:
    return {
        (result.start, result.end)
        for recognizer in EVERYWHERE
        for result in recognizer.analyze(text, ["PHONE_NUMBER"])
        if _dialled(text[result.start : result.end])
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [("plus 49 171 3920085", "+491713920085"), ("ruft an: Plus 43 664 1234567!", "+436641234567")],
)
def test_a_spoken_plus_is_a_plus(text: str, value: str) -> None:
    """At the same length, so that the place stays."""
    ((_start, _end, confidence, found),) = FINDER.find(text)

    assert (confidence, found) == (Confidence.MEDIUM, value)
    assert len(with_plus(text)) == len(text)


@pytest.mark.parametrize("text", ["2 plus 2 ist 4", "Fassade plus 12 Fenster", "plus 20 000 Euro"])
def test_sums_have_no_spoken_plus(text: str) -> None:
    """Only a long number is dialled."""
    assert with_plus(text) == text


@pytest.mark.parametrize(
    "text",
    ["Ticket 030 23125000", "Lager 82 030395 B", "0123456789", "0 1 2 3 4 5 6 7 8 9", "Rechnung 0171 3920085",
     "Inventar-Nr. 0172-3320-118", "Seriennummer der Waschmaschine: 0221 8873 0045 91", "0152 28 817 Schritte",
     "Typ DE 0312 4500 78", "039-20061 ist keine Vorwahl", "Charge 0151 220 30 45"],
)  # fmt: skip
def test_numbers_of_things_and_counting_are_never_sure(text: str) -> None:
    """They do not count as telephone numbers in policies."""
    assert {confidence for _start, _end, confidence, _value in FINDER.find(text)} <= {Confidence.LOW}


@pytest.mark.parametrize(
    ("text", "backwards", "values"),
    [
        ("+49 171\n3920085", False, ["+491713920085"]),
        ("0171 392\n00 85", False, ["+491713920085"]),
        ("0049 30\n23125000", False, ["+493023125000"]),
        ("030 231\n25000", False, []),
        ("Ruft mich an: 030 231\n25000", False, ["+493023125000"]),
        ("030\n040\n089", False, []),
        ("+49 171 3920085", True, ["+491713920085"]),
        ("0171 3920085", True, []),
        ("00326 151 84 12", True, []),
        ("nur Wörter", False, []),
    ],
)
def test_what_had_to_be_undone_needs_more_to_be_a_number(text: str, backwards: bool, values: list[str]) -> None:
    """`+`, `00`, a mobile number or a word for telephoning; backwards only `+`. A line break ends no number."""
    assert [value for *_, value in FINDER.find_undone(text, backwards=backwards)] == values


NUMBERS = st.sampled_from(
    ["030 23125000", "01 51433", "044 668 18 00", "+49 171 3920000", "0049 30 23125000", "05.03.2026", "0800 0330000"]
)
PIECES = NUMBERS | st.text(alphabet="0123456789 +()-/.x,aÄ:\n", max_size=12)


@given(st.lists(PIECES, max_size=6).map("".join))
def test_looking_only_where_a_number_may_begin_loses_nothing(text: str) -> None:
    """Whatever the recognizers see in the whole text is covered by what is found with the shortcut."""
    found = [(start, end) for start, end, *_ in FINDER.find(text)]

    assert [
        (start, end)
        for start, end in _everywhere(text)
        if not any(other < end and start < other_end for other, other_end in found)
    ] == []
