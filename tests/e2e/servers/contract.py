"""
A platform of our own on loopback that holds every request against documented shapes, for platforms nobody can host.

It says what the public documentation says and nothing of the adapters: its tables are written separately, so that a
mistake is not made on both sides. Each request must have the account's credential and no header, field or type beyond
its shape; everything else is answered with an error and noted as a violation, which fails the test. What was published
is counted. How the next requests are answered can be told (`faults`).

This is no proof that the real platform would take a post. The documentation of Postgate says so.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import parse_qsl, urlsplit

import jsonschema

if TYPE_CHECKING:
    from collections.abc import Callable

ALWAYS = frozenset(
    {"host", "user-agent", "accept", "accept-encoding", "authorization", "content-type", "content-length"}
    | {"connection", "idempotency-key"}
)
"""Headers that any request may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One complete request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; a body that says another type is a violation."""
        if self.headers.get("content-type") != "application/json":
            raise Violation("a JSON body without its content type")
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        """Return the body as a form."""
        if self.headers.get("content-type") != "application/x-www-form-urlencoded":
            raise Violation("a form without its content type")
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the platform answers."""

    status: int
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Violation(Exception):
    """A request that the documentation does not allow."""


class Rules(Protocol):
    """One platform."""

    headers: frozenset[str]
    """Headers of its own that a request may have."""

    def answer(self, call: Call) -> Reply:
        """
        Answer a request.

        Raises:
            Violation: it does not fit its documented shape.
        """
        ...

    def unauthorised(self) -> Reply:
        """Answer a request without the credential."""
        ...


class ContractServer:
    """A running platform."""

    def __init__(self, rules: Rules, *, credential: str) -> None:
        self._rules = rules
        self._credential = credential
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.faults: deque[str | Reply] = deque()
        """What happens to the next writes: `close` before or `close_after` the work, or an answer."""
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self._serve))
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

    def writes(self, method: str, path: str) -> list[Call]:
        """Return the requests that came for one endpoint."""
        return [call for call in self.calls if (call.method, call.path) == (method, path)]

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _serve(self, call: Call) -> Reply | None:
        """Answer one request; None closes the connection without an answer."""
        with self._lock:
            self.calls.append(call)
            fault = self.faults.popleft() if self.faults and call.method != "GET" else None
            if fault == "close":
                return None
            if isinstance(fault, Reply):
                return fault
            reply = self._judge(call)
            return None if fault == "close_after" else reply

    def _judge(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"Bearer {self._credential}":
            return self._rules.unauthorised()
        try:
            foreign = call.headers.keys() - ALWAYS - self._rules.headers
            if foreign:
                raise Violation(f"headers {sorted(foreign)}")
            return self._rules.answer(call)
        except (Violation, jsonschema.ValidationError, ValueError) as error:
            reason = getattr(error, "message", None) or str(error)
            self.violations.append(f"{call.method} {call.path}: {reason}")
            return Reply(status=400, value={"violation": reason})


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that were reset: tests do that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(serve: Callable[[Call], Reply | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            call = Call(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
            )
            reply = serve(call)
            self.close_connection = True
            if reply is None:
                return
            body = b"" if reply.value is None else json.dumps(reply.value).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        setattr(Handler, f"do_{method}", Handler._answer)
    return Handler
