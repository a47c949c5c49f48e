"""
The exchange of the wrapping key: everything that lives is wrapped with the current one, then the others are retired.

    note     which keys are left, and for which; on record (PG-409, `begun`)
    wrap     a few hundred rows in a transaction, each by compare-and-set, each batch on record (`wrapped`)
    retire   once nothing that lives is wrapped by them; on record in the same transaction (`retired`)

Nodes go on beside it. A row that was changed or destroyed in between is looked at again. After a crash the same starts
again and finds what is left: what was wrapped with the current key is not read a second time. The database takes
nothing more that a retired key wrapped.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, SealBroken
from proxy.gate.key_changes import (
    NoteWrappingKey,
    RetireWrappingKey,
    RewrapBundle,
    RewrapCredential,
    RewrapDataKey,
    RewrapName,
)
from proxy.gate.work import AuditRecord, Work
from proxy.storage.wrapping_keys import Kind, noted, usage, wrapped_by_others
from proxy.vault.credentials import bundle_place, credential_place, name_place
from proxy.vault.refusals import ExchangeRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.work import Actor
    from proxy.storage.reads import Reads
    from proxy.storage.wrapping_keys import WrappedRow
    from proxy.vault.credentials import Vault
    from proxy.vault.envelope import EnvelopeSealer
    from proxy.vault.keys import Keys

    Rewrap = RewrapDataKey | RewrapCredential | RewrapName | RewrapBundle

EXCHANGED = "PG-409"
BATCH = 250
"""Rows in one transaction: few enough that posts do not wait for it."""
PAUSE_S = 0.02
"""Between two batches, for nodes that wait for the lock of the log."""
_ROUNDS = 5
"""How often what others wrapped in between is looked for."""
_TRIES = 20
"""How often a batch may be overtaken."""
_MOST_NAMED = 5
_CHANGES: Mapping[Kind, type[Rewrap]] = {
    Kind.POST: RewrapDataKey,
    Kind.CREDENTIAL: RewrapCredential,
    Kind.NAME: RewrapName,
    Kind.BUNDLE: RewrapBundle,
}
_FIELDS = {Kind.POST: "keys", Kind.CREDENTIAL: "credentials", Kind.NAME: "names", Kind.BUNDLE: "bundles"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangePorts:
    """What an exchange needs."""

    reads: Reads
    audit: AuditLog
    envelope: EnvelopeSealer
    vault: Vault
    keys: Keys
    clock: Clock
    ids: Ids
    batch: int = BATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What was done."""

    current: str
    """Name of the key that wraps everything now."""
    retired: tuple[str, ...]
    rows: Mapping[Kind, int]
    """How many keys this run wrapped anew."""


