"""
The least that any gateway must do: take a request, send it on, give the answer back. What the gate is compared with.

Standalone, run as `python -I bare_proxy.py PORT UPSTREAM`. It connects to the platform as the gate does, with a new
connection for each request.
"""

from __future__ import annotations

import asyncio
import sys

import aiohttp
from aiohttp import web

PASSED = ("authorization", "content-type", "idempotency-key", "user-agent", "accept", "linkedin-version")
NAMED = "x-restli-id"
"""Where LinkedIn says what was made."""


async def _serve(port: int, upstream: str) -> None:
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(upstream, connector=connector, auto_decompress=False) as session:

        async def forward(request: web.Request) -> web.Response:
            headers = {name: value for name in PASSED if (value := request.headers.get(name)) is not None}
            body = await request.read()
            async with session.request(
                request.method, request.path_qs, data=body, headers=headers, allow_redirects=False
            ) as answer:
                back = {"content-type": answer.headers.get("content-type", "application/json")}
                if NAMED in answer.headers:
                    back[NAMED] = answer.headers[NAMED]
                return web.Response(status=answer.status, body=await answer.read(), headers=back)

        application = web.Application()
        application.router.add_route("*", "/{path:.*}", forward)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, backlog=512).start()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2]))
