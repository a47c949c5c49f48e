from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.audit.orders.model import Kind, Target
from proxy.audit.orders.proof import erasure_proof
from proxy.audit.orders.refusals import OrderRefused
from proxy.storage.tables import audit_content

if TYPE_CHECKING:
    from tests.orders import DeskHouse


async def test_the_proof_names_what_was_sealed(house: DeskHouse) -> None:
    """By its hash, which was known before it went, and by the place in the log that says so."""
    post = await house.post("Kanarienvogel", author="a_erfunden")
    query = sa.select(audit_content.c.ciphertext)
    sealed = await house.reads.run(lambda connection: bytes(connection.execute(query).scalar_one()))
    done = await house.both(Kind.ERASE, Target(posts=(post.id,)))

    proof = await asyncio.to_thread(
        house.reads.run_blocking, lambda connection: erasure_proof(connection, done.order.id)
    )

    assert [one.ct_sha256 for one in proof.contents] == [hashlib.sha256(sealed).hexdigest()]
    assert [record for _, record in proof.records] == list(done.records)
    assert (proof.opened_by, proof.confirmed_by, proof.person) == (house.privacy.ref, house.legal.ref, None)


async def test_an_order_that_erased_nothing_has_no_proof(house: DeskHouse) -> None:
    """Not confirmed, another kind, or none."""
    case = await house.both(Kind.CASE)
    for order in (case.order.id, "nothing"):
        with pytest.raises(OrderRefused, match="nothing-found"):
            await house.reads.run(lambda connection, wanted=order: erasure_proof(connection, wanted))  # type: ignore[misc]
