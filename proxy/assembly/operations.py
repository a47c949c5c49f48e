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

from proxy.assembly.looking import sources_of
from proxy.assembly.policies import policy_life
from proxy.assembly.reviewing import review_tools
from proxy.assembly.store import Store
from proxy.audit.export.exports import Exports
from proxy.audit.query import Searches
from proxy.gate.work import Actor
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock, random_id
from proxy.storage.engines import create_reader
from proxy.storage.reads import Reads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from proxy.assembly.reviewing import ReviewTools
    from proxy.audit.content_search import ContentSearch
    from proxy.audit.contents import Contents
    from proxy.audit.orders.desk import OrderDesk
    from proxy.audit.orders.shown import ShownOrders
    from proxy.audit.purge import Purge
    from proxy.audit.reveals import Reveals
    from proxy.gate.consent_register import ConsentRegister
    from proxy.gate.policy_life import PolicyLife
    from proxy.gate.ports import People
    from proxy.identity.office import TokenOffice
    from proxy.loading.policies import Sources
    from proxy.settings.model import Settings
    from proxy.vault.accounts import AccountOffice


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """What an operator works with."""

    searches: Searches
    exports: Exports
    tokens: TokenOffice
    accounts: AccountOffice
    desk: OrderDesk
    shown: ShownOrders
    reveals: Reveals
    contents: Contents
    content_search: ContentSearch
    purge: Purge
    reads: Reads
    policies: PolicyLife
    people: People
    consents: ConsentRegister
    review: ReviewTools
    sources: Sources
    """Where the settings say that policy files lie, for those who propose them."""
    stored: bool
    """Whether nodes with these settings take their policies from the policy store."""
    ring: frozenset[str]
    """Names of the wrapping keys that are here."""
    operator: Actor
    """Whoever runs the command: a pseudonym of the user name."""
    hand_out: Callable[[], Awaitable[tuple[tuple[str, str], ...]]]
    """Hands the newest checkpoints to all sinks; returns those that did not take them, each with a code."""


@asynccontextmanager
async def operations(config: Path, *, restored: bool = False) -> AsyncIterator[Operations]:
    """
    Open an installation for commands that record what they do.

    Args:
        config: its settings.
        restored: also where its log is that of a restored backup, which then records nothing.

    Raises:
        ConfigurationError: any mistake in settings or keys.
        AuditUnavailable: the database cannot be written.
    """
    clock = SystemClock()
    settings = await asyncio.to_thread(load_settings, config, os.environ)
    store = await asyncio.to_thread(lambda: Store(settings, clock=clock))
    try:
        await store.start(restored=restored)
        yield Operations(
            searches=Searches(reads=store.reads, audit=store.audit, clock=clock, ids=random_id),
            exports=Exports(
                reads=store.reads, checkpoints=store.checkpoints, audit=store.audit, clock=clock, ids=random_id
            ),
            tokens=store.token_office(),
            accounts=store.account_office(),
            desk=store.order_desk(),
            shown=store.shown_orders(),
            reveals=store.reveals(),
            contents=store.contents(),
            content_search=store.content_search(),
            purge=store.purge(),
            reads=store.reads,
            policies=policy_life(store, clock),
            people=store.identity,
            consents=store.consent_register(),
            review=review_tools(store, settings, clock),
            sources=sources_of(settings, store.keys.fingerprint),
            stored=settings.policies.source == "store",
            ring=store.keys.ring(),
            operator=await operator_of(store),
            hand_out=store.hand_out,
        )
    finally:
        await store.stop()


async def operator_of(store: Store) -> Actor:
    """Return whoever runs the command, as a pseudonym of the user name."""
    user = await asyncio.to_thread(_user)
    return Actor(kind="operator", ref=f"o_{store.envelope.digest('operator', user.encode())[:26]}")


@contextmanager
def reading(settings: Settings) -> Iterator[Reads]:
    """
    Open the database of an installation read-only; needs no keys.

    Raises:
        ConfigurationError: the database address is unfit.
    """
    engine = create_reader(settings.database.url)
    try:
        yield Reads(engine, threads=1)
    finally:
        engine.dispose()


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
