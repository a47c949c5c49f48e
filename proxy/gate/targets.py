"""
An account's platform as the API sees it: from what is wanted to a Draft, read and limited as at the platform's door.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable, NotFound, PostgateError, UnreadableField
from proxy.core.model import Part, PartKind
from proxy.gate.examine import kept_image

if TYPE_CHECKING:
    from proxy.core.errors import RefusedRequest
    from proxy.gate.api_ports import Attached, Composer, Wanted
    from proxy.gate.ports import DoorPlatform, Grant, MediaSpool, Reader
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

    def __init__(self, door: DoorPlatform, *, composer: Composer, reader: Reader, spool: MediaSpool) -> None:
        self.door = door
        self._composer = composer
        self._reader = reader
        self._spool = spool
        self._learned = False
        self.makes = composer.makes
        """Operations of the posts that it makes."""

    async def draft(self, wanted: Wanted, grant: Grant, *, key: str | None) -> tuple[Endpoint, Draft]:
        """
        Return a new post as the platform's own module reads it.

        Raises:
            NotFound: an image is not in the spool.
            RefusedRequest: any of its family, such as TextTooLong: the platform would not take it.
            GateUnavailable: what the request has to name cannot be told at the moment.
        """
        await self._learn()
        self._check(wanted)
        opened = tuple([await self._opened(item, grant) for item in wanted.media])
        composed = await self._composer.compose(replace(wanted, media=opened), grant.account)
        request = composed.request
        endpoint = composed.endpoint or self.door.endpoint(request.method, request.path)
        draft = await self.door.parse(endpoint, request)
        options = tuple(sorted((*draft.options, *composed.options), key=lambda option: option[0]))
        draft = replace(draft, options=options, idempotency_key=key, key_life=None)
        return endpoint, self._with_images(draft, wanted, opened)

    async def recall(self, platform_id: str, grant: Grant) -> tuple[Endpoint, Draft]:
        """
        Return the act that takes a post back.

        Raises:
            GateUnavailable: what the request has to name cannot be told at the moment.
        """
        request = await self._composer.recall(platform_id, grant.account)
        endpoint = self.door.endpoint(request.method, request.path)
        return endpoint, await self.door.parse(endpoint, request)

    def _check(self, wanted: Wanted) -> None:
        """Refuse what this platform has no place for."""
        offers, media = self._composer.offers, wanted.media
        if wanted.part and not offers.threads:
            raise UnreadableField(expected="one post without `thread`: this platform has none", found="a thread")
        if len(media) > offers.images:
            raise UnreadableField(expected=f"`media`: at most {offers.images} for this platform", found="more images")
        if offers.needs_image and not media:
            raise UnreadableField(expected="`media`: an image, which this platform never posts without", found="none")
        if any(bool(item.id) is offers.by_address for item in media):
            named = "`url`, for this platform fetches it" if offers.by_address else "`id` of its upload"
            raise UnreadableField(expected=f"`media`: an image by the {named}", found="an image by the other one")

    async def _opened(self, item: Attached, grant: Grant) -> Attached:
        """Return an image with what is kept of it."""
        if not item.id:
            return item
        kept = await kept_image(self._spool, item.id, author=grant.principal.ref, account=grant.account.id)
        if kept is None or not kept.mime.startswith("image/"):
            raise NotFound(expected="an image that this author uploaded", found="another media id")
        alt = next((part.text for part in kept.parts if part.kind is PartKind.ALT_TEXT), None)
        return replace(item, alt=alt if item.alt is None else item.alt, mime=kept.mime, data=kept.data)

    def _with_images(self, draft: Draft, wanted: Wanted, opened: tuple[Attached, ...]) -> Draft:
        """Let a draft name its images as the spool does, with what its author wrote about them here."""
        parts = draft.parts
        if draft.uploads:  # the same images, which came a second time as the platform wants them
            parts = tuple(part for part in parts if part.kind is not PartKind.FILE_NAME)
        if self._composer.offers.alt_apart:
            parts += tuple(
                Part(kind=PartKind.ALT_TEXT, slot=f"media.{index}.alt", text=item.alt)
                for index, item in enumerate(wanted.media)
                if item.alt is not None
            )
        return replace(draft, parts=parts, uploads=(), media=tuple(item.id for item in opened if item.id))

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
