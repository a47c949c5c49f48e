"""
Twin of a platform's wire side whose wire format is the Post itself, as JSON; it remembers what it was asked to answer.

`{"kind": "reply", "texts": {"status": "Hallo"}, "media": [..], "key": ".."}` at `POST /posts` is a write; at
`DELETE /posts` an act.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from proxy.core.errors import EndpointDenied, MalformedRequest, UnknownField
from proxy.core.model import Part, PartKind, PostKind
from proxy.gate.wire import Draft, Endpoint, EndpointClass, WireAnswer

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.gate.ports import SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.wire import UpstreamAnswer, WireRequest

ENDPOINTS = {
    ("POST", "/posts"): Endpoint(name="status.create", cls=EndpointClass.WRITE),
    ("DELETE", "/posts"): Endpoint(name="status.delete", cls=EndpointClass.ACT),
    ("GET", "/posts"): Endpoint(name="status.show", cls=EndpointClass.READ),
}


class RecordingPlatform:
    """Reads drafts from JSON and remembers every result and error it was given."""

    name = "recording"

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.errors: list[PostgateError] = []
        self.raising: Exception | None = None
        """What `answer` raises, as a module with a defect would."""

    def endpoint(self, method: str, path: str) -> Endpoint:
        """Match the table."""
        if (method, path) not in ENDPOINTS:
            raise EndpointDenied(found="an endpoint outside the table")
        return ENDPOINTS[method, path]

    def token(self, request: WireRequest) -> str | None:
        """Return the token of the header."""
        came = request.header("authorization") or ""
        return came.removeprefix("Bearer ") if came.startswith("Bearer ") else None

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """Read a draft."""
        try:
            content = json.loads(request.body or b"{}")
        except ValueError:
            raise MalformedRequest(expected="JSON", found="something else") from None
        if not isinstance(content, dict) or set(content) - {"kind", "texts", "media", "key"}:
            raise UnknownField(found="another field")
        texts = content.get("texts", {})
        return Draft(
            operation=endpoint.name,
            kind=PostKind(content.get("kind", "post")),
            parts=tuple(Part(kind=PartKind.BODY, slot=slot, text=text) for slot, text in texts.items()),
            media=tuple(content.get("media", ())),
            idempotency_key=content.get("key"),
        )

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:
        """Remember a result and return its name and decision."""
        self.results.append(result)
        if self.raising is not None:
            raise self.raising
        decision = getattr(result, "decision_id", None)
        told = {"result": type(result).__name__, "at": endpoint.name, "decision": decision}
        return WireAnswer(status=200, body=json.dumps(told).encode())

    def refuse(self, error: PostgateError) -> WireAnswer:
        """Remember an error and return its code."""
        self.errors.append(error)
        return WireAnswer(status=error.status, body=json.dumps({"error": error.code}).encode())

    def relay(self, endpoint: Endpoint, answer: UpstreamAnswer) -> WireAnswer:
        """Return the body as it is."""
        return WireAnswer(status=answer.status, body=answer.body, headers=(("x-endpoint", endpoint.name),))

    def media(self, kept: SpooledMedia) -> WireAnswer:
        """Return the id of an image."""
        return WireAnswer(status=200, body=json.dumps({"id": kept.id}).encode())
