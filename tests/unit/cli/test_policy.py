"""`postgate policy lint` and `postgate policy test`."""

from __future__ import annotations

import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from proxy.cli.policy import policy
from proxy.core.detection.fingerprint import fingerprint
from tests.factories import LOOKED, make_finding, make_scan
from tests.policy_files import LEXICONS, policy_text, write_policies

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from proxy.core.model import DetectorId, Part, Scan
    from proxy.core.policy.bundle import PolicyBundle

IBAN = "DE02 1203 0000 0000 2020 51"
TESTS = """
schema: 1
policy: sample
now: 2026-03-02T09:00:00+01:00
fixtures: {posts: {weekend: Schönes Wochenende!}}
matrix: [{posts: weekend, expect: allow}]
"""


@dataclass
class Scanner:
    """Sees one account number; can lose a detector."""

    key: bytes = field(repr=False)
    completed: frozenset[DetectorId] = LOOKED

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        return LOOKED

    async def load(self, bundle: PolicyBundle) -> None:
        """Take the words."""

    async def scan(self, parts: tuple[Part, ...], bundle: PolicyBundle, thread: tuple[str, ...] = ()) -> Scan:
        findings = [
            make_finding(
                part=number,
                start=part.text.index(IBAN),
                end=part.text.index(IBAN) + len(IBAN),
                fingerprint=fingerprint(self.key, "IBAN_CODE", IBAN),
            )
            for number, part in enumerate(parts)
            if IBAN in part.text
        ]
        return make_scan(*findings, completed=self.completed)


@dataclass
class Tools:
    """What the command finds in its context."""

    policies: Path
    lexicons: Path = LEXICONS
    recognizers: Path | None = None
    completed: frozenset[DetectorId] = LOOKED
    with_registers: list[bool] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 12, tzinfo=UTC)

    def today(self) -> date:
        return date(2026, 11, 23)

    @asynccontextmanager
    async def make_scanner(self, fingerprint_key: bytes, *, registers: bool = False) -> AsyncIterator[Scanner]:
        self.with_registers.append(registers)
        yield Scanner(key=fingerprint_key, completed=self.completed)


def _call(tools: Tools, *arguments: str) -> Result:
    return CliRunner().invoke(policy, [*arguments], obj=tools, catch_exceptions=False, env={"COLUMNS": "200"})


def _tools(tmp_path: Path, **files: str) -> Tools:
    return Tools(policies=write_policies(tmp_path, **files).directory)


def test_lint_of_good_policies_says_so(tmp_path: Path) -> None:
    """With how much it looked at."""
    result = _call(_tools(tmp_path), "lint", "--language", "en")

    assert (result.exit_code, result.stdout) == (0, "1 policies, 1 rules: 0 errors, 0 warnings\n")


