"""
A platform that keeps a diary: the few endpoints of the Mastodon API that the gateway sends to, as a process of its own.

Every write is appended to the diary, and flushed to disk, before it is answered: what happens afterwards to the
gateway, or to its connection, cannot change what was received. How the next writes are answered can be told from
outside (`Behaviour`). Standalone on purpose: it runs as `python -I upstream.py`, imports nothing of the project and
knows nothing of it, so that both cannot share a mistake.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

USER = {
    "id": "1",
    "username": "presse",
    "acct": "presse",
    "display_name": "Presse",
    "note": "",
    "url": "http://platform.example/@presse",
    "fields": [],
    "source": {"note": "", "fields": []},
}
_WITNESS = (
    "SELECT count(*) FROM attempts JOIN audit_records ON audit_records.id = attempts.intent_record"
    " WHERE attempts.id = ? AND audit_records.code = 'PG-102'"
)


class Diary:
    """The file of everything received, one JSON object a line."""

    def __init__(self, file: Path, *, durable: bool) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._durable = durable

    def note(self, entry: dict[str, Any]) -> None:
        """Append an entry; with `durable` it is on disk on return."""
        os.write(self._descriptor, json.dumps(entry).encode() + b"\n")
        if self._durable:
            os.fsync(self._descriptor)


class Platform:
    """Statuses, media and one profile, in memory; the diary outlives them."""

    def __init__(self, diary: Diary, *, address: str, witness: str | None) -> None:
        self._diary = diary
        self._address = address
        self._witness = witness
        self._script: deque[dict[str, Any]] = deque()
        self._default: dict[str, Any] = {"do": "ok"}
        self._statuses: dict[str, dict[str, Any]] = {}
        self._numbers = 0

    def application(self) -> web.Application:
        """Return the web application."""
        application = web.Application(client_max_size=32 * 1024 * 1024)
        application.add_routes(
            [
                web.post("/_behave", self._behave),
                web.get("/api/v1/instance", self._instance),
                web.get("/api/v2/instance", self._missing),
                web.get("/api/v1/accounts/verify_credentials", self._self),
                web.get("/api/v1/accounts/{id}/statuses", self._list),
                web.get("/api/v1/timelines/home", self._list),
                web.get("/api/v1/statuses/{id}", self._show),
                web.get("/api/v1/media/{id}", self._media),
                web.post("/api/v1/statuses", self._write(self._create)),
                web.put("/api/v1/statuses/{id}", self._write(self._edit)),
                web.delete("/api/v1/statuses/{id}", self._write(self._delete)),
                web.post("/api/v1/media", self._write(self._media)),
                web.post("/api/v2/media", self._write(self._media)),
                web.patch("/api/v1/accounts/update_credentials", self._write(self._profile)),
            ]
        )
        return application

    async def _behave(self, request: web.Request) -> web.Response:
        """Take the behaviours of the next writes, and the one of all writes after them."""
        orders = json.loads(await request.read())
        self._script = deque(orders.get("next", []))
        self._default = orders.get("then", {"do": "ok"})
        return web.json_response({})

    def _write(
        self, make: Callable[[web.Request, dict[str, Any]], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def write(request: web.Request) -> web.StreamResponse:
            fields = await _fields(request)
            order = self._script.popleft() if self._script else self._default
            attempt = request.headers.get("Idempotency-Key")
            self._diary.note(
                {
                    "at": time.time_ns(),
                    "method": request.method,
                    "path": request.path,
                    "key": attempt,
                    "fields": fields,
                    "headers": sorted(name.lower() for name in request.headers),
                    "authorization": request.headers.get("Authorization"),
                    "do": order["do"],
                    "recorded_before": self._recorded(attempt),
                }
            )
            return await self._obey(order, request, fields, make)

        return write

    async def _obey(
        self,
        order: dict[str, Any],
        request: web.Request,
        fields: dict[str, Any],
        make: Callable[[web.Request, dict[str, Any]], Awaitable[web.Response]],
    ) -> web.StreamResponse:
        what = order["do"]
        if what == "delay":
            await asyncio.sleep(order["seconds"])
        if what == "silent":
            await asyncio.sleep(3600)
        if what == "status":
            body = order.get("body", '{"error": "as told"}')
            return web.Response(status=order["status"], headers=order.get("headers", {}), text=body)
        if what == "close":
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        answer = await make(request, fields)
        if what == "close_after":
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return answer

    def _recorded(self, attempt: str | None) -> bool | None:
        """Look into the gateway's own database: is the intent of this attempt committed, at this moment?"""
        if self._witness is None or attempt is None:
            return None
        with sqlite3.connect(f"file:{self._witness}?mode=ro", uri=True) as connection:
            found = connection.execute(_WITNESS, (attempt,)).fetchone()
        connection.close()
        return bool(found[0])

    def _number(self) -> str:
        self._numbers += 1
        return str(10_000 + self._numbers)

    async def _create(self, _request: web.Request, fields: dict[str, Any]) -> web.Response:
        number = self._number()
        self._statuses[number] = {
            "id": number,
            "uri": f"{self._address}/presse/{number}",
            "url": f"{self._address}/@presse/{number}",
            "created_at": "2026-11-23T12:00:00.000Z",
            "account": USER,
            "content": str(fields.get("status", "")),
            "spoiler_text": str(fields.get("spoiler_text", "")),
            "visibility": str(fields.get("visibility", "public")),
            "media_attachments": [],
            "in_reply_to_id": fields.get("in_reply_to_id"),
            "sensitive": False,
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": 0,
            "mentions": [],
            "tags": [],
            "emojis": [],
        }
        return web.json_response(self._statuses[number])

    async def _edit(self, request: web.Request, fields: dict[str, Any]) -> web.Response:
        status = self._statuses.get(request.match_info["id"])
        if status is None:
            return await self._missing(request)
        status["content"] = str(fields.get("status", ""))
        return web.json_response(status)

    async def _delete(self, request: web.Request, _fields: dict[str, Any]) -> web.Response:
        status = self._statuses.pop(request.match_info["id"], None)
        return await self._missing(request) if status is None else web.json_response(status)

    async def _show(self, request: web.Request) -> web.Response:
        status = self._statuses.get(request.match_info["id"])
        return await self._missing(request) if status is None else web.json_response(status)

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(list(self._statuses.values())[::-1][:40])

    async def _media(self, _request: web.Request, _fields: dict[str, Any] | None = None) -> web.Response:
        number = self._number()
        return web.json_response({"id": number, "type": "image", "url": f"{self._address}/media/{number}"})

    async def _profile(self, _request: web.Request, fields: dict[str, Any]) -> web.Response:
        return web.json_response({**USER, **{key: value for key, value in fields.items() if key in USER}})

    async def _self(self, _request: web.Request) -> web.Response:
        return web.json_response(USER)

    async def _instance(self, _request: web.Request) -> web.Response:
        host = self._address.partition("://")[2]
        return web.json_response(
            {
                "uri": host,
                "title": "A platform that keeps a diary",
                "version": "4.3.0",
                "urls": {"streaming_api": f"wss://{host}"},
                "configuration": {"statuses": {"max_characters": 5000}},
            }
        )

    async def _missing(self, _request: web.Request) -> web.Response:
        return web.json_response({"error": "Record not found"}, status=404)


async def _fields(request: web.Request) -> dict[str, Any]:
    """Return what a write carries; files as their name and size."""
    if request.content_type == "application/json":
        decoded: dict[str, Any] = await request.json()
        return decoded
    fields: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            fields[name] = {"filename": value.filename, "size": len(value.file.read())}
        else:
            fields[name] = str(value)
    return fields


async def _serve(arguments: argparse.Namespace) -> None:
    address = f"http://127.0.0.1:{arguments.port}"
    diary = Diary(arguments.diary, durable=not arguments.hasty)
    platform = Platform(diary, address=address, witness=arguments.witness)
    runner = web.AppRunner(platform.application(), access_log=None, keepalive_timeout=300, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", arguments.port, backlog=512).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--diary", type=Path, required=True)
    parser.add_argument("--hasty", action="store_true", help="do not flush each entry to disk (for measurements)")
    parser.add_argument("--witness", help="SQLite file of the gateway, asked at each write whether the intent is in it")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
