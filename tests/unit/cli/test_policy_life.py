"""`postgate policy activate`, `approve`, `rollback` and `retire`: two people, their tokens, and words for both."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.fakes.scanner import ScriptedScanner
from tests.installation import Installation
from tests.policy_files import policy_text, write_policies

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from click.testing import Result

WEAKER = policy_text(mode="monitor")
STRICTER = policy_text("other").replace("IBAN_CODE", "CREDIT_CARD").replace("DE02 1203 0000 0000 2020 51", "CARD")


@dataclass
class Tools:
    """What the commands find in their context: detectors that know two words."""

    fail: bool = False

    def today(self) -> date:
        return date(2026, 11, 23)

    @asynccontextmanager
    async def make_scanner(self, fingerprint_key: bytes, *, registers: bool = False) -> AsyncIterator[ScriptedScanner]:
        del fingerprint_key, registers
        words = {"DE02 1203": "IBAN_CODE", "CARD": "CREDIT_CARD"}
        yield ScriptedScanner({} if self.fail else words)


class Office:
    """An installation with policies of its own, and two people who may change them."""

    def __init__(self, directory: Path) -> None:
        self.house = Installation(directory)
        sources = write_policies(directory)
        self.policies, rules = sources.directory, directory / "recognizers"
        rules.mkdir()
        small = f"policies: {{lexicons: {sources.lexicons}, recognizers: {rules}, "
        config = self.house.config.read_text(encoding="utf-8").replace("policies: {", small)
        self.house.config.write_text(config, encoding="utf-8")
        self.anna, self.ben = self.house.signer("Anna Beispiel"), self.house.signer("Ben Beispiel")

    def write(self, name: str, text: str) -> None:
        (self.policies / f"{name}.yaml").write_text(text, encoding="utf-8")

    def activate(self, *words: str, token: str | None = None, tools: Tools | None = None) -> Result:
        policies = ("--policies", str(self.policies))
        return self.policy("activate", *policies, *words, token=token, tools=tools)

    def policy(self, *words: str, token: str | None = None, tools: Tools | None = None, language: str = "en") -> Result:
        return self.house.run(
            "policy", *words, token=self.anna if token is None else token, tools=tools or Tools(), language=language
        )

    def put_into_force(self) -> str:
        proposal = proposal_of(self.activate())
        done = self.policy("approve", proposal, "--yes", token=self.ben)
        assert done.exit_code == 0, done.output
        return proposal


def proposal_of(result: Result) -> str:
    """Return the id of the proposal that a command names."""
    assert result.exit_code == 0, result.output
    found = re.search(r"policy approve (\S+)", result.output)
    assert found is not None
    return found[1]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Return an office where nothing is in force."""
    return Office(tmp_path)


def test_one_proposes_and_another_approves(office: Office) -> None:
    """The first says what is missing, the second that it is in force."""
    proposed = office.activate()
    assert proposed.output.startswith("Note: nodes with these settings read files and not the store")
    assert "The first policies: nothing is in force yet.\nProposed, not in force yet: " in proposed.output
    assert "Signatures of other people missing: 1, until " in proposed.output

    alone = office.policy("approve", proposal_of(proposed), "--yes", language="de")
    approved = office.policy("approve", proposal_of(proposed), "--yes", token=office.ben)

    assert (alone.exit_code, alone.stderr) == (
        1,
        "Diese Person hat schon unterschrieben. Eine andere muss zustimmen.\n",
    )
    assert approved.exit_code == 0
    assert "In force: " in approved.output


@pytest.mark.req("FEAT-29")
def test_the_approver_reads_what_changes_and_may_say_no(office: Office) -> None:
    """Whoever does not confirm has signed nothing."""
    office.put_into_force()
    office.write("other", STRICTER)
    proposal = proposal_of(office.activate())

    refused = office.house.run("policy", "approve", proposal, stdin="n\n", token=office.ben)
    taken = office.house.run("policy", "approve", proposal, stdin="y\n", token=office.ben)

    assert refused.exit_code == 1
    assert "stricter      policy added" in refused.output
    assert "In force" not in refused.output
    assert (taken.exit_code, "In force" in taken.output) == (0, True)


@pytest.mark.req("JOB-POL-6")
def test_an_emergency_is_in_force_at_once_and_only_stricter(office: Office) -> None:
    """By one person; what may weaken something is refused with what to do."""
    office.put_into_force()
    office.write("other", STRICTER)
    stricter = office.activate("--emergency")
    office.write("sample", WEAKER)
    weaker = office.activate("--emergency", token=office.ben)

    assert stricter.exit_code == 0
    assert "In force until " in stricter.output
    assert weaker.exit_code == 1
    assert "it is not proven that nothing gets weaker" in weaker.output


@pytest.mark.req("JOB-POL-5")
def test_going_back_is_one_command(office: Office) -> None:
    """To what was in force before, without any files; another person approves."""
    office.put_into_force()
    office.write("sample", WEAKER)
    office.write("other", STRICTER)
    office.put_into_force()
    back = office.policy("rollback")

    assert "weaker" in back.output
    assert office.policy("approve", proposal_of(back), "--yes", token=office.ben).exit_code == 0
    assert office.policy("rollback", "--to", "0000").exit_code == 2


def test_what_is_retired_does_not_come_back(office: Office) -> None:
    """Named by the beginning of its digest."""
    office.put_into_force()
    status = office.policy("status", "--json").output
    first = re.findall(r'"digest": "([0-9a-f]+)"', status)[0]
    in_force = office.policy("retire", first[:8])
    office.write("other", STRICTER)
    office.put_into_force()
    retired = office.policy("retire", first[:8])

    assert (in_force.exit_code, retired.exit_code, retired.output) == (1, 0, f"Retired: {first}\n")
    assert office.policy("rollback").exit_code == 1


@pytest.mark.req("JOB-POL-2")
def test_policies_with_mistakes_or_failing_tests_are_not_proposed(office: Office) -> None:
    """The mistakes and the failing tests are listed."""
    failing = office.activate(tools=Tools(fail=True))
    office.write("other", "schema: 1\n")
    broken = office.activate()

    assert (failing.exit_code, broken.exit_code) == (1, 1)
    assert "Nothing was proposed: 1 tests of the policies fail." in failing.output
    assert "sample/iban #1" in failing.output
    assert "other.yaml:1" in broken.output
    assert office.policy("status").output.startswith("Nothing is in force.")


def test_only_who_holds_a_token_for_it_takes_part(office: Office, tmp_path: Path) -> None:
    """From a file, the environment or a question; a token to post is none."""
    office.house.with_account()
    posts = office.house.issue()
    file = tmp_path / "token"
    file.write_text(office.anna + "\n", encoding="ascii")

    assert office.activate(token=posts).exit_code == 1
    assert office.activate(token="pgt_nonsense").exit_code == 1
    assert office.activate("--token-file", str(file), token="pgt_nonsense").exit_code == 0
    asked = office.house.run("policy", "rollback", stdin=office.ben + "\n", tools=Tools())
    assert "There are no earlier policies to go back to." in asked.output
    assert office.ben not in asked.output


def test_a_weakened_duty_needs_a_third_person(office: Office) -> None:
    """And says so."""
    office.write("sample", policy_text().replace("action: block", "action: block\n    hard: true"))
    office.put_into_force()
    office.write("sample", policy_text())
    proposed = office.activate()

    assert "three people have to sign" in proposed.output
    assert "missing: 2" in proposed.output
