"""
Wires everything that is kept: keys, database, audit log and its checkpoints, tokens, accounts, posts, images.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.assembly.keys import keys_of, make_keys
from proxy.assembly.sinks import make_sink
from proxy.audit.anchoring import hand_out
from proxy.audit.checkpointing import Checkpointing, Start
from proxy.audit.content_search import ContentSearch
from proxy.audit.contents import Contents
from proxy.audit.looks import Looks
from proxy.audit.orders.desk import DeskPorts, OrderDesk
from proxy.audit.orders.shown import ShownOrders
from proxy.audit.orders.succession import LogSuccession, SuccessionPorts
from proxy.audit.purge import Purge, sweep
from proxy.audit.reveals import Reveals
from proxy.audit.rollback import LogRolledBack
from proxy.audit.signed import Trust, signer_of
from proxy.audit.sinks.outside import Outside, look_outside
from proxy.audit.tlog.keys import read_verifier_key
from proxy.audit.writer import GroupCommitWriter, WriterLimits
from proxy.gate.consent_register import ConsentRegister, RegisterPorts
from proxy.gate.retention import Retention, RetentionTerms
from proxy.identity.authorizations import SqlAuthorizations
from proxy.identity.office import OfficePorts, TokenOffice
from proxy.identity.sessions import ACCESS_LIFE, SessionPorts, SqlSessions
from proxy.identity.sql import SqlIdentity
from proxy.observability.system import random_id
from proxy.storage.consents import SqlConsents
from proxy.storage.counts import SqlCounts
from proxy.storage.engines import check_durable, create_engine, create_reader
from proxy.storage.media import SqlMediaSpool
from proxy.storage.migrate import upgrade
from proxy.storage.now import database_now
from proxy.storage.posts import SqlPosts
from proxy.storage.reads import MOST_TOGETHER, Reads
from proxy.storage.reviews import SqlReviews
from proxy.storage.unclear import SqlUnclearPosts
from proxy.storage.waiting_posts import SqlWaitingPosts
from proxy.vault.accounts import AccountOffice, SqlAccounts
from proxy.vault.credentials import Sealed, Vault
from proxy.vault.envelope import EnvelopeSealer
from proxy.vault.exchange import ExchangePorts, KeyExchange
from proxy.vault.fitness import require_usable, unfit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.audit.reveals import SealedRow
    from proxy.audit.tlog.keys import NoteSigner
    from proxy.audit.writer import CommitSample
    from proxy.gate.ports import Clock
    from proxy.settings.model import Settings


def retention_terms(settings: Settings) -> RetentionTerms:
    """Return how long contents are kept."""
    stopped, published, *classes = (
        Retention(name=one.name, keep=timedelta(days=one.days)) for one in settings.audit.retention.all()
    )
    return RetentionTerms(stopped=stopped, published=published, classes=tuple(classes))


def _ignore(_value: object) -> None:
    """Stand in for metrics and fault points in commands."""


def _signer(settings: Settings, seed: bytes | None) -> NoteSigner | None:
    """Return what signs checkpoints; None where there is no key for it."""
    return None if seed is None else signer_of(settings.audit.origin, seed)


def _trust(settings: Settings, signer: NoteSigner | None, envelope: EnvelopeSealer) -> Trust:
    """Return which keys count: that of this node, and those of the settings."""
    named = [read_verifier_key(key) for key in settings.audit.verifier_keys]
    keys = dict.fromkeys([*([] if signer is None else [signer.key()]), *named])
    return Trust(origin=settings.audit.origin, keys=tuple(keys), digest=envelope.digest)


class Store:
    """
    What one process keeps and reads.

    Raises:
        ConfigurationError: a key file, a file of a sink or the database address is unfit.
        EvidenceRefused: `key_malformed`: a verifier key of the settings is none.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        observe: Callable[[CommitSample], None] = _ignore,
        faults: Callable[[str], None] = _ignore,
        in_flight: Callable[[], int] = lambda: MOST_TOGETHER,
    ) -> None:
        self.keys = keys_of(settings)
        self.envelope = EnvelopeSealer(self.keys, origin=settings.audit.origin)
        self.vault = Vault(self.keys)
        self._clock = clock
        self._settings = settings
        self._engine = create_engine(settings.database.url)
        self.reads = Reads(create_reader(settings.database.url), in_flight=in_flight)
        self.audit = GroupCommitWriter(
            self._engine,
            origin=settings.audit.origin,
            node=settings.node,
            limits=WriterLimits(queue=settings.limits.writer_queue),
            observe=observe,
            faults=faults,
        )
        signer = _signer(settings, self.keys.checkpoint)
        trust = _trust(settings, signer, self.envelope)
        self.checkpoints = Checkpointing(
            reads=self.reads, engine=self._engine, trust=trust, signer=signer, state=settings.state, now=clock.now
        )
        self.sinks = tuple(
            make_sink(sink, trust=trust, node=settings.node, now=clock.now) for sink in settings.audit.sinks
        )
        self.begun = Start(size=0, trusted_database=False)
        """What the log was compared with; set by `start`."""
        self.outside = Outside()
        """What lay in the sinks then."""
        self.posts = SqlPosts(self.reads)
        self.spool = SqlMediaSpool(self.reads, self.envelope)
        self.accounts = SqlAccounts(self.reads, self.vault, monotonic=clock.monotonic)
        self.identity = SqlIdentity(self.reads, digest=self.envelope.digest, clock=clock)

    def handing_over(self, *, old: bytes, new: bytes) -> Checkpointing:
        """Return what signs with two keys, of these seeds, while one is replaced by the other."""
        retiring, signer = (signer_of(self._settings.audit.origin, seed) for seed in (old, new))
        return Checkpointing(
            reads=self.reads,
            engine=self._engine,
            trust=Trust(
                origin=self._settings.audit.origin, keys=(retiring.key(), signer.key()), digest=self.envelope.digest
            ),
            signer=signer,
            retiring=retiring,
            state=self._settings.state,
            now=self._clock.now,
        )

    def token_office(self) -> TokenOffice:
        """Return where tokens are issued, listed and revoked."""
        return TokenOffice(
            OfficePorts(
                reads=self.reads,
                audit=self.audit,
                names=self.vault,
                digest=self.envelope.digest,
                clock=self._clock,
                ids=random_id,
            )
        )

    def consents(self) -> SqlConsents:
        """Return where consents are found."""
        return SqlConsents(self.reads, digest=self.envelope.digest)

    def consent_register(self) -> ConsentRegister:
        """Return where consents are added, approved, revoked and listed."""
        return ConsentRegister(
            RegisterPorts(
                store=self.consents(),
                audit=self.audit,
                digest=self.envelope.digest,
                clock=self._clock,
                ids=random_id,
            )
        )

    def unclear_posts(self) -> SqlUnclearPosts:
        """Return where posts are found that may have been published."""
        return SqlUnclearPosts(self.reads)

    def counts(self) -> SqlCounts:
        """Return where is counted how often somebody asks."""
        return SqlCounts(self._engine, self.reads)

    def waiting_posts(self) -> SqlWaitingPosts:
        """Return where posts that wait are found."""
        return SqlWaitingPosts(self.reads)

    def reviews(self) -> SqlReviews:
        """Return where reviews and delegations are found."""
        return SqlReviews(self.reads)

    def session_office(self, access_life: timedelta = ACCESS_LIFE) -> SqlSessions:
        """Return where logins with a gateway token are opened, renewed and ended."""
        return SqlSessions(self._session_ports(), access_life=access_life)

    def authorizations(self) -> SqlAuthorizations:
        """Return where programs are logged in by a code."""
        return SqlAuthorizations(self._session_ports())

    def _session_ports(self) -> SessionPorts:
        return SessionPorts(
            reads=self.reads,
            audit=self.audit,
            identity=self.identity,
            digest=self.envelope.digest,
            clock=self._clock,
            ids=random_id,
        )

    def account_office(self) -> AccountOffice:
        """Return where accounts are added, listed and removed."""
        return AccountOffice(reads=self.reads, audit=self.audit, vault=self.vault, clock=self._clock, ids=random_id)

    def order_desk(self) -> OrderDesk:
        """Return where two people order erasures, holds and cases."""
        return OrderDesk(
            DeskPorts(
                reads=self.reads,
                audit=self.audit,
                envelope=self.envelope,
                clock=self._clock,
                ids=random_id,
                sweep=self.sweep,
                succession=LogSuccession(
                    SuccessionPorts(
                        reads=self.reads,
                        writer=self.audit,
                        checkpoints=self.checkpoints,
                        outside=lambda: self.outside,
                        origin=self._settings.audit.origin,
                        digest=self.envelope.digest,
                        node=self._settings.node,
                        ids=random_id,
                    )
                ),
            )
        )

    def key_exchange(self) -> KeyExchange:
        """Return what wraps everything with the current wrapping key, and retires the others."""
        return KeyExchange(
            ExchangePorts(
                reads=self.reads,
                audit=self.audit,
                envelope=self.envelope,
                vault=self.vault,
                keys=self.keys,
                clock=self._clock,
                ids=random_id,
            )
        )

    async def hand_out(self) -> tuple[tuple[str, str], ...]:
        """
        Sign the log, and hand its newest checkpoint and the last one of the log before to all sinks.

        Return those that did not take them, each with a code.
        """
        signed = await asyncio.to_thread(self.checkpoints.sign)
        if signed is None:
            return ()
        return await hand_out(self.sinks, await asyncio.to_thread(self.checkpoints.before, signed.log), signed)

    def shown_orders(self) -> ShownOrders:
        """Return where orders and proofs of erasures are shown."""
        looks = Looks(audit=self.audit, clock=self._clock, ids=random_id)
        return ShownOrders(desk=self.order_desk(), reads=self.reads, looks=looks)

    def reveals(self) -> Reveals:
        """Return where names behind pseudonyms are shown."""
        return Reveals(
            reads=self.reads,
            audit=self.audit,
            desk=self.order_desk(),
            open_name=self._open_name,
            clock=self._clock,
            ids=random_id,
        )

    def content_search(self) -> ContentSearch:
        """Return where contents are searched."""
        return ContentSearch(
            reads=self.reads,
            envelope=self.envelope,
            audit=self.audit,
            desk=self.order_desk(),
            clock=self._clock,
            ids=random_id,
        )

    def contents(self) -> Contents:
        """Return where contents are opened."""
        return Contents(reads=self.reads, envelope=self.envelope, audit=self.audit, clock=self._clock, ids=random_id)

    def purge(self, done: Callable[[int], None] = _ignore) -> Purge:
        """Return what destroys contents whose time is over."""
        return Purge(
            reads=self.reads,
            audit=self.audit,
            envelope=self.envelope,
            clock=self._clock,
            ids=random_id,
            sweep=self.sweep,
            done=done,
        )

    def sweep(self) -> None:
        """Take what was destroyed or replaced out of the side files of the database; blocking."""
        sweep(self._engine)

    def _open_name(self, row: SealedRow, ref: str) -> str:
        sealed = Sealed(nonce=row.name_nonce, ciphertext=row.name, key=row.name_key, kek_id=row.kek_id)
        return self.vault.open_name(sealed, ref=ref)

    async def start(self, *, trust_database: bool = False, restored: bool = False) -> None:
        """
        Bring the database up to date, check that it is durable, open the log, compare it with its checkpoints.

        Args:
            trust_database: go on where nothing outside the database says how far the log had come.
            restored: go on where the log does not continue a checkpoint, and record nothing in it: only to go on in the
                next log.

        Raises:
            ConfigurationError: a setting of the database could lose acknowledged commits, or the wrapping key is
                retired.
            GateUnavailable: the database does not answer.
            AuditBroken: the end of the log does not fit its head; `LogRolledBack`: it does not continue a checkpoint;
                `NothingRemembered`: there is none to compare it with.
        """
        await asyncio.to_thread(upgrade, self._engine)
        await asyncio.to_thread(check_durable, self._engine)
        await self.reads.run(lambda connection: require_usable(connection, self.keys))
        if not self.audit.healthy():  # a start that is tried again may have opened it
            await self.audit.start()
        self.outside = await look_outside(self.sinks)
        try:
            self.begun = await asyncio.to_thread(
                lambda: self.checkpoints.check(self.outside.newest, trust_database=trust_database)
            )
        except LogRolledBack as error:
            if not restored:
                raise
            self.audit.refuse(error.code)
            return
        if not self.begun.size:
            with suppress(OSError):  # what cannot be remembered is told when the first checkpoint is
                await asyncio.to_thread(self.checkpoints.begin)

    async def stop(self) -> None:
        """Write what waits and close the database."""
        await self.audit.stop()
        await self.reads.close()
        await asyncio.to_thread(self._engine.dispose)

    async def unfit(self) -> str | None:
        """
        Return why the wrapping keys of this process do not fit the database, or None when they do.

        Raises:
            GateUnavailable: the database does not answer.
        """
        return await self.reads.run(lambda connection: unfit(connection, self.keys))

    async def now(self) -> datetime:
        """
        Return what time the database thinks it is.

        Raises:
            GateUnavailable: the database does not answer.
        """
        return await self.reads.run(database_now)


def prepare(settings: Settings) -> None:
    """
    Create keys and database where they do not exist; bring an existing database up to date.

    Raises:
        ConfigurationError: a key file is unfit, or the database address is.
        GateUnavailable: the database does not answer.
    """
    make_keys(settings)
    engine = create_engine(settings.database.url)
    try:
        upgrade(engine)
        check_durable(engine)
    finally:
        engine.dispose()
