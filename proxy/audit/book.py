"""
The log as it is read over HTTP: pages of records, single ones, proofs, checkpoints, tiles.

That somebody looked at records is durable (PG-510) before they are returned. What is returned names the checkpoint that
it can be proven against.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from proxy.audit.checkpointing import last_note
from proxy.audit.logs import origin_of
from proxy.audit.looks import Looks, check_words
from proxy.audit.nodes import SqlNodes
from proxy.audit.orders.shown import plain_of
from proxy.audit.query import MOST_ROWS, Filter, named
from proxy.audit.stored_logs import head
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.audit.tlog.paths import FULL_WIDTH, Bundle, Tile, read_path
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.tiles import write_bundle, write_tile
from proxy.core.errors import UnreadableField
from proxy.gate.work import Actor
from proxy.storage.tables import audit_records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from proxy.audit.checkpointing import Checkpointing
    from proxy.audit.export.exports import Exports
    from proxy.audit.orders.shown import ShownOrders
    from proxy.audit.query import Found, Searches
    from proxy.audit.tlog.notes import Note
    from proxy.core.model import Principal
    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.storage.reads import Reads

_USUAL = 50
_ORDERS = {"asc": True, "desc": False}
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_LIMIT = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)


class Book:
    """Implements `web.audit_api.AuditBook`."""

    def __init__(
        self,
        *,
        reads: Reads,
        searches: Searches,
        exports: Exports,
        checkpoints: Checkpointing,
        orders: ShownOrders,
        audit: AuditLog,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._reads = reads
        self._searches = searches
        self._exports = exports
        self._checkpoints = checkpoints
        self._orders = orders
        self._looks = Looks(audit=audit, clock=clock, ids=ids)

    async def records(self, parameters: Mapping[str, str], by: Principal) -> dict[str, object]:
        """
        Return a page of records, newest first unless `order` is `asc`.

        Raises:
            UnreadableField: a parameter that cannot be read, or more than a word.
            MalformedRequest: a cursor of another search.
            AuditUnavailable: the search could not be recorded.
        """
        wanted, limit = _filter(parameters), _limit(parameters.get("limit"))
        page = await self._searches.rows(wanted, by=_actor(by), limit=limit, cursor=parameters.get("cursor"))
        return {
            "records": [_row(found) for found in page.rows],
            "log": page.log,
            "size": page.size,
            "cursor": page.cursor,
            "checkpoint": await self._signed(),
        }

    async def record(self, name: str, by: Principal) -> dict[str, object] | None:
        """
        Return one record by its id or its place; None when there is none.

        Raises:
            UnreadableField: a name that is more than a word.
            AuditUnavailable: that somebody looked could not be recorded.
        """
        found = await self._looked_up(name, by)
        if found is None:
            return None
        place = (found.log_id, found.seq)
        await self._looks.note({"record": name}, by=_actor(by), returned=1, places=[place])
        return {
            "log": found.log_id,
            "seq": found.seq,
            "leaf_hash": bytes(found.leaf_hash).hex(),
            "leaf": orjson.loads(bytes(found.leaf)),
            "checkpoint": await self._signed(found.log_id),
        }

    async def proof(self, name: str, by: Principal) -> bytes | None:
        """
        Return the proof of a record; None when there is none.

        Raises:
            UnreadableField: a name that is more than a word.
            AuditUnavailable: there is no key for checkpoints, or the look could not be recorded.
        """
        if await self._looked_up(name, by) is None:
            return None
        return (await self._exports.prove(name, by=_actor(by))).data()

    async def holds(self, by: Principal) -> dict[str, object]:
        """
        Return the holds that count.

        Raises:
            AuditUnavailable: that somebody looked could not be recorded.
        """
        found = await self._orders.holds(by=_actor(by))
        return {"holds": [plain_of(order) for order in found], "checkpoint": await self._signed()}

    async def cases(self, by: Principal) -> dict[str, object]:
        """
        Return the cases that may be used now.

        Raises:
            AuditUnavailable: that somebody looked could not be recorded.
        """
        found = await self._orders.cases(by=_actor(by))
        return {"cases": [plain_of(order) for order in found], "checkpoint": await self._signed()}

    async def checkpoint(self, log: str | None = None) -> bytes | None:
        """
        Return the newest signed checkpoint, or that of one log; None before the first one.

        Raises:
            UnreadableField: no number of a log.
        """
        note = await self._note(_log(log))
        return None if note is None else note.data()

    async def key(self, log: str | None = None) -> str | None:
        """
        Return the verifier key of the open log, or of another one; None where this node has no key.

        Raises:
            UnreadableField: no number of a log.
        """
        wanted, signer = _log(log), self._checkpoints.signer
        if signer is None:
            return None
        if wanted is None:
            wanted = (await self._reads.run(head)).log
        return signer.named(origin_of(signer.name, wanted)).key().text()

    async def tile(self, path: str, by: Principal, log: str | None = None) -> bytes | None:
        """
        Return a file of the tree of a log, below its newest checkpoint; None when there is none.

        Raises:
            UnreadableField: no number of a log.
            AuditUnavailable: that records were looked at could not be recorded.
        """
        try:
            named = read_path(f"tile/{path}")
        except EvidenceRefused:
            return None
        wanted = _log(log) or (await self._reads.run(head)).log
        note = await self._note(wanted)
        size = 0 if note is None else read_checkpoint(note.text).head.size
        if not _within(named, size):
            return None
        if isinstance(named, Tile):
            return await asyncio.to_thread(
                self._reads.run_blocking, lambda connection: write_tile(named, SqlNodes(connection, wanted))
            )
        first = named.index * FULL_WIDTH
        last = first + named.width - 1
        wanted_by = {"record": f"tile/{path}"}
        await self._looks.note(wanted_by, by=_actor(by), returned=named.width, places=[(wanted, first), (wanted, last)])
        return await self._reads.run(lambda connection: write_bundle(_leaves(connection, wanted, first, named.width)))

    async def _looked_up(self, name: str, by: Principal) -> sa.Row[int, int, bytes, bytes] | None:
        """Return a record; where there is none, that somebody looked for it is on record."""
        check_words({"record": name})
        found = await self._reads.run(lambda connection: _one(connection, name))
        if found is None:
            await self._looks.note({"record": name}, by=_actor(by))
        return found

    async def _note(self, log: int | None) -> Note | None:
        return await self._reads.run(lambda connection: last_note(connection, log))

    async def _signed(self, log: int | None = None) -> str | None:
        """Return the newest checkpoint as text."""
        note = await self._note(log)
        return None if note is None else note.data().decode()


def _filter(said: Mapping[str, str]) -> Filter:
    order = said.get("order", "desc")
    if order not in _ORDERS:
        raise UnreadableField(expected="order as asc or desc", found="another word")
    return Filter(
        since=_moment("from", said.get("from")),
        until=_moment("to", said.get("to")),
        code=said.get("code"),
        platform=said.get("platform"),
        account=said.get("account"),
        decision=said.get("decision"),
        rule=said.get("rule"),
        policy_digest=said.get("policy_digest"),
        entity=said.get("entity"),
        outcome=said.get("outcome"),
        post=said.get("post"),
        oldest_first=_ORDERS[order],
    )


def _moment(name: str, text: str | None) -> datetime | None:
    """Return a moment of the query, which has its zone or is UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # in UTC, the first and last moments of a calendar may lie beyond it
        raise UnreadableField(expected=f"an ISO 8601 time in {name}", found="another text") from None


