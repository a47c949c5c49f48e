"""
Stores for contract suites: the same suite runs on memory, SQLite and PostgreSQL.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proxy.audit.writer import GroupCommitWriter
from proxy.identity.authorizations import SqlAuthorizations
from proxy.identity.sessions import SessionPorts, SqlSessions
from proxy.identity.sql import SqlIdentity
from proxy.observability.system import random_id
from proxy.storage.consents import SqlConsents
from proxy.storage.counts import SqlCounts
from proxy.storage.engines import create_engine, create_reader
from proxy.storage.media import SqlMediaSpool
from proxy.storage.migrate import upgrade
from proxy.storage.own_posts import SqlOwnPosts
from proxy.storage.pending_reviews import SqlPendingReviews
from proxy.storage.policies import SqlPolicyStore
from proxy.storage.post_views import SqlPostViews
from proxy.storage.posts import SqlPosts
from proxy.storage.published_posts import SqlPublishedPosts
from proxy.storage.reads import Reads
from proxy.storage.reviews import SqlReviews
from proxy.storage.unclear import SqlUnclearPosts
from proxy.storage.waiting_posts import SqlWaitingPosts
from proxy.vault.envelope import EnvelopeSealer
from proxy.vault.keys import Keys
from tests.fakes.clock import ManualClock
from tests.fakes.consents import MemoryConsents
from tests.fakes.envelope import PlainEnvelope
from tests.fakes.identity import MemoryIdentity
from tests.fakes.limits import MemoryCounts
from tests.fakes.log import MemoryAuditLog, MemoryOwnPosts, MemoryPosts
from tests.fakes.pending import MemoryPendingReviews, MemoryPublishedPosts
from tests.fakes.policy_store import MemoryPolicyStore
from tests.fakes.reviews import MemoryReviews
from tests.fakes.sessions import MemorySessions
from tests.fakes.spool import MemoryMediaSpool
from tests.fakes.unclear import MemoryUnclearPosts
from tests.fakes.views import MemoryPostViews
from tests.fakes.waiting import MemoryWaitingPosts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest
    from sqlalchemy.engine import Engine

    from proxy.gate.api_ports import Mandates, OwnPosts
    from proxy.gate.limits import Counts
    from proxy.gate.oauth_ports import Authorizations
    from proxy.gate.policy_store import PolicyStore
    from proxy.gate.ports import AuditLog, Envelope, Identity, MediaSpool, People, Posts
    from proxy.gate.post_views import PostViews
    from proxy.gate.review_clock import PendingReviews
    from proxy.gate.review_ports import Colleagues, Reviews
    from proxy.gate.room import Crowds
    from proxy.gate.sampling import PublishedPosts
    from proxy.gate.session_ports import SessionOffice
    from proxy.gate.unclear import UnclearPosts
    from proxy.gate.waiting import Standing, WaitingPosts

ORIGIN = "postgate.test/postgate/tests/1"
KEYS = Keys(kek=b"k" * 32, pepper=b"p" * 32, fingerprint=b"f" * 32)
KINDS = ("memory", "sqlite", "postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """One implementation of each port over one store."""

    audit: AuditLog
    posts: Posts
    unclear: UnclearPosts
    envelope: Envelope
    spool: MediaSpool
    counts: Counts
    identity: Identity
    people: People
    mandates: Mandates
    own: OwnPosts
    views: PostViews
    waiting: WaitingPosts
    crowds: Crowds
    reviews: Reviews
    colleagues: Colleagues
    pending: PendingReviews
    published: PublishedPosts
    standing: Standing
    sessions: SessionOffice
    authorizations: Authorizations | None
    """None for memory: nothing that is tested over memory logs a program in."""
    policies: PolicyStore
    consents: MemoryConsents | SqlConsents
    clock: ManualClock
    url: str | None
    """None for memory."""


def url_for(kind: str, request: pytest.FixtureRequest, directory: Path) -> str:
    """Return the address of an empty database of a kind."""
    return f"sqlite:///{directory}/log.db" if kind == "sqlite" else str(request.getfixturevalue("postgres_database"))


def migrated(url: str) -> str:
    """Bring a database up to date and return its address."""
    engine = create_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


def bytes_on_disk(url: str) -> bytes:
    """Return everything that a SQLite database keeps in its files."""
    file = Path(url.removeprefix("sqlite:///"))
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


@asynccontextmanager
async def writer_on(url: str, **options: object) -> AsyncIterator[GroupCommitWriter]:
    """Run a writer on a database that is up to date."""
    engine = await asyncio.to_thread(create_engine, url)
    writer = GroupCommitWriter(engine, origin=ORIGIN, node="n1", **options)  # type: ignore[arg-type]
    await writer.start()
    try:
        yield writer
    finally:
        await writer.stop()
        await asyncio.to_thread(engine.dispose)


@asynccontextmanager
async def engine_on(url: str) -> AsyncIterator[Engine]:
    """Write to a database beside its writer."""
    engine = await asyncio.to_thread(create_engine, url)
    try:
        yield engine
    finally:
        await asyncio.to_thread(engine.dispose)


@asynccontextmanager
async def reads_on(url: str, **options: Any) -> AsyncIterator[Reads]:
    """Read a database."""
    reads = Reads(await asyncio.to_thread(create_reader, url), **options)
    try:
        yield reads
    finally:
        await reads.close()


def memory_ports() -> Ports:
    """Return the twins."""
    log, clock, envelope = MemoryAuditLog(), ManualClock(), PlainEnvelope()
    identity = MemoryIdentity(log, digest=envelope.digest, clock=clock)
    return Ports(
        audit=log,
        posts=MemoryPosts(log),
        unclear=MemoryUnclearPosts(log),
        envelope=envelope,
        spool=MemoryMediaSpool(log, envelope),
        counts=MemoryCounts(),
        identity=identity,
        people=identity,
        mandates=identity,
        own=MemoryOwnPosts(log),
        views=MemoryPostViews(log),
        waiting=MemoryWaitingPosts(log),
        crowds=MemoryWaitingPosts(log),
        reviews=MemoryReviews(log),
        colleagues=identity,
        pending=MemoryPendingReviews(log),
        published=MemoryPublishedPosts(log),
        standing=identity,
        sessions=MemorySessions(log, identity=identity, digest=envelope.digest, clock=clock),
        authorizations=None,
        policies=MemoryPolicyStore(log),
        consents=MemoryConsents(log, digest=envelope.digest),
        clock=clock,
        url=None,
    )


@asynccontextmanager
async def sql_ports(url: str) -> AsyncIterator[Ports]:
    """Return the real ones on a database that is up to date."""
    clock, envelope = ManualClock(), EnvelopeSealer(KEYS, origin=ORIGIN)
    async with writer_on(url) as audit, reads_on(url) as reads, engine_on(url) as engine:
        identity = SqlIdentity(reads, digest=envelope.digest, clock=clock)
        logins = SessionPorts(
            reads=reads, audit=audit, identity=identity, digest=envelope.digest, clock=clock, ids=random_id
        )
        yield Ports(
            audit=audit,
            posts=SqlPosts(reads),
            unclear=SqlUnclearPosts(reads),
            envelope=envelope,
            spool=SqlMediaSpool(reads, envelope),
            counts=SqlCounts(engine, reads),
            identity=identity,
            people=identity,
            mandates=identity,
            own=SqlOwnPosts(reads),
            views=SqlPostViews(reads),
            waiting=SqlWaitingPosts(reads),
            crowds=SqlWaitingPosts(reads),
            reviews=SqlReviews(reads),
            colleagues=identity,
            pending=SqlPendingReviews(reads),
            published=SqlPublishedPosts(reads),
            standing=identity,
            sessions=SqlSessions(logins),
            authorizations=SqlAuthorizations(logins),
            policies=SqlPolicyStore(reads),
            consents=SqlConsents(reads, digest=envelope.digest),
            clock=clock,
            url=url,
        )
