"""
`postgate policy lint`, `schema`, `test` and `explain`: what is wrong with policies, and whether they do what they say.

`diff` and `backtest` are modules of their own.

Exit codes: 0 all is well, 1 mistakes or failing tests, 2 wrong use of the command.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click
from rich.console import Console

from proxy.cli.failures import explained
from proxy.cli.failures import language as spoken_language
from proxy.cli.policy_adversary import Attack, attack, print_attack
from proxy.cli.policy_backtest import backtest_command
from proxy.cli.policy_diff import diff
from proxy.cli.policy_explain import as_row, as_tree
from proxy.cli.policy_life import LIFE
from proxy.cli.policy_outcomes import junit_xml, print_outcomes, results_as_json, tried
from proxy.cli.policy_status import STATUS
from proxy.cli.problems import ordered, print_problems, problems_as_json
from proxy.core.model import Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.explain import explain as explain_post
from proxy.core.policy.rollout import everywhere
from proxy.gate.check import Opinion, Question, body_and_parts, post_of
from proxy.loading.files import ORGANISATION
from proxy.loading.json_schema import policy_schema
from proxy.loading.policies import Loaded, Sources, load
from proxy.loading.policy_tests import Case, Outcome, brings_registers, collect

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from datetime import date, datetime
    from typing import BinaryIO

    from proxy.core.errors import Problem
    from proxy.core.model import Post
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.ports import Scanner

_KEY_BYTES = 32


class PolicyTools(Protocol):
    """What these commands find in click's context object."""

    @property
    def policies(self) -> Path:
        """Return the directory of policies when the command line names none."""
        ...

    @property
    def lexicons(self) -> Path:
        """Return the directory of word lists."""
        ...

    @property
    def recognizers(self) -> Path | None:
        """Return the directory of recognizers, if there is one."""
        ...

    def now(self) -> datetime:
        """Return the time that calendars are compared with."""
        ...

    def today(self) -> date:
        """Return the date that expiries are compared with."""
        ...

    def make_scanner(self, fingerprint_key: bytes, *, registers: bool = False) -> AbstractAsyncContextManager[Scanner]:
        """Start the detectors with a fingerprint key, if wanted for registers of samples; they stop at the end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What one call of the command is about."""

    tools: PolicyTools
    sources: Sources
    language: str

    def load(self) -> Loaded:
        return load(self.sources, self.tools.today())


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--language",
            type=click.Choice(["de", "en"]),
            help="Language of the messages; that of the terminal by default.",
        ),
        click.option(
            "--organisation",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="The house's profile; organisation.yaml in the policy directory by default.",
        ),
        click.option(
            "--policies",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Policy directory; that of the installation by default.",
        ),
    ):
        command = option(command)
    return command


@click.group("policy")
def policy() -> None:
    """Check, try out and change policies."""


policy.add_command(backtest_command)
policy.add_command(diff)
for command in (*LIFE, *STATUS):
    policy.add_command(command)


@policy.command("lint")
@_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
@click.pass_obj
def lint(
    tools: PolicyTools,
    *,
    policies: Path | None,
    organisation: Path | None,
    language: str | None,
    as_json: bool,
) -> None:
    """
    List every mistake and warning in policies, test files, word lists and the house's profile.

    Exit code 0: no mistakes, warnings do not count; 1: mistakes; 2: wrong use of the command.
    """
    wanted = _wanted(tools, policies=policies, organisation=organisation, language=language)
    loaded = wanted.load()
    _, problems = collect(loaded, wanted.sources.directory, wanted.sources.fingerprint_key)
    found = ordered((*loaded.problems, *problems))
    if as_json:
        click.echo(json.dumps(problems_as_json(found, wanted.language), ensure_ascii=False, indent=2))
    else:
        print_problems(found, wanted.language)
        _print_summary(loaded, found, wanted.language)
    sys.exit(any(not one.warning for one in found))


@policy.command("digest")
@_options
@click.pass_obj
def digest(
    tools: PolicyTools,
    *,
    policies: Path | None,
    organisation: Path | None,
    language: str | None,
) -> None:
    """
    Print the digest of the bundle that the files give, to name it in the settings (`policies.digest`).

    Decisions record the same digest. Comments, the order of keys and tests do not change it.

    Exit code 0: printed; 1: mistakes; 2: wrong use of the command.
    """
    wanted = _wanted(tools, policies=policies, organisation=organisation, language=language)
    loaded = wanted.load()
    if loaded.bundle is None:
        print_problems(ordered(loaded.errors), wanted.language)
        sys.exit(1)
    click.echo(loaded.bundle.digest)


@policy.command("schema")
@_options
@click.pass_obj
def schema(
    tools: PolicyTools,
    *,
    policies: Path | None,
    organisation: Path | None,
    language: str | None,
) -> None:
    """
    Print a JSON Schema of policy files, with the lists and rules of this installation, for editors.

    Exit code 0: printed, also when policies have mistakes, which are listed; 2: wrong use of the command.
    """
    wanted = _wanted(tools, policies=policies, organisation=organisation, language=language)
    loaded = wanted.load()
    print_problems(ordered(loaded.errors), wanted.language)
    click.echo(json.dumps(policy_schema(loaded.vocabulary), ensure_ascii=False, indent=1))


