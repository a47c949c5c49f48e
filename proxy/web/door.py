"""
One door: the way of a request from the socket to the gate and back.

    1. edge      the head is read in exactly one way, or refused
    2. endpoint  what the platform's table does not list is denied
    3. token     before the body is read, when it is in a header or the query
    4. body      under a limit and a deadline
    5. parse     completely; nothing is ignored
    6. act       submit, upload, own answer, or read
    7. answer    in the platform's own shape, whatever happened

A door decides nothing and knows no platform. Every refusal is answered by `platform.refuse` and noted in `refusals`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.core.errors import (
    AuditBusy,
    Draining,
    EndpointDenied,
    GateBusy,
    GateUnavailable,
    MalformedRequest,
    OutcomeUnknown,
    PostgateError,
    RefusedRequest,
    UnknownToken,
)
from proxy.gate.ports import DoorPlatform, Grant
from proxy.gate.wire import Draft, Endpoint, EndpointClass, WireAnswer
from proxy.web.answer import GENERIC, to_response
from proxy.web.body import ClientLeft, Pace, declared_length, read_body
from proxy.web.edge import Head, check_head

if TYPE_CHECKING:
    from aiohttp import web

    from proxy.gate.ports import Identity, Reader, Refusals
    from proxy.gate.wire import WireRequest
    from proxy.observability.logs import Log
    from proxy.observability.metrics import Metrics
    from proxy.settings.model import Limits
    from proxy.web.flight import Flight

TEXT_LIMIT = 256 * 1024
"""Bytes of a body that no token vouches for yet, and the line between texts and uploads."""

_BODILESS = frozenset({EndpointClass.READ, EndpointClass.OWN})
_RETRY_SECONDS = "2"
_CLIENT_LEFT = 499
_FORWARDED = "x-forwarded-proto"
"""Says of a request how it came to a front proxy; of every other peer it says nothing."""

Submit = Callable[[Endpoint, Draft, Grant, DoorPlatform], Awaitable[WireAnswer]]
"""`gate.submit.Submit`, `gate.media.Media.take`."""
Session = Callable[[Endpoint, "WireRequest"], Awaitable[WireAnswer]]
"""`gate.sessions.Sessions`."""
Attach = Callable[[Endpoint, Draft, Grant, DoorPlatform], Awaitable[Draft | WireAnswer]]
"""`gate.media.Media.attach`."""
Waiting = Callable[[Endpoint, Draft, Grant], Awaitable[WireAnswer]]
"""`gate.waiting_endpoints.WaitingEndpoints`."""
Own = Callable[[Endpoint, Grant, DoorPlatform], Awaitable[WireAnswer]]
"""`gate.media.Media.show`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPorts:
    """What a door is given."""

    platform: DoorPlatform
    identity: Identity
    submit: Submit
    upload: Submit
    attach: Attach
    own: Own
    reader: Reader
    refusals: Refusals
    metrics: Metrics
    log: Log
    flight: Flight
    monotonic: Callable[[], float]
    sessions: Session | None = None
    """None where the platform's clients do not log in."""
    waiting: Waiting | None = None
    """None where the platform's clients know no scheduled posts."""


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """What is known of one request so far, for its log line."""

    route: str = "-"
    taken: bool = False
    """Whether the whole request was read, so that the connection may be used again."""
    handed_over: bool = False
    """Whether the gate may have sent something."""


