"""
Wires what the commands of operators need: the log, tokens and accounts of an installation, without doors or detectors.
"""

from __future__ import annotations

import asyncio
import os
import pwd
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.audit.query import Searches
from proxy.audit.writer import GroupCommitWriter
from proxy.gate.work import Actor
from proxy.identity.office import OfficePorts, TokenOffice
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock, random_id
from proxy.storage.engines import check_durable, create_engine, create_reader
from proxy.storage.reads import Reads
from proxy.vault.accounts import AccountOffice
from proxy.vault.credentials import Vault
from proxy.vault.envelope import EnvelopeSealer
from proxy.vault.keys import load_keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """What an operator works with."""

    searches: Searches
    tokens: TokenOffice
    accounts: AccountOffice
    operator: Actor
    """Whoever runs the command: a pseudonym of the user name."""


@asynccontextmanager
async def operations(config: Path) -> AsyncIterator[Operations]:
    """
    Open an installation for commands that record what they do.

    Raises:
        ConfigurationError: any mistake in settings or keys.
        AuditUnavailable: the database cannot be written.
    """
    settings = load_settings(config, os.environ)
    keys = load_keys(settings.keys.directory)
    engine = create_engine(settings.database.url)
    await asyncio.to_thread(check_durable, engine)
    sealer = EnvelopeSealer(keys, origin=settings.audit.origin)
    vault = Vault(keys)
    clock = SystemClock()
    reads = Reads(create_reader(settings.database.url), threads=1)
    audit = GroupCommitWriter(engine, origin=settings.audit.origin, node=settings.node)
    await audit.start()
    try:
        yield Operations(
            searches=Searches(reads=reads, audit=audit, clock=clock, ids=random_id),
            tokens=TokenOffice(
                OfficePorts(reads=reads, audit=audit, names=vault, digest=sealer.digest, clock=clock, ids=random_id)
            ),
            accounts=AccountOffice(reads=reads, audit=audit, vault=vault, clock=clock, ids=random_id),
            operator=Actor(kind="operator", ref=f"o_{sealer.digest('operator', _user().encode())[:26]}"),
        )
    finally:
        await audit.stop()
        await reads.close()
        await asyncio.to_thread(engine.dispose)


@contextmanager
def reading(config: Path) -> Iterator[Reads]:
    """
    Open the database of an installation read-only; needs no keys.

    Raises:
        ConfigurationError: any mistake in the settings.
    """
    engine = create_reader(load_settings(config, os.environ).database.url)
    try:
        yield Reads(engine, threads=1)
    finally:
        engine.dispose()


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
