"""
A house for tests of orders: a log with posts of two authors, and people who may order. All names are invented.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from proxy.audit.checkpointing import Checkpointing
from proxy.audit.orders.desk import DeskPorts, OrderDesk
from proxy.audit.orders.model import LEGAL, PRIVACY, Kind, Target
from proxy.audit.orders.succession import LogSuccession, SuccessionPorts
from proxy.audit.purge import Purge, sweep
from proxy.audit.reveals import Reveals
from proxy.audit.sinks.outside import Outside
from proxy.core.model import PostId, Principal, Verdict
from proxy.gate.filing import Filing, Terms
from proxy.gate.replay import claim_of
from proxy.gate.wire import WireAnswer
from proxy.gate.work import Actor, NoteUpload, StoreMedia, Work
from proxy.identity.office import OfficePorts, TokenOffice
from proxy.identity.sql import SqlIdentity
from proxy.storage.columns import instant
from proxy.storage.engines import create_engine
from proxy.storage.tables import audit_content, audit_records, data_keys, posts
from proxy.vault.credentials import Sealed, Vault
from proxy.vault.envelope import EnvelopeSealer
from tests.checkpoints import SIGNER, TRUST
from tests.factories import make_decision, make_finding, make_grant, make_post, make_scan
from tests.fakes.clock import LONG_AGO, ManualClock
from tests.stores import KEYS, ORIGIN, reads_on, writer_on
from tests.verified import verify_stored
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from proxy.audit.orders.desk import Done
    from proxy.audit.orders.model import Order
    from proxy.audit.reveals import SealedRow
    from proxy.audit.verify import Broken, Verified
    from proxy.audit.writer import GroupCommitWriter
    from proxy.core.model import Post
    from proxy.gate.lifecycle import State
    from proxy.storage.reads import Reads

ACCOUNT = "mastodon:presse"
OPERATOR = Actor(kind="operator", ref="o_x")
IMAGE = b"not really an image"
NO_HOLD = Target()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskHouse:
    """A log, its desk, and two people: one for data protection, one for legal matters."""

    url: str
    reads: Reads
    audit: GroupCommitWriter
    envelope: EnvelopeSealer
    clock: ManualClock
    desk: OrderDesk
    checkpoints: Checkpointing
    ports: SuccessionPorts
    purge: Purge
    reveals: Reveals
    office: TokenOffice
    identity: SqlIdentity
    filing: Filing
    privacy: Principal
    legal: Principal

    async def person(self, name: str, *scopes: str) -> Principal:
        """Return somebody with a token of these scopes."""
        issued = await self.office.issue(
            name, kind="employee", account=None, life=timedelta(days=300), by=OPERATOR, scopes=scopes
        )
        return await self.identity.person(issued.token)

    async def post(
        self,
        text: str,
        *,
        author: str,
        verdict: Verdict = Verdict.BLOCK,
        key: str | None = None,
        media: tuple[str, ...] = (),
        edit_of: str | None = None,
    ) -> Post:
        """Record a post that was stopped, held, or that is about to be sent."""
        post = replace(make_post(text), id=PostId(new_id()), author=author, media=media, edit_of=edit_of)
        grant = make_grant(ref=author)
        case = self.filing.open_case(post, make_scan(make_finding()), make_decision(post, verdict))
        claim = claim_of(self.envelope, post=post, grant=grant, key=key)
        answer = WireAnswer(status=422, body=text.encode())
        match verdict:
            case Verdict.HOLD:
                work = self.filing.held(case, grant.principal, claim, review=self.filing.review(case), answer=answer)
            case Verdict.ALLOW:
                work = self.filing.allowed(case, grant.principal, claim, self.filing.intent())
            case _:
                work = self.filing.blocked(case, grant.principal, claim, answer)
        await self.audit.commit(work)
        return post

    async def published(self, *places: tuple[Post, str]) -> None:
        """Let posts have places on the platform, as if they had been sent."""

        def write() -> None:
            engine = create_engine(self.url)
            with engine.begin() as connection:
                for post, place in places:
                    connection.execute(
                        sa.update(posts).where(posts.c.id == post.id).values(platform_id=place, state="published")
                    )
            engine.dispose()

        await asyncio.to_thread(write)

    async def state(self, post: Post, state: State) -> None:
        """Let a post be in a state, without a place in the outbox."""

        def write() -> None:
            engine = create_engine(self.url)
            with engine.begin() as connection:
                connection.execute(sa.update(posts).where(posts.c.id == post.id).values(state=state.value))
            engine.dispose()

        await asyncio.to_thread(write)

    async def redacted(self, text: str, *, author: str) -> tuple[Post, Post]:
        """Record a post that was replaced by its redacted form; the form waits to be sent."""
        original = replace(make_post(text), id=PostId(new_id()), author=author)
        form = replace(make_post("[entfernt]"), id=PostId(new_id()), author=author)
        grant, scan = make_grant(ref=author), make_scan(make_finding())
        before = self.filing.open_case(original, scan, make_decision(original, Verdict.REDACT))
        after = replace(self.filing.open_case(form, scan, make_decision(form, Verdict.BLOCK)), original=before)
        claim = claim_of(self.envelope, post=form, grant=grant, key=None)
        await self.audit.commit(self.filing.blocked(after, grant.principal, claim, WireAnswer(status=422, body=b"")))
        return original, form

    async def image(
        self,
        media: str,
        *,
        author: str,
        text: str = "Unser Team",
        verdict: Verdict = Verdict.ALLOW,
        of: str | None = None,
        account: str = ACCOUNT,
    ) -> Post:
        """Record an image in the spool, or with `of`, the record that decided it before, another text of it."""
        post = replace(make_post(text), id=PostId(new_id()), author=author)
        grant = make_grant(ref=author)
        case = self.filing.open_case(post, make_scan(), make_decision(post, verdict))
        nonce, sealed = self.envelope.seal(case.key, place=f"media:{media}:image", plain=IMAGE)
        keep = StoreMedia(
            id=media,
            account=account,
            author=author,
            mime="image/png",
            size=len(IMAGE),
            key=case.key.id,
            image_nonce=nonce,
            image=sealed,
            texts_nonce=nonce,
            texts=sealed,
            decision_record=case.record,
            created_at=case.at,
        )
        records = self.filing.decided(case, grant.principal, *filter(None, (of,)))
        note = NoteUpload(media=media, post=post.id, earlier=of)
        changes = (case.store_key, note, *((keep,) if verdict is Verdict.ALLOW else ()))
        await self.audit.commit(Work(records=records, changes=changes, post=post.id, mac=case.mac))
        return post

    async def decision(self, post: Post) -> str:
        """Return the record that decided a post."""
        return next(str(leaf["id"]) for leaf in await self.records("PG-101") if leaf["subject"]["post"] == post.id)

    async def order(self, kind: Kind, target: Target = NO_HOLD, **more: Any) -> Order:
        """Open an order: data protection asks."""
        said: dict[str, Any] = {"by": self.privacy, "case_number": "DSB-2026/17", "basis": "gdpr-17-1-b"} | more
        return await self.desk.open(kind, target=target, **said)

    async def both(self, kind: Kind, target: Target = NO_HOLD, **more: Any) -> Done:
        """Open an order, and let the other one confirm it."""
        order = await self.order(kind, target, **more)
        return await self.desk.confirm(order.id, by=self.legal)

    async def records(self, *codes: str) -> list[dict[str, Any]]:
        """Return the leaves of these codes, in the order of the log."""
        query = (
            sa.select(audit_records.c.leaf)
            .where(audit_records.c.code.in_(codes))
            .order_by(audit_records.c.log_id, audit_records.c.seq)
        )
        rows = await self.reads.run(lambda connection: connection.execute(query).scalars().all())
        return [orjson.loads(bytes(row)) for row in rows]

    async def kept(self) -> set[str]:
        """Return the posts whose content can still be opened."""
        query = sa.select(data_keys.c.post_id).where(data_keys.c.wrapped_dek.is_not(None))
        with_content = sa.select(audit_records.c.post_id).join(
            audit_content, audit_content.c.record_id == audit_records.c.id
        )
        keys, contents = await self.reads.run(
            lambda connection: (
                set(connection.execute(query).scalars()),
                set(connection.execute(with_content).scalars()),
            )
        )
        assert keys == contents, "a key without its content, or a content without its key"
        return keys

    async def verified(self) -> Verified | Broken:
        """Check the whole log."""
        return await asyncio.to_thread(
            self.reads.run_blocking,
            lambda connection: verify_stored(connection, now=instant(self.clock.now())),
        )


@asynccontextmanager
async def _state() -> AsyncIterator[Path]:
    directory = await asyncio.to_thread(TemporaryDirectory)
    yield Path(directory.name)
    await asyncio.to_thread(directory.cleanup)


@asynccontextmanager
async def desk_house(url: str) -> AsyncIterator[DeskHouse]:
    """Run a house on a database that is up to date."""
    envelope, vault, clock = EnvelopeSealer(KEYS, origin=ORIGIN), Vault(KEYS), ManualClock(LONG_AGO)
    engine = await asyncio.to_thread(create_engine, url)

    def open_name(row: SealedRow, ref: str) -> str:
        sealed = Sealed(nonce=row.name_nonce, ciphertext=row.name, key=row.name_key, kek_id=row.kek_id)
        return vault.open_name(sealed, ref=ref)

    async with writer_on(url) as audit, reads_on(url) as reads, _state() as state:
        trust = replace(TRUST, digest=envelope.digest)
        checkpoints = Checkpointing(reads=reads, engine=engine, trust=trust, signer=SIGNER, state=state, now=clock.now)
        ports = SuccessionPorts(
            reads=reads,
            writer=audit,
            checkpoints=checkpoints,
            outside=Outside,
            origin=ORIGIN,
            digest=envelope.digest,
            node="n1",
            ids=new_id,
        )
        office = TokenOffice(
            OfficePorts(reads=reads, audit=audit, names=vault, digest=envelope.digest, clock=clock, ids=new_id)
        )
        desk = OrderDesk(
            DeskPorts(
                reads=reads,
                audit=audit,
                envelope=envelope,
                clock=clock,
                ids=new_id,
                sweep=lambda: sweep(engine),
                succession=LogSuccession(ports),
            )
        )
        nobody = Principal(ref="", kind="employee", scopes=frozenset(), token_prefix="")
        house = DeskHouse(
            url=url,
            reads=reads,
            audit=audit,
            envelope=envelope,
            clock=clock,
            desk=desk,
            checkpoints=checkpoints,
            ports=ports,
            purge=Purge(
                reads=reads,
                audit=audit,
                envelope=envelope,
                clock=clock,
                ids=new_id,
                sweep=lambda: sweep(engine),
            ),
            reveals=Reveals(reads=reads, audit=audit, desk=desk, open_name=open_name, clock=clock, ids=new_id),
            office=office,
            identity=SqlIdentity(reads, digest=envelope.digest, clock=clock),
            filing=Filing(envelope=envelope, clock=clock, ids=new_id, node="n1", terms=Terms()),
            privacy=nobody,
            legal=nobody,
        )
        try:
            yield replace(
                house,
                privacy=await house.person("Dana Schutz", PRIVACY),
                legal=await house.person("Rolf Recht", LEGAL),
            )
        finally:
            await asyncio.to_thread(engine.dispose)
