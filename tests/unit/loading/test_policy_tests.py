"""Tests of policies are run with the real decision."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.spellings import name_prints
from proxy.core.model import DetectorId, Part, Scan, Verdict
from proxy.loading.policies import Loaded, load
from proxy.loading.policy_tests import Case, collect, judge, run
from tests.factories import LOOKED, make_finding, make_scan
from tests.policy_files import KEY, policy_text, write_policies

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from proxy.core.policy.bundle import PolicyBundle

TODAY = date(2026, 11, 23)
TESTS = """
schema: 1
policy: sample
now: 2026-03-02T09:00:00+01:00
fixtures:
  posts:
    iban: "Meine IBAN: DE02 1203 0000 0000 2020 51"
    donation: "Spenden an DE84 9999 9999 0000 1234 50"
    weekend: Schönes Wochenende!
matrix:
  - {posts: iban, expect: block, rules: [iban]}
"""


@dataclass
class WordScanner:
    """Sees an account number where a text has one of two, and counts how often it looked."""

    completed: frozenset[DetectorId] = LOOKED
    scanned: list[tuple[Part, ...]] = field(default_factory=list)
    loaded: list[PolicyBundle] = field(default_factory=list)

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        return LOOKED

    async def load(self, bundle: PolicyBundle) -> None:
        self.loaded.append(bundle)

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        self.scanned.append(tuple(parts))
        own, earlier = (
            [
                make_finding(part=number, fingerprint=fingerprint(KEY, "IBAN_CODE", value))
                for number, text in enumerate(texts)
                for value in ("DE02 1203 0000 0000 2020 51", "DE84 9999 9999 0000 1234 50")
                if value in text
            ]
            for texts in ([part.text for part in parts], thread)
        )
        return replace(make_scan(*own, completed=self.completed), earlier=tuple(earlier))


def _load(tmp_path: Path, policy: str = "", tests: str = TESTS) -> tuple[Loaded, Path]:
    sources = write_policies(tmp_path, sample=policy or policy_text(), sample_test=tests)
    return load(sources, TODAY), sources.directory


def _cases(tmp_path: Path, policy: str = "", tests: str = TESTS) -> list[Case]:
    loaded, directory = _load(tmp_path, policy, tests)
    cases, problems = collect(loaded, directory, KEY)
    assert problems == []
    return cases


def test_rules_and_files_give_their_tests(tmp_path: Path) -> None:
    """With file and line, so that a failing one can be found."""
    cases = _cases(tmp_path)

    assert [(case.name, case.file, case.verdict) for case in cases] == [
        ("sample/iban #1", "sample.yaml", Verdict.BLOCK),
        ("sample/iban #2", "sample.yaml", Verdict.ALLOW),
        ("sample: iban", "sample_test.yaml", Verdict.BLOCK),
        ("sample: donation", "sample_test.yaml", Verdict.ALLOW),
        ("sample: weekend", "sample_test.yaml", Verdict.ALLOW),
    ]
    assert all(case.line > 0 for case in cases)


async def test_all_tests_pass_when_the_policy_does_what_it_says(tmp_path: Path) -> None:
    """Equal posts are scanned once, and the words are brought to the scanner first."""
    scanner, steps = WordScanner(), []
    loaded, directory = await asyncio.to_thread(_load, tmp_path)
    cases, _ = await asyncio.to_thread(collect, loaded, directory, KEY)
    assert loaded.bundle is not None

    outcomes = await run(cases, scanner, loaded.bundle, lambda: steps.append(1))

    assert [outcome.passed for outcome in outcomes] == [True] * 5
    assert (len(scanner.scanned), len(steps), scanner.loaded) == (3, 5, [loaded.bundle])


@pytest.mark.parametrize("mode", ["monitor", "'off'"])
async def test_a_policy_can_be_tested_before_it_is_enforced(tmp_path: Path, mode: str) -> None:
    """Its tests ask what it would do."""
    cases = await asyncio.to_thread(_cases, tmp_path, policy_text(mode=mode))

    outcomes = await run(cases, WordScanner(), cases[0].bundle)

    assert all(outcome.passed for outcome in outcomes)


@pytest.mark.req("FEAT-27")
async def test_a_rule_that_is_being_rolled_out_is_tested_as_if_it_were_for_all(tmp_path: Path) -> None:
    """In its own tests and in those of a file: a sample must not pass because it was not drawn."""
    rolled = policy_text().replace("    action:", "    rollout: 0.1%\n    action:")
    cases = await asyncio.to_thread(_cases, tmp_path, rolled)

    outcomes = await run(cases, WordScanner(), cases[0].bundle)

    assert [outcome.passed for outcome in outcomes] == [True] * 5
    assert {outcome.verdict for outcome in outcomes} == {Verdict.BLOCK, Verdict.ALLOW}


async def test_equal_posts_of_different_threads_are_different_tests(tmp_path: Path) -> None:
    """In rules and in files; what was said before is scanned with them."""
    rule = policy_text().replace(
        "finding: {type: IBAN_CODE}", "finding: {type: IBAN_CODE, count: {from: 2}, within: thread}"
    )
    iban = "Meine IBAN: DE02 1203 0000 0000 2020 51"
    rule = rule.replace(f'{{post: "{iban}",', f'{{post: {{text: "{iban}", thread: ["{iban}"]}},')
    own = TESTS.replace("expect: block, rules: [iban]", "expect: allow")
    assert "thread: [" in rule
    cases = await asyncio.to_thread(_cases, tmp_path, rule, own)

    outcomes = await run(cases, WordScanner(), cases[0].bundle)

    assert [(one.case.thread, one.verdict) for one in outcomes][:3] == [
        ((iban,), Verdict.BLOCK),
        ((), Verdict.ALLOW),
        ((), Verdict.ALLOW),
    ]
    assert all(outcome.passed for outcome in outcomes)


async def test_a_sample_is_compared_with_its_own_register(tmp_path: Path) -> None:
    """Samples without one are compared with an empty one; equal texts beside different ones are different tests."""
    text = "Schönes Wochenende!"
    erika, max_ = ("register: [{first: Erika, last: Muster}]", "register: [{first: Max, last: Muster}]")
    posts = "\n".join(
        f"    {name}: {{text: {text}{more}}}"
        for name, more in {"a": f", {erika}", "b": f", {max_}", "c": f", {erika}", "d": ""}.items()
    )
    tests = (
        f"schema: 1\npolicy: sample\nnow: 2026-03-02T09:00:00+01:00\nfixtures:\n  posts:\n{posts}\n"
        "matrix: [{posts: d, expect: allow}]\n"
    )
    loaded, directory = await asyncio.to_thread(_load, tmp_path, tests=tests)
    assert loaded.bundle is not None
    cases, problems = await asyncio.to_thread(collect, loaded, directory, KEY)
    scanner = WordScanner()

    outcomes = await run(cases, scanner, loaded.bundle)

    assert problems == []
    assert [outcome.case for outcome in outcomes] == cases
    assert len({bundle.register.version for bundle in scanner.loaded if bundle.register is not None}) == 3
    assert len(scanner.scanned) == 4


async def test_a_test_file_can_bring_its_own_profile(tmp_path: Path) -> None:
    """Then the house's does not count."""
    own = TESTS.replace("matrix:", "  organisation: {donation_accounts: []}\nmatrix:")
    cases = await asyncio.to_thread(_cases, tmp_path, tests=own)

    outcomes = await run(cases, WordScanner(), cases[0].bundle)

    assert {outcome.case.name: outcome.verdict for outcome in outcomes}["sample: donation"] is Verdict.BLOCK


