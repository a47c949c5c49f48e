"""The register of consents, the same on all stores. All people are invented."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.core.errors import Conflict
from proxy.gate.consent_changes import ApproveConsent, RevokeConsent
from proxy.gate.consent_refusals import ConsentRefused
from proxy.gate.consent_store import Standing
from proxy.storage.engines import create_engine
from tests.consents import DAY, PRINT, make_consent_draft, make_register, officer
from tests.fakes.clock import START
from tests.logins import noted
from tests.reviewed import OLAF, RITA, TINA, people
from tests.works import new_id

if TYPE_CHECKING:
    from proxy.core.policy.consent import Consent
    from proxy.gate.consent_changes import ConsentChange
    from proxy.gate.consent_register import ConsentDraft, ConsentRegister
    from tests.stores import Ports

OTHER = "b" * 32
NAMES = frozenset({PRINT, OTHER})


def _register(ports: Ports) -> ConsentRegister:
    return make_register(ports.consents, audit=ports.audit, digest=ports.envelope.digest, clock=ports.clock, ids=new_id)


async def _added(ports: Ports, draft: ConsentDraft | None = None) -> str:
    drafts = [draft or make_consent_draft(*NAMES, topics=("amount", "contract-topic"))]
    (kept,) = await _register(ports).add(drafts, by=officer(RITA))
    return kept.consent.id


async def _agreed(ports: Ports, draft: ConsentDraft | None = None) -> Consent:
    consent = await _added(ports, draft)
    kept = await _register(ports).waiting(consent)
    await _register(ports).approve([(consent, kept.consent.names)], by=officer(OLAF))
    return kept.consent


async def test_a_consent_is_kept_as_it_was_added(ports: Ports) -> None:
    """And with what became of it."""
    await people(ports)
    register = _register(ports)
    draft = make_consent_draft(*NAMES, topics=("amount", "contract-topic"), platforms=("bluesky", "mastodon"))
    (added,) = await register.add([draft], by=officer(RITA))

    assert await ports.consents.one(added.consent.id) == added
    (approved,) = await register.approve([(added.consent.id, NAMES)], by=officer(OLAF))
    assert await ports.consents.all() == (approved,)
    revoked = await register.revoke(added.consent.id, reason="ended", by=officer(TINA))
    assert await ports.consents.one(added.consent.id) == revoked
    assert await ports.consents.one("c9") is None


async def test_a_consent_is_found_by_each_of_its_names_while_it_is_in_force(ports: Ports) -> None:
    """Not before, not after, not by others, not while it waits, not once it was taken back."""
    await people(ports)
    consent = await _agreed(ports, make_consent_draft(*NAMES, since=START + DAY, until=START + 2 * DAY))
    await _added(ports)
    found = {
        days: await ports.consents.naming(frozenset({OTHER, "f" * 32}), START + days * DAY) for days in (0, 1, 1.9, 2)
    }

    assert found == {0: (), 1: (consent,), 1.9: (consent,), 2: ()}
    assert await ports.consents.naming(frozenset({PRINT}), START + DAY) == (consent,)
    assert await ports.consents.naming(frozenset({"f" * 32}), START + DAY) == ()
    await _register(ports).revoke(consent.id, reason="withdrawn", by=officer(RITA))
    assert await ports.consents.naming(NAMES, START + DAY) == ()


async def test_many_names_are_looked_up(ports: Ports) -> None:
    """More than a database takes values at once."""
    await people(ports)
    consent = await _agreed(ports)
    names = {f"{number:032x}" for number in range(1200)} | {PRINT}

    assert await ports.consents.naming(frozenset(names), START) == (consent,)


async def test_what_stands_and_what_once_did(ports: Ports) -> None:
    """A decision is made again by what it counted on, whatever became of that."""
    await people(ports)
    one, other = [await _agreed(ports, make_consent_draft(name)) for name in sorted(NAMES)]
    waiting = await _added(ports)
    await _register(ports).revoke(one.id, reason="withdrawn", by=officer(RITA))
    ids = [one.id, other.id, waiting, "c9"]

    assert await ports.consents.standing(ids, START) == (other,)
    assert await ports.consents.standing(ids, START + 99 * DAY) == ()
    assert {consent.id for consent in await ports.consents.once(ids)} == {one.id, other.id}
    assert await ports.consents.once([]) == ()


async def test_conditions_are_those_of_the_database(ports: Ports) -> None:
    """Nobody approves twice, alone, late, or what was taken back; nobody takes back twice."""
    await people(ports)
    consent, gone = await _added(ports), await _added(ports)
    await _register(ports).revoke(gone, reason="mistake", by=officer(RITA))
    late = timedelta(days=14)
    bad: list[ConsentChange] = [
        ApproveConsent(consent=consent, person=RITA, at=START, mac="m"),
        ApproveConsent(consent=consent, person=OLAF, at=START + late, mac="m"),
        ApproveConsent(consent=gone, person=OLAF, at=START, mac="m"),
        RevokeConsent(consent=gone, person=OLAF, reason="ended", at=START),
    ]
    for change in bad:
        with pytest.raises(Conflict) as lost:
            await ports.audit.commit(noted(ports, change))
        assert lost.value.what == "consent"


async def test_two_who_approve_at_once_approve_once(ports: Ports) -> None:
    """The slower one learns it."""
    await people(ports)
    consent = await _added(ports)
    answers = await asyncio.gather(
        *(_register(ports).approve([(consent, NAMES)], by=officer(name)) for name in (OLAF, TINA)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, ConsentRefused) for answer in answers) == 1


ATTACKS = {
    "another end": "UPDATE consents SET until = '2030-01-01T00:00:00.000000Z'",
    "another name": "UPDATE consent_names SET name = 'x'",
    "no revocation": "DELETE FROM consent_revocations",
    "no consent": "DELETE FROM consents",
    "another second person": f"UPDATE consent_approvals SET person = '{TINA}'",
    "one person alone": f"INSERT INTO consent_approvals VALUES ('{{waiting}}', '{RITA}', '{{now}}', 'm')",
    "a stranger": "INSERT INTO consent_approvals VALUES ('{waiting}', 'nobody', '{now}', 'm')",
    "what was taken back": f"INSERT INTO consent_approvals VALUES ('{{gone}}', '{OLAF}', '{{now}}', 'm')",
    "at no time": f"INSERT INTO consent_approvals VALUES ('{{waiting}}', '{OLAF}', 'soon', 'm')",
    "for no reason": f"INSERT INTO consent_revocations VALUES ('{{waiting}}', '{OLAF}', 'x', '{{now}}')",
}


async def test_the_database_refuses_what_one_person_could_write(ports: Ports) -> None:
    """Whoever writes to it."""
    if ports.url is None:
        return  # memory has no rows that somebody could write past the gateway
    await people(ports)
    waiting, gone = await _added(ports), await _agreed(ports)
    await _register(ports).revoke(gone.id, reason="withdrawn", by=officer(RITA))
    before = await ports.consents.all()
    for name, statement in ATTACKS.items():
        text = statement.format(waiting=waiting, gone=gone.id, now="2026-11-23T10:00:00.000000Z")
        with pytest.raises(sa.exc.DBAPIError):
            await _write(ports.url, text)
            pytest.fail(name)

    assert await ports.consents.all() == before


async def test_rows_without_our_codes_do_not_count(ports: Ports) -> None:
    """Another name for a consent, or another person's word, that the gateway did not write."""
    if ports.url is None:
        return
    await people(ports)
    consent, waiting = await _agreed(ports), await _added(ports)
    await _write(ports.url, f"INSERT INTO consent_names VALUES ('{consent.id}', '{'f' * 32}')")
    text = f"INSERT INTO consent_approvals VALUES ('{waiting}', '{OLAF}', '2026-11-23T10:00:00.000000Z', 'm')"
    await _write(ports.url, text)

    assert await ports.consents.naming(NAMES | {"f" * 32}, START) == ()
    assert await ports.consents.standing([consent.id, waiting], START) == ()
    assert await ports.consents.once([consent.id, waiting]) == ()
    assert {standing for _, standing in await _register(ports).all()} == {Standing.DOUBTFUL}


async def _write(url: str, statement: str) -> None:
    """Write as whoever holds the database could, past the gateway."""
    engine = await asyncio.to_thread(create_engine, url)

    def run() -> None:
        with engine.begin() as connection:
            connection.execute(sa.text(statement))

    try:
        await asyncio.to_thread(run)
    finally:
        await asyncio.to_thread(engine.dispose)
