from __future__ import annotations

import pytest

from proxy.audit.kinds.fields import LARGEST, Field, Members, entry, flag, flaw, number, record, rows, text, texts
from proxy.core.errors import Localised

FIELDS: dict[str, Field] = {
    "word": text("A word."),
    "count": number("A number."),
    "sure": flag("True or false."),
    "names": texts("Words."),
    "found": rows("Rows.", "name", most=2, name=text("A name."), count=number("A number.")),
    "place": entry("An object.", "line", line=number("A number."), inner=entry("Another.", "", name=text("A name."))),
}
MEMBERS = Members(fields=FIELDS, needed=frozenset({"word"}))


@pytest.mark.parametrize(
    "values",
    [
        {"word": "a"},
        {"word": "", "count": None, "sure": None, "names": None, "found": None, "place": None},
        {"word": "a", "count": LARGEST, "sure": False, "names": ["a", "b"]},
        {"word": "a", "count": -LARGEST, "names": [], "found": []},
        {"word": "a", "found": [{"name": "x"}, {"name": "y", "count": None}]},
        {"word": "a", "place": {"line": 1, "inner": {}}},
        {"word": "a", "place": {"line": 1, "inner": None}},
    ],
)
def test_values_of_their_kinds_fit(values: dict[str, object]) -> None:
    """What is not needed may be missing or null."""
    assert flaw(MEMBERS, values) is None


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, "without word"),
        ({"word": None}, "with a wrong kind of value in word"),
        ({"word": 1}, "with a wrong kind of value in word"),
        ({"word": "a", "other": 1}, "with another field"),
        ({"word": "a", "count": True}, "with a wrong kind of value in count"),
        ({"word": "a", "count": 1.0}, "with a wrong kind of value in count"),
        ({"word": "a", "count": LARGEST + 1}, "with a larger number in count"),
        ({"word": "a", "count": -LARGEST - 1}, "with a larger number in count"),
        ({"word": "a", "sure": 1}, "with a wrong kind of value in sure"),
        ({"word": "a", "names": "ab"}, "with a wrong kind of value in names"),
        ({"word": "a", "names": ["a", None]}, "with a wrong kind of value in names"),
        ({"word": "a", "found": ["a"]}, "with a wrong kind of value in found"),
        ({"word": "a", "found": [{}]}, "without name, inside found"),
        ({"word": "a", "found": [{"name": "x"}] * 3}, "with more than 1 rows of found"),
        ({"word": "a", "found": [{"name": "x", "text": "y"}]}, "with another field, inside found"),
        ({"word": "a", "place": []}, "with a wrong kind of value in place"),
        ({"word": "a", "place": {"line": 1, "inner": {"name": 2}}}, "value in name, inside inner, inside place"),
    ],
)
def test_what_does_not_fit_is_named(values: dict[str, object], found: str) -> None:
    """In our words, without the value."""
    assert found in str(flaw(MEMBERS, values))


def test_a_record_has_its_required_fields() -> None:
    """They stand between spaces."""
    made = record("a.b", Localised(de="x", en="y"), "word count", **FIELDS)

    assert made.data.needed == {"word", "count"}
    assert dict(made.data.fields) == FIELDS


def test_what_must_be_there_may_be_null() -> None:
    """Unlike what is needed."""
    inside = entry("An object.", "", "name", name=text("A name.")).inside
    assert inside is not None

    assert flaw(inside, {"name": None}) is None
    assert flaw(inside, {}) == "without name"
