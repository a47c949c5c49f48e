"""The reference pages say what the code does: nothing is left out, nothing is left behind."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from proxy.assembly.api import ALL_ENDPOINTS
from proxy.core.policy.registry import ACTIONS, MATCHERS
from proxy.gate.policy_refusals import ProposalRefused
from proxy.loading.described import Vocabulary
from proxy.loading.lexicons import load_lexicons
from proxy.loading.organisation import read_organisation
from proxy.loading.policy_file import read_policy
from proxy.loading.strict_yaml import parse
from proxy.loading.test_files import read_tests
from proxy.loading.validation import Report
from proxy.loading.word_hits import word_search
from proxy.observability.events import EVENTS
from tests.house.files import below, committed, text_of
from tests.house.reference import language
from tests.house.reference.endpoints import TABLES
from tests.house.reference.pages import FOLDER, files, stale

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = Vocabulary(
    entities=frozenset({"IBAN_CODE"}),
    planned=frozenset(),
    lexicons=frozenset(),
    patterns=frozenset(),
    allow_lists=frozenset(),
)
RULE = "rules: [{no-such-key: 1, when: {finding: {type: IBAN_CODE}}}]"


def test_the_reference_files_are_fresh() -> None:
    """`python -m tests.house.reference` would change nothing."""
    assert stale() == []


def test_the_reference_files_are_committed() -> None:
    """A page that only lies on somebody's disk is no page."""
    assert {below(path) for path in files()} - {below(path) for path in committed()} == set()


def test_every_endpoint_and_reason_of_the_api_is_on_its_page() -> None:
    """What is not there cannot be used, and what is refused has words."""
    api = text_of(FOLDER / "api.md")

    assert [one.act for one in ALL_ENDPOINTS if f"| `{one.act}` | `{one.method} {one.path}` |" not in api] == []
    assert [why for why in ProposalRefused.REASONS if f"| `{why}` |" not in api] == []


def test_every_matcher_action_event_and_endpoint_is_on_its_page() -> None:
    """The pages name everything there is to name."""
    policies, events = (text_of(FOLDER / name) for name in ("policy-language.md", "log-events.md"))

    names = [*(module.NAME for module in MATCHERS), *(module.NAME for module in ACTIONS)]

    assert [name for name in names if f"### {name}\n" not in policies] == []
    assert [event for event in EVENTS if f"| `{event}` |" not in events] == []
    for platform, door in TABLES.items():
        page = text_of(FOLDER / f"{platform}-endpoints.md")
        assert [row.name for row in door.rows if f"| `{row.name}` | `{row.method} {row.path}` |" not in page] == []


def _known(report: Report) -> list[set[str]]:
    """Return the keys that the reader offers wherever it met `no-such-key`."""
    told = [problem.remedy.en for problem in report.problems if problem.code == "unknown-key"]
    return [set(text.removeprefix("Possible are: ").rstrip(".").split(", ")) for text in told]


def _keys(keys: language.Keys) -> set[str]:
    return {name for name, _, _ in keys}


def test_the_keys_of_policies_and_rules_are_those_the_reader_takes() -> None:
    """A key on the page works, and a key that works is on the page."""
    report = Report(file="sample.yaml")
    node, _ = parse(f"no-such-key: 1\n{RULE}\n".encode(), report.file)
    assert node is not None
    read_policy(report, node, NOTHING)

    rule, policy = _known(report)
    assert policy == _keys(language.POLICY_KEYS)
    assert rule == _keys(language.RULE_KEYS)


def test_the_keys_of_test_files_are_those_the_reader_takes() -> None:
    """The same for test files."""
    report = Report(file="sample_test.yaml")
    node, _ = parse(b"no-such-key: 1\n", report.file)
    assert node is not None
    read_tests(report, node, {}, ())

    assert _known(report) == [_keys(language.TEST_KEYS)]


def test_the_keys_of_the_organisation_profile_are_those_the_reader_takes() -> None:
    """The same for the organisation profile."""
    report = Report(file="organisation.yaml")
    node, _ = parse(b"no-such-key: 1\n", report.file)
    assert node is not None
    read_organisation(report, node, date(2026, 3, 2))

    assert _known(report) == [_keys(language.ORGANISATION_KEYS)]


def test_the_keys_of_word_lists_are_those_the_reader_takes(tmp_path: Path) -> None:
    """The same for word lists."""
    (tmp_path / "sample.yaml").write_text("no-such-key: 1\n", encoding="utf-8")
    report = Report(file="sample.yaml")
    report.problems.extend(load_lexicons(tmp_path, word_search)[1])

    assert _known(report) == [_keys(language.LEXICON_KEYS)]
