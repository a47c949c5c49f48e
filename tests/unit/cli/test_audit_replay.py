"""`postgate audit replay`: the same, or what differs. All texts are invented."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.looking import sources_of
from proxy.assembly.store import Store
from proxy.gate.filing import Filing, Terms
from proxy.gate.replay import claim_of
from proxy.gate.wire import WireAnswer
from proxy.loading.policies import load
from proxy.loading.settings_file import load_settings
from proxy.vault.kek import FileKek
from proxy.vault.keys import load_keys
from tests.factories import make_decision, make_finding, make_grant, make_post, make_scan
from tests.fakes.clock import START, ManualClock
from tests.installation import Installation
from tests.policy_files import write_policies
from tests.works import new_id

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return an installation without language models, with policies of its own."""
    prepared = Installation(tmp_path)
    sources = write_policies(tmp_path)
    rules = tmp_path / "recognizers"
    rules.mkdir()
    small = (
        f"policies: {{directory: {sources.directory}, organisation: {sources.organisation}, "
        f"lexicons: {sources.lexicons}, recognizers: {rules}}}"
    )
    text = prepared.config.read_text(encoding="utf-8")
    text = text.replace("policies: {directory: policies, organisation: policies/organisation.yaml}", small)
    prepared.config.write_text(text + "detection: {ner: []}\n", encoding="utf-8")
    return prepared


async def _decided(house: Installation, digest: str) -> str:
    """Record a decision of a bundle, and return its id."""
    store = await asyncio.to_thread(lambda: Store(load_settings(house.config, {}), clock=ManualClock()))
    await store.start()
    try:
        filing = Filing(envelope=store.envelope, clock=ManualClock(), ids=new_id, node="n1", terms=Terms())
        post = make_post("Kanarienvogel", post_id=new_id())
        decision = replace(make_decision(post), policy_digest=digest)
        case = filing.open_case(post, make_scan(make_finding()), decision)
        grant = make_grant()
        claim = claim_of(store.envelope, post=post, grant=grant, key=None)
        await store.audit.commit(filing.blocked(case, grant.principal, claim, WireAnswer(status=422, body=b"")))
    finally:
        await store.stop()
    return case.record


@pytest.mark.blocking
def test_what_differs_is_said_without_the_text(house: Installation) -> None:
    """An invented decision, by detectors that nobody has here."""
    sources = sources_of(load_settings(house.config, {}), load_keys(house.keys, FileKek(house.keys)).fingerprint)
    bundle = load(sources, START.date()).bundle
    assert bundle is not None
    record = asyncio.run(_decided(house, bundle.digest))
    plain, as_json = house.run("audit", "replay", record), house.run("audit", "replay", record, "--json")

    assert plain.exit_code == as_json.exit_code == 1, plain.output
    assert "detectors: then" in plain.output
    said = json.loads(as_json.stdout)
    assert (said["record"], said["equal"]) == (record, False)
    assert {one["field"] for one in said["differences"]} >= {"detectors", "completed"}
    assert "Kanarienvogel" not in plain.output + as_json.output


@pytest.mark.blocking
def test_what_cannot_be_made_again_says_why(house: Installation) -> None:
    """No such decision, or policies that nobody kept."""
    record = asyncio.run(_decided(house, "e" * 64))
    missing, unknown = house.run("audit", "replay", "nothing"), house.run("audit", "replay", record, language="de")

    assert (missing.exit_code, "no decision" in missing.output) == (2, True)
    assert (unknown.exit_code, "--policies" in unknown.output, "e" * 64 in unknown.output) == (2, True, True)
