"""
`postgate policy activate`, `approve`, `rollback` and `retire`: how a change comes into force.

Whoever proposes and whoever approves is known by a gateway token of their own (`postgate token issue --scope policy`).
It is read from `POSTGATE_TOKEN`, from a file, or asked for; it never stands on the command line, where others see it.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from proxy.cli.failures import FAILED
from proxy.cli.options import carry_out, config_option, language_option, read_token, token_option
from proxy.cli.policy_changes import as_lines
from proxy.cli.policy_outcomes import print_outcomes, tried
from proxy.cli.policy_status import minute, whole_digest
from proxy.cli.problems import ordered, print_problems
from proxy.core.errors import Localised
from proxy.loading.files import ORGANISATION
from proxy.loading.package import pack, packed_sources
from proxy.loading.policies import load
from proxy.loading.policy_tests import brings_registers, collect

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import date, datetime

    from proxy.assembly.operations import Operations
    from proxy.core.policy.change import Change
    from proxy.gate.policy_life import Step
    from proxy.gate.ports import Scanner
    from proxy.loading.policies import BundleFiles

_WAITS = Localised(
    de=(
        "Vorgeschlagen, noch nicht in Kraft: {digest}\n"
        "Fehlende Unterschriften anderer Personen: {missing}, bis {expires}: postgate policy approve {proposal}"
    ),
    en=(
        "Proposed, not in force yet: {digest}\n"
        "Signatures of other people missing: {missing}, until {expires}: postgate policy approve {proposal}"
    ),
)
_IN_FORCE = Localised(
    de="In Kraft: {digest}. Laufende Knoten übernehmen es in wenigen Sekunden.",
    en="In force: {digest}. Running nodes take it over within seconds.",
)
_UNTIL = Localised(
    de="In Kraft bis {until} UTC: {digest}. Länger nur mit zweiter Unterschrift: postgate policy approve {proposal}",
    en="In force until {until} UTC: {digest}. Longer only with a second signature: postgate policy approve {proposal}",
)
_HARD = Localised(
    de="Schwächt eine Regel mit »hard: true«: Drei Personen müssen unterschreiben, eine davon mit --scope policy-hard.",
    en="Weakens a rule with `hard: true`: three people have to sign, one of them with --scope policy-hard.",
)
_FAILING = Localised(
    de="Nichts vorgeschlagen: {failed} Prüfungen der Richtlinien schlagen fehl.",
    en="Nothing was proposed: {failed} tests of the policies fail.",
)
_UNUSED = Localised(
    de="Achtung: Knoten mit diesen Einstellungen lesen Dateien und nicht den Speicher (policies.source: store).",
    en="Note: nodes with these settings read files and not the store (policies.source: store).",
)
_FIRST = Localised(
    de="Die ersten Richtlinien: Noch ist nichts in Kraft.", en="The first policies: nothing is in force yet."
)
_RETIRED = Localised(de="Ausgemustert: {digest}", en="Retired: {digest}")
_CONFIRM = Localised(de="Zustimmen?", en="Approve?")


class LifeTools(Protocol):
    """What these commands find in click's context object."""

    def today(self) -> date:
        """Return the date that expiries are compared with."""
        ...

    def make_scanner(self, fingerprint_key: bytes, *, registers: bool = False) -> AbstractAsyncContextManager[Scanner]:
        """Start the detectors with a fingerprint key, if wanted for registers of samples; they stop at the end."""
        ...


_emergency_option = click.option(
    "--emergency",
    is_flag=True,
    help="At once by one signature, if it is proven to weaken nothing; ends after 24 hours without a second one.",
)


@click.command("activate")
@config_option
@click.option(
    "--policies",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Policy directory; that of the settings by default.",
)
@click.option(
    "--organisation",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The house's profile; organisation.yaml in the policy directory, or that of the settings, by default.",
)
@_emergency_option
@token_option
@language_option
@click.pass_obj
def activate(
    tools: LifeTools,
    *,
    config: Path,
    policies: Path | None,
    organisation: Path | None,
    emergency: bool,
    token_file: Path | None,
    language: str,
) -> None:
    """
    Propose a directory of policies: checked, tested, compared with what is in force, signed by you.

    Another person puts it into force with `postgate policy approve`.

    Exit code 0: proposed, or in force; 1: mistakes, failing tests, or refused; 2: wrong use of the command.
    """
    token, profile = read_token(token_file, language), _profile(policies, organisation)

    async def work(opened: Operations) -> Step:
        if not opened.stored:
            click.echo(_UNUSED.pick(language), err=True)
        by = await opened.people.person(token)
        lying = opened.sources
        sources = replace(lying, directory=policies or lying.directory, organisation=profile or lying.organisation)
        package = await asyncio.to_thread(pack, sources)
        await _checked(
            tools,
            packed_sources(package, fingerprint_key=sources.fingerprint_key, retention=sources.retention),
            language,
        )
        return await opened.policies.propose(package, by=by, emergency=emergency)

    _tell(carry_out(config, work), language)


