"""Endings that leave a word the same word."""

from __future__ import annotations

import pytest

from proxy.core.detection.inflection import endings_after, endings_for_last_e


def test_each_language_has_its_endings() -> None:
    """German has case and gender endings, English plurals and participles, `any` both."""
    german, english, both = (endings_after(language) for language in ("de", "en", "any"))
    assert {"", "n", "en", "s", "innen", "*innen", ":in", "/-in", "n/-innen", "(inn)en"} <= german
    assert {"", "s", "'s", "ed"} <= english
    assert "innen" not in english
    assert german | english <= both


def test_a_last_e_gives_way_to_feminine_endings() -> None:
    """Kunde: Kundin, Kund*innen; English words keep their e."""
    assert {"in", "innen", "*innen", ":in"} <= endings_for_last_e("de")
    assert endings_for_last_e("any") == endings_for_last_e("de")
    assert endings_for_last_e("en") == frozenset()


def test_an_unknown_language_is_refused() -> None:
    """A list in a language without endings would silently find less."""
    with pytest.raises(ValueError, match="de, en or any"):
        endings_after("fr")
