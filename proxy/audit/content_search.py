"""
Looking for words in what was recorded of posts: within a case, over a limited time, each look on record before it.

There is no index over contents: it would outlive the keys. A search opens what it looks at, a few at a time, and says
where words are, not what stands around them. The words themselves are sealed in the content of the search's record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.contents import IN_ORDER, OPENABLE, PLACE, opened, within
from proxy.audit.orders.records import PERSON
from proxy.audit.orders.refusals import OrderRefused
from proxy.core.errors import MalformedRequest
from proxy.gate.retention import RetentionTerms
from proxy.gate.work import Actor, AuditRecord, Work
from proxy.storage.columns import instant

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from proxy.audit.orders.desk import OrderDesk
    from proxy.core.model import Principal
    from proxy.gate.ports import AuditLog, Clock, Envelope, Ids
    from proxy.storage.reads import Reads

CONTENT = "content"
"""Scope of a token whose holder may open contents, within a case."""
LONGEST = timedelta(days=31)
MOST = 5000
"""Contents that one search opens."""
SHORTEST = 3
"""Characters of the words: fewer would be found everywhere."""
_TOGETHER = 200
_WORDS_KEPT = RetentionTerms().published


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A decision in whose content the words stand."""

    log: int
    seq: int
    record: str
    post: str
    at: str
    parts: tuple[str, ...]
    """Kinds of the parts that have them, such as `body`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a search found."""

    looked_at: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for."""

    words: str
    since: datetime
    until: datetime


class ContentSearch:
    """Opens contents to look for words."""

    def __init__(
        self, *, reads: Reads, envelope: Envelope, audit: AuditLog, desk: OrderDesk, clock: Clock, ids: Ids
    ) -> None:
        self._reads = reads
        self._envelope = envelope
        self._audit = audit
        self._desk = desk
        self._clock = clock
        self._ids = ids

    async def find(self, sought: Sought, *, case: str, by: Principal) -> Looked:
        """
        Return where words stand, whatever their case, in decisions of a time.

        Args:
            sought: words and time; `until` is the first moment too late.
            case: id of a confirmed case.
            by: who looks; a person whose token has the scope `content`.

        Raises:
            OrderRefused: no such scope, or no case that may be used.
            MalformedRequest: too short words, too long a time, or too many contents in it; nothing was opened.
            AuditUnavailable: the search could not be recorded, so nothing was opened.
            SealBroken: a content that does not open, under a key that is there.
        """
        if by.kind != PERSON or CONTENT not in by.scopes:
            raise OrderRefused(why="no-content")
        order = await self._desk.case(case)
        words = _plain(sought.words)
        if len(words) < SHORTEST or not timedelta() < sought.until - sought.since <= LONGEST:
            raise MalformedRequest(
                expected=f"words of {SHORTEST} characters, and at most {LONGEST.days} days", found="others"
            )
        count = await self._reads.run(lambda connection: _count(connection, sought))
        if count > MOST:
            raise MalformedRequest(expected=f"at most {MOST} contents", found=f"{count} in this time")
        await self._audit.commit(self._record(sought, count, by, order.case_number))
        hits: list[Hit] = []
        after = (0, 0)
        while rows := await self._reads.run(lambda connection, after=after: _page(connection, sought, after)):  # type: ignore[misc]
            for row in rows:
                parts = _parts(opened(self._envelope, row), words)
                if parts:
                    hits.append(
                        Hit(log=row.log_id, seq=row.seq, record=row.id, post=row.post_id, at=row.at, parts=parts)
                    )
            after = (rows[-1].log_id, rows[-1].seq)
        return Looked(looked_at=count, hits=tuple(hits))

    def _record(self, sought: Sought, count: int, by: Principal, case: str) -> Work:
        """PG-510, with the words in its sealed content."""
        record, now = self._ids(), self._clock.now()
        key, store = self._envelope.new_key(key_id=self._ids(), post=record, retention=_WORDS_KEPT, now=now)
        plain = json.dumps({"words": sought.words}, ensure_ascii=False).encode()
        content = self._envelope.seal_content(
            key, record=record, plain=plain, mac=self._envelope.mac(key, plain), retention=_WORDS_KEPT.name
        )
        searched = AuditRecord(
            id=record,
            code="PG-510",
            type="audit.searched",
            at=now,
            actor=Actor(kind=by.kind, ref=by.ref),
            content=content,
            data={
                "filter": {"since": instant(sought.since), "until": instant(sought.until), "content": True},
                "returned": count,
                "purpose": "content search",
                "case": case,
            },
        )
        return Work(records=(searched,), changes=(store,))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _count(connection: Connection, sought: Sought) -> int:
    found = within(OPENABLE, sought.since, sought.until).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())


def _page(connection: Connection, sought: Sought, after: tuple[int, int]) -> list[sa.Row[*tuple[object, ...]]]:
    query = within(OPENABLE, sought.since, sought.until).where(sa.tuple_(*after) < PLACE)
    query = query.order_by(*IN_ORDER).limit(_TOGETHER)
    return list(connection.execute(query).all())


def _parts(content: bytes, words: str) -> tuple[str, ...]:
    parts = json.loads(content)["parts"]
    return tuple(dict.fromkeys(kind for kind, _, text in parts if words in _plain(text)))