@click.command("approve")
@config_option
@click.option("--yes", is_flag=True, help="Do not ask; for scripts of people who have read the difference elsewhere.")
@token_option
@language_option
@click.argument("proposal", metavar="PROPOSAL")
def approve(*, config: Path, proposal: str, yes: bool, token_file: Path | None, language: str) -> None:
    """
    Sign a proposal of another person, after reading what it changes.

    Exit code 0: signed; 1: refused, or not confirmed; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> Step:
        by = await opened.people.person(token)
        before, changes = await opened.policies.preview(proposal)
        _show(changes, language, first=before is None)
        if not yes:
            await asyncio.to_thread(click.confirm, _CONFIRM.pick(language), abort=True)
        return await opened.policies.approve(proposal, by=by)

    _tell(carry_out(config, work), language, shown=False)


@click.command("rollback")
@config_option
@click.option(
    "--to", "digest", help="Beginning of the digest of a bundle that was in force; the one before by default."
)
@_emergency_option
@token_option
@language_option
def rollback(*, config: Path, digest: str | None, emergency: bool, token_file: Path | None, language: str) -> None:
    """
    Propose to go back to policies that were in force before; they are kept, so no file is needed.

    Exit code 0: proposed, or in force; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> Step:
        by = await opened.people.person(token)
        whole = None if digest is None else await whole_digest(opened, digest, language)
        return await opened.policies.rollback(by=by, digest=whole, emergency=emergency)

    _tell(carry_out(config, work), language)


@click.command("retire")
@config_option
@token_option
@language_option
@click.argument("digest", metavar="DIGEST")
def retire(*, config: Path, digest: str, token_file: Path | None, language: str) -> None:
    """
    Let nobody go back to a bundle any more. DIGEST may be its beginning.

    Exit code 0: retired; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> str:
        by = await opened.people.person(token)
        whole = await whole_digest(opened, digest, language)
        await opened.policies.retire(whole, by=by)
        return whole

    click.echo(_RETIRED.pick(language).format(digest=carry_out(config, work)))


LIFE = (activate, approve, rollback, retire)
"""Commands of the group `policy` that change what is in force."""


def _profile(policies: Path | None, organisation: Path | None) -> Path | None:
    """Return the profile that is named, or that lies in the directory that is named."""
    beside = None if policies is None else policies / ORGANISATION
    return beside if organisation is None and beside is not None and beside.is_file() else organisation


async def _checked(tools: LifeTools, sources: BundleFiles, language: str) -> None:
    """Check and test the very files that are proposed; end the command where something is wrong."""
    loaded = await asyncio.to_thread(load, sources, tools.today())
    cases, problems = collect(loaded, sources.directory, sources.fingerprint_key)
    found = ordered((*loaded.problems, *problems))
    if loaded.bundle is None or any(not one.warning for one in found):
        print_problems(found, language)
        sys.exit(FAILED)
    async with tools.make_scanner(sources.fingerprint_key, registers=brings_registers(cases)) as scanner:
        outcomes = await tried(cases, scanner, loaded.bundle, language)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if failed:
        print_outcomes(failed, language)
        click.echo(_FAILING.pick(language).format(failed=len(failed)), err=True)
        sys.exit(FAILED)


def _show(changes: tuple[Change, ...], language: str, *, first: bool) -> None:
    for line in (_FIRST.pick(language),) if first else as_lines(changes, language):
        click.echo(line)


def _tell(step: Step, language: str, *, shown: bool = True) -> None:
    proposal = step.proposal
    if shown:
        _show(step.changes, language, first=proposal.from_digest is None)
    text = _UNTIL if step.until is not None else _IN_FORCE if step.in_force else _WAITS
    click.echo(
        text.pick(language).format(
            digest=proposal.digest,
            proposal=proposal.id,
            missing=max(1, proposal.needed - len(proposal.signatures)),
            expires=_day(proposal.expires_at),
            until="" if step.until is None else minute(step.until),
        )
    )
    if proposal.needed > 2 and not step.in_force:
        click.echo(_HARD.pick(language))


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")
