"""How results of policy tests are shown: no text of a sample in any of the three."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from proxy.cli.policy_outcomes import junit_xml, print_outcomes, results_as_json
from proxy.core.model import Verdict
from proxy.loading.policy_tests import Case, Outcome
from tests.factories import make_post
from tests.policies import make_bundle

CANARY = "Zwielichtkanarie"


def _outcome(verdict: Verdict, *, missing: tuple[str, ...] = (), rules: frozenset[str] | None = None) -> Outcome:
    case = Case(
        file="sample.yaml",
        line=7,
        name="sample/iban #1",
        rule="sample/iban",
        sample="1",
        post=make_post(CANARY),
        bundle=make_bundle(),
        verdict=Verdict.BLOCK,
        rules=rules,
    )
    return Outcome(case=case, verdict=verdict, rules=("iban",), missing=missing)


OUTCOMES = [
    _outcome(Verdict.BLOCK),
    _outcome(Verdict.ALLOW),
    _outcome(Verdict.HOLD, missing=("presidio",)),
    _outcome(Verdict.BLOCK, rules=frozenset({"card"})),
]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("FEHLER", "Detektor fehlt: presidio", "andere Regeln erwartet: card", "1 bestanden, 3 fehlgeschlagen")),
        ("en", ("FAILED", "detector missing: presidio", "other rules expected: card", "1 passed, 3 failed")),
    ],
)
def test_the_table_says_why(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    """Each failing test for its own reason."""
    monkeypatch.setenv("COLUMNS", "200")
    print_outcomes(OUTCOMES, language)
    printed = capsys.readouterr().out

    assert [word for word in words if word not in printed] == []
    assert CANARY not in printed


def test_json_and_junit_have_the_same_results() -> None:
    """By name, file and line."""
    results, suite = results_as_json(OUTCOMES, None), ET.fromstring(junit_xml(OUTCOMES))
    rows = results["tests"]
    assert isinstance(rows, list)

    assert results["ok"] is False
    assert [row["passed"] for row in rows] == [case.find("failure") is None for case in suite] == [True, *[False] * 3]
    assert suite.attrib | {"name": ""} == {"name": "", "tests": "4", "failures": "3"}
    assert CANARY not in str(results) + ET.tostring(suite, encoding="unicode")
