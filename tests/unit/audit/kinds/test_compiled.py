from __future__ import annotations

import re

import pytest

from proxy.audit.kinds.compiled import compiled
from proxy.audit.kinds.fields import LARGEST, Members, entry, flag, flaw, number, rows, text, texts

MEMBERS = Members(
    fields={
        "word": text("A word."),
        "fixed": text("Always this.", only="this"),
        "short": text("Digits.", like=re.compile("[0-9]{2}")),
        "count": number("A number."),
        "one": number("Always one.", only=1),
        "sure": flag("True or false."),
        "names": texts("Words."),
        "found": rows("Rows.", "name", most=2, name=text("A name."), count=number("A number.")),
        "place": entry("An object.", "", "line", line=number("A number.")),
    },
    needed=frozenset({"word"}),
)
GOOD: tuple[dict[str, object], ...] = (
    {"word": ""},
    {"word": "a", "fixed": "this", "short": "12", "count": LARGEST, "one": 1, "sure": False},
    {"word": "a", "names": ["a"], "found": [{"name": "x"}, {"name": "y", "count": None}], "place": {"line": None}},
    {"word": "a", "fixed": None, "short": None, "one": None, "names": None, "found": [], "place": None},
)
BAD: tuple[dict[str, object], ...] = (
    {},
    {"word": None},
    {"word": b"a"},
    {"word": "a", "other": 1},
    {"word": "a", "fixed": "that"},
    {"word": "a", "short": "123"},
    {"word": "a", "short": "12\n"},
    {"word": "a", "count": LARGEST + 1},
    {"word": "a", "count": True},
    {"word": "a", "count": 1.0},
    {"word": "a", "count": "1"},
    {"word": "a", "one": 2},
    {"word": "a", "one": True},
    {"word": "a", "sure": 0},
    {"word": "a", "names": ("a",)},
    {"word": "a", "names": [1]},
    {"word": "a", "found": [{}]},
    {"word": "a", "found": [{"name": "x"}] * 3},
    {"word": "a", "place": {}},
)


@pytest.mark.parametrize("values", GOOD)
def test_what_fits_is_taken(values: dict[str, object]) -> None:
    """By the validator, and by the check that has words."""
    assert compiled(MEMBERS).isinstance_python(values)
    assert flaw(MEMBERS, values) is None


@pytest.mark.parametrize("values", BAD)
def test_what_does_not_fit_is_refused(values: dict[str, object]) -> None:
    """By both."""
    assert not compiled(MEMBERS).isinstance_python(values)
    assert flaw(MEMBERS, values) is not None
