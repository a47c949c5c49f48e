import pytest

from proxy.audit.catalogue import MOST_FINDINGS, RECORDS, complaint
from tests.works import Sample, decided, intended, outcome_record


def test_codes_have_their_form_and_types_are_unique() -> None:
    """A code is PG- and three digits; no two codes share a type."""
    assert all(code.startswith("PG-") and len(code) == 6 and code[3:].isdecimal() for code in RECORDS)
    assert len({kind.name for kind in RECORDS.values()}) == len(RECORDS)


def test_required_fields_exist() -> None:
    """What is required is a field."""
    assert [code for code, kind in RECORDS.items() if not kind.required <= kind.fields.keys()] == []


@pytest.mark.parametrize("record", [decided(Sample()), intended(Sample()), outcome_record(Sample())])
def test_the_gates_records_fit(record: object) -> None:
    """Decision, intent and outcome."""
    assert complaint(record.code, record.type, record.data) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("code", "name", "data", "found"),
    [
        ("PG-000", "x", {}, "outside the catalogue"),
        (None, "x", {}, "outside the catalogue"),
        ("PG-602", "node.started", {"version": "1"}, "another type"),
        ("PG-602", "node.stopped", {}, "without version"),
        ("PG-602", "node.stopped", {"version": None}, "wrong kind of value in version"),
        ("PG-602", "node.stopped", {"version": 1}, "wrong kind of value in version"),
        ("PG-604", "clock.jumped", {"skew_ms": True}, "wrong kind of value in skew_ms"),
        ("PG-602", "node.stopped", {"version": "1", "canary_text": "x"}, "another field"),
    ],
)
def test_what_does_not_fit_is_named(code: object, name: str, data: dict[str, object], found: str) -> None:
    """In our words, without the value."""
    assert found in str(complaint(code, name, data))


def test_an_optional_field_may_be_empty() -> None:
    """It is written as null."""
    assert complaint("PG-602", "node.stopped", {"version": "1", "canary": None}) is None


def test_findings_are_bounded() -> None:
    """Two hundred rows, and one that says how many are left out."""
    row = {"rule": "r", "entity": "e", "count": 1, "confidence": "low"}

    assert complaint("PG-101", "post.decided", decided(Sample(), findings=[row] * (MOST_FINDINGS + 1)).data) is None
    assert "more than 200" in str(
        complaint("PG-101", "post.decided", decided(Sample(), findings=[row] * (MOST_FINDINGS + 2)).data)
    )
