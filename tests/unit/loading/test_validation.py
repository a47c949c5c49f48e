"""Typed values, or a mistake with its place; reading goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from proxy.core.errors import Localised
from proxy.core.policy.fields import Complaint
from proxy.loading import validation
from proxy.loading.messages import KINDS, MOST_MISTAKES
from proxy.loading.strict_yaml import Broken, Mapping, Node, Scalar, parse
from proxy.loading.validation import Fields, Report


def _node(text: str) -> Node:
    node, problems = parse(text.encode(), "a.yaml")
    assert node is not None
    assert problems == []
    return node


def _fields(text: str) -> Fields:
    fields = Fields.of(Report(file="a.yaml"), _node(text))
    assert fields is not None
    return fields


def _codes(report: Report) -> list[str]:
    return [problem.code for problem in report.problems]


def _duration(report: Report, node: Node) -> int | None:
    return validation.duration_of(report, node, low=60, high=86_400)


Ask = Callable[[Report, Node], object]


@pytest.mark.parametrize(
    ("ask", "text", "value", "codes"),
    [
        (validation.text_of, "Konto", "Konto", []),
        (validation.text_of, "NO", "NO", []),
        (validation.text_of, "0800", "0800", []),
        (validation.text_of, "'true'", "true", []),
        (validation.text_of, "true", None, ["wrong-kind"]),
        (validation.text_of, "~", None, ["wrong-kind"]),
        (validation.text_of, "'  '", None, ["wrong-kind"]),
        (validation.text_of, "[a]", None, ["wrong-kind"]),
        (validation.text_of, "x" * 501, None, ["text-too-long"]),
        (validation.name_of, "de-bank_1", "de-bank_1", []),
        (validation.name_of, "De Bank", None, ["bad-name"]),
        (validation.name_of, "{a: b}", None, ["wrong-kind"]),
        (lambda report, node: validation.choice_of(report, node, ("hold", "block")), "hold", "hold", []),
        (lambda report, node: validation.choice_of(report, node, ("hold", "block")), "blok", None, ["bad-choice"]),
        (lambda report, node: validation.choice_of(report, node, ("hold",)), "[hold]", None, ["wrong-kind"]),
        (lambda report, node: validation.integer_of(report, node, low=1, high=3), "3", 3, []),
        (lambda report, node: validation.integer_of(report, node, low=1, high=3), "4", None, ["out-of-range"]),
        (lambda report, node: validation.integer_of(report, node, low=1, high=3), "'3'", None, ["wrong-kind"]),
        (lambda report, node: validation.integer_of(report, node, low=1, high=3), "1.5", None, ["wrong-kind"]),
        (validation.flag_of, "true", True, []),
        (validation.flag_of, "False", False, []),
        (validation.flag_of, "yes", None, ["wrong-kind"]),
        (validation.flag_of, "NO", None, ["wrong-kind"]),
        (validation.flag_of, "'true'", None, ["wrong-kind"]),
        (_duration, "90m", 5400, []),
        (_duration, "1d", 86_400, []),
        (_duration, "2d", None, ["duration-range"]),
        (_duration, "2 h", None, ["wrong-kind"]),
        (_duration, "[1h]", None, ["wrong-kind"]),
    ],
)
def test_a_value_is_what_was_asked_for(ask: Ask, text: str, value: object, codes: list[str]) -> None:
    """YAML 1.2: only true and false are truth values, a number in quotes is a text."""
    report = Report(file="a.yaml")

    assert (ask(report, _node(text)), _codes(report)) == (value, codes)


def test_lists_are_not_empty_unless_they_may() -> None:
    """One value stands for a list of one where several are possible."""
    report = Report(file="a.yaml")

    assert validation.items_of(report, _node("[]")) == []
    assert validation.items_of(report, _node("[]"), empty=True) == []
    assert len(validation.one_or_many(report, _node("[a, b]"))) == 2
    assert len(validation.one_or_many(report, _node("a"))) == 1
    assert validation.items_of(report, _node("a")) == []
    assert _codes(report) == ["empty-list", "wrong-kind"]


def test_what_was_refused_already_is_reported_once() -> None:
    """An alias does not give a second message about its kind."""
    report = Report(file="a.yaml")

    assert validation.text_of(report, Broken(1, 1)) is None
    assert validation.kind_of(Broken(1, 1)) == "empty"
    assert report.problems == []


def test_unknown_keys_are_mistakes_with_a_guess() -> None:
    """Every key must have been asked for."""
    fields = _fields("owner: a\nacton: b\n")
    fields.get("owner")
    fields.get("action")
    fields.close()

    (problem,) = fields.report.problems
    assert (problem.line, problem.column, problem.code) == (2, 1, "unknown-key")
    assert "Did you mean `action`?" in problem.message.en


@pytest.mark.parametrize(("word", "guess"), [("blok", "`block`"), ("IBAN", ""), ("HOLD", "`hold`")])
def test_a_guess_is_near_or_not_made(word: str, guess: str) -> None:
    """Case does not matter for a guess."""
    said = validation.meant(word, ("block", "hold"))["meant_en"]

    assert said == (f" Did you mean {guess}?" if guess else "")


def test_missing_keys_are_named() -> None:
    """At the mapping that should hold them."""
    fields = _fields("a: 1")

    assert fields.name("x") is None
    assert fields.text("x") is None
    assert fields.choice("x", ("y",)) is None
    assert fields.choice("x", ("y",), "y") == "y"
    assert fields.flag("x") is False
    assert fields.texts("x") == ()
    assert fields.texts("x", required=True) == ()
    assert fields.localised("x") is None
    assert _codes(fields.report) == ["missing-key"] * 5


def test_values_are_read_by_key() -> None:
    """The happy path of every kind."""
    fields = _fields("n: a\nt: b\nf: true\nl: [c]\nx: {de: d, en: e}\nschema: 1")

    assert (fields.name("n"), fields.text("t"), fields.flag("f"), fields.texts("l")) == ("a", "b", True, ("c",))
    assert fields.localised("x") == Localised(de="d", en="e")
    fields.schema()
    fields.close()
    assert fields.report.problems == []


@pytest.mark.parametrize(("text", "codes"), [("schema: 2", ["bad-schema"]), ("a: 1", ["missing-key"])])
def test_another_schema_is_refused(text: str, codes: list[str]) -> None:
    """A file of a later version is not half understood."""
    fields = _fields(text)
    fields.schema()

    assert _codes(fields.report) == codes


def test_no_mapping_has_no_fields() -> None:
    """The mistake is reported."""
    report = Report(file="a.yaml")

    assert Fields.of(report, _node("[a]")) is None
    assert _codes(report) == ["wrong-kind"]


def test_a_matchers_complaint_becomes_a_problem() -> None:
    """With the matcher's own words."""
    report = Report(file="a.yaml")
    complaint = Complaint(code="x", field="", message=Localised(de="m", en="m"), remedy=Localised(de="r", en="r"))

    report.complain(complaint, Mapping({}, 4, 2))

    assert report.problems[0].render("en") == "a.yaml:4:2: m r [x]"
    assert report.errors == 1