def test_the_digest_is_that_of_the_bundle(tmp_path: Path) -> None:
    """Another rule is another digest, a comment is none; files with mistakes have no digest."""
    tools = _tools(tmp_path)
    first = _call(tools, "digest").stdout.strip()
    file = tools.policies / "sample.yaml"
    file.write_text("# a comment\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    same = _call(tools, "digest").stdout.strip()
    file.write_text(policy_text(default="hold"), encoding="utf-8")
    other = _call(tools, "digest").stdout.strip()
    file.write_text(policy_text(default="maybe"), encoding="utf-8")
    broken = _call(tools, "digest", "--language", "en")

    assert re.fullmatch("[0-9a-f]{64}", first)
    assert first == same != other
    assert (broken.exit_code, broken.stdout) == (1, "")


def test_lint_lists_mistakes_of_all_files(tmp_path: Path) -> None:
    """In the language asked for, and test files count too."""
    tools = _tools(
        tmp_path,
        sample=policy_text(),
        other=policy_text("other").replace("action: block", "action: blok"),
        sample_test=TESTS.replace("posts: weekend", "posts: weekday"),
    )

    broken = _call(tools, "lint", "--language", "de")
    (tools.policies / "other.yaml").unlink()
    tests = _call(tools, "lint", "--language", "en")

    assert (broken.exit_code, tests.exit_code) == (1, 1)
    assert "Fehler: other.yaml:14:13: »blok« ist hier nicht möglich." in broken.stderr
    assert "1 Fehler" in broken.stdout
    assert "error: sample_test.yaml:6:18: There is no `weekday` under fixtures." in tests.stderr


def test_lint_shows_warnings_and_passes(tmp_path: Path) -> None:
    """A warning stops nothing."""
    result = _call(_tools(tmp_path, sample=policy_text(mode="monitor")), "lint", "--language", "en")

    assert result.exit_code == 0
    assert result.stderr.startswith("warning: policies: No policy has `mode: enforce`")


def test_lint_speaks_json(tmp_path: Path) -> None:
    """For editors and pipelines."""
    tools = _tools(tmp_path, sample=policy_text().replace("owner:", "ower:"))

    result = _call(tools, "lint", "--json", "--language", "en")

    said = json.loads(result.stdout)
    assert (result.exit_code, said["ok"]) == (1, False)
    assert [(one["file"], one["line"], one["code"], one["warning"]) for one in said["problems"]] == [
        ("sample.yaml", 1, "missing-key", False),
        ("sample.yaml", 4, "unknown-key", False),
    ]


def test_directories_can_be_named(tmp_path: Path) -> None:
    """The command line wins over the installation; a profile elsewhere wins over the one beside the policies."""
    tools = _tools(tmp_path / "installed", sample="schema: 2")
    other = write_policies(tmp_path / "other")
    profile = tmp_path / "house.yaml"
    profile.write_text("schema: 1\nsamples: [x]\n", encoding="utf-8")

    named = _call(tools, "lint", "--policies", str(other.directory), "--language", "en")
    house = _call(tools, "lint", "--policies", str(other.directory), "--organisation", str(profile), "--language", "en")
    (other.directory / "organisation.yaml").unlink()
    without = _call(tools, "lint", "--policies", str(other.directory), "--language", "en")

    assert (named.exit_code, house.exit_code, without.exit_code) == (0, 1, 0)
    assert "house.yaml:2:11:" in house.stderr


def test_wrong_use_ends_with_two(tmp_path: Path) -> None:
    """A directory that does not exist, an option that does not exist."""
    assert _call(_tools(tmp_path), "lint", "--policies", str(tmp_path / "none")).exit_code == 2
    assert _call(_tools(tmp_path), "test", "--nothing").exit_code == 2


def test_tests_of_good_policies_pass(tmp_path: Path) -> None:
    """A table, a sum, and no text of a sample in the JUnit file."""
    tools = _tools(tmp_path, sample=policy_text(), sample_test=TESTS)
    junit = tmp_path / "junit.xml"

    result = _call(tools, "test", "--language", "en", "--junit", str(junit))

    assert result.exit_code == 0
    assert "sample/iban #1" in result.stdout
    assert result.stdout.endswith("3 passed, 0 failed\n")
    suite = ET.fromstring(junit.read_text(encoding="utf-8"))
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("3", "0")
    assert IBAN not in junit.read_text(encoding="utf-8")
    assert tools.with_registers == [False]


def test_detectors_are_made_ready_for_registers_of_samples(tmp_path: Path) -> None:
    """Only where a sample brings one."""
    brings = "{text: Schönes Wochenende!, register: [{first: Erika, last: Muster}]}"
    tools = _tools(tmp_path, sample=policy_text().replace('"Schönes Wochenende!"', brings))

    assert _call(tools, "test", "--language", "en").exit_code == 0
    assert tools.with_registers == [True]


@pytest.mark.parametrize(
    ("language", "mark", "total"),
    [("en", "FAILED", "2 passed, 1 failed"), ("de", "FEHLER", "2 bestanden, 1 fehlgeschlagen")],
)
def test_a_failing_test_ends_with_one(tmp_path: Path, language: str, mark: str, total: str) -> None:
    """The table says what was expected and what came."""
    wrong = TESTS.replace("expect: allow", "expect: block")
    junit = tmp_path / "junit.xml"

    result = _call(
        _tools(tmp_path, sample=policy_text(), sample_test=wrong),
        "test", "--language", language, "--junit", str(junit),
    )  # fmt: skip

    assert result.exit_code == 1
    assert mark in result.stdout
    assert total in result.stdout
    assert 'message="expected block, got allow (rules: -)"' in junit.read_text(encoding="utf-8")


def test_other_rules_and_missing_detectors_fail_and_say_why(tmp_path: Path) -> None:
    """The verdict alone is not enough."""
    tests = TESTS.replace("Schönes Wochenende!", IBAN).replace("expect: allow", "expect: block, rules: []")
    tools = _tools(tmp_path, sample=policy_text(), sample_test=tests)
    junit = tmp_path / "junit.xml"

    rules = _call(tools, "test", "--language", "en")
    tools.completed = frozenset()
    missing = _call(tools, "test", "--language", "en", "--junit", str(junit))

    assert (rules.exit_code, missing.exit_code) == (1, 1)
    assert "other rules expected: -" in rules.stdout
    assert "detector missing: lexicons, presidio" in missing.stdout
    assert "missing: lexicons, presidio" in junit.read_text(encoding="utf-8")


def test_results_can_be_had_as_json(tmp_path: Path) -> None:
    """With file and line of each test, and without the text of a sample."""
    wrong = TESTS.replace("expect: allow", "expect: block")

    result = _call(_tools(tmp_path, sample=policy_text(), sample_test=wrong), "test", "--json")

    said = json.loads(result.stdout)
    assert (result.exit_code, said["ok"], "adversarial" in said) == (1, False, False)
    assert [(one["name"], one["line"], one["expected"], one["got"], one["passed"]) for one in said["tests"]] == [
        ("sample/iban #1", 17, "block", "block", True),
        ("sample/iban #2", 18, "allow", "allow", True),
        ("sample: weekend", 6, "block", "allow", False),
    ]
    assert IBAN not in result.stdout


@pytest.mark.parametrize(
    ("language", "slips"),
    [
        ("de", "sample/iban #1: T2 invisible entgeht ihr"),
        ("en", "sample/iban #1: T2 invisible slips"),
    ],
)
def test_an_adversarial_run_names_what_slips_and_fails_nothing(tmp_path: Path, language: str, slips: str) -> None:
    """By rule, sample and transform; a scanner that knows one spelling misses nearly all."""
    junit = tmp_path / "junit.xml"

    result = _call(_tools(tmp_path), "test", "--adversarial", "--language", language, "--junit", str(junit))

    assert result.exit_code == 0
    assert slips in result.stdout.splitlines()
    assert IBAN not in result.stdout + junit.read_text(encoding="utf-8")
    suites = list(ET.fromstring(junit.read_text(encoding="utf-8")))
    assert [(suite.attrib["tests"], suite.attrib["failures"]) for suite in suites] == [("2", "0"), ("1", "0")]


def test_an_adversarial_run_can_be_had_as_json_and_repeated(tmp_path: Path) -> None:
    """The seed is in it, and the same seed gives the same run."""
    arguments = ("test", "--adversarial", "--json", "--seed", "7")
    first, again = (_call(_tools(tmp_path), *arguments).stdout for _ in range(2))

    said = json.loads(first)["adversarial"]
    assert first == again
    assert (said["seed"], [one["rule"] for one in said["rules"]]) == (7, ["sample/iban"])


def test_policies_with_mistakes_are_not_tested(tmp_path: Path) -> None:
    """The mistakes are shown instead."""
    result = _call(_tools(tmp_path, sample="schema: 1"), "test", "--language", "en")

    assert result.exit_code == 1
    assert "error: sample.yaml" in result.stderr


def test_the_schema_names_what_this_installation_has(tmp_path: Path) -> None:
    """Word lists and detection rules of the house are offered by the editor, too."""
    result = _call(_tools(tmp_path), "schema")

    schema = json.loads(result.stdout)
    assert result.exit_code == 0
    assert schema["$defs"]["words"]["properties"]["list"]["anyOf"][0] == {"enum": ["customer-relation"]}


def _explain(tools: Tools, text: bytes, *arguments: str) -> Result:
    runner = CliRunner()
    return runner.invoke(policy, ["explain", *arguments], obj=tools, input=text, env={"COLUMNS": "200"})


def test_explain_says_why(tmp_path: Path) -> None:
    """The rule, the place, and not the text."""
    result = _explain(_tools(tmp_path), f"Hallo, {IBAN}".encode(), "--language", "en")

    assert result.exit_code == 0
    assert result.stdout.startswith("block\n")
    assert "sample/iban: matches -> block" in result.stdout
    assert IBAN not in result.stdout


def test_explain_prints_json(tmp_path: Path) -> None:
    """For other programs."""
    row = json.loads(_explain(_tools(tmp_path), b"Hallo", "--json").stdout)

    assert (row["decision"], [one["outcome"] for one in row["rules"]]) == ("allow", ["not"])


def test_explain_shows_what_was_not_checked(tmp_path: Path) -> None:
    """A detector that is missing is a reason of its own."""
    tools = _tools(tmp_path)
    tools.completed = frozenset()

    assert "gate/incomplete-scan" in _explain(tools, b"Hallo").stdout


def test_explain_refuses_broken_policies_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Exit codes 1 and 2."""
    good = _tools(tmp_path / "good")
    broken = _tools(tmp_path / "broken", sample=policy_text().replace("action: block", "action: blok"))

    assert _explain(broken, b"Hallo", "--language", "en").exit_code == 1
    refused = _explain(good, b"\xff\xfe", "--language", "de")
    assert (refused.exit_code, "UTF-8" in refused.stderr) == (2, True)
