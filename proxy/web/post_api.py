"""
The endpoints that post and show posts, each one call of `proxy.gate.native`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from proxy.gate.api_ports import Attached
from proxy.gate.native import Entry, Order
from proxy.gate.take_all_back import OPEN
from proxy.web.api_answers import success
from proxy.web.post_endpoints import PostAct
from proxy.web.post_types import NewAppeal, NewPost, Question, read_content

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from proxy.gate.appeal import Appeal
    from proxy.gate.native import Native
    from proxy.gate.post_rows import PostRow
    from proxy.gate.questions import Questions
    from proxy.gate.status import ShowStatus
    from proxy.gate.take_all_back import TakeAllBack
    from proxy.gate.take_back import TakeBack
    from proxy.gate.uploads import Uploads
    from proxy.gate.wire import Draft, WireAnswer
    from proxy.web.api_table import Asked
    from proxy.web.post_types import Content

WAITING = frozenset({"held", "approved", "scheduled", "queued", "unknown", "in_progress", "recalling"})
"""What somebody has yet to decide or to find out, or what is sent later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostApiPorts:
    """What these endpoints are given."""

    native: Native
    status: ShowStatus
    take_back: TakeBack
    take_all_back: TakeAllBack
    appeal: Appeal
    questions: Questions
    read_json: Callable[[bytes], object]
    """Raises MalformedRequest for what can be read in more than one way, or not at all."""
    uploads: Uploads
    read_upload: Callable[[str, bytes], Awaitable[Draft]]
    """From content type and body; raises RefusedRequest."""


class PostApi:
    """Does what is asked of posts."""

    def __init__(self, ports: PostApiPorts) -> None:
        self._ports = ports

    async def __call__(self, asked: Asked) -> WireAnswer:
        """
        Do it, and return the answer.

        Raises:
            PostgateError: whatever the gate raises; `api_answers.refusal` has an answer for each.
        """
        match PostAct(asked.endpoint.act):
            case PostAct.CREATE:
                return await self._create(asked)
            case PostAct.UPLOAD:
                draft = await self._ports.read_upload(asked.content_type, asked.body)
                kept = await self._ports.uploads.take(draft, by=asked.by)
                return success(200 if kept.id is None else 201, {"media": asdict(kept)})
            case PostAct.CHECK:
                question = read_content(Question, self._ports.read_json(asked.body))
                rows = await self._ports.questions.check(entries_of(question), by=asked.by)
                return success(200, {"checks": [asdict(row) for row in rows]})
            case PostAct.TAKE_ALL_BACK:
                back = await self._ports.take_all_back(asked.proposal, by=asked.by)
                again = any(row.result in OPEN for row in back.rows)
                return success(
                    202 if again else 200, {"action": back.action, "posts": [asdict(row) for row in back.rows]}
                )
            case PostAct.LIST | PostAct.SHOW | PostAct.TAKE_BACK | PostAct.APPEAL as act:
                return await self._own(act, asked)

    async def _own(self, act: PostAct, asked: Asked) -> WireAnswer:
        """Do what authors do with posts of their own."""
        ports, name, by = self._ports, asked.proposal, asked.by
        if act is PostAct.LIST:
            listed = await ports.take_back.waiting(asked.parameters["account"], by=by)
            return success(200, {"posts": [asdict(row) for row in listed]})
        if act is PostAct.SHOW:
            return success(200, asdict(await ports.status(name, by=by)))
        row = await (self._appeal(asked) if act is PostAct.APPEAL else ports.take_back(name, by=by))
        return success(202 if row.status in WAITING else 200, {"post": asdict(row)})

    async def _appeal(self, asked: Asked) -> PostRow:
        wanted = read_content(NewAppeal, self._ports.read_json(asked.body)) if asked.body else NewAppeal()
        return await self._ports.appeal(asked.proposal, by=asked.by, says=wanted.reason)

    async def _create(self, asked: Asked) -> WireAnswer:
        wanted = read_content(NewPost, self._ports.read_json(asked.body))
        order = Order(
            entries=entries_of(wanted),
            key=wanted.idempotency_key,
            all_or_nothing=wanted.all_or_nothing,
            send_at=None if wanted.schedule_at is None else wanted.schedule_at.astimezone(UTC),
        )
        rows = await self._ports.native.post(order, by=asked.by)
        waiting = any(row.status in WAITING for row in rows)
        return success(202 if waiting else 200, {"posts": [asdict(row) for row in rows]})


def entries_of(content: Content) -> tuple[Entry, ...]:
    """Return what is to be posted to each account."""
    found = []
    for target in content.targets:
        texts, media = content.of(target)
        found.append(
            Entry(
                account=target,
                texts=texts,
                media=tuple(Attached(id=item.id or "", url=item.url, alt=item.alt) for item in media),
            )
        )
    return tuple(found)
