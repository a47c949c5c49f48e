"""
A small platform and the other things a door is given, all scripted; twins of the ports a door uses.

The platform's wire format is one JSON object `{"text": ...}`; its tokens come as `Bearer` or, in the body, as `token`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.errors import EndpointDenied, MalformedRequest, UnknownField, UnknownToken
from proxy.core.model import Account, Part, PartKind, PostKind, Principal
from proxy.gate.ports import Grant
from proxy.gate.wire import Draft, Endpoint, EndpointClass, Upload, UpstreamAnswer, WireAnswer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from proxy.core.errors import PostgateError
    from proxy.gate.ports import DoorPlatform, SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.wire import WireRequest

TABLE = {
    ("POST", "/posts"): Endpoint(name="post.create", cls=EndpointClass.WRITE),
    ("DELETE", "/posts/1"): Endpoint(name="post.delete", cls=EndpointClass.ACT),
    ("POST", "/media"): Endpoint(name="media.create", cls=EndpointClass.MEDIA, body_limit=16 * 1024 * 1024),
    ("GET", "/media/1"): Endpoint(name="media.show", cls=EndpointClass.OWN),
    ("GET", "/instance"): Endpoint(name="instance", cls=EndpointClass.READ, public=True),
    ("GET", "/me"): Endpoint(name="me", cls=EndpointClass.READ),
    ("POST", "/login"): Endpoint(name="session.open", cls=EndpointClass.SESSION),
    ("POST", "/apps"): Endpoint(name="apps", cls=EndpointClass.OWN, public=True),
}


def grant_of(ref: str = "p-1", *, door: str = "m", kind: str = "employee") -> Grant:
    """Return a grant for the account of a door."""
    return Grant(
        principal=Principal(ref=ref, kind=kind, scopes=frozenset({"post"}), token_prefix="pgt_abcd"),
        account=Account(id=f"scripted:{ref}", platform="scripted", door=door),
    )


class ScriptedDoorPlatform:
    """Twin of a platform module."""

    name = "scripted"

    def __init__(self, *, raising: Exception | None = None) -> None:
        self._raising = raising
        self.refused: list[str] = []

    def endpoint(self, method: str, path: str) -> Endpoint:
        """Match the table."""
        if (method, path) not in TABLE:
            raise EndpointDenied(found="an endpoint outside the table")
        return TABLE[method, path]

    def token(self, request: WireRequest) -> str | None:
        """Return the token of the header, or of the body."""
        came = request.header("authorization") or ""
        if came.startswith("Bearer "):
            return came.removeprefix("Bearer ")
        return json.loads(request.body).get("token") if request.body else None

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """Read `{"text": ..., "image": ...}` completely."""
        if self._raising is not None:
            raise self._raising
        try:
            content = json.loads(request.body or b"{}")
        except ValueError:
            raise MalformedRequest(expected="JSON", found="something else") from None
        if set(content) - {"image", "text", "token"}:
            raise UnknownField(found="an unknown field")
        return Draft(
            operation=endpoint.name,
            kind=PostKind.POST,
            parts=(Part(kind=PartKind.BODY, slot="text", text=content.get("text", "")),),
            uploads=(Upload(slot="image", mime="image/png", data=b"x"),) if "image" in content else (),
        )

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:
        """Return the name of the result."""
        return WireAnswer(status=200, body=json.dumps({"result": type(result).__name__, "at": endpoint.name}).encode())

    def refuse(self, error: PostgateError) -> WireAnswer:
        """Return the error's text in this platform's shape."""
        self.refused.append(error.code)
        return WireAnswer(
            status=error.status,
            body=json.dumps({"scripted_error": error.text.en, "code": error.code}).encode(),
            reason=f"Refused {error.code}",
        )

    def relay(self, endpoint: Endpoint, answer: UpstreamAnswer) -> WireAnswer:
        """Pass the body on with the endpoint's name in a header."""
        return WireAnswer(
            status=answer.status,
            body=answer.body,
            headers=(("content-type", "application/json"), ("x-endpoint", endpoint.name)),
        )

    def media(self, kept: SpooledMedia) -> WireAnswer:
        """Return the id of an image."""
        return WireAnswer(status=200, body=json.dumps({"id": kept.id}).encode())


class ScriptedIdentity:
    """Twin of the identity service: a fixed table of tokens."""

    def __init__(self, grants: dict[str, Grant]) -> None:
        self._grants = grants
        self.asked: list[str | None] = []

    async def authenticate(self, token: str | None, *, door: str) -> Grant:
        """Look a token up in the table."""
        assert door
        self.asked.append(token)
        if token is None or token not in self._grants:
            raise UnknownToken(found="no listed token")
        return self._grants[token]


class RecordingRefusals:
    """Twin of the refusal counter."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str]] = []

    def note(self, *, door: str, reason: str) -> None:
        """Remember a refusal."""
        self.noted.append((door, reason))


@dataclass(slots=True, kw_only=True)
class ScriptedReader:
    """Twin of the reading side: one answer for everything, or one error."""

    answer: UpstreamAnswer = field(
        default_factory=lambda: UpstreamAnswer(status=200, headers={}, body=b'{"read":true}')
    )
    raising: Exception | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    async def read(self, endpoint: Endpoint, request: WireRequest, account: Account | None) -> UpstreamAnswer:
        """Remember who read what."""
        assert request.body == b""
        self.asked.append((endpoint.name, None if account is None else account.id))
        if self.raising is not None:
            raise self.raising
        return self.answer


class ScriptedSubmit:
    """Twin of the gate's submission: remembers drafts, then does what the test says."""

    def __init__(self, then: Callable[[], Awaitable[WireAnswer]] | None = None) -> None:
        self._then = then
        self.drafts: list[tuple[str, str]] = []

    async def __call__(self, endpoint: Endpoint, draft: Draft, grant: Grant, platform: DoorPlatform) -> WireAnswer:
        """Take a draft."""
        assert platform.name == "scripted"
        self.drafts.append((endpoint.name, grant.principal.ref))
        if self._then is not None:
            return await self._then()
        return WireAnswer(status=200, body=json.dumps({"texts": len(draft.parts)}).encode())


class MemoryLines:
    """Twin of the log's stream."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def msg(self, message: str) -> None:
        """Keep one line."""
        self.lines.append(message)

    def events(self) -> list[dict[str, object]]:
        """Return the lines, parsed."""
        return [json.loads(line) for line in self.lines]