def test_of_very_many_mistakes_the_first_are_described_and_all_are_counted() -> None:
    """The rest costs nothing, and whoever asks whether there was one more is told."""
    report, node = Report(file="a.yaml"), Scalar("x", plain=True, line=7, column=3)
    for _ in range(MOST_MISTAKES + 5):
        before = report.errors
        report.add("bad-name", node, value="x")
        assert report.errors > before
    complaint = Complaint(code="c", field="", message=KINDS["text"], remedy=KINDS["text"])
    before = report.errors
    report.complain(complaint, node)

    assert report.errors > before
    assert [one.code for one in report.problems] == ["bad-name"] * MOST_MISTAKES + ["more-mistakes"]


def test_warnings_are_all_listed_and_count_as_no_mistake() -> None:
    """However many there are, they make no file wrong."""
    report, node = Report(file="a.yaml"), Scalar("x", plain=True, line=7, column=3)
    for _ in range(MOST_MISTAKES + 5):
        report.add("rolled-out-in-part", node, share="10%")

    assert (len(report.problems), report.errors, report.full) == (MOST_MISTAKES + 5, 0, False)


def test_a_hint_is_looked_for_only_where_it_is_shown() -> None:
    """The nearest of the words that are known."""
    report, node = Report(file="a.yaml"), Scalar("acton", plain=True, line=1, column=1)
    report.add("unknown-key", node, key="acton", known="action", near=("acton", ["action"]))

    assert report.problems[0].message.en == "There is no key `acton` here. Did you mean `action`?"
