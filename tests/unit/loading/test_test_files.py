"""`NAME_test.yaml` becomes expectations; messages are in tests/golden."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Verdict
from proxy.loading.policies import load
from proxy.loading.strict_yaml import parse
from proxy.loading.test_files import TestFile, read_tests
from proxy.loading.validation import Report
from tests.policy_files import policy_text, write_policies

if TYPE_CHECKING:
    from pathlib import Path

FILE = """
schema: 1
policy: sample
now: 2026-03-02T23:30:00+01:00
fixtures:
  posts:
    iban: "Meine IBAN: DE02 1203 0000 0000 2020 51"
    weekend: Schönes Wochenende!
  principals:
    anna: {kind: employee}
    bot: {kind: service}
  organisation:
    donation_accounts: [{iban: DE84 9999 9999 0000 1234 50, until: 2026-03-02, owner: marketing}]
matrix:
  - {posts: iban, principals: anna, expect: block, rules: [iban]}
  - {posts: [iban], principals: [bot], expect: hold}
"""


def _read(tmp_path: Path, text: str) -> tuple[TestFile | None, list[str]]:
    loaded = load(write_policies(tmp_path, sample=policy_text()), date(2026, 11, 23))
    node, problems = parse(text.encode(), "sample_test.yaml")
    assert node is not None
    assert problems == []
    report = Report(file="sample_test.yaml")
    found = read_tests(report, node, {parsed.policy.id: parsed for parsed in loaded.policies}, {"results"})
    return found, [problem.code for problem in report.problems]


def test_what_is_not_listed_is_expected_to_pass(tmp_path: Path) -> None:
    """Every post by every principal is a case."""
    found, codes = _read(tmp_path, FILE)

    assert codes == []
    assert found is not None
    assert [(one.name, one.author, one.verdict, one.rules) for one in found.expectations] == [
        ("iban by anna", "anna", Verdict.BLOCK, frozenset({"iban"})),
        ("iban by bot", "bot", Verdict.HOLD, None),
        ("weekend by anna", "anna", Verdict.ALLOW, None),
        ("weekend by bot", "bot", Verdict.ALLOW, None),
    ]
    assert found.now.date() == date(2026, 3, 2)
    assert found.organisation is not None
    assert found.organisation.allow_lists(b"key", found.now.date())["donation-accounts"]


def test_principals_and_profile_are_optional(tmp_path: Path) -> None:
    """Then anybody is the author and the house's own profile counts."""
    text = FILE[: FILE.index("  principals")] + "matrix:\n  - {posts: iban, expect: block}\n"

    found, codes = _read(tmp_path, text)

    assert codes == []
    assert found is not None
    assert [(one.name, one.author) for one in found.expectations] == [("iban", "sample"), ("weekend", "sample")]
    assert found.organisation is None


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("policy: sample", "policy: sampel", ["test-of-nothing"]),
        ("policy: sample", "policy: [sample]", ["wrong-kind"]),
        ("policy: sample\n", "", ["missing-key"]),
        ("now: 2026-03-02T23:30:00+01:00", "now: 2026-03-02T23:30:00", ["wrong-kind"]),
        ("now: 2026-03-02T23:30:00+01:00", "now: [x]", ["wrong-kind"]),
        ("now: 2026-03-02T23:30:00+01:00\n", "", ["missing-key"]),
        ("{kind: employee}", "employee", ["wrong-kind", "unknown-fixture"]),
        ("    weekend: Schönes Wochenende!\n", "    weekend: [x]\n", ["wrong-kind"]),
        ("posts: iban,", "posts: iba,", ["unknown-fixture"]),
        ("posts: [iban]", "posts: [[iban]]", ["wrong-kind"]),
        ("principals: [bot]", "principals: anna", ["tested-twice"]),
        ("rules: [iban]", "rules: [ibann]", ["unknown-rule"]),
        ("expect: hold", "expect: held", ["bad-choice"]),
        ("matrix:\n", "matrix:\n  - x\n", ["wrong-kind"]),
        ("until: 2026-03-02", "until: 2026-03-01", ["expired-entry"]),
        ("fixtures:\n", "fixture:\n", ["missing-key", "unknown-fixture", "unknown-fixture", "unknown-key"]),
    ],
)
def test_mistakes_are_reported_and_give_no_tests(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    """A test that is not understood does not pass silently."""
    assert old in FILE

    found, reported = _read(tmp_path, FILE.replace(old, new, 1))

    assert found is None
    assert set(codes) <= set(reported)


def test_a_file_that_is_no_mapping_gives_no_tests(tmp_path: Path) -> None:
    """It is reported."""
    assert _read(tmp_path, "[a]") == (None, ["wrong-kind"])
