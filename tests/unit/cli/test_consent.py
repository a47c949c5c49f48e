"""`postgate consent`: two people, their tokens, and no name in anything that is shown or kept. All are invented."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.installation import Installation
from tests.stores import bytes_on_disk

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

NAMES = ("--name", "Anna Beispiel", "--name", "Frau Beispiel")
WHAT = ("--evidence", "DMS-2026-17", "--owner", "marketing", "--topic", "contract-topic", "--platform", "mastodon")
TABLE = """names;evidence;owner;topics;platforms;from;until
Muster Maschinenbau GmbH;DMS-2026-18;marketing;all;all;2026-01-01;2029-12-31
Anna Beispiel|Frau Beispiel;DMS-2026-19;marketing;;mastodon;2026-01-01;2029-12-31
"""


class Office:
    """An installation and two people who may keep the register."""

    def __init__(self, directory: Path) -> None:
        self.house = Installation(directory)
        self.anna, self.ben = self.house.signer("Ada Muster"), self.house.signer("Ben Muster")
        self.file = directory / "consents.csv"
        self.file.write_text(TABLE, encoding="utf-8")

    def run(self, *words: str, token: str | None = None, language: str = "en", stdin: str | None = None) -> Result:
        return self.house.run(
            "consent", *words, token=self.anna if token is None else token, language=language, stdin=stdin
        )

    def add(self, *, until: str = "2029-12-31") -> Result:
        return self.run("add", *NAMES, *WHAT, "--until", until)

    def listed(self, *words: str) -> list[dict[str, object]]:
        done = self.run("list", "--json", *words)
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.output.splitlines()]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Return an office with an empty register."""
    return Office(tmp_path)


def _id(result: Result) -> str:
    assert result.exit_code == 0, result.output
    found = re.search(r"approve (\S+)", result.output)
    assert found is not None
    return found[1]


def test_a_consent_is_added_approved_listed_and_revoked(office: Office) -> None:
    """What is shown says everything but the name."""
    consent = _id(office.add())
    waiting = office.listed()
    approved = office.run("approve", consent, *NAMES, token=office.ben, stdin="y\n")
    standing = office.listed()
    table = office.run("list")
    revoked = office.run("revoke", consent, "--reason", "withdrawn", language="de")

    assert [row["standing"] for row in (*waiting, *standing)] == ["waiting", "in-force"]
    assert {**standing[0], "id": "", "from": ""} == {
        "id": "",
        "standing": "in-force",
        "evidence": "DMS-2026-17",
        "owner": "marketing",
        "topics": ["contract-topic"],
        "platforms": ["mastodon"],
        "from": "",
        "until": "2029-12-31",
        "spellings": 8,
    }
    assert "DMS-2026-17" in approved.output
    assert approved.output.endswith("Approved: 1. Counts on all nodes at once, in its time.\n")
    assert consent in table.output
    assert revoked.output.startswith(f"Widerrufen: {consent}.")
    assert office.listed() == []
    assert [row["standing"] for row in office.listed("--all")] == ["revoked"]
    shown = approved.output + table.output + revoked.output
    assert "Beispiel" not in shown
    assert b"Beispiel" not in bytes_on_disk(office.house.url)


def test_a_table_is_imported_and_approved_as_it_was_imported(office: Office) -> None:
    """The second person has the same table, or nothing is approved."""
    tried = office.run("import", str(office.file), "--dry-run")
    imported = office.run("import", str(office.file))
    again = office.run("import", str(office.file))
    changed = office.file.with_name("other.csv")
    changed.write_text(TABLE.replace("Muster M", "Beispiel M"), encoding="utf-8")
    refused = office.run("approve", "--file", str(changed), "--yes", token=office.ben)
    own = office.run("approve", "--file", str(office.file), "--yes")
    approved = office.run("approve", "--file", str(office.file), "--yes", token=office.ben)

    assert (tried.exit_code, tried.output) == (0, "")
    assert imported.output.startswith("Added, do not count yet: 2\n")
    assert again.exit_code == 1
    assert "Row 2: This consent is added already" in again.output
    assert (refused.exit_code, "Row 2: No consent that waits says exactly this." in refused.output) == (1, True)
    assert "Another one has to approve it" in own.output
    assert "Approved: 2." in approved.output
    assert [row["standing"] for row in office.listed()] == ["in-force", "in-force"]


def test_mistakes_are_told_by_place_and_not_by_value(office: Office) -> None:
    """In a table by row and column, of a command by option; nothing is added."""
    office.file.write_text(TABLE.replace("DMS-2026-18", "Vertrag Muster").replace("mastodon", "x9"), encoding="utf-8")
    table = office.run("import", str(office.file), language="de")
    option = office.add(until="1999-12-31")

    assert (table.exit_code, option.exit_code) == (1, 1)
    assert table.output.splitlines()[0].startswith("Zeile 2, evidence: Ein Aktenzeichen")
    assert table.output.splitlines()[1].startswith("Zeile 3, platforms: all, oder aus")
    assert "Nichts geändert: 2 Fehler." in table.output
    assert "Vertrag Muster" not in table.output
    assert option.output.startswith("--until: A day such as")
    assert office.listed("--all") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("approve",), "Give either an id with --name, or --file."),
        (("approve", "c9"), "Give either an id with --name, or --file."),
        (("approve", "c9", "--name", "Anna", "--file", "FILE"), "Give either an id with --name, or --file."),
        (("revoke", "c9", "--reason", "boredom"), "boredom"),
    ],
)
def test_wrong_use_is_told(office: Office, words: tuple[str, ...], said: str) -> None:
    """With exit code 2."""
    done = office.run(*(word.replace("FILE", str(office.file)) for word in words))

    assert done.exit_code == 2
    assert said in done.output


def test_refusals_say_why(office: Office) -> None:
    """Other names, one's own consent, no confirmation, another id, a token for other things."""
    consent = _id(office.add())
    clerk = office.house.signer("Carla Muster", "review")
    answers = {
        "other": office.run("approve", consent, "--name", "Anna Beispiel", "--yes", token=office.ben),
        "own": office.run("approve", consent, *NAMES, "--yes"),
        "no": office.run("approve", consent, *NAMES, token=office.ben, stdin="n\n"),
        "id": office.run("revoke", "c9", "--reason", "ended"),
        "role": office.run("revoke", consent, "--reason", "ended", token=clerk),
    }

    assert {done.exit_code for done in answers.values()} == {1}
    assert "not exactly those that were added" in answers["other"].output
    assert "This person added the consent" in answers["own"].output
    assert "Aborted" in answers["no"].output
    assert "the id of a consent" in answers["id"].output
    assert "--scope policy" in answers["role"].output
    assert [row["standing"] for row in office.listed()] == ["waiting"]
