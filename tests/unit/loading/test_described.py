"""What matchers and actions describe is read with all its mistakes."""

from __future__ import annotations

import pytest

from proxy.core.errors import Localised
from proxy.core.policy.fields import Field, FieldKind
from proxy.loading.described import Vocabulary, read_fields
from proxy.loading.strict_yaml import parse
from proxy.loading.validation import Fields, Report

FIELDS = (
    Field(name="type", kind=FieldKind.ENTITIES),
    Field(name="list", kind=FieldKind.LEXICONS),
    Field(name="allow", kind=FieldKind.ALLOW_LISTS),
    Field(name="terms", kind=FieldKind.TEXTS),
    Field(name="forms", kind=FieldKind.CHOICE, choices=("exact", "stem")),
    Field(name="is", kind=FieldKind.CHOICES, choices=("public", "direct")),
    Field(name="name", kind=FieldKind.PATTERNS),
    Field(name="distance", kind=FieldKind.DISTANCE, high=9),
    Field(name="queue", kind=FieldKind.NAME),
    Field(name="stages", kind=FieldKind.INTEGER, low=1, high=3),
    Field(name="due", kind=FieldKind.DURATION, low=60, high=3600),
    Field(name="count", kind=FieldKind.RANGE, low=1, high=9),
    Field(name="label", kind=FieldKind.LABEL),
    Field(name="hosts", kind=FieldKind.HOSTS),
    Field(name="parameters", kind=FieldKind.PARAMETERS),
)
VOCABULARY = Vocabulary(
    entities=frozenset({"IBAN_CODE", "PERSON"}),
    planned=frozenset({"SECRET"}),
    lexicons=frozenset({"relation"}),
    patterns=frozenset({"de-plate"}),
    allow_lists=frozenset({"own"}),
)


def _read(text: str, fields: tuple[Field, ...] = FIELDS) -> tuple[dict[str, object] | None, list[str]]:
    node, _ = parse(text.encode(), "a.yaml")
    report = Report(file="a.yaml")
    assert node is not None
    mapping = Fields.of(report, node)
    assert mapping is not None
    return read_fields(mapping, fields, VOCABULARY), [problem.code for problem in report.problems]


def test_every_kind_of_field_is_read() -> None:
    """Absent fields stay absent."""
    text = (
        "{type: [IBAN_CODE, PERSON], list: relation, allow: [own], terms: [a, 'b c'], forms: stem, queue: press,"
        " stages: 2, due: 30m, count: {from: 2}, is: [public, direct], name: de-plate, distance: sentence,"
        " label: {de: '[weg]', en: '[gone]'}, hosts: [Bank.Example, xn--mller-kva.example, ru], parameters: ids}"
    )

    assert _read(text) == (
        {
            "type": ("IBAN_CODE", "PERSON"),
            "list": ("relation",),
            "allow": ("own",),
            "terms": ("a", "b c"),
            "forms": "stem",
            "queue": "press",
            "stages": 2,
            "due": 1800,
            "count": (2, None),
            "is": ("public", "direct"),
            "name": ("de-plate",),
            "distance": "sentence",
            "label": Localised(de="[weg]", en="[gone]"),
            "hosts": ("bank.example", "müller.example", "ru"),
            "parameters": ("ids",),
        },
        [],
    )
    assert _read("{queue: press}") == ({"queue": "press"}, [])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{type: IBAN}", ["unknown-type"]),
        ("{type: [[x]]}", ["wrong-kind"]),
        ("{list: x, allow: y}", ["unknown-word-list", "unknown-allow-list"]),
        ("{terms: a}", ["wrong-kind"]),
        ("{count: {}}", ["missing-key"]),
        ("{count: {from: 0, to: x, at: 1}}", ["out-of-range", "wrong-kind", "unknown-key"]),
        ("{count: 3}", ["wrong-kind"]),
        ("{stagse: 3}", ["unknown-key"]),
        ("{label: weg}", ["wrong-kind"]),
        ("{hosts: https://bank.example}", ["bad-host"]),
        ("{hosts: [bank.example/x, '*.bank.example', bankexample, a..b, [x]]}", ["bad-host"] * 4 + ["wrong-kind"]),
        ("{hosts: {in: bank.example}}", ["wrong-kind"]),
        ("{parameters: [a=1, 'a b', [x]]}", ["bad-parameter"] * 2 + ["wrong-kind"]),
        ("{label: {de: " + "x" * 41 + "}}", ["text-too-long", "missing-key"]),
    ],
)
def test_a_mistake_gives_no_values(text: str, codes: list[str]) -> None:
    """All mistakes are found in one run."""
    assert _read(text) == (None, codes)


def test_a_required_field_must_be_there() -> None:
    """Its name is in the message."""
    assert _read("{}", (Field(name="queue", kind=FieldKind.NAME, required=True),)) == (None, ["missing-key"])


def test_planned_entities_give_a_warning() -> None:
    """Alone they are a mistake: the rule would never match."""
    assert _read("{type: [PERSON, SECRET]}") == ({"type": ("PERSON", "SECRET")}, ["undetected-type"])
    assert _read("{type: SECRET}") == (None, ["undetected-type", "nothing-detected"])