class KeyExchange:
    """Wraps everything with the current key, and retires the others."""

    def __init__(self, ports: ExchangePorts) -> None:
        self._ports = ports
        self._current = ports.keys.kek_id()

    async def run(self, *, by: Actor, reason: str | None = None) -> Exchanged:
        """
        Exchange; started again after a crash, it goes on.

        Raises:
            ExchangeRefused: there is nothing to exchange, a key is not here, something does not open, or a node still
                wraps with a key that is to be retired.
            GateUnavailable: the database does not answer, or cannot be written; what was wrapped anew stays so.
        """
        left = await self._ports.reads.run(self._left)
        await self._note(left, by, reason)
        done: Counter[Kind] = Counter()
        for _ in range(_ROUNDS):
            await self._wrap_all(done, by)
            if await self._retire(left, done, by):
                return Exchanged(current=self._current, retired=left, rows=done)
        raise ExchangeRefused(why="still-used", names=left)

    def _left(self, connection: Connection) -> tuple[str, ...]:
        """Return which keys are to be retired: all that wrap or wrapped something, but for the current one."""
        used, notes = usage(connection), noted(connection)
        retired = {name for name, note in notes.items() if note.retired_at is not None}
        needed = {name for name, use in used.items() if any(use.live.values())}
        if missing := needed - self._ports.keys.ring():
            raise ExchangeRefused(why="missing", names=tuple(sorted(missing)))
        left = (set(used) | set(notes)) - retired - {self._current}
        if not left:
            raise ExchangeRefused(why="nothing")
        return tuple(sorted(left))

    async def _note(self, left: Sequence[str], by: Actor, reason: str | None) -> None:
        now = self._ports.clock.now()
        notes = [NoteWrappingKey(id=name, at=now, left_at=now) for name in left]
        target = NoteWrappingKey(id=self._current, at=now, left_at=None)
        record = self._record("begun", left, by, reason=reason)
        await self._ports.audit.commit(Work(records=(record,), changes=(target, *notes)))

    async def _wrap_all(self, done: Counter[Kind], by: Actor) -> None:
        broken: list[str] = []
        for kind in Kind:
            after, tries, more = "", 0, True
            while more:
                page = await self._page(kind, after)
                changes, unopened = self._anew(kind, page)
                try:
                    await self._wrap(kind, changes, by)
                except Conflict:
                    tries += 1
                    if tries == _TRIES:
                        raise
                    continue  # a row was changed or destroyed in between
                done[kind] += len(changes)
                broken += unopened
                more = len(page) == self._ports.batch  # what others add meanwhile is left for the next round
                after, tries = page[-1].id if page else after, 0
                await asyncio.sleep(PAUSE_S)
        if broken:
            rest = (f"+{len(broken) - _MOST_NAMED}",) if len(broken) > _MOST_NAMED else ()
            raise ExchangeRefused(why="broken", names=(*broken[:_MOST_NAMED], *rest))

    async def _page(self, kind: Kind, after: str) -> list[WrappedRow]:
        current, limit = self._current, self._ports.batch
        return await self._ports.reads.run(
            lambda connection: wrapped_by_others(connection, kind, current, after=after, limit=limit)
        )

    def _anew(self, kind: Kind, page: Sequence[WrappedRow]) -> tuple[list[Rewrap], list[str]]:
        """Return the rows wrapped with the current key, and those that do not open."""
        changes: list[Rewrap] = []
        unopened: list[str] = []
        for row in page:
            try:
                wrapped = self._rewrapped(kind, row)
            except SealBroken:
                unopened.append(f"{kind} {row.id}")
                continue
            changes.append(_CHANGES[kind](id=row.id, wrapped=wrapped, source=row.kek_id, target=self._current))
        return changes, unopened

    def _rewrapped(self, kind: Kind, row: WrappedRow) -> bytes:
        vault, envelope = self._ports.vault, self._ports.envelope
        match kind:
            case Kind.POST:
                return envelope.rewrap(key_id=row.id, wrapped=row.wrapped, kek_id=row.kek_id)
            case Kind.CREDENTIAL:
                return vault.rewrap(row.wrapped, credential_place(row.id, row.platform), kek_id=row.kek_id)
            case Kind.NAME:
                return vault.rewrap(row.wrapped, name_place(row.id), kek_id=row.kek_id)
            case Kind.BUNDLE:
                return vault.rewrap(row.wrapped, bundle_place(row.id), kek_id=row.kek_id)

    async def _wrap(self, kind: Kind, changes: Sequence[Rewrap], by: Actor) -> None:
        if not changes:
            return
        sources = sorted({change.source for change in changes})
        record = self._record("wrapped", sources, by, **{_FIELDS[kind]: len(changes)})
        await self._ports.audit.commit(Work(records=(record,), changes=tuple(changes)))

    async def _retire(self, left: Sequence[str], done: Mapping[Kind, int], by: Actor) -> bool:
        """Retire the keys; return whether none of them wraps anything any more."""
        now = self._ports.clock.now()
        record = self._record("retired", left, by, **{field: done.get(kind, 0) for kind, field in _FIELDS.items()})
        try:
            await self._ports.audit.commit(
                Work(records=(record,), changes=tuple(RetireWrappingKey(id=name, at=now) for name in left))
            )
        except Conflict:
            return False
        return True

    def _record(self, step: str, sources: Sequence[str], by: Actor, **more: object) -> AuditRecord:
        data = {"step": step, "kek_id": self._current, "from_kek_ids": list(sources)} | more
        return AuditRecord(
            id=self._ports.ids(),
            code=EXCHANGED,
            type="credential.rotated",
            at=self._ports.clock.now(),
            actor=by,
            data=data,
        )
