"""
How the results of policy tests are shown: as a table, as JSON and in the JUnit format. No text of a sample is in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from proxy.cli.policy_adversary import Attack, attack_as_json, attack_as_junit
from proxy.loading.policy_tests import Case, Outcome, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.ports import Scanner

__all__ = ["junit_xml", "print_outcomes", "results_as_json", "tried"]


async def tried(cases: Sequence[Case], scanner: Scanner, bundle: PolicyBundle, language: str) -> list[Outcome]:
    """Run tests with a progress bar on standard error."""
    label = "Tests" if language == "en" else "Prüfungen"
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=len(cases))
        return await run(cases, scanner, bundle, lambda: progress.advance(task))


def print_outcomes(outcomes: Sequence[Outcome], language: str) -> None:
    """Print a table of tests, and how many passed."""
    german = language == "de"
    table = Table(title="Prüfungen der Richtlinien" if german else "Policy tests")
    headings = ("Prüfung", "Ort", "erwartet", "ergab", "Regeln", "") if german else (
        "test", "place", "expected", "got", "rules", ""
    )  # fmt: skip
    for heading in headings:
        table.add_column(heading)
    for outcome in outcomes:
        table.add_row(
            outcome.case.name,
            f"{outcome.case.file}:{outcome.case.line}",
            outcome.case.verdict,
            outcome.verdict,
            ", ".join(outcome.rules),
            "ok" if outcome.passed else _why(outcome, german=german),
        )
    Console().print(table)
    failed = sum(not outcome.passed for outcome in outcomes)
    passed = len(outcomes) - failed
    click.echo(f"{passed} bestanden, {failed} fehlgeschlagen" if german else f"{passed} passed, {failed} failed")


def _why(outcome: Outcome, *, german: bool) -> str:
    if outcome.missing:
        return ("Detektor fehlt: " if german else "detector missing: ") + ", ".join(outcome.missing)
    if outcome.verdict is outcome.case.verdict:
        wanted = ", ".join(sorted(outcome.case.rules or ())) or "-"
        return ("andere Regeln erwartet: " if german else "other rules expected: ") + wanted
    return "FEHLER" if german else "FAILED"


def results_as_json(outcomes: Sequence[Outcome], found: Attack | None) -> dict[str, object]:
    """Return test results as plain values, and those of an adversarial run; the text of a sample is not among them."""
    rows = [
        {
            "name": outcome.case.name,
            "file": outcome.case.file,
            "line": outcome.case.line,
            "expected": outcome.case.verdict.value,
            "got": outcome.verdict.value,
            "rules": list(outcome.rules),
            "missing": list(outcome.missing),
            "passed": outcome.passed,
        }
        for outcome in outcomes
    ]
    results: dict[str, object] = {"ok": all(outcome.passed for outcome in outcomes), "tests": rows}
    return results if found is None else {**results, "adversarial": attack_as_json(found)}


def junit_xml(outcomes: Sequence[Outcome], found: Attack | None = None) -> bytes:
    """Return test results in the JUnit format, an adversarial run as a second suite; no text of a sample is in it."""
    failures = sum(not outcome.passed for outcome in outcomes)
    suite = ET.Element("testsuite", name="postgate policy test", tests=str(len(outcomes)), failures=str(failures))
    for outcome in outcomes:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=outcome.case.file,
            name=outcome.case.name,
            file=outcome.case.file,
            line=str(outcome.case.line),
        )
        if not outcome.passed:
            rules = ", ".join(outcome.rules) or "-"
            message = f"expected {outcome.case.verdict}, got {outcome.verdict} (rules: {rules})"
            if outcome.missing:
                message += f"; missing: {', '.join(outcome.missing)}"
            ET.SubElement(case, "failure", message=message)
    root = suite
    if found is not None:
        root = ET.Element("testsuites")
        root.extend((suite, attack_as_junit(found)))
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