async def test_an_incomplete_scan_fails_a_test_whatever_came_out(tmp_path: Path) -> None:
    """Also one that expects the post to be stopped."""
    cases = await asyncio.to_thread(_cases, tmp_path)

    outcomes = await run(cases, WordScanner(completed=frozenset()), cases[0].bundle)

    assert outcomes[0].verdict is Verdict.BLOCK
    assert not any(outcome.passed for outcome in outcomes)


def test_other_rules_than_expected_fail_a_test(tmp_path: Path) -> None:
    """The right verdict for a wrong reason is no success."""
    case = replace(_cases(tmp_path)[2], rules=frozenset({"card"}))

    outcome = judge(case, make_scan(make_finding()), LOOKED)

    assert (outcome.verdict, outcome.rules, outcome.passed) == (Verdict.BLOCK, ("iban",), False)


def test_mistakes_in_test_files_are_reported(tmp_path: Path) -> None:
    """The tests of the rules are there all the same."""
    loaded, directory = _load(tmp_path, tests=TESTS.replace("policy: sample", "policy: x"))
    cases, problems = collect(loaded, directory, KEY)

    assert [problem.code for problem in problems] == ["test-of-nothing"]
    assert len(cases) == 2


def test_without_a_bundle_there_are_no_tests(tmp_path: Path) -> None:
    """What does not load cannot be tested."""
    loaded, directory = _load(tmp_path, "broken: [")

    assert collect(loaded, directory, KEY) == ([], [])


def test_a_sample_fits_what_the_policy_applies_to(tmp_path: Path) -> None:
    """Otherwise it would be held because no policy names it."""
    scope = "applies_to: {platforms: [bluesky], kinds: [media]}\nrules:\n"

    post = _cases(tmp_path, policy_text().replace("rules:\n", scope))[0].post

    assert (post.platform, post.kind) == ("bluesky", "media")


def test_a_sample_has_the_consents_that_it_names(tmp_path: Path) -> None:
    """As fingerprints, for its own platform where it names none; in rules and in files."""
    agreed = "consents: [{names: [Anna Beispiel]}, {names: [B C], topics: [amount], platforms: [x, linkedin]}]"
    policy = policy_text().replace('{post: "Schönes Wochenende!"', f'{{post: {{text: "Moin", {agreed}}}')
    tests = TESTS.replace("weekend: ", f'agreed: {{text: "Moin", {agreed}}}\n    weekend: ')
    cases = [case for case in _cases(tmp_path, policy, tests) if case.consents]

    assert [case.name for case in cases] == ["sample/iban #2", "sample: agreed"]
    for first, second in (case.consents for case in cases):
        assert first.names == name_prints(KEY, "Anna Beispiel")
        assert (first.id, sorted(first.topics), sorted(first.platforms)) == ("sample-1", [], ["mastodon"])
        assert (sorted(second.topics), sorted(second.platforms)) == (["amount"], ["linkedin", "x"])
        assert first.in_force(datetime(2026, 1, 1, tzinfo=UTC))
