"""The catalogue of `texts/register.py`."""

from __future__ import annotations

import string

import pytest

from proxy.loading.texts import register as catalogue


@pytest.mark.parametrize("code", sorted(catalogue.TEXTS))
def test_both_languages_say_the_same(code: str) -> None:
    """Message and remedy exist in both languages and fill in the same values."""
    one = catalogue.TEXTS[code]

    assert code == code.lower()
    for text in (one.message, one.remedy):
        assert text.de.endswith(".") or text.de.endswith("}")
        assert _names(text.de) == _names(text.en)


def _names(text: str) -> set[str]:
    """Return the values a text fills in, without the language at their end."""
    found = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {name.removesuffix("_de").removesuffix("_en") for name in found}
