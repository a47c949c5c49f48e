"""
What every policy store promises: an activation needs different people, whoever writes the rows; nothing is changed.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.core.errors import Conflict
from proxy.core.model import Principal
from proxy.gate.policy_changes import ActivateProposal, OpenProposal, RetireBundle, SignProposal, StoreBundle
from proxy.gate.policy_life import LifePorts, PolicyLife
from proxy.gate.policy_refusals import ProposalRefused
from proxy.gate.policy_store import SIGN, Kind
from proxy.gate.work import AuditRecord, Change, StoreActor, Work
from proxy.storage.engines import create_engine
from tests.fakes.policy_store import NamedPackages
from tests.policies import make_bundle, make_policy, make_rule
from tests.works import SYSTEM, new_id

if TYPE_CHECKING:
    from tests.stores import Ports

PEOPLE = ("anna", "ben", "carla")
BUNDLES = {
    name: replace(make_bundle(make_policy(*(make_rule(rule) for rule in rules))), digest=name)
    for name, rules in {"b1": ["x"], "b2": ["x", "y"], "b3": ["z"]}.items()
}


def _noted(ports: Ports, *changes: Change) -> Work:
    record = AuditRecord(
        id=new_id(), code="PG-310", type="policy.retired", at=ports.clock.now(), actor=SYSTEM, data={"digest": "x"}
    )
    return Work(records=(record,), changes=changes)


async def _people(ports: Ports) -> None:
    actors = [
        StoreActor(
            ref=name,
            kind="employee",
            name_digest=name,
            name_nonce=b"n",
            name=b"sealed",
            name_key=b"k",
            kek_id="kek",
            created_at=ports.clock.now(),
        )
        for name in PEOPLE
    ]
    await ports.audit.commit(_noted(ports, *actors))


def _life(ports: Ports) -> PolicyLife:
    return PolicyLife(
        LifePorts(
            store=ports.policies,
            packages=NamedPackages(*BUNDLES.values()),
            audit=ports.audit,
            digest=ports.envelope.digest,
            clock=ports.clock,
            ids=new_id,
        )
    )


def _person(name: str) -> Principal:
    return Principal(ref=name, kind="employee", scopes=frozenset({SIGN}), token_prefix="pgt_0000")


async def _in_force(ports: Ports, digest: str) -> None:
    life = _life(ports)
    step = await life.propose(digest.encode(), by=_person("anna"))
    await life.approve(step.proposal.id, by=_person("ben"))


async def test_a_change_lives_the_same_everywhere(ports: Ports) -> None:
    """Proposed, signed, in force, replaced in an emergency, ended, gone back to, retired."""
    await _people(ports)
    life = _life(ports)
    await _in_force(ports, "b1")
    step = await life.propose(b"b2", by=_person("carla"), emergency=True)
    during = await life.in_force()
    ports.clock.advance(25 * 3600)
    after, _ = await life.look()

    assert during is not None
    assert (during[0].digest, during[0].until, during[1]) == ("b2", step.until, b"b2")
    assert after is not None
    assert (after.digest, after.number, after.until) == ("b1", 1, None)
    assert [signature.person for signature in after.proposal.signatures] == ["anna", "ben"]
    assert [one.id for one in await ports.policies.waiting(ports.clock.now())] == [step.proposal.id]
    assert await ports.policies.proposal(step.proposal.id) == step.proposal

    await life.approve(step.proposal.id, by=_person("anna"))
    back = await life.rollback(by=_person("anna"))
    await life.approve(back.proposal.id, by=_person("ben"))
    await life.retire("b2", by=_person("carla"))

    assert [one.digest for one in await ports.policies.activations()] == ["b1", "b2", "b2", "b1"]
    assert set(await ports.policies.retired()) == {"b2"}
    assert await ports.policies.digests() == {"b1", "b2"}
    assert await ports.policies.package("b9") is None
    assert await ports.policies.proposal("p9") is None


async def test_one_signature_is_no_activation(ports: Ports) -> None:
    """Not even for whoever writes units of work past the use case."""
    await _people(ports)
    step = await _life(ports).propose(b"b1", by=_person("anna"))
    proposal = step.proposal
    activate = ActivateProposal(number=1, proposal=proposal.id, digest="b1", activated_at=ports.clock.now(), until=None)

    with pytest.raises(Conflict) as lost:
        await ports.audit.commit(_noted(ports, activate))
    assert lost.value.what == "activation"
    assert await ports.policies.activations() == ()


async def test_nobody_signs_or_retires_twice(ports: Ports) -> None:
    """The second time loses."""
    await _people(ports)
    step = await _life(ports).propose(b"b1", by=_person("anna"))
    again = SignProposal(proposal=step.proposal.id, person="anna", role=SIGN, signed_at=ports.clock.now(), mac="m")
    retire = RetireBundle(digest="b1", person="anna", retired_at=ports.clock.now())

    with pytest.raises(Conflict) as lost:
        await ports.audit.commit(_noted(ports, again))
    assert lost.value.what == "signature"
    await ports.audit.commit(_noted(ports, retire))
    with pytest.raises(Conflict) as lost:
        await ports.audit.commit(_noted(ports, retire))
    assert lost.value.what == "retirement"


async def test_two_who_approve_at_once_activate_once(ports: Ports) -> None:
    """The same proposal gets one activation; the slower one learns that it was overtaken."""
    await _people(ports)
    step = await _life(ports).propose(b"b1", by=_person("anna"))
    answers = await asyncio.gather(
        *(_life(ports).approve(step.proposal.id, by=_person(name)) for name in ("ben", "carla")),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, ProposalRefused)]
    assert len(refused) == 1
    assert len(await ports.policies.activations()) == 1


async def _rows(ports: Ports, *statements: str) -> None:
    """Write rows as whoever holds the database could, past the gateway."""
    assert ports.url is not None
    engine = await asyncio.to_thread(create_engine, ports.url)

    def run() -> None:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    try:
        await asyncio.to_thread(run)
    finally:
        await asyncio.to_thread(engine.dispose)


_NOW = "2026-11-23T10:00:00.000000Z"
_AGAIN = "package_key = 'again', kek_id = 'other'"
ATTACKS = {
    "one signature": f"INSERT INTO policy_activations VALUES (2, '{{open}}', 'b3', '{_NOW}', NULL)",
    "another bundle": f"INSERT INTO policy_activations VALUES (2, '{{done}}', 'b3', '{_NOW}', NULL)",
    "no proposal": f"INSERT INTO policy_activations VALUES (2, 'p9', 'b3', '{_NOW}', NULL)",
    "no emergency": (
        f"INSERT INTO policy_activations VALUES (2, '{{open}}', 'b3', '{_NOW}', '2026-11-23T11:00:00.000000Z')"
    ),
    "an emergency of a week": (
        f"INSERT INTO policy_activations VALUES (2, '{{emergency}}', 'b2', '{_NOW}', '2026-11-30T10:00:00.000000Z')"
    ),
    "an emergency without end": (
        f"INSERT INTO policy_activations VALUES (2, '{{emergency}}', 'b2', '{_NOW}', 'never')"
    ),
    "once more": f"INSERT INTO policy_activations VALUES (2, '{{done}}', 'b1', '{_NOW}', NULL)",
    "once more in the future": (
        "INSERT INTO policy_activations VALUES (2, '{done}', 'b1', '2099-01-01T10:00:00.000000Z', NULL)"
    ),
    "a time that is none": "INSERT INTO policy_activations VALUES (2, '{done}', 'b1', 'soon', NULL)",
    "a signature at no time": "INSERT INTO policy_signatures VALUES ('{open}', 'ben', 'policy', 'soon', 'm')",
    "a retired one": (
        f"INSERT INTO policy_activations VALUES (2, '{{emergency}}', 'b2', '{_NOW}', '2026-11-23T11:00:00.000000Z')"
    ),
    "an earlier place": f"INSERT INTO policy_activations VALUES (1, '{{done}}', 'b1', '{_NOW}', NULL)",
    "a later place": f"INSERT INTO policy_activations VALUES (7, '{{done}}', 'b1', '{_NOW}', NULL)",
    "fewer people": "UPDATE policy_proposals SET needed = 2",
    "a proposal for one": (
        f"INSERT INTO policy_proposals VALUES ('p8', 'b3', 'b1', 'activation', 1, '{_NOW}', '{_NOW}')"
    ),
    "another person": "UPDATE policy_signatures SET person = 'ben' WHERE proposal = '{open}'",
    "a signature less": "DELETE FROM policy_signatures",
    "another end": "UPDATE policy_activations SET until = NULL",
    "no activation": "DELETE FROM policy_activations",
    "other files": "UPDATE policy_bundles SET package = package",
    "other files wrapped anew": f"UPDATE policy_bundles SET {_AGAIN}, package = 'x'",
    "another digest wrapped anew": f"UPDATE policy_bundles SET {_AGAIN}, digest = 'b9' WHERE digest = 'b2'",
    "another nonce wrapped anew": f"UPDATE policy_bundles SET {_AGAIN}, nonce = 'x'",
    "another time wrapped anew": f"UPDATE policy_bundles SET {_AGAIN}, stored_at = '{_NOW[:-2]}1Z'",
    "a key of the same wrapping key": "UPDATE policy_bundles SET package_key = 'x'",
    "a wrapping key without its key": "UPDATE policy_bundles SET kek_id = 'other'",
    "no files": "DELETE FROM policy_bundles",
    "not retired": "DELETE FROM policy_retirements",
    "a stranger": f"INSERT INTO policy_signatures VALUES ('{{open}}', 'nobody', 'policy', '{_NOW}', 'm')",
    "replaced": f"INSERT INTO policy_signatures VALUES ('{{open}}', 'anna', 'policy-hard', '{_NOW}', 'm')",
}
SQLITE_ONLY = {
    "the row of another": (
        "UPDATE OR REPLACE policy_bundles SET package_key = x'01', kek_id = 'other',"
        " rowid = (SELECT rowid FROM policy_bundles WHERE digest = 'b1') WHERE digest = 'b2'"
    ),
    "replaced silently": f"INSERT OR REPLACE INTO policy_signatures VALUES ('{{open}}', 'anna', 'x', '{_NOW}', 'm')",
    "another first": f"INSERT OR REPLACE INTO policy_activations VALUES (1, '{{open}}', 'b3', '{_NOW}', NULL)",
}
POSTGRESQL_ONLY = {"emptied": "TRUNCATE policy_activations", "all emptied": "TRUNCATE policy_bundles CASCADE"}


async def test_the_database_refuses_what_one_person_could_write(ports: Ports) -> None:
    """Each statement fails, and the bundle in force stays in force."""
    if ports.url is None:
        return  # memory has no rows that somebody could write past the gateway
    await _people(ports)
    life = _life(ports)
    await _in_force(ports, "b1")
    done, _ = await life.look()
    opened = await life.propose(b"b3", by=_person("anna"))
    emergency = OpenProposal(
        id=new_id(),
        digest="b2",
        from_digest="b1",
        kind=Kind.EMERGENCY.value,
        needed=2,
        opened_at=ports.clock.now(),
        expires_at=ports.clock.now() + timedelta(days=1),
    )
    sign = SignProposal(proposal=emergency.id, person="anna", role=SIGN, signed_at=ports.clock.now(), mac="m")
    store = StoreBundle(
        digest="b2", nonce=b"n", package=b"b2", package_key=b"k", kek_id="kek", stored_at=ports.clock.now()
    )
    retire = RetireBundle(digest="b2", person="anna", retired_at=ports.clock.now())
    await ports.audit.commit(_noted(ports, store, emergency, sign, retire))
    assert done is not None
    names = {"open": opened.proposal.id, "done": done.proposal.id, "emergency": emergency.id}
    attacks = ATTACKS | (SQLITE_ONLY if ports.url.startswith("sqlite") else POSTGRESQL_ONLY)

    taken = [name for name, attack in attacks.items() if not await _refused(ports, attack.format(**names))]

    assert taken == []
    assert await life.look() == (done, False)


async def _refused(ports: Ports, statement: str) -> bool:
    try:
        await _rows(ports, statement)
    except sa.exc.DBAPIError:
        return True
    return False


async def test_a_forged_second_signature_activates_in_no_node(ports: Ports) -> None:
    """Rows of two people get past the database's triggers; the code of a signature does not come from there."""
    if ports.url is None:
        return  # see above
    await _people(ports)
    life = _life(ports)
    opened = await life.propose(b"b3", by=_person("anna"))
    await _rows(
        ports,
        f"INSERT INTO policy_signatures VALUES ('{opened.proposal.id}', 'ben', 'policy', '{_NOW}', 'forged')",
        f"INSERT INTO policy_activations VALUES (1, '{opened.proposal.id}', 'b3', '{_NOW}', NULL)",
    )

    assert await life.look() == (None, True)
    assert await life.in_force() is None
