"""`postgate review false-alarms`: draft tests from what reviewers called false alarms."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.observability.system import SystemClock
from tests.held_posts import hold
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.blocking


@pytest.mark.req("JOB-REV-6")
def test_false_alarms_become_draft_tests_of_their_policies(tmp_path: Path) -> None:
    """For people who may open contents and write policies; each look is on record."""
    house = Installation(tmp_path)
    ben = house.signer("Ben Beispiel", "review")
    one = asyncio.run(hold(house, rules=("sample/person", "other/name", "gate/default")))
    two = asyncio.run(hold(house, "Ein Vogel singt."))
    fine = asyncio.run(hold(house, "Ein Andrer singt."))
    for held, said in ((one, ["--false-alarm"]), (two, ["--false-alarm"]), (fine, [])):
        assert house.run("review", "approve", held.review, *said, token=ben).exit_code == 0
    now, out = SystemClock().now(), tmp_path / "drafts"
    time = ("--from", (now - timedelta(days=1)).isoformat(), "--to", (now + timedelta(days=1)).isoformat())
    words = ("review", "false-alarms", *time, "--out", str(out))

    refused = [
        house.run(*words, token=house.signer(name, *scopes))
        for name, scopes in (("Karl Lesend", ("content",)), ("Pia Regel", ("policy",)), ("Ina Prüf", ("review",)))
    ]
    assert [one.exit_code for one in refused] == [1, 1, 1]
    assert not out.exists()
    done = house.run(*words, token=house.signer("Pola Beispiel", "policy", "content"), language="de")

    assert done.exit_code == 0, done.output
    assert done.output == "2 Fehlalarme in 2 Entwürfen. Die Texte sind echt: erst ersetzen, dann übernehmen.\n"
    assert sorted(file.name for file in out.iterdir()) == ["other_test.yaml", "sample_test.yaml"]
    sample = (out / "sample_test.yaml").read_text(encoding="utf-8")
    assert 'text: "Ein Mensch schreibt."' in sample
    assert 'text: "Ein Vogel singt."' in sample
    assert "Ein Andrer" not in sample
    assert (out / "sample_test.yaml").stat().st_mode & 0o077 == 0
    opened = house.run("audit", "query", "--code", "PG-512", "--json").stdout.splitlines()
    assert [json.loads(line)["data"] for line in reversed(opened)] == [
        {"records": [held.record], "purpose": "false-alarm"} for held in (one, two)
    ]
