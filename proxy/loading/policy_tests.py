"""
Run the tests that stand in policy files and beside them, with the real scan and the real decision.

A test of a rule asks that rule alone; a test file asks its policy with all its rules. Both ask as if the policy were
enforced, and its rules rolled out to every post, so that a policy can be tested before it is. A test whose scan was not
complete fails, whatever came out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from proxy.core.detection.spellings import name_prints
from proxy.core.model import PostKind, Verdict
from proxy.core.policy.consent import Consent
from proxy.core.policy.decide import decide
from proxy.core.policy.policy import Mode, Policy
from proxy.core.policy.rollout import everywhere
from proxy.loading.files import name_below, read_document
from proxy.loading.sample_registers import NOTHING, written
from proxy.loading.test_files import TestFile, read_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proxy.core.errors import Problem
    from proxy.core.model import DetectorId, Part, Post, Scan
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.loading.files import Entry
    from proxy.loading.policies import Loaded
    from proxy.loading.policy_file import ParsedPolicy, ParsedRule
    from proxy.loading.sample_registers import SampleRegister
    from proxy.loading.samples import Sample

_PLATFORM = "mastodon"
_ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
"""The consents of a sample are those in force: no time is looked at."""


class SampleScanner(Protocol):
    """The part of the scanner that tests need."""

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        """Return the detectors that must complete."""
        ...

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        """Look at every part, and at earlier texts of the thread."""
        ...

    async def load(self, bundle: PolicyBundle) -> None:
        """Bring the word lists to every worker."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test, ready to run."""

    file: str
    line: int
    name: str
    rule: str
    """`policy/rule`, or `policy/*` when all rules of the policy are asked."""
    sample: str
    """Number of the sample in its rule, or its name in the file."""
    post: Post
    thread: tuple[str, ...] = field(default=(), repr=False)
    """Earlier posts of the author's thread, oldest first."""
    bundle: PolicyBundle
    """What decides: one rule, or one policy."""
    running: frozenset[str] = frozenset()
    """Calendars that are running when the post is made."""
    consents: tuple[Consent, ...] = ()
    """Those in force then."""
    register: SampleRegister | None = None
    """What the post is compared with; None: no register."""
    verdict: Verdict
    rules: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a test."""

    case: Case
    verdict: Verdict
    rules: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Return whether verdict and rules are as expected and every detector completed."""
        rules_fit = self.case.rules is None or self.case.rules == frozenset(self.rules)
        return not self.missing and self.verdict is self.case.verdict and rules_fit


def collect(loaded: Loaded, directory: Entry, fingerprint_key: bytes) -> tuple[list[Case], list[Problem]]:
    """Return every test of the loaded policies and of the files beside them, and the mistakes in those files."""
    bundle = loaded.bundle
    if bundle is None:
        return [], []
    cases = [
        case
        for parsed in loaded.policies
        for rule in parsed.rules
        for case in _rule_cases(parsed, rule, bundle, fingerprint_key)
    ]
    problems: list[Problem] = []
    policies = {parsed.policy.id: parsed for parsed in loaded.policies}
    for path in loaded.test_files:
        document = read_document(path, name_below(path, directory))
        tests = (
            None
            if document.node is None
            else read_tests(document.report, document.node, policies, loaded.vocabulary.calendars)
        )
        if tests is not None:
            cases.extend(_file_cases(tests, bundle, fingerprint_key))
        problems.extend(document.report.problems)
    return cases, problems


def brings_registers(cases: Sequence[Case]) -> bool:
    """Return whether any test says what the register holds, so that detectors have to be ready for registers."""
    return any(case.register is not None for case in cases)


