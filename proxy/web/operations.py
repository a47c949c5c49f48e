"""
The operations listener: `/livez`, `/readyz`, `/metrics`, nothing else. It is apart from the doors and takes no posts.

Checks answer with codes, never with text of an error, so that nothing secret is shown here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from proxy.gate.wire import WireAnswer
from proxy.web.answer import to_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from aiohttp import web

    from proxy.observability.logs import Log
    from proxy.observability.metrics import Metrics

_CHECK_SECONDS = 5.0
_METRICS_TYPE = (("content-type", "text/plain; version=0.0.4; charset=utf-8"),)
_NOT_FOUND = WireAnswer(status=404, body=b'{"error":"Not found."}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a readiness check found."""

    ok: bool
    detail: str = ""
    """A code, such as `detector-missing`, or an identifier; never free text."""


class Operations:
    """Answers the operations listener; an aiohttp request handler."""

    def __init__(
        self,
        checks: Mapping[str, Callable[[], Awaitable[Check]]],
        *,
        metrics: Metrics,
        log: Log,
        check_seconds: float = _CHECK_SECONDS,
    ) -> None:
        self._checks = dict(checks)
        self._metrics = metrics
        self._log = log
        self._check_seconds = check_seconds
        self._last: dict[str, bool] = {}
        self._starting = False
        self._withdrawn = False

    def starting(self) -> None:
        """Be not ready until `opened`: this listener is the first, the doors are the last to open."""
        self._starting = True

    def opened(self) -> None:
        """Be ready from now on, as far as the checks hold: the doors are open."""
        self._starting = False

    def withdraw(self) -> None:
        """Be not ready from now on: the process is going to stop."""
        self._withdrawn = True

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        answer = await self._answer(request.method, request.raw_path.partition("?")[0])
        return to_response(answer, close=request.body_exists)

    async def _answer(self, method: str, path: str) -> WireAnswer:
        if method != "GET":
            return _NOT_FOUND
        match path:
            case "/livez":
                return WireAnswer(status=200, body=b'{"ok":true}')
            case "/readyz":
                return await self._readiness()
            case "/metrics":
                await self.readiness()  # so that whoever only reads the numbers sees those of now
                body = await asyncio.to_thread(self._metrics.render)
                return WireAnswer(status=200, body=body, headers=_METRICS_TYPE)
            case _:
                return _NOT_FOUND

    async def _readiness(self) -> WireAnswer:
        results = await self.readiness()
        ready = bool(results) and all(result.ok for result in results.values())
        body = orjson.dumps({name: {"ok": result.ok, "detail": result.detail} for name, result in results.items()})
        return WireAnswer(status=200 if ready else 503, body=body)

    async def readiness(self) -> dict[str, Check]:
        """Run every check, all at the same time; one that raises or hangs does not hold."""
        found = await asyncio.gather(*(self._run(name) for name in self._checks))
        results = dict(zip(self._checks, found, strict=True))
        results["doors"] = Check(ok=not self._starting, detail="starting" if self._starting else "")
        results["draining"] = Check(ok=not self._withdrawn, detail="draining" if self._withdrawn else "")
        for name, result in results.items():
            self._metrics.ready(name, holds=result.ok)
            if self._last.get(name) is not result.ok:
                self._log.info("readiness.changed", check=name, ok=result.ok, detail=result.detail)
            self._last[name] = result.ok
        return results

    async def _run(self, name: str) -> Check:
        try:
            async with asyncio.timeout(self._check_seconds):
                return await self._checks[name]()
        except TimeoutError:
            return Check(ok=False, detail="no-answer")
        except Exception as error:  # noqa: BLE001 - a check that cannot look has not found things in order
            return Check(ok=False, detail=type(error).__name__)
