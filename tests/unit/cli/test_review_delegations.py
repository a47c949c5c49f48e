"""`postgate review delegate`, `delegations` and `undelegate`: who stands in for whom."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.observability.system import SystemClock
from tests.held_posts import hold, pseudonym
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.blocking


@pytest.mark.req("JOB-REV-3")
def test_a_deputy_decides_until_the_delegation_ends(tmp_path: Path) -> None:
    """Both are on record; whoever ended it has no deputy."""
    house = Installation(tmp_path)
    ben, emil = house.signer("Ben Beispiel", "review"), house.signer("Emil Beispiel", "deputy")
    until = (SystemClock().now() + timedelta(days=7)).isoformat()
    first, second = asyncio.run(hold(house)), asyncio.run(hold(house))

    before = house.run("review", "approve", first.review, token=emil)
    begun = house.run("review", "delegate", pseudonym(house, emil), "--until", until, token=ben)
    rows = json.loads(house.run("review", "delegations", "--json", token=emil).output)["delegations"]
    table = house.run("review", "delegations", token=ben, language="de")
    approved = house.run("review", "approve", first.review, token=emil)
    foreign = house.run("review", "undelegate", rows[0]["id"], token=emil)
    ended = house.run("review", "undelegate", rows[0]["id"], token=ben)
    after = house.run("review", "approve", second.review, token=emil)
    late = house.run("review", "delegate", "a_niemand", "--until", until, "--queue", "legal", token=ben, language="de")

    assert (before.exit_code, before.stderr.partition(",")[0]) == (1, "This queue is not yours")
    assert (begun.exit_code, begun.output.startswith(f"{pseudonym(house, emil)} stands in for you from ")) == (0, True)
    assert [(row["person"], row["deputy"], row["queue"]) for row in rows] == [
        (pseudonym(house, ben), pseudonym(house, emil), None)
    ]
    assert rows[0]["id"] in table.output
    assert "vertreten von" in table.output
    assert (approved.exit_code, foreign.exit_code, ended.exit_code, after.exit_code) == (0, 1, 0, 1)
    assert ended.output == f"Ended: {rows[0]['id']}\n"
    assert late.stderr.startswith("Diese Person kann nicht vertreten")
    (record,) = house.run("audit", "query", "--code", "PG-202", "--json").stdout.splitlines()
    decided = json.loads(record)
    assert (decided["actor"]["ref"], decided["on_behalf_of"]) == (pseudonym(house, emil), pseudonym(house, ben))