@policy.command("test")
@_options
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Also write the results as JUnit XML.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
@click.option("--adversarial", is_flag=True, help="Also disguise the samples, and print how many are still caught.")
@click.option("--seed", type=int, default=0, show_default=True, help="Makes an adversarial run repeatable.")
@click.pass_obj
def test(
    tools: PolicyTools,
    *,
    policies: Path | None,
    organisation: Path | None,
    language: str | None,
    junit: Path | None,
    as_json: bool,
    adversarial: bool,
    seed: int,
) -> None:
    """
    Run the tests in policy files and in the files beside them with the real detectors.

    With --adversarial every sample that has to be stopped is also tried in disguise (those of `postgate rules score
    --mutate`). What slips is listed by rule, sample and transform; that informs and fails nothing.

    Exit code 0: all tests passed; 1: tests failed, or the files have mistakes and nothing was tested; 2: wrong use of
    the command, or a detector that cannot be loaded.
    """
    wanted = _wanted(tools, policies=policies, organisation=organisation, language=language)
    loaded = wanted.load()
    cases, problems = collect(loaded, wanted.sources.directory, wanted.sources.fingerprint_key)
    found = ordered((*loaded.problems, *problems))
    if loaded.bundle is None or any(not one.warning for one in found):
        print_problems(found, wanted.language)
        sys.exit(1)
    with explained():
        outcomes, attacked = asyncio.run(_run(wanted, cases, loaded.bundle, seed if adversarial else None))
    if as_json:
        click.echo(json.dumps(results_as_json(outcomes, attacked), ensure_ascii=False, indent=2))
    else:
        print_outcomes(outcomes, wanted.language)
        if attacked is not None:
            print_attack(attacked, wanted.language)
    if junit is not None:
        junit.write_bytes(junit_xml(outcomes, attacked))
    sys.exit(not all(outcome.passed for outcome in outcomes))


@policy.command("explain")
@_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a tree.")
@click.option("--platform", default="mastodon", show_default=True, help="Platform the post is meant for.")
@click.argument("source", type=click.File("rb"), default="-", metavar="[FILE|-]")
@click.pass_obj
def explain(
    tools: PolicyTools,
    *,
    policies: Path | None,
    organisation: Path | None,
    language: str | None,
    as_json: bool,
    platform: str,
    source: BinaryIO,
) -> None:
    """
    Say why the text of a post is decided as it is: which rules match, which almost do, what would let it pass.

    The text is read from a file or the standard input. Nothing is sent or recorded, and no text is shown. A rule that
    is being rolled out is shown as for the posts for which it counts.

    Exit code 0: explained, whatever the verdict; 1: the files have mistakes, or the detectors failed; 2: wrong use of
    the command, no text in UTF-8, or a detector that cannot be loaded.
    """
    wanted = _wanted(tools, policies=policies, organisation=organisation, language=language)
    loaded = wanted.load()
    if loaded.bundle is None:
        print_problems(ordered(loaded.errors), wanted.language)
        sys.exit(1)
    text = _text_of(source, wanted.language)
    post = post_of(Question(id="explain", platform=platform, parts=body_and_parts(text)))
    bundle = everywhere(loaded.bundle)
    with explained():
        opinion = asyncio.run(_opinion(wanted, post, bundle))
    rules = explain_post(post, opinion.scan, bundle, running=opinion.decision.running)
    if as_json:
        click.echo(json.dumps(as_row(opinion.decision, opinion.scan, rules), ensure_ascii=False, indent=2))
    else:
        Console().print(as_tree(opinion.decision, opinion.scan, rules, wanted.language))


def _text_of(source: BinaryIO, language: str) -> str:
    try:
        return source.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        texts = {"de": "Erwartet wird Text in UTF-8.", "en": "Expected text in UTF-8."}
        raise click.UsageError(texts[language]) from None


async def _opinion(wanted: _Wanted, post: Post, bundle: PolicyBundle) -> Opinion:
    async with wanted.tools.make_scanner(wanted.sources.fingerprint_key) as scanner:
        await scanner.load(bundle)
        scan = await scanner.scan(post.parts, bundle)
        running = bundle.running(wanted.tools.now())
        decision = decide(post, scan, bundle, expected=scanner.expected(bundle), running=running)
        return Opinion(scan=scan, decision=decision)


def _wanted(
    tools: PolicyTools,
    *,
    policies: Path | None,
    organisation: Path | None,
    language: str | None,
) -> _Wanted:
    directory = tools.policies if policies is None else policies
    beside = directory / ORGANISATION
    if organisation is None and beside.is_file():
        organisation = beside
    sources = Sources(
        directory=directory,
        organisation=organisation,
        lexicons=tools.lexicons,
        recognizers=tools.recognizers,
        fingerprint_key=secrets.token_bytes(_KEY_BYTES),
        on_incomplete=Verdict.HOLD,
    )
    return _Wanted(tools=tools, sources=sources, language=language or spoken_language())


async def _run(
    wanted: _Wanted, cases: list[Case], bundle: PolicyBundle, seed: int | None
) -> tuple[list[Outcome], Attack | None]:
    """Run the tests, then with a seed the adversarial run."""
    registers = brings_registers(cases)
    async with wanted.tools.make_scanner(wanted.sources.fingerprint_key, registers=registers) as scanner:
        outcomes = await tried(cases, scanner, bundle, wanted.language)
        found = None if seed is None else await attack(cases, scanner, seed=seed, language=wanted.language)
        return outcomes, found


def _print_summary(loaded: Loaded, problems: list[Problem], language: str) -> None:
    warnings = sum(one.warning for one in problems)
    errors = len(problems) - warnings
    rules = sum(len(parsed.rules) for parsed in loaded.policies)
    if language == "de":
        text = f"{len(loaded.policies)} Richtlinien, {rules} Regeln: {errors} Fehler, {warnings} Warnungen"
    else:
        text = f"{len(loaded.policies)} policies, {rules} rules: {errors} errors, {warnings} warnings"
    click.echo(text)