def _limit(text: str | None) -> int:
    if text is None:
        return _USUAL
    if not _LIMIT.fullmatch(text) or int(text) > MOST_ROWS:
        raise UnreadableField(expected=f"a limit between 1 and {MOST_ROWS}", found="another one")
    return int(text)


def _log(text: str | None) -> int | None:
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise UnreadableField(expected="the number of a log", found="another text")
    return int(text)


def _one(connection: Connection, name: str) -> sa.Row[int, int, bytes, bytes] | None:
    places = audit_records.c
    query = sa.select(places.log_id, places.seq, places.leaf_hash, places.leaf).where(named(name))
    return connection.execute(query).one_or_none()


def _leaves(connection: Connection, log: int, first: int, width: int) -> list[bytes]:
    places = audit_records.c
    query = sa.select(places.leaf).where(places.log_id == log, places.seq >= first, places.seq < first + width)
    return [bytes(leaf) for leaf in connection.execute(query.order_by(places.seq)).scalars()]


def _within(named: Tile | Bundle, size: int) -> bool:
    """Return whether a file lies below a size of the log."""
    level = named.level if isinstance(named, Tile) else 0
    return (named.index * FULL_WIDTH + named.width) << (8 * level) <= size


def _row(found: Found) -> dict[str, object]:
    return {"log": found.log, "seq": found.seq, "leaf_hash": found.leaf_hash, "leaf": orjson.loads(found.leaf)}


def _actor(by: Principal) -> Actor:
    return Actor(kind=by.kind, ref=by.ref)
