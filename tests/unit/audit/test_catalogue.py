from __future__ import annotations

import json
from copy import deepcopy
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from proxy.audit.catalogue import RECORDS, complaint, leaf_complaint
from proxy.audit.kinds.fields import MOST_FINDINGS
from proxy.audit.leaf import build
from tests.works import Sample, decided, intended, outcome_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.audit.kinds.fields import Field, Members

VALIDATORS = {
    code: Draft202012Validator(
        json.loads(files("proxy.audit").joinpath("schemas", f"{code}.json").read_text(encoding="utf-8"))
    )
    for code in RECORDS
}
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
NUMBERS = st.integers(-3, 3) | st.sampled_from([2**53 - 1, 2**53, -(2**53)])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS | st.just(0.5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["rule", "x"]), inner, max_size=2),
    max_leaves=3,
)


def _values(members: Members) -> st.SearchStrategy[dict[str, Any]]:
    """Return values that fit, of all kinds."""
    needed = {name: _value(members.fields[name]) for name in sorted(members.needed)}
    others = {name: st.none() | _value(one) for name, one in members.fields.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=others)


def _value(field: Field) -> st.SearchStrategy[Any]:
    if field.kind is list:
        return st.lists(WORDS if field.inside is None else _values(field.inside), max_size=2)
    if field.inside is not None:
        return _values(field.inside)
    return {str: WORDS, int: st.integers(-3, 3), bool: st.booleans()}[field.kind]


@st.composite
def _leaves(draw: st.DrawFn) -> dict[str, Any]:
    """Return leaves that fit."""
    code = draw(st.sampled_from(sorted(RECORDS)))
    leaf: dict[str, Any] = json.loads(build(decided(Sample()), node="n1").data)
    data = draw(_values(RECORDS[code].data))
    content = draw(st.sampled_from([leaf["content"], None]))
    return leaf | {"code": code, "type": RECORDS[code].name, "data": data, "content": content}


@given(_leaves())
def test_types_and_schemas_take_what_fits(leaf: dict[str, Any]) -> None:
    """Every record that the types allow."""
    assert leaf_complaint(leaf) is None
    assert VALIDATORS[leaf["code"]].is_valid(leaf)


@given(_leaves(), st.data())
def test_types_and_schemas_agree_on_every_change(leaf: dict[str, Any], data: st.DataObject) -> None:
    """Whatever is put, taken out or added, at any depth: both take it, or both refuse it."""
    changed = deepcopy(leaf)
    holder = data.draw(st.sampled_from(list(_holders(changed))))
    keys = sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))
    what = data.draw(st.sampled_from(["put", "take", "add"] if keys else ["add"]))
    if what == "add" and isinstance(holder, dict):
        holder[data.draw(st.sampled_from(["rule", "count", "text", "x"]))] = data.draw(ANYTHING)
    elif what == "add":
        holder.append(data.draw(ANYTHING))
    elif what == "put":
        holder[data.draw(st.sampled_from(keys))] = data.draw(ANYTHING)
    else:
        holder.pop(data.draw(st.sampled_from(keys)))

    assert (leaf_complaint(changed) is None) == VALIDATORS[leaf["code"]].is_valid(changed)


def _holders(value: object) -> Iterator[Any]:
    """Yield every object and list in a value."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _holders(inner)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("at", "2026-11-23T09:00:00Z"),
        ("at", None),
        ("actor", {"kind": "employee", "ref": None}),
        ("actor", {"kind": "employee", "ref": "a_x", "name": "y"}),
        ("content", {"alg": "A256GCM"}),
        ("content", {"alg": "none", "class": "", "ct_sha256": "", "dek_sha256": "", "mac": "", "size": 1}),
        ("data", None),
        ("id", 1),
        ("refs", None),
        ("refs", [1]),
        ("subject", {"account": None}),
        ("subject", {"account": None, "post": None, "text": "x"}),
        ("trace", 1),
        ("v", 2),
        ("v", True),
        ("text", "x"),
    ],
)
def test_the_envelope_is_fixed(member: str, value: object) -> None:
    """Types and schemas refuse the same."""
    leaf = json.loads(build(decided(Sample()), node="n1").data) | {member: value}

    assert leaf_complaint(leaf) is not None
    assert not VALIDATORS["PG-101"].is_valid(leaf)


def test_the_schemas_are_schemas() -> None:
    """Of the dialect that they name."""
    for code, validator in VALIDATORS.items():
        Draft202012Validator.check_schema(validator.schema)
        assert f"urn:postgate:record:{code}:" in str(validator.schema)


def test_codes_have_their_form_and_types_are_unique() -> None:
    """A code is PG- and three digits; no two codes share a type."""
    assert all(code.startswith("PG-") and len(code) == 6 and code[3:].isdecimal() for code in RECORDS)
    assert len({kind.name for kind in RECORDS.values()}) == len(RECORDS)


def test_required_fields_exist() -> None:
    """What is required is a field."""
    assert [code for code, kind in RECORDS.items() if not kind.data.needed <= kind.data.fields.keys()] == []


def test_everything_is_described() -> None:
    """Codes in both languages, fields and the members of their rows in a sentence."""
    assert [
        code for code, kind in RECORDS.items() if not (kind.says.de.endswith(".") and kind.says.en.endswith("."))
    ] == []
    for kind in RECORDS.values():
        assert [name for name, field in _described(kind.data) if not field.says.endswith(".")] == []


def _described(members: Members) -> Iterator[tuple[str, Field]]:
    assert members.needed | members.there <= members.fields.keys()
    for name, field in members.fields.items():
        yield name, field
        if field.inside is not None:
            yield from _described(field.inside)


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