async def run(
    cases: Sequence[Case],
    scanner: SampleScanner,
    bundle: PolicyBundle,
    progress: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """
    Run tests one after the other, those without a register at the end; equal posts are scanned once.

    Where a sample has a register, those without are compared with an empty one; where none has, with none.
    """
    outcomes: dict[int, Outcome] = {}
    used = [case.register for case in cases if case.register is not None]
    async with written([*used, NOTHING] if used else ()) as registers:
        for register, stored in registers.items() or ((NOTHING, None),):
            own = [index for index, case in enumerate(cases) if (case.register or NOTHING) == register]
            beside = replace(bundle, register=stored)
            await scanner.load(beside)
            found = await _looked([cases[index] for index in own], scanner, beside, progress)
            outcomes.update(zip(own, found, strict=True))
    return [outcomes[index] for index in range(len(cases))]


async def _looked(
    cases: Sequence[Case], scanner: SampleScanner, bundle: PolicyBundle, progress: Callable[[], None]
) -> list[Outcome]:
    expected = scanner.expected(bundle)
    scans: dict[tuple[tuple[Part, ...], tuple[str, ...]], Scan] = {}
    outcomes = []
    for case in cases:
        texts = case.post.parts, case.thread
        if texts not in scans:
            scans[texts] = await scanner.scan(case.post.parts, bundle, case.thread)
        outcomes.append(judge(case, scans[texts], expected))
        progress()
    return outcomes


def judge(case: Case, scan: Scan, expected: frozenset[DetectorId]) -> Outcome:
    """Return what became of a test whose post was scanned."""
    decision = decide(case.post, scan, case.bundle, expected=expected, running=case.running, consents=case.consents)
    return Outcome(
        case=case,
        verdict=decision.verdict,
        rules=tuple(matched.rule.split("/", 1)[1] for matched in decision.matched),
        missing=decision.missing,
    )


def _rule_cases(parsed: ParsedPolicy, rule: ParsedRule, bundle: PolicyBundle, fingerprint_key: bytes) -> Iterator[Case]:
    alone = replace(rule.rule, mode=Mode.ENFORCE)
    policy = replace(parsed.policy, mode=Mode.ENFORCE, default=Verdict.ALLOW, rules=(alone,))
    narrow = replace(everywhere(bundle), policies=(policy,), default=Verdict.ALLOW)
    for number, test in enumerate(rule.tests, start=1):
        name = f"{policy.id}/{alone.id} #{number}"
        post = test.sample.post(name=name, platform=_platform(policy), kind=_kind(policy))
        yield Case(
            file=parsed.file,
            line=test.line,
            name=name,
            rule=f"{policy.id}/{alone.id}",
            sample=str(number),
            post=post,
            thread=test.sample.thread,
            bundle=narrow,
            running=frozenset(test.sample.during),
            consents=_consents(test.sample, post, fingerprint_key),
            register=test.sample.register,
            verdict=test.expect,
            rules=None,
        )


def _file_cases(tests: TestFile, bundle: PolicyBundle, fingerprint_key: bytes) -> Iterator[Case]:
    policy = replace(tests.policy.policy, mode=Mode.ENFORCE)
    narrow = replace(everywhere(bundle), policies=(policy,), default=policy.default)
    if tests.organisation is not None:
        narrow = replace(
            narrow,
            allow_lists=tests.organisation.allow_lists(fingerprint_key, tests.now.date()),
            calendars=tests.organisation.calendars,
        )
    for one in tests.expectations:
        name = f"{policy.id}: {one.name}"
        post = one.sample.post(name=name, platform=_platform(policy), kind=_kind(policy), author=one.author)
        yield Case(
            file=tests.file,
            line=one.line,
            name=name,
            rule=f"{policy.id}/*",
            sample=one.name,
            post=post,
            thread=one.sample.thread,
            bundle=narrow,
            running=narrow.running(tests.now).union(one.sample.during),
            consents=_consents(one.sample, post, fingerprint_key),
            register=one.sample.register,
            verdict=one.verdict,
            rules=one.rules,
        )


def _consents(sample: Sample, post: Post, fingerprint_key: bytes) -> tuple[Consent, ...]:
    return tuple(
        Consent(
            id=f"sample-{number}",
            names=frozenset[str]().union(*(name_prints(fingerprint_key, name) for name in one.names)),
            topics=frozenset(one.topics),
            platforms=frozenset(one.platforms or (post.platform,)),
            since=_ALWAYS[0],
            until=_ALWAYS[1],
        )
        for number, one in enumerate(sample.consents, start=1)
    )


def _platform(policy: Policy) -> str:
    return _PLATFORM if policy.platforms is None else min(policy.platforms)


def _kind(policy: Policy) -> PostKind:
    return PostKind.POST if PostKind.POST in policy.kinds else min(policy.kinds)
