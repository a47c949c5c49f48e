"""`postgate policy diff`."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result

from proxy.cli.policy import policy
from tests.policy_files import LEXICONS, ORGANISATION, policy_text, write_policies

if TYPE_CHECKING:
    from pathlib import Path

TERM = "Erfundenheim"


@dataclass
class Tools:
    """What the command finds in its context."""

    lexicons: Path = LEXICONS
    recognizers: Path | None = None

    def today(self) -> date:
        return date(2026, 11, 23)


def _diff(*arguments: str) -> Result:
    return CliRunner().invoke(policy, ["diff", *arguments], obj=Tools(), catch_exceptions=False)


def _two(tmp_path: Path, new: str) -> tuple[str, str]:
    """Write the usual policies, and others."""
    before = write_policies(tmp_path / "old", sample=policy_text()).directory
    return str(before), str(write_policies(tmp_path / "new", sample=new).directory)


def test_equal_directories_have_no_difference(tmp_path: Path) -> None:
    """A remark is none."""
    result = _diff(*_two(tmp_path, "# a remark\n" + policy_text()), "--language", "en")

    assert (result.exit_code, result.stdout) == (0, "No difference\n")


def test_differences_have_an_exit_code_of_their_own(tmp_path: Path) -> None:
    """As those of diff(1)."""
    result = _diff(*_two(tmp_path, policy_text(default="hold")), "--language", "de")

    assert result.exit_code == 1
    assert "  strenger      Richtlinie, default: allow -> hold\n" in result.stdout.replace("sample,", ",")
    assert result.stdout.endswith("Nachweislich wird kein Beitrag milder entschieden.\n")


def test_differences_as_json(tmp_path: Path) -> None:
    """With what is proven of all of them."""
    result = _diff(*_two(tmp_path, policy_text().replace("mode: enforce", "mode: monitor")), "--json")

    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["only_stricter"]) == (1, False)
    assert [(one["name"], one["field"], one["direction"]) for one in answer["changes"]] == [
        ("sample", "mode", "weaker")
    ]


def test_mistakes_are_listed_and_nothing_is_compared(tmp_path: Path) -> None:
    """For both directories at once."""
    old, new = _two(tmp_path, policy_text().replace("action: block", "action: blok"))

    result = _diff(new, new, "--language", "en")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("error: sample.yaml:14:13") == 2
    assert _diff(old, new).exit_code == 2


def test_what_the_house_keeps_to_itself_is_counted_only(tmp_path: Path) -> None:
    """Neither a confidential term nor an entry of a list is shown."""
    old, new = _two(tmp_path, policy_text())
    profile = tmp_path / "other.yaml"
    profile.write_text(
        ORGANISATION.replace("DE84 9999 9999 0000 1234 50", "DE02 1203 0000 0000 2020 51")
        + f"confidential_terms: [{TERM}]\n",
        encoding="utf-8",
    )

    for form in ((), ("--json",)):
        result = _diff(old, new, "--new-organisation", str(profile), "--language", "en", *form)
        assert result.exit_code == 1
        assert not any(text in result.output for text in ("Erfunden", "9999", "2020"))
    lines = _diff(old, new, "--new-organisation", str(profile), "--language", "en").stdout
    assert "allow-list donation-accounts, entries: 1 added" in lines
    assert "confidential terms, forms: 1 added" in lines
    assert "0 added" not in lines
    assert _diff(old, new, "--old-organisation", str(profile), "--new-organisation", str(profile)).exit_code == 0


def test_word_lists_and_detection_rules_may_come_from_elsewhere(tmp_path: Path) -> None:
    """Before and after."""
    old, new = _two(tmp_path, policy_text())
    for name in ("before", "after"):
        shutil.copytree(LEXICONS, tmp_path / name / "lexicons")
        (tmp_path / name / "recognizers").mkdir()
    next((tmp_path / "after" / "lexicons").glob("*.yaml")).unlink()

    result = _diff(
        old, new, "--old-rules", str(tmp_path / "before"), "--new-rules", str(tmp_path / "after"), "--language", "en"
    )

    assert result.exit_code == 1
    assert "word list" in result.stdout
