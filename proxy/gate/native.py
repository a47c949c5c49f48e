"""
Posts that come over the API: one request, several accounts, threads.

    1. mandate   every account is one that the token may post to
    2. read      every post as its platform reads it, with its limits; one that does not fit refuses the request
    3. decide    every post of the request, before any is sent
    4. act       each account for itself; where posts belong together, nothing unless all of them may be sent

Each post of a thread after the first is decided a second time, as the answer to the one before that it will be, and
that decision is the one on record. What a platform refuses after another has published stays as it is: the answer says
so, and the published one can be recalled.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proxy.core.errors import (
    NotFound,
    OutcomeUnknown,
    PostgateError,
    RefusedRequest,
    StillInProgress,
    TextTooLong,
)
from proxy.core.model import Verdict
from proxy.gate.api_ports import Wanted
from proxy.gate.filing import Pending
from proxy.gate.post_rows import PostRow, RowAnswers, failed_row, row_of, withheld_row
from proxy.gate.replay import record_of
from proxy.gate.targets import TargetRefused
from proxy.gate.thread import ends
from proxy.gate.wire import WireAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.api_ports import Attached, Mandates, OwnPost, OwnPosts
    from proxy.gate.ports import Grant, Ids
    from proxy.gate.shield import Shield
    from proxy.gate.steps import Steps
    from proxy.gate.submit import Submit
    from proxy.gate.targets import Target
    from proxy.gate.wire import Draft

_NOT_REACHED = PostRow(status="not_sent", reason="thread")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What shall be posted to one account."""

    account: str
    texts: tuple[str, ...] = field(repr=False)
    """The first one, and those that follow it as a thread."""
    media: tuple[Attached, ...] = ()
    """Of the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one request asks for."""

    entries: tuple[Entry, ...]
    key: str | None = field(default=None, repr=False)
    """The client's idempotency key."""
    all_or_nothing: bool = False
    """Whether nothing may be sent unless every account's posts are allowed."""
    send_at: datetime | None = None
    """When to send; None: now. Not for threads."""

    def key_of(self, part: int) -> str | None:
        """Return the key of one post; the space keeps it apart from those of the doors, which have none."""
        return None if self.key is None else f"api {self.key} {part}"


@dataclass(slots=True, kw_only=True)
class _Line:
    """The posts of one account on their way."""

    entry: Entry
    grant: Grant
    target: Target
    request: str
    """Id of the request that asks for them."""
    first: Pending | WireAnswer | PostgateError
    rest: tuple[Pending, ...] = ()

    @property
    def pending(self) -> tuple[Pending, ...]:
        """Return what waits to be sent or stopped; nothing when an earlier request got this far."""
        return (self.first, *self.rest) if isinstance(self.first, Pending) else ()

    @property
    def earlier(self) -> str | None:
        """Return the name of the decision that an earlier request of the same key got; None where there is none."""
        match self.first:
            case WireAnswer():
                return row_of(self.first).decision_id
            case OutcomeUnknown():
                return self.first.decision_id or None
            case _:
                return None

    def belong_to(self, request: str) -> None:
        """Make its posts posts of a request."""
        self.request = request
        self.rest = tuple(_of_request(one, request) for one in self.rest)
        if isinstance(self.first, Pending):
            self.first = _of_request(self.first, request)

    def may_be_sent(self) -> bool:
        """Return whether all of them are allowed; what an earlier request got stays as it was decided then."""
        if isinstance(self.first, WireAnswer):
            return row_of(self.first).verdict not in {Verdict.HOLD, Verdict.BLOCK}
        return all(one.case.decision.verdict is Verdict.ALLOW for one in self.pending)


