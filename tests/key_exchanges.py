"""
Wrapping keys of before and after for tests, and exchanges between them. All keys are invented.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.core.errors import SealBroken
from proxy.gate.filing import Filing, Terms
from proxy.storage.tables import accounts, actors, audit_content, data_keys, policy_bundles
from proxy.vault.credentials import Sealed, Vault
from proxy.vault.envelope import EnvelopeSealer
from proxy.vault.exchange import ExchangePorts, KeyExchange
from proxy.vault.keys import name_of
from tests.stores import KEYS, ORIGIN
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from proxy.gate.ports import AuditLog, Clock
    from proxy.storage.reads import Reads
    from proxy.vault.keys import Keys
    from tests.orders import DeskHouse

FIRST, SECOND, THIRD = KEYS.kek, b"2" * 32, b"3" * 32
FIRST_ID, SECOND_ID, THIRD_ID = name_of(FIRST), name_of(SECOND), name_of(THIRD)


def ring_of(current: bytes, *earlier: bytes) -> Keys:
    """Return keys whose wrapping keys are these."""
    return replace(KEYS, kek=current, earlier=earlier)


def exchange_of(keys: Keys, *, reads: Reads, audit: AuditLog, clock: Clock, batch: int = 2) -> KeyExchange:
    """Return an exchange to the current one of these keys."""
    return KeyExchange(
        ExchangePorts(
            reads=reads,
            audit=audit,
            envelope=EnvelopeSealer(keys, origin=ORIGIN),
            vault=Vault(keys),
            keys=keys,
            clock=clock,
            ids=new_id,
            batch=batch,
        )
    )


def writing_with(house: DeskHouse, keys: Keys) -> DeskHouse:
    """Return a house whose posts are wrapped with other keys, as on a node that has them."""
    envelope = EnvelopeSealer(keys, origin=ORIGIN)
    filing = Filing(envelope=envelope, clock=house.clock, ids=new_id, node="n2", terms=Terms())
    return replace(house, envelope=envelope, filing=filing)


def opened(connection: Connection, keys: Keys, *, origin: str = ORIGIN) -> dict[str, bool]:
    """Open everything that lives with these keys; return what of it opens: contents, credentials, names, bundles."""
    return dict(_opened(connection, keys, origin))


def _opened(connection: Connection, keys: Keys, origin: str) -> Iterator[tuple[str, bool]]:
    envelope, vault = EnvelopeSealer(keys, origin=origin), Vault(keys)
    contents = sa.select(audit_content, data_keys.c.wrapped_dek, data_keys.c.kek_id).join(
        data_keys, data_keys.c.id == audit_content.c.key_id
    )
    for row in connection.execute(contents):
        with _told() as told:
            key = envelope.unwrap(key_id=row.key_id, wrapped=bytes(row.wrapped_dek), kek_id=row.kek_id)
            envelope.open_content(key, record=row.record_id, nonce=bytes(row.nonce), ciphertext=bytes(row.ciphertext))
        yield f"content {row.record_id}", not told
    for row in connection.execute(sa.select(accounts).where(accounts.c.removed_at.is_(None))):
        with _told() as told:
            sealed = Sealed(
                nonce=row.credential_nonce, ciphertext=row.credential, key=row.credential_key, kek_id=row.kek_id
            )
            vault.open_credential(sealed, account=row.id, platform=row.platform)
        yield f"account {row.id}", not told
    for row in connection.execute(sa.select(actors).where(actors.c.destroyed_at.is_(None))):
        with _told() as told:
            sealed = Sealed(nonce=row.name_nonce, ciphertext=row.name, key=row.name_key, kek_id=row.kek_id)
            vault.open_name(sealed, ref=row.ref)
        yield f"actor {row.ref}", not told
    for row in connection.execute(sa.select(policy_bundles)):
        with _told() as told:
            sealed = Sealed(nonce=row.nonce, ciphertext=row.package, key=row.package_key, kek_id=row.kek_id)
            vault.open_bundle(sealed, digest=row.digest)
        yield f"bundle {row.digest}", not told


@contextmanager
def _told() -> Iterator[list[SealBroken]]:
    """Collect that something does not open."""
    told: list[SealBroken] = []
    try:
        yield told
    except SealBroken as broken:
        told.append(broken)
