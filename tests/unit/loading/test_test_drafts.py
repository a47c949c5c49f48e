"""Drafts of tests are test files: what is written is read, whatever stands in a text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import PartKind, PostKind, Verdict
from proxy.loading.policies import load
from proxy.loading.strict_yaml import parse
from proxy.loading.test_drafts import Draft, draft_file
from proxy.loading.test_files import read_tests
from proxy.loading.validation import Report
from tests.factories import make_part
from tests.policy_files import policy_text, write_policies

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.core.model import Part
    from proxy.loading.test_files import TestFile

AT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)


def _draft(*parts: Part) -> Draft:
    return Draft(
        record="r1", rules=("sample/iban", "other/x"), at=AT, platform="mastodon", kind=PostKind.POST, parts=parts
    )


def _read(tmp_path: Path, text: str) -> TestFile:
    loaded = load(write_policies(tmp_path, sample=policy_text()), date(2026, 11, 23))
    node, problems = parse(text.encode(), "sample_test.yaml")
    assert node is not None
    assert problems == []
    report = Report(file="sample_test.yaml")
    found = read_tests(report, node, {parsed.policy.id: parsed for parsed in loaded.policies}, set())
    assert [problem.code for problem in report.problems] == []
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Schönes Wochenende!",
        'Sie sagte: "ja" \\ und # nein: {a}, [b]',
        "zwei\nZeilen\r\n\tund ein Tab",
        "\x07\x85\u2028\ufeff\u200b und 👩‍👩‍👧",
        "- nein",
    ],
)
def test_a_draft_is_read_as_it_was_written(tmp_path: Path, text: str) -> None:
    """Each post is expected to pass."""
    described = make_part("Ein Bild", kind=PartKind.ALT_TEXT, slot="alt:1")
    found = _read(tmp_path, draft_file("sample", [_draft(make_part(text)), _draft(described)]))

    first, second = found.expectations
    assert (first.name, second.name) == ("false-alarm-1", "false-alarm-2")
    assert first.verdict is second.verdict is Verdict.ALLOW
    assert [part.text for part in first.sample.parts] == [text]
    assert [(part.kind, part.text) for part in second.sample.parts] == [(PartKind.ALT_TEXT, "Ein Bild")]
    assert (first.sample.platform, first.sample.kind, found.now) == ("mastodon", PostKind.POST, AT)


def test_a_draft_names_the_rules_of_its_policy_and_warns_of_what_is_real() -> None:
    """In both languages; the rules of other policies are theirs."""
    written = draft_file("sample", [_draft(make_part("a" * 20_000))])

    assert "# sample/iban (record r1)" in written
    assert "other/x" not in written
    assert "Die Texte sind echt" in written
    assert "The texts are real" in written
    assert "a" * 10_000 in written
    assert "a" * 10_001 not in written
