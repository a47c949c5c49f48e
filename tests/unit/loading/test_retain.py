"""The retention class that a rule names."""

from __future__ import annotations

import pytest

from proxy.loading.retain import read_retain
from proxy.loading.strict_yaml import parse
from proxy.loading.validation import Fields, Report

KNOWN = frozenset({"blocked-30d", "published-3y", "house-9y"})


def _read(text: str, known: frozenset[str] | None = KNOWN) -> tuple[str | None, list[tuple[str, bool]], str]:
    node, problems = parse(text.encode(), "a.yaml")
    report = Report(file="a.yaml", problems=problems)
    fields = Fields.of(report, node) if node is not None else None
    assert fields is not None
    name = read_retain(fields, known)
    said = " ".join(one.remedy.en for one in report.problems)
    return name, [(one.code, one.warning) for one in report.problems], said


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_class_of_the_settings_is_taken(name: str) -> None:
    """Also those of verdicts."""
    assert _read(f"retain: {name}") == (name, [], "")


def test_another_class_is_a_mistake_that_names_those_of_the_settings() -> None:
    """Nobody has to look them up."""
    _, problems, said = _read("retain: de-wphg-5y")

    assert problems == [("unknown-retention-class", False)]
    assert "blocked-30d, house-9y, published-3y" in said


def test_without_settings_a_class_of_the_house_is_a_warning() -> None:
    """Whoever writes rules has no settings at hand; the node that is to run them has."""
    assert _read("retain: de-wphg-5y", None)[1] == []
    name, problems, said = _read("retain: house-9y", None)

    assert (name, problems) == ("house-9y", [("foreign-retention-class", True)])
    assert "de-wphg-5y" in said


@pytest.mark.parametrize(("value", "code"), [("[de-wphg-5y]", "wrong-kind"), ("Fünf Jahre", "bad-name")])
def test_what_is_no_name_is_refused(value: str, code: str) -> None:
    """One class, by its name."""
    name, problems, _ = _read(f"retain: {value}")

    assert (name, problems) == (None, [(code, False)])


def test_a_rule_need_not_name_one() -> None:
    """Then the verdict decides."""
    assert _read("hard: true")[:2] == (None, [])
