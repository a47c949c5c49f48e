"""
An account's platform as the API sees it: from what is wanted to a Draft, read and limited as at the platform's door.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable, PostgateError
from proxy.core.model import Part, PartKind

if TYPE_CHECKING:
    from proxy.core.errors import RefusedRequest
    from proxy.gate.api_ports import Composer, Wanted
    from proxy.gate.ports import DoorPlatform, Reader
    from proxy.gate.wire import Draft, Endpoint


class TargetRefused(PostgateError):
    """A post does not fit one of its platforms; nothing was decided, nothing sent to any of them."""

    code = "target_refused"
    status = 422

    def __init__(self, error: RefusedRequest, *, target: str, shape: bytes) -> None:
        super().__init__(expected=error.diagnostics().expected, found=error.diagnostics().found)
        self.error = error
        """Why."""
        self.target = target
        self.shape = shape
        """What the platform would have answered, as JSON."""


class Target:
    """One door's platform, for posts that come over the API."""

    def __init__(self, door: DoorPlatform, *, composer: Composer, reader: Reader) -> None:
        self.door = door
        self._composer = composer
        self._reader = reader
        self._learned = False
        self.makes = composer.makes
        """Operation of the posts that it makes."""

    async def draft(self, wanted: Wanted, *, key: str | None) -> tuple[Endpoint, Draft]:
        """
        Return a new post as the platform's own module reads it.

        Raises:
            RefusedRequest: any of its family, such as TextTooLong: the platform would not take it.
        """
        await self._learn()
        request = self._composer.compose(wanted)
        endpoint = self.door.endpoint(request.method, request.path)
        draft = await self.door.parse(endpoint, request)
        alts = tuple(
            Part(kind=PartKind.ALT_TEXT, slot=f"media.{index}.alt", text=item.alt)
            for index, item in enumerate(wanted.media)
            if item.alt is not None
        )
        return endpoint, replace(draft, parts=(*draft.parts, *alts), idempotency_key=key)

    async def recall(self, platform_id: str) -> tuple[Endpoint, Draft]:
        """Return the act that takes a post back."""
        request = self._composer.recall(platform_id)
        endpoint = self.door.endpoint(request.method, request.path)
        return endpoint, await self.door.parse(endpoint, request)

    async def _learn(self) -> None:
        """Let the door read the platform's limits, once; without an answer the platform itself will tell."""
        if self._learned:
            return
        for request in self._composer.limits():
            endpoint = self.door.endpoint(request.method, request.path)
            try:
                answer = await self._reader.read(endpoint, request, None)
            except GateUnavailable:
                return
            if self.door.relay(endpoint, answer).status == 200:
                break
        self._learned = True