class Door:
    """Answers the requests of one door; an aiohttp request handler."""

    def __init__(
        self,
        ports: DoorPorts,
        *,
        name: str,
        host: str,
        limits: Limits,
        pace: Pace | None = None,
        behind_proxy: bool = False,
    ) -> None:
        self._ports = ports
        self._behind_proxy = behind_proxy
        self._name = name
        self._host = host
        self._limits = limits
        self._pace = pace or Pace(seconds=limits.body_seconds, rate=limits.body_rate)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; only a client that left gets nothing."""
        started = self._ports.monotonic()
        exchange = _Exchange()
        status = _CLIENT_LEFT
        try:
            response = self._respond(await self._answered(request, exchange), exchange)
            status = response.status
            return response
        finally:
            milliseconds = round((self._ports.monotonic() - started) * 1000, 1)
            self._ports.metrics.request(door=self._name, status=status)
            self._ports.log.info("request", door=self._name, route=exchange.route, status=status, ms=milliseconds)

    async def _answered(self, request: web.BaseRequest, exchange: _Exchange) -> WireAnswer:
        try:
            return await self._answer(request, exchange)
        except PostgateError as error:
            return self._refused(error, exchange)
        except (ClientLeft, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - a defect ends this request, in a shape the client understands
            self._failed(exchange, error)
            return self._refused(OutcomeUnknown() if exchange.handed_over else PostgateError(), exchange)

    def _failed(self, exchange: _Exchange, error: Exception) -> None:
        self._ports.log.error(
            "request.failed", door=self._name, route=exchange.route, code="internal", error=type(error).__name__
        )

    def _refused(self, error: PostgateError, exchange: _Exchange) -> WireAnswer:
        """Note a refusal and return it in the platform's shape."""
        reason = reason_of(error)
        if reason is not None:
            self._ports.metrics.refused(door=self._name, reason=reason)
        try:
            if reason is not None and reason != "unavailable":
                self._ports.refusals.note(door=self._name, reason=reason)
            return self._ports.platform.refuse(error)
        except Exception as defect:  # noqa: BLE001 - refusing must not fail: the client gets the generic answer
            self._failed(exchange, defect)
            return GENERIC[500]

    def _respond(self, answer: WireAnswer, exchange: _Exchange) -> web.Response:
        extra = {"retry-after": _RETRY_SECONDS} if answer.status == 503 else {}
        if any(name.lower() == "retry-after" for name, _ in answer.headers):
            extra = {}
        close = not exchange.taken or self._ports.flight.draining
        try:
            return to_response(answer, close=close, extra=extra)
        except ValueError as error:
            self._failed(exchange, error)
            return to_response(GENERIC[500], close=True)

    async def _answer(self, request: web.BaseRequest, exchange: _Exchange) -> WireAnswer:
        head = Head(
            method=request.method,
            target=request.raw_path,
            version=(request.version.major, request.version.minor),
            headers=request.raw_headers,
        )
        wire = check_head(head, host=self._host)  # 1
        if self._behind_proxy and not {value for name, value in wire.headers if name == _FORWARDED} <= {"https"}:
            raise MalformedRequest(expected="a request that came to the proxy encrypted", found="a plain one")
        endpoint = self._ports.platform.endpoint(wire.method, wire.path)  # 2
        exchange.route = endpoint.name
        with ExitStack() as places:
            places.enter_context(self._ports.flight.request())
            grant = await self._known(endpoint, wire, places)  # 3
            limit = self._limit(endpoint, grant)
            length = declared_length(wire)
            if length != 0 and endpoint.cls in _BODILESS:
                raise MalformedRequest(expected="no body", found="a body")
            places.enter_context(self._ports.flight.buffer(min(limit, limit if length is None else length)))
            body = await read_body(request, wire, limit=limit, pace=self._pace)  # 4
            exchange.taken = True
            wire = replace(wire, body=body)
            if endpoint.cls is EndpointClass.SESSION:
                return await self._log_in(endpoint, wire)
            if grant is None and not _open_to_all(endpoint):
                grant = await self._granted(self._ports.platform.token(wire), places)
            return await self._act(endpoint, wire, grant, exchange)  # 5, 6, 7

    def _limit(self, endpoint: Endpoint, grant: Grant | None) -> int:
        upload = endpoint.body_limit > TEXT_LIMIT and grant is not None
        return min(endpoint.body_limit, self._limits.upload_bytes if upload else self._limits.body_bytes)

    async def _known(self, endpoint: Endpoint, wire: WireRequest, places: ExitStack) -> Grant | None:
        """Return who asks as far as the head tells; None when a token may still be in the body, or none is needed."""
        if endpoint.cls is EndpointClass.SESSION:
            return None
        token = self._ports.platform.token(wire)
        if token is None:
            length = declared_length(wire)
            hopeless = endpoint.cls in _BODILESS or length == 0 or (length is not None and length > TEXT_LIMIT)
            if _open_to_all(endpoint) or not hopeless:
                return None
        return await self._granted(token, places)

    async def _granted(self, token: str | None, places: ExitStack) -> Grant:
        grant = await self._ports.identity.authenticate(token, door=self._name)
        if grant.account.door != self._name:
            raise UnknownToken(expected="an account of this door", found="another door's")
        places.enter_context(self._ports.flight.principal(grant.principal.ref))
        return grant

    async def _log_in(self, endpoint: Endpoint, wire: WireRequest) -> WireAnswer:
        if self._ports.sessions is None:
            raise EndpointDenied(expected="a platform whose clients log in", found="another one")
        return await self._ports.sessions(endpoint, wire)

    async def _act(self, endpoint: Endpoint, wire: WireRequest, grant: Grant | None, exchange: _Exchange) -> WireAnswer:
        platform = self._ports.platform
        if endpoint.cls is EndpointClass.READ:
            return platform.relay(
                endpoint, await self._ports.reader.read(endpoint, wire, None if grant is None else grant.account)
            )
        if grant is None:
            raise EndpointDenied(expected="a public endpoint that reads", found="a public endpoint of another class")
        if endpoint.cls is EndpointClass.OWN:
            return await self._ports.own(endpoint, grant, platform)
        draft = await platform.parse(endpoint, wire)  # 5
        if endpoint.cls is EndpointClass.WAITING:
            return await self._waiting(endpoint, draft, grant)
        if endpoint.cls is EndpointClass.MEDIA:
            return await self._ports.upload(endpoint, draft, grant, platform)
        if draft.uploads:
            attached = await self._ports.attach(endpoint, draft, grant, platform)
            if isinstance(attached, WireAnswer):
                return attached
            draft = attached
        exchange.handed_over = True
        return await self._ports.submit(endpoint, draft, grant, platform)

    async def _waiting(self, endpoint: Endpoint, draft: Draft, grant: Grant) -> WireAnswer:
        if self._ports.waiting is None:
            raise EndpointDenied(expected="a platform whose clients know scheduled posts", found="another one")
        return await self._ports.waiting(endpoint, draft, grant)


def _open_to_all(endpoint: Endpoint) -> bool:
    """Return whether an endpoint works without a token: public reads, nothing else."""
    return endpoint.public and endpoint.cls is EndpointClass.READ


def reason_of(error: PostgateError) -> str | None:
    """Return the bounded reason of a refusal; None when the gate has already recorded what happened."""
    if isinstance(error, RefusedRequest):
        return error.reason
    if isinstance(error, (GateBusy, Draining, AuditBusy)):
        return "busy"
    if isinstance(error, GateUnavailable):
        return "unavailable"
    return None
