"""Words that are made up as passwords are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import password_shape


@pytest.mark.parametrize(
    "text",
    ["NovemberMolly9", "HarborSeal2027", "Kapitaen-Blaubaer-3", "Anchor-Coffee-1830", "MoinMoin_Halle7",
     "Sturmflut1962", "Kr4b8enKu77er", "Gr1mPuffin-0ctober", "7002nessorGrevO", "25elgaE-mooRr0hcnA"],
)  # fmt: skip
def test_made_up_words_pass(text: str) -> None:
    """Words run together with a number, letters written as digits, and both from behind."""
    assert password_shape.valid(text)


@pytest.mark.parametrize(
    "text",
    ["", "Sommer", "iPhone15", "Windows11", "ISO-9001-tauglich", "500-Euro-Gutschein", "25-Jähriges", "pain.001",
     "Halle7", "598af4a7a298a452df8037999b70b875", "6afdc059-7978-4ae2-af15-8377f93d528e", "PL61-1090-1014",
     "Bericht2031.pdf", "YT7-K33-2026", "a1" * 40, "12345678"],
)  # fmt: skip
def test_words_for_other_things_fail(text: str) -> None:
    """Products, versions, files, hashes, order numbers and compounds with a number."""
    assert not password_shape.valid(text)


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert password_shape.valid(text) in {True, False}
