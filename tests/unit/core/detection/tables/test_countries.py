"""The table of countries."""

from __future__ import annotations

import pytest

from proxy.core.detection.checks.iban import COUNTRIES as WITH_IBAN
from proxy.core.detection.tables.countries import COUNTRIES


def test_every_country_with_an_iban_is_a_country() -> None:
    """Two tables, one world; Kosovo has an IBAN and no code of the standard."""
    assert set(WITH_IBAN) - COUNTRIES == {"XK"}


@pytest.mark.parametrize("code", ["DE", "AT", "CH", "LI", "US", "GB", "ZW"])
def test_countries_are_there(code: str) -> None:
    """Codes are two capitals."""
    assert code in COUNTRIES
    assert code.lower() not in COUNTRIES


def test_codes_are_two_capitals_of_about_250_countries() -> None:
    """Neither user-assigned codes nor words."""
    assert 245 <= len(COUNTRIES) <= 252
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in COUNTRIES)
    assert not COUNTRIES & {"XX", "ZZ", "QQ", "UK", "EU"}
