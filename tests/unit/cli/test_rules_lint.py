from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from proxy.cli.rules import rules
from tests.recognizers import RULE_FILE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Make a directory with one rule and no word list."""
    for name in ("recognizers", "lexicons"):
        (tmp_path / name).mkdir()
    (tmp_path / "recognizers" / "depot.yaml").write_text(RULE_FILE, encoding="utf-8")
    return tmp_path


def _call(*arguments: str) -> Result:
    return CliRunner().invoke(rules, arguments)


def _break(directory: Path) -> None:
    text = RULE_FILE.replace("Bestellung 87654321", "Depotnummer 87654321")
    (directory / "recognizers" / "depot.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("command", ["lint", "test"])
def test_good_rules_pass(directory: Path, command: str) -> None:
    """Exit code 0."""
    assert _call(command, "--rules", str(directory), "--language", "en").exit_code == 0


@pytest.mark.parametrize("command", ["lint", "test"])
def test_a_failing_sample_ends_with_one_and_its_line(directory: Path, command: str) -> None:
    """The file and what to do stand in the message."""
    _break(directory)

    result = _call(command, "--rules", str(directory), "--language", "en")

    assert result.exit_code == 1
    assert "recognizers/depot.yaml:23" in result.stderr


def test_lint_counts_in_both_languages(directory: Path) -> None:
    """One rule, no list."""
    german = _call("lint", "--rules", str(directory), "--language", "de")
    english = _call("lint", "--rules", str(directory), "--language", "en")

    assert "1 Regeln" in german.stdout
    assert "1 rules" in english.stdout


def test_both_speak_json(directory: Path) -> None:
    """For machines: what holds, what is broken."""
    _break(directory)

    lint = json.loads(_call("lint", "--rules", str(directory), "--json").stdout)
    test = json.loads(_call("test", "--rules", str(directory), "--json").stdout)

    assert (lint["ok"], lint["problems"][0]["code"]) == (False, "sample-hit")
    assert test == {"ok": False, "holding": [], "broken": ["recognizers/depot.yaml"]}


def test_the_shipped_rules_pass() -> None:
    """What is installed is right."""
    assert _call("lint").exit_code == 0
