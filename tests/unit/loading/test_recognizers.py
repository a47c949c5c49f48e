from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Confidence
from proxy.loading.recognizers import load_recognizers
from tests.recognizers import RULE_FILE

if TYPE_CHECKING:
    from pathlib import Path


def _load(directory: Path, *files: str) -> tuple[list[str], list[str]]:
    for number, text in enumerate(files):
        (directory / f"rule{number}.yaml").write_text(text, encoding="utf-8")
    found, problems = load_recognizers(directory)
    return [one.id for one in found], [one.code for one in problems]


def test_a_rule_file_becomes_a_recognizer(tmp_path: Path) -> None:
    """Every field means what the file says."""
    (tmp_path / "depot.yaml").write_text(RULE_FILE, encoding="utf-8")

    (rule,), problems = load_recognizers(tmp_path)

    assert problems == []
    assert (rule.id, rule.entity, rule.surface, rule.boundary) == (
        "de-depot-number", "DEPOT_NUMBER", "grouped", "digit",
    )  # fmt: skip
    assert (rule.cues[0], rule.forms, rule.before, rule.after) == ("Depotnummer", "compound", 8, 5)
    assert (rule.confidence.cue, rule.confidence.bare, rule.check) == (Confidence.MEDIUM, None, None)


def test_a_cue_may_count_anywhere(tmp_path: Path) -> None:
    """For what passes the check, where the file says so."""
    text = RULE_FILE.replace("after: 5}", "after: 5, checked: anywhere}")
    (tmp_path / "depot.yaml").write_text(text, encoding="utf-8")

    (rule,), problems = load_recognizers(tmp_path)

    assert problems == []
    assert rule.anywhere


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('pattern: "[0-9]{7,12}"', 'pattern: "[0-9]{7,12}("', "bad-pattern"),
        ('pattern: "[0-9]{7,12}"', 'pattern: "[0-9]*"', "bad-pattern"),
        ('pattern: "[0-9]{7,12}"', "pattern: '\\d{7}'", "pattern-dialect"),
        ('pattern: "[0-9]{7,12}"', 'pattern: "(?=a)b"', "pattern-dialect"),
        ('pattern: "[0-9]{7,12}"', 'pattern: "a{201}"', "pattern-dialect"),
        ('pattern: "[0-9]{7,12}"', 'pattern: "[0-9]{7}"\nmask: "KD-####"', "pattern-or-mask"),
        ('pattern: "[0-9]{7,12}"\n', "", "pattern-or-mask"),
        ('pattern: "[0-9]{7,12}"', 'mask: "KD-#"', "bad-mask"),
        ("entity: DEPOT_NUMBER", "entity: DEPOT_NUMER", "bad-choice"),
        ("check: none", "check: mod12", "bad-choice"),
        ("boundary: digit", "boundary: line", "bad-choice"),
        ("cue: medium", "cue: none", "never-found"),
        ("[Depotnummer, Depot-Nr, Wertpapierdepot]", '["..."]', "bad-cue"),
        ("    - 1234567 ist sein Wertpapierdepot\n", "", "too-few-samples"),
        ("    - 1234567 ist sein Wertpapierdepot\n", "    - 1234567 ist nichts\n", "sample-missed"),
        ("    - Bestellung 87654321 ist da.\n", "    - Depotnummer 87654321\n", "sample-hit"),
        ("status: stable", "status: stable\nsurprise: 1", "unknown-key"),
    ],
)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, code: str) -> None:
    """And the rule is not there."""
    assert old in RULE_FILE

    ids, codes = _load(tmp_path, RULE_FILE.replace(old, new))

    assert ids == []
    assert code in codes


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    """Nobody repairs one to learn of the next."""
    ids, codes = _load(
        tmp_path, RULE_FILE.replace("boundary: digit", "boundary: line"), RULE_FILE.replace("check: none", "check: x")
    )

    assert ids == []
    assert len(codes) == 2


def test_an_id_stands_once(tmp_path: Path) -> None:
    """Findings say it."""
    assert _load(tmp_path, RULE_FILE, RULE_FILE) == (["de-depot-number"], ["duplicate-recognizer"])


def test_a_missing_directory_is_a_problem(tmp_path: Path) -> None:
    """Rules that cannot be read are not an empty set of rules."""
    assert [one.code for one in load_recognizers(tmp_path / "absent")[1]] == ["unreadable"]


def test_a_draft_is_proven_too(tmp_path: Path) -> None:
    """Its samples run as if it were in force."""
    assert _load(tmp_path, RULE_FILE.replace("status: stable", "status: draft")) == (["de-depot-number"], [])
