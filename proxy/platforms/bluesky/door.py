"""
The wire side of Bluesky: methods, parser, logins, answers. Decides nothing and sends nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.errors import EndpointDenied, MalformedRequest, UnreadableField
from proxy.platforms._wire.answers import RETRY_SECONDS, json_answer
from proxy.platforms._wire.body import read_body, refuse_overrides
from proxy.platforms._wire.fields import read_string
from proxy.platforms._wire.parsing import bearer_token, read_beside
from proxy.platforms._wire.values import inside, pick_headers, read_object
from proxy.platforms.bluesky.answers import LIMITS, Answers, cleaned, refuses_login, session_answer
from proxy.platforms.bluesky.blobs import blob_object
from proxy.platforms.bluesky.parsing import read_draft
from proxy.platforms.bluesky.table import BY_NAME, CHAT_PREFIX, TABLE

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.gate.ports import SpooledMedia
    from proxy.gate.results import Result
    from proxy.gate.session_ports import Profile, SessionTokens
    from proxy.gate.wire import Draft, Endpoint, UpstreamAnswer, WireAnswer, WireRequest
    from proxy.platforms._wire.strict_json import JsonValue

_CHAT = "did:web:api.bsky.chat#bsky_chat"
_SERVER = "read.describeServer"
_RETRY = (("retry-after", str(RETRY_SECONDS)),)
_NAME = re.compile(r"[A-Z][A-Za-z]{1,63}", re.ASCII)
_READ_FAILURES = frozenset({400, 403, 404, 501})
_LOGIN_FIELDS = frozenset({"identifier", "password", "authFactorToken", "allowTakendown"})


class BlueskyDoor:
    """Speaks the AT Protocol to clients that are used to it."""

    name = "bluesky"

    def __init__(self, *, language: str = "de", chat: str | None = None, host: str = "gateway.invalid") -> None:
        self._answers = Answers(language=language)
        self._chat = chat
        self._host = host
        """The door's own, with its port where it is not the usual one."""

    def endpoint(self, method: str, path: str) -> Endpoint:
        """
        Match a request against the table.

        Raises:
            NotFound: a read that is not listed.
            EndpointDenied: anything else that is not listed, or direct messages where the door has no service for them.
        """
        endpoint = TABLE.find(method, path)
        if path.startswith(CHAT_PREFIX) and self._chat is None:
            raise EndpointDenied(found="direct messages", remedy="direct messages are switched off at this door")
        return endpoint

    def token(self, request: WireRequest) -> str | None:
        """Return the token of the Authorization header."""
        return bearer_token(request)

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """
        Read a write, media or act request completely.

        Raises:
            RefusedRequest: any of its family; nothing is ignored.
        """
        TABLE.changing(endpoint)
        method = BY_NAME[endpoint.name]
        self._check_service(method.path, request)
        return await read_beside(read_draft, method, endpoint, request)

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:
        """Return what the platform would have answered."""
        return self._answers.result(endpoint.name, result)

    def media(self, kept: SpooledMedia) -> WireAnswer:
        """Return an image of the spool as blob."""
        return json_answer(200, {"blob": blob_object(kept.id, kept.mime, len(kept.data))})

    def refuse(self, error: PostgateError) -> WireAnswer:
        """Return an error as name and text."""
        return self._answers.refused(error)

    def relay(self, endpoint: Endpoint, answer: UpstreamAnswer) -> WireAnswer:
        """Return the platform's answer to a read without what leads past the gateway; of its errors only the name."""
        headers = pick_headers(answer.headers.items(), LIMITS)
        if answer.status == 429:
            return json_answer(429, {"error": "RateLimitExceeded", "message": "Too many requests"}, headers)
        if answer.status in _READ_FAILURES and not refuses_login(answer.status, answer.body):
            name = inside(read_object(answer.body), "error")
            name = name if isinstance(name, str) and _NAME.fullmatch(name) else "InvalidRequest"
            return json_answer(answer.status, {"error": name, "message": "The platform refused this read"}, headers)
        try:
            value = cleaned(answer.body) if 200 <= answer.status < 300 and answer.body else None
        except MalformedRequest:
            value = None
        if value is None:
            told = {"error": "UpstreamFailure", "message": "The platform gave no usable answer"}
            return json_answer(502, {**told}, _RETRY)
        return json_answer(200, self._described() if endpoint.name == _SERVER else value, headers)

    def login(self, request: WireRequest) -> tuple[str, str]:
        """
        Return who wants to log in, and the gateway token given as password.

        Raises:
            RefusedRequest: any of its family.
        """
        fields = read_body(request)
        if not fields.keys() <= _LOGIN_FIELDS:
            raise UnreadableField(expected="identifier and password", found="another field")
        return read_string(fields.get("identifier"), "identifier"), read_string(fields.get("password"), "password")

    def renewal(self, request: WireRequest) -> str | None:
        """
        Return what a client presents to renew or end a login.

        Raises:
            RefusedRequest: the request has anything else in it.
        """
        refuse_overrides(request)
        if request.query or request.body not in {b"", b"{}"}:
            raise MalformedRequest(expected="a request without body and query", found="another one")
        return bearer_token(request)

    def session(self, profile: Profile | None, tokens: SessionTokens | None) -> WireAnswer:
        """Return the answer of a login, of its renewal, of its end, or of the question who is logged in."""
        return session_answer(profile, tokens)

    def _described(self) -> dict[str, JsonValue]:
        """Return what the door says of itself to everybody, in place of the platform's name and links."""
        name = f"did:web:{self._host.replace(':', '%3A')}"
        return {"did": name, "availableUserDomains": [], "inviteCodeRequired": True}

    def _check_service(self, path: str, request: WireRequest) -> None:
        """Refuse a request that wants to be passed on to another service than its method belongs to."""
        asked = request.header("atproto-proxy")
        if path.startswith(CHAT_PREFIX):
            if asked not in {_CHAT, self._chat}:
                raise EndpointDenied(found="atproto-proxy", remedy="atproto-proxy: the service for direct messages")
        elif asked is not None:
            raise EndpointDenied(found="atproto-proxy", remedy="leave the header atproto-proxy out")
