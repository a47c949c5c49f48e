"""
The API: the way of a request from the socket to a use case and back.

    1. edge      the head is read in exactly one way, or refused
    2. endpoint  what the table does not list is not there
    3. token     somebody who may do this, or nobody; before the body is read
    4. query     nothing is ignored
    5. body      of the listed kind, under a limit and a deadline
    6. act       and answer in JSON, whatever happened

It decides nothing. Requests without a valid token, and all others that are refused here, are noted in `refusals`.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import PostgateError
from proxy.core.model import Principal
from proxy.gate.policy_life import require_role
from proxy.gate.policy_refusals import ProposalRefused
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.scopes import ScopeMissing, names_of
from proxy.gate.targets import TargetRefused
from proxy.settings.model import API
from proxy.web.answer import to_response
from proxy.web.api_answers import refusal
from proxy.web.api_table import (
    ENDPOINTS,
    Asked,
    Body,
    Said,
    check_body,
    find,
    paths_of,
    read_parameters,
    read_query,
)
from proxy.web.body import ClientLeft, Pace, declared_length, read_body
from proxy.web.door import reason_of
from proxy.web.edge import Head, check_head

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import web

    from proxy.gate.ports import People, Refusals
    from proxy.gate.wire import WireAnswer, WireRequest
    from proxy.observability.logs import Log
    from proxy.observability.metrics import Metrics
    from proxy.settings.model import Limits
    from proxy.web.api_table import ApiEndpoint
    from proxy.web.flight import Flight

_BEARER = re.compile(r"(?i:bearer) +([!-~]{1,512})", re.ASCII)
_RETRY_SECONDS = "2"
_CLIENT_LEFT = 499
_LARGE = frozenset({Body.PACKAGE, Body.FILES})
_ANYBODY = Principal(ref="", kind="", scopes=frozenset(), token_prefix="")
"""Who asks for what is public; nobody looks who it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPorts:
    """What the API is given."""

    people: People
    act: Callable[[Asked], Awaitable[WireAnswer]]
    """`policy_api.PolicyApi`."""
    refusals: Refusals
    metrics: Metrics
    log: Log
    flight: Flight
    monotonic: Callable[[], float]


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """What is known of one request so far."""

    route: str = "-"
    taken: bool = False
    """Whether the whole request was read, so that the connection may be used again."""


class Api:
    """Answers the requests of the API; an aiohttp request handler."""

    def __init__(
        self,
        ports: ApiPorts,
        *,
        host: str,
        limits: Limits,
        pace: Pace | None = None,
        endpoints: tuple[ApiEndpoint, ...] = ENDPOINTS,
    ) -> None:
        self._ports = ports
        self._paths = paths_of(endpoints)
        self._host = host
        self._limits = limits
        self._pace = pace or Pace(seconds=limits.body_seconds, rate=limits.body_rate)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; only a client that left gets nothing."""
        started = self._ports.monotonic()
        exchange = _Exchange()
        status = _CLIENT_LEFT
        try:
            answer = await self._answered(request, exchange)
            status = answer.status
            extra = {"retry-after": _RETRY_SECONDS} if status == 503 else {}
            return to_response(answer, close=not exchange.taken or self._ports.flight.draining, extra=extra)
        finally:
            milliseconds = round((self._ports.monotonic() - started) * 1000, 1)
            self._ports.metrics.request(door=API, status=status)
            self._ports.log.info("request", door=API, route=exchange.route, status=status, ms=milliseconds)

    async def _answered(self, request: web.BaseRequest, exchange: _Exchange) -> WireAnswer:
        try:
            return await self._answer(request, exchange)
        except PostgateError as error:
            answer = refusal(error)
            self._note(error, answer, exchange)
            return answer
        except (ClientLeft, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - a defect ends this request, in a shape the client understands
            self._failed(exchange, code="internal", error=error)
            return refusal(PostgateError())

    def _note(self, error: PostgateError, answer: WireAnswer, exchange: _Exchange) -> None:
        reason = _reason(error)
        if reason is not None:
            self._ports.metrics.refused(door=API, reason=reason)
            if reason != "unavailable":
                self._ports.refusals.note(door=API, reason=reason)
        elif answer.status >= 500:
            self._failed(exchange, code=error.code, error=error)

    def _failed(self, exchange: _Exchange, *, code: str, error: Exception) -> None:
        self._ports.log.error("request.failed", door=API, route=exchange.route, code=code, error=type(error).__name__)

    async def _answer(self, request: web.BaseRequest, exchange: _Exchange) -> WireAnswer:
        head = Head(
            method=request.method,
            target=request.raw_path,
            version=(request.version.major, request.version.minor),
            headers=request.raw_headers,
        )
        wire = check_head(head, host=self._host)  # 1
        endpoint, proposal = find(self._paths, wire.method, wire.path)  # 2
        exchange.route = endpoint.act.value
        with ExitStack() as places:
            places.enter_context(self._ports.flight.request())
            by = await self._known(endpoint, wire)  # 3
            places.enter_context(self._ports.flight.principal(by.ref))
            said, parameters = _queried(endpoint, wire.query)  # 4
            check_body(endpoint, wire)
            limit, length = self._limit(endpoint), declared_length(wire)
            places.enter_context(self._ports.flight.buffer(min(limit, limit if length is None else length)))
            body = await read_body(request, wire, limit=limit, pace=self._pace)  # 5
            exchange.taken = True
            asked = Asked(
                endpoint=endpoint,
                by=by,
                proposal=proposal,
                said=said,
                parameters=parameters,
                body=body,
                content_type=wire.header("content-type") or "",
            )
            return await self._ports.act(asked)  # 6

    async def _known(self, endpoint: ApiEndpoint, wire: WireRequest) -> Principal:
        if endpoint.public:
            return _ANYBODY
        by = await self._ports.people.person(_token(wire))
        _require(endpoint, by)
        return by

    def _limit(self, endpoint: ApiEndpoint) -> int:
        return self._limits.upload_bytes if endpoint.body in _LARGE else self._limits.body_bytes


def _require(endpoint: ApiEndpoint, by: Principal) -> None:
    if not endpoint.scopes:
        require_role(by)
    elif names_of(by.scopes).isdisjoint(endpoint.scopes):
        raise ScopeMissing(expected=f"a token of the scope {' or '.join(endpoint.scopes)}", found="another one")


def _queried(endpoint: ApiEndpoint, query: str) -> tuple[Said, dict[str, str]]:
    """Return what the query says, in the way that the endpoint reads it."""
    if endpoint.parameters:
        return Said(), read_parameters(endpoint, query)
    return read_query(endpoint, query), {}


def _token(request: WireRequest) -> str | None:
    match = _BEARER.fullmatch(request.header("authorization") or "")
    return match.group(1) if match else None


def _reason(error: PostgateError) -> str | None:
    """Return the bounded reason of a refusal; None for what a step refused after looking at the request."""
    if isinstance(error, ProposalRefused | ReviewRefused):
        return "auth" if error.why == "no-role" else None
    return reason_of(error.error if isinstance(error, TargetRefused) else error)
