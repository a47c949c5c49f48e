"""How a source of the house lies."""

from __future__ import annotations

import pytest

from proxy.core.detection.register.layout import IDENTIFIERS, RESTRICTED, Format, Layout, Meaning, date_pattern


@pytest.mark.parametrize(
    ("written", "text", "found"),
    [
        ("DD.MM.YYYY", "12.03.1967", ("1967", "03", "12")),
        ("D.M.YYYY", "1.3.1967", ("1967", "3", "1")),
        ("YYYYMMDD", "19670312", ("1967", "03", "12")),
        ("MM/DD/YYYY", "03/12/1967", ("1967", "03", "12")),
    ],
)
def test_a_format_reads_its_dates(written: str, text: str, found: tuple[str, str, str]) -> None:
    """Day, month and year, wherever they stand."""
    pattern = date_pattern(written)

    assert pattern is not None
    match = pattern.fullmatch(text)
    assert match is not None
    assert (match["Y"], match["M"], match["D"]) == found


def test_a_point_is_a_point() -> None:
    """Signs between the numbers mean themselves."""
    pattern = date_pattern("DD.MM.YYYY")

    assert pattern is not None
    assert pattern.fullmatch("12x03x1967") is None


@pytest.mark.parametrize("written", ["", "DD.MM", "YY.MM.DD", "DD.DD.MM.YYYY", "%d.%m.%Y"])
def test_a_format_without_day_month_and_year_is_none(written: str) -> None:
    """Or with one of them twice."""
    assert date_pattern(written) is None


def test_a_restricted_list_has_meanings_of_its_own() -> None:
    """None of them names a customer."""
    assert set(IDENTIFIERS) & set(RESTRICTED) == set()
    assert Layout(name="a", format=Format.CSV, columns={Meaning.TERM: ("term",)}).header
