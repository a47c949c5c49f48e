"""`postgate audit erase`, `hold`, `release`, `case`, `confirm` ...: two people, their tokens, words for both."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.installation import ORIGIN, Installation

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

CASE = ("--case", "DSB-2026/17", "--basis", "gdpr-17-1-b")
NAME = "Erika Beispiel"


class Office:
    """An installation with an author, and two people who may order."""

    def __init__(self, directory: Path) -> None:
        self.house = Installation(directory).with_account()
        self.dana, self.rolf = self.house.signer("Dana Schutz", "privacy"), self.house.signer("Rolf Recht", "legal")
        self.house.issue()
        rows = self.house.run("audit", "query", "--code", "PG-403", "--json", "--limit", "1").stdout
        self.author: str = json.loads(rows)["on_behalf_of"]

    def audit(self, *words: str, token: str = "", language: str = "en", stdin: str | None = None) -> Result:
        return self.house.run("audit", *words, token=token or self.dana, language=language, stdin=stdin)

    def opened(self, *words: str) -> str:
        done = self.audit(*words)
        assert done.exit_code == 0, done.output
        found = re.search(r"audit confirm (\S+)", done.output)
        assert found is not None
        return found[1]

    def confirmed(self, *words: str) -> str:
        order = self.opened(*words)
        done = self.audit("confirm", order, "--yes", token=self.rolf)
        assert done.exit_code == 0, done.output
        return order

    def codes(self) -> list[str]:
        lines = self.house.run("audit", "query", "--json", "--limit", "100", "--oldest-first").stdout.splitlines()
        return [json.loads(line)["code"] for line in lines]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Return an office without orders."""
    return Office(tmp_path)


def test_a_person_is_erased_by_two_people_and_the_log_verifies(office: Office) -> None:
    """Opened, read, confirmed; the page says who and why; the name is gone, the log is whole."""
    order = office.opened("erase", "--actor", office.author, *CASE)
    no = office.audit("confirm", order, token=office.rolf, stdin="n\n")
    assert no.exit_code == 1
    yes = office.audit("confirm", order, token=office.rolf, stdin="y\n")

    assert yes.exit_code == 0, yes.output
    assert f"The name behind {office.author} is erased" in yes.output
    page = office.audit("erasure", order)
    assert page.exit_code == 0, page.output
    assert all(word in page.output for word in (order, "DSB-2026/17", "gdpr-17-1-b", office.author))
    assert office.codes()[-2:] == ["PG-505", "PG-506"] or "PG-506" in office.codes()
    assert office.audit("verify").exit_code == 0
    again = office.audit("erase", "--actor", office.author, *CASE)
    assert (again.exit_code, "Nothing is kept" in again.output) == (1, True)


def test_the_page_is_there_in_german(office: Office) -> None:
    """For the file of the data protection officer."""
    order = office.confirmed("erase", "--actor", office.author, *CASE)

    assert "NACHWEIS EINER LÖSCHUNG" in office.audit("erasure", order, language="de").output
    missing = office.audit("erasure", "nothing", language="de")
    assert (missing.exit_code, "nichts gespeichert" in missing.output) == (1, True)


def test_whoever_opened_it_cannot_confirm_it(office: Office) -> None:
    """In the language of the terminal."""
    order = office.opened("case", *CASE)
    done = office.audit("confirm", order, "--yes", language="de")

    assert done.exit_code == 1
    assert "nicht selbst bestätigen" in done.output


def test_a_hold_is_placed_shown_and_released(office: Office) -> None:
    """And while it stands it is among what counts."""
    hold = office.confirmed(
        "hold", "--actor", office.author, "--account", "mastodon:presse", "--from", "2026-01-01", "--to", "2027-01-01",
        *CASE,
    )  # fmt: skip
    waits = office.opened("release", hold, *CASE)
    shown = json.loads(office.audit("orders", "--json").output)
    table = office.audit("orders").output

    assert [order["order"] for order in shown["holds"]] == [hold]
    assert [(order["order"], order["hold"]) for order in shown["waiting"]] == [(waits, hold)]
    assert shown["holds"][0]["since"] == "2026-01-01T00:00:00.000000Z"
    assert hold in table
    assert "counts" in table
    done = office.audit("confirm", waits, "--yes", token=office.rolf)
    assert done.exit_code == 0, done.output
    assert office.confirmed("case", *CASE)
    assert json.loads(office.audit("orders", "--json").output)["holds"] == []


def test_nothing_waits_in_a_new_house(office: Office) -> None:
    """It says so, and that somebody looked is on record."""
    assert office.audit("orders").output.strip() == "Nothing waits or counts."
    assert office.audit("erasure", "nothing").exit_code == 1
    assert office.codes().count("PG-510") == 2 + 1, "this look at the log is the third"


def test_a_name_is_shown_within_a_case(office: Office) -> None:
    """And to nobody without one."""
    refused = office.audit("reveal", office.author, "--case", "nothing")
    case = office.confirmed("case", *CASE)
    shown = office.audit("reveal", office.author, "--case", case)

    assert (refused.exit_code, NAME in refused.output) == (1, False)
    assert (shown.exit_code, shown.output.strip()) == (0, NAME)
    assert office.codes().count("PG-513") == 1


def test_a_token_to_post_orders_nothing(office: Office) -> None:
    """The role is missing."""
    done = office.audit("case", *CASE, token=office.house.issue())

    assert (done.exit_code, "roles" in done.output) == (1, True)


def test_only_people_order(office: Office) -> None:
    """A program gets no such token."""
    done = office.house.run("token", "issue", "--principal", "Bot", "--kind", "service", "--scope", "privacy")

    assert done.exit_code == 2


def test_a_purge_says_how_much_went(office: Office) -> None:
    """Nothing, in a house without posts."""
    done = office.audit("purge")

    assert (done.exit_code, done.output.strip()) == (0, "Contents erased whose time was over: 0")


RESTORED = ("--reason", "disk-failure", "--case", "IT-2026/4")


def test_two_people_close_the_log_and_open_the_next(office: Office) -> None:
    """What is asked is said, searches go over both, and each log is whole and can be taken out."""
    rita = office.house.signer("Rita Revision", "audit")
    asked = office.audit("rotate", "--reason", "yearly", "--case", "IT-2026/4", token=rita)
    order = re.search(r"audit confirm (\S+)", asked.output)
    assert order is not None, asked.output
    done = office.audit("confirm", order[1], token=office.dana, stdin="y\n")

    assert done.exit_code == 0, done.output
    assert "This closes the log for good" in done.output
    assert "Running nodes go on" in done.output
    assert {"PG-501", "PG-502"} <= set(office.codes())
    verified = json.loads(office.audit("verify", "--json").output)
    assert verified["verified"]
    assert [log["origin"] for log in verified["closed_logs"]] == [ORIGIN]
    assert verified["origin"] == f"{ORIGIN}/2"
    assert "2:0" in office.audit("query", "--code", "PG-501").output
    assert "log.opened" in office.audit("show", "2:0").output
    assert office.audit("fsck").exit_code == 0


def test_a_log_that_lacks_nothing_is_not_restored(office: Office) -> None:
    """In both languages."""
    rita = office.house.signer("Rita Revision", "audit")
    for language, words in (("de", "Es fehlt nichts"), ("en", "nothing is missing")):
        done = office.audit("rotate", "--restored", *RESTORED, token=rita, language=language)
        assert (done.exit_code, words in done.output) == (1, True), done.output
