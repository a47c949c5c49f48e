"""
Notices to a web address: each as a JSON document, posted with the signature that checkpoints have.

Any status from 200 to 299 means that it was taken. A receiver that gets a notice twice can tell by its `id`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson

from proxy.delivery.letters import link
from proxy.gate.notices import Told
from proxy.gate.records import stamp
from proxy.gate.replay import decision_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.gate.notices import Notice

_TAKEN = range(200, 300)
_FOR_GOOD = frozenset({400, 404, 405, 410, 413, 415, 422})
"""What will not be taken however often it is sent."""


class NoticeWebhook:
    """Implements `gate.notices.Notifier` by a web address."""

    channel = "webhook"

    def __init__(self, post: Callable[[bytes], int], *, api: str | None) -> None:
        """
        Remember where to.

        Args:
            post: signs and posts a document, blocking; returns the status or raises OSError.
            api: address of the API, for links.
        """
        self._post = post
        self._api = api

    async def tell(self, notice: Notice) -> Told:
        """Post a notice."""
        try:
            status = await asyncio.to_thread(self._post, document(notice, api=self._api))
        except OSError:
            return Told.FAILED
        if status in _TAKEN:
            return Told.SENT
        return Told.REFUSED if status in _FOR_GOOD else Told.FAILED


def document(notice: Notice, *, api: str | None) -> bytes:
    """Return a notice as JSON; who its author is does not stand in it."""
    return orjson.dumps(
        {
            "type": "postgate.notice",
            "id": notice.id,
            "kind": notice.kind.value,
            "at": stamp(notice.at),
            "queue": notice.queue,
            "review": notice.review,
            "rules": list(notice.rules),
            "due_at": None if notice.due_at is None else stamp(notice.due_at),
            "decision": None if notice.decision is None else decision_id(notice.decision),
            "link": link(notice, api),
        }
    )