class Native:
    """Posts to several accounts, and looks after one's own posts."""

    def __init__(
        self,
        *,
        submit: Submit,
        targets: Mapping[str, Target],
        mandates: Mandates,
        own: OwnPosts,
        ids: Ids,
        shield: Shield,
        steps: Steps,
    ) -> None:
        self._submit = submit
        self._targets = targets
        """By door name."""
        self._mandates = mandates
        self._own = own
        self._ids = ids
        self._shield = shield
        self._steps = steps
        self._answers = RowAnswers()

    async def post(self, order: Order, *, by: Principal) -> tuple[PostRow, ...]:
        """
        Decide all posts of an order, then send those that may be sent; return a row for each, by account and part.

        Raises:
            NotFound: an account that this token may not post to, or an image that is not in its spool.
            TargetRefused: a post that its platform would not take.
            PostgateError: nothing was sent, or (`OutcomeUnknown`) nothing is sent again.
        """
        begun = self._steps.begin()
        grants = [await self._mandates.grant(by, entry.account) for entry in order.entries]  # 1
        for entry, grant in zip(order.entries, grants, strict=True):
            await read_texts(entry, grant, self._targets)  # 2
        request = self._ids()
        lines = await asyncio.gather(  # 3
            *(self._decided(order, entry, grant, request) for entry, grant in zip(order.entries, grants, strict=True))
        )
        await self._belong_to_the_first(lines, by)
        rows = await self._shield.run(self._act(order, lines))  # 4
        await self._steps.end(begun, *(row.verdict for row in rows))
        return rows

    async def own(self, name: str, *, by: Principal) -> OwnPost:
        """
        Return a post of one's own on an account that the token may post to.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        post = await self._own.by_decision(record_of(name), author=by.ref)
        if post is None:
            raise NotFound(expected="the decision of a post of your own", found="another id")
        await self._mandates.grant(by, post.account)
        return post

    async def _belong_to_the_first(self, lines: Sequence[_Line], by: Principal) -> None:
        """Let what a repetition of a request sends belong to that request, so that all of it is taken back at once."""
        names = [line.earlier for line in lines]
        for name in names:
            earlier = None if name is None else await self._own.by_decision(record_of(name), author=by.ref)
            if earlier is not None and earlier.request is not None:
                for line in lines:
                    line.belong_to(earlier.request)
                return

    async def _decided(self, order: Order, entry: Entry, grant: Grant, request: str) -> _Line:
        target = self._targets[grant.account.door]
        first: Pending | WireAnswer | PostgateError
        try:
            # The later posts of a thread are sent as answers to the first: it cannot wait behind its author's back.
            waits = len(entry.texts) == 1
            wanted = _wanted(entry, 0)
            first = await self._prepared(
                target, grant, wanted, request, key=order.key_of(0), send_at=order.send_at, waits=waits
            )
        except (OutcomeUnknown, StillInProgress) as earlier:
            first = earlier
        line = _Line(entry=entry, grant=grant, target=target, request=request, first=first)
        if isinstance(first, Pending):
            line.rest = tuple([await self._rest(line, part) for part in range(1, len(entry.texts))])
        return line

    async def _rest(self, line: _Line, part: int) -> Pending:
        """Decide a later post of a thread that is not on the platform yet, after the texts before it."""
        before = ends(line.entry.texts[:part])
        wanted = _wanted(line.entry, part)
        pending = await self._prepared(line.target, line.grant, wanted, line.request, key=None, before=before)
        if not isinstance(pending, Pending):  # pragma: no cover  without a key nothing was answered before
            raise TypeError("a post without key was answered before")
        return pending

    async def _prepared(
        self,
        target: Target,
        grant: Grant,
        wanted: Wanted,
        request: str,
        *,
        key: str | None,
        before: tuple[str, ...] = (),
        send_at: datetime | None = None,
        waits: bool = False,
    ) -> Pending | WireAnswer:
        endpoint, draft = await target.draft(wanted, grant, key=key)
        draft = replace(draft, send_at=send_at, request=request)
        try:
            return await self._submit.prepare(endpoint, draft, grant, self._answers, before=before, waits=waits)
        except TextTooLong as error:  # with the labels of what was redacted
            raise TargetRefused(error, target=grant.account.id, shape=target.door.refuse(error).body) from None

    async def _act(self, order: Order, lines: list[_Line]) -> tuple[PostRow, ...]:
        together = all(line.may_be_sent() for line in lines)
        done = await asyncio.gather(
            *(self._line(order, line, together=together) for line in lines), return_exceptions=True
        )
        rows: list[PostRow] = []
        for line, result in zip(lines, done, strict=True):
            if isinstance(result, BaseException) and (len(lines) == 1 or not isinstance(result, PostgateError)):
                raise result
            those = (failed_row(result),) if isinstance(result, PostgateError) else result
            rows += [replace(row, target=line.entry.account, part=part) for part, row in enumerate(those)]
        return tuple(rows)

    async def _line(self, order: Order, line: _Line, *, together: bool) -> tuple[PostRow, ...]:
        if isinstance(line.first, PostgateError):
            return (failed_row(line.first), *([_NOT_REACHED] * (len(line.entry.texts) - 1)))
        if line.pending and not (together if order.all_or_nothing else line.may_be_sent() or not line.rest):
            for pending in line.pending:
                await self._submit.withhold(pending)
            return tuple(withheld_row(pending.case) for pending in line.pending)
        answer = line.first if not isinstance(line.first, Pending) else await self._submit.finish(line.first)
        rows = [row_of(answer)]
        for part in range(1, len(line.entry.texts)):
            rows.append(await self._next(order, line, part, after=rows[-1]))
        return tuple(rows)

    async def _next(self, order: Order, line: _Line, part: int, *, after: PostRow) -> PostRow:
        """Send a later post of a thread as the answer to the one before; nothing where that one is not there."""
        if after.status != "published" or after.platform_id is None:
            return _NOT_REACHED
        wanted = replace(_wanted(line.entry, part), reply_to=after.platform_id)
        try:
            endpoint, draft = await line.target.draft(wanted, line.grant, key=order.key_of(part))
            draft = replace(draft, request=line.request)
            return row_of(await self._submit(endpoint, draft, line.grant, self._answers))
        except PostgateError as error:
            return failed_row(error)


async def read_texts(entry: Entry, grant: Grant, targets: Mapping[str, Target]) -> list[Draft]:
    """
    Return every post of an account as its platform reads it, so that one that does not fit stops all of them.

    Raises:
        NotFound: the account's door is not one of this node, or an image is not in the spool.
        TargetRefused: a post that its platform would not take.
    """
    target = targets.get(grant.account.door)
    if target is None:
        raise NotFound(expected="an account of a door of this gateway", found="another door's")
    try:
        return [(await target.draft(_wanted(entry, part), grant, key=None))[1] for part in range(len(entry.texts))]
    except NotFound:
        raise
    except RefusedRequest as error:
        raise TargetRefused(error, target=entry.account, shape=target.door.refuse(error).body) from None


def _of_request(pending: Pending, request: str) -> Pending:
    case = pending.case
    original = case.original
    if original is not None:
        original = replace(original, post=replace(original.post, request=request))
    return replace(pending, case=replace(case, post=replace(case.post, request=request), original=original))


def _wanted(entry: Entry, part: int) -> Wanted:
    return Wanted(text=entry.texts[part], media=entry.media if part == 0 else (), part=part)
