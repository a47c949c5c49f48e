"""
The wire side of Mastodon: table, parser, answers. Decides nothing and sends nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest, TextTooLong
from proxy.core.model import PartKind
from proxy.gate.wire import WireAnswer
from proxy.platforms._wire.answers import JSON_TYPE, RETRY_SECONDS, json_answer
from proxy.platforms._wire.parsing import bearer_token, read_beside
from proxy.platforms._wire.values import inside
from proxy.platforms.mastodon import length
from proxy.platforms.mastodon.answers import Answers, scheduled_status, waiting
from proxy.platforms.mastodon.parsing import read_draft
from proxy.platforms.mastodon.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.errors import PostgateError
    from proxy.gate.ports import SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.wire import Draft, Endpoint, UpstreamAnswer, WireRequest
    from proxy.gate.withdraw import OwnWaiting
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms.mastodon.addresses import Addresses

_INSTANCE = frozenset({"instance.v1", "instance.v2"})
_CHARACTERS_PER_LINK = 23
_RETRY = (("retry-after", str(RETRY_SECONDS)),)
_READ_FAILURES = {403: "This action is not allowed", 404: "Record not found", 410: "Gone", 422: "Validation failed"}


class MastodonDoor:
    """Speaks Mastodon's API to clients that are used to it."""

    name = "mastodon"

    def __init__(
        self,
        addresses: Addresses,
        *,
        language: str = "de",
        max_characters: int | None = None,
        held_reply: str = "scheduled",
    ) -> None:
        self._addresses = addresses
        self._answers = Answers(language=language, door=addresses.door, held_reply=held_reply)
        self._configured = max_characters
        self._learned: int | None = None
        self._per_link = _CHARACTERS_PER_LINK

    def endpoint(self, method: str, path: str) -> Endpoint:
        """
        Match a request against the table.

        Raises:
            NotFound: a read that is not listed.
            EndpointDenied: anything else that is not listed.
        """
        return TABLE.find(method, path)

    def token(self, request: WireRequest) -> str | None:
        """Return the token of the Authorization header."""
        return bearer_token(request)

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """
        Read a write, media or act request completely.

        Raises:
            RefusedRequest: any of its family; nothing is ignored.
        """
        row = TABLE.changing(endpoint)
        draft = await read_beside(read_draft, row, endpoint, request)
        self._check_length(draft)
        return replace(draft, fits=self._check_length)

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:
        """Return what Mastodon would have answered."""
        return self._answers.result(endpoint.name, result)

    def media(self, kept: SpooledMedia) -> WireAnswer:
        """Return an image of the spool as MediaAttachment."""
        return json_answer(200, self._answers.media_object(kept.id, kept.parts))

    def waiting(self, posts: Sequence[OwnWaiting]) -> WireAnswer:
        """Return waiting posts as list of ScheduledStatus."""
        return waiting(posts)

    def waits(self, post: OwnWaiting) -> WireAnswer:
        """Return a waiting post as ScheduledStatus."""
        return json_answer(200, scheduled_status(post.post, post.at))

    def withdrawn(self) -> WireAnswer:
        """Return that a waiting post is taken back: an empty object."""
        return json_answer(200, {})

    def refuse(self, error: PostgateError) -> WireAnswer:
        """Return an error as `{"error": ..}`."""
        return self._answers.refused(error, self._limit)

    def relay(self, endpoint: Endpoint, answer: UpstreamAnswer) -> WireAnswer:
        """Return the platform's answer to a read with our own addresses; of its errors only the kind."""
        headers = self._addresses.headers(answer.headers.items())
        if answer.status == 429:
            return json_answer(429, {"error": "Too many requests"}, headers)
        if answer.status in _READ_FAILURES:
            return json_answer(answer.status, {"error": _READ_FAILURES[answer.status]}, headers)
        if not 200 <= answer.status < 300:
            return json_answer(502, {"error": "The platform gave no usable answer"}, _RETRY)
        instance = endpoint.name in _INSTANCE
        try:
            body, value = self._addresses.rewrite(answer.body, instance=instance)
        except MalformedRequest:
            return json_answer(502, {"error": "The platform gave no usable answer"}, _RETRY)
        if instance:
            self._learn(value)
        return WireAnswer(status=200, body=body, headers=(JSON_TYPE, *headers))

    @property
    def _limit(self) -> int | None:
        return self._configured if self._configured is not None else self._learned

    def _check_length(self, draft: Draft) -> None:
        """Refuse what the platform would refuse for its length: body and warning together."""
        limit = self._limit
        if limit is None or not draft.operation.startswith("status."):
            return
        kinds = {PartKind.BODY, PartKind.CONTENT_WARNING}
        counted = sum(length.count(part.text, per_link=self._per_link) for part in draft.parts if part.kind in kinds)
        if counted > limit:
            raise TextTooLong(expected=f"at most {limit} characters", found="more")

    def _learn(self, instance: JsonValue) -> None:
        """Remember the limits the platform states about itself."""
        limit = inside(instance, "configuration", "statuses", "max_characters")
        per_link = inside(instance, "configuration", "statuses", "characters_reserved_per_url")
        if type(limit) is int and limit > 0:
            self._learned = limit
        if type(per_link) is int and per_link > 0:
            self._per_link = per_link
