"""`postgate audit content` and `find`: within a case, by those who may. All texts are invented."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.store import Store
from proxy.gate.filing import Filing, Terms
from proxy.gate.replay import claim_of
from proxy.gate.wire import WireAnswer
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from tests.factories import make_decision, make_finding, make_grant, make_post, make_scan
from tests.installation import Installation
from tests.works import new_id

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Ein bunter Kanarienvogel"


async def _post(house: Installation) -> str:
    """Record a post that was stopped, and return the id of its decision."""
    clock = SystemClock()
    store = await asyncio.to_thread(lambda: Store(load_settings(house.config, {}), clock=clock))
    await store.start()
    try:
        filing = Filing(envelope=store.envelope, clock=clock, ids=new_id, node="n1", terms=Terms())
        post, grant = make_post(TEXT, post_id=new_id()), make_grant()
        case = filing.open_case(post, make_scan(make_finding()), make_decision(post))
        claim = claim_of(store.envelope, post=post, grant=grant, key=None)
        await store.audit.commit(filing.blocked(case, grant.principal, claim, WireAnswer(status=422, body=b"")))
    finally:
        await store.stop()
    return case.record


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return an empty installation."""
    return Installation(tmp_path)


def _case(house: Installation) -> str:
    opened = house.run(
        "audit", "case", "--case", "A-1", "--basis", "gdpr-6", token=house.signer("Dana Schutz", "privacy")
    )
    order = opened.output.split()[-1]
    done = house.run("audit", "confirm", order, "--yes", token=house.signer("Rolf Recht", "legal"))
    assert done.exit_code == 0, done.output
    return order


@pytest.mark.blocking
def test_a_content_is_shown_within_a_case(house: Installation) -> None:
    """To holders of the scope, on record before; to others not."""
    record, case = asyncio.run(_post(house)), _case(house)
    reader, auditor = house.signer("Karl Lesend", "content"), house.signer("Ada Prüf", "audit")

    shown = house.run("audit", "content", record, "--case", case, token=reader)
    refused = house.run("audit", "content", record, "--case", case, token=auditor)
    without = house.run("audit", "content", record, "--case", "nothing", token=reader)

    assert (shown.exit_code, json.loads(shown.output)["parts"][0][2]) == (0, TEXT)
    assert (refused.exit_code, without.exit_code) == (1, 1)
    assert TEXT not in refused.output + without.output
    looked = house.run("audit", "query", "--code", "PG-512", "--json").stdout.splitlines()
    assert [json.loads(line)["data"]["case"] for line in looked] == ["A-1"]


@pytest.mark.blocking
def test_words_are_looked_for(house: Installation) -> None:
    """They come on standard input; the table says where, the text stays closed."""
    record, case = asyncio.run(_post(house)), _case(house)
    reader = house.signer("Karl Lesend", "content")
    since, until = (SystemClock().now() + timedelta(days=days) for days in (-1, 1))
    time = ("--from", since.isoformat(), "--to", until.isoformat())
    long = ("--from", (since - timedelta(days=31)).isoformat(), "--to", until.isoformat())

    too_long = house.run("audit", "find", *long, "--case", case, token=reader, stdin="bunter")
    assert too_long.exit_code == 1
    found = house.run("audit", "find", *time, "--case", case, "--json", token=reader, stdin="bunter kanarien\n")
    table = house.run("audit", "find", *time, "--case", case, token=reader, stdin="bunter kanarien\n")

    assert found.exit_code == 0, found.output
    assert [hit["record"] for hit in json.loads(found.output)["hits"]] == [record]
    assert record in table.output
    assert "1 hits in 1 contents" in table.output
    assert "Kanarienvogel" not in found.output + table.output
