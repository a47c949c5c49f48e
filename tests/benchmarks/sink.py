"""
All platforms at once, as fast as one process of aiohttp is: every write is answered as it is documented, none is kept.

Standalone, run as `python -I sink.py PORT`. It checks nothing, for it stands behind the gate and behind the bare proxy
alike, and only what these two need may differ.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from itertools import count
from typing import Any

from aiohttp import web

PAGE = "104567890123456"
DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
_HANDLE = "presse.example"
_CID = "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
_ACCOUNT = {"id": "1", "username": "presse", "acct": "presse", "display_name": "Presse", "note": "", "fields": []}
_NUMBERS = count(1_900_000_000_000_000_000)


def _token() -> str:
    """Return what looks like a login that lasts."""
    head, claims = {"alg": "HS256"}, {"sub": DID, "exp": 4_102_444_800}
    spelt = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (head, claims)]
    return ".".join([*spelt, "x"])


async def _status(request: web.Request) -> web.Response:
    fields, number = await request.json(), str(next(_NUMBERS))
    return web.json_response(
        {
            "id": number,
            "uri": f"https://social.example/users/presse/statuses/{number}",
            "url": f"https://social.example/@presse/{number}",
            "created_at": "2026-11-23T12:00:00.000Z",
            "account": _ACCOUNT,
            "content": fields["status"],
            "spoiler_text": "",
            "visibility": "public",
            "media_attachments": [],
            "in_reply_to_id": None,
            "sensitive": False,
            "mentions": [],
            "tags": [],
            "emojis": [],
        }
    )


async def _login(_request: web.Request) -> web.Response:
    token = _token()
    return web.json_response({"did": DID, "handle": _HANDLE, "active": True, "accessJwt": token, "refreshJwt": token})


async def _record(request: web.Request) -> web.Response:
    """Answer to `createRecord`, and to `putRecord`, as which the gate sends it."""
    fields = await request.json()
    uri = f"at://{fields['repo']}/{fields['collection']}/{fields.get('rkey', '3mabcdefghijk')}"
    commit = {"cid": _CID, "rev": "3mabcdefghijk"}
    return web.json_response({"uri": uri, "cid": _CID, "commit": commit, "validationStatus": "valid"})


async def _tweet(request: web.Request) -> web.Response:
    fields, number = await request.json(), str(next(_NUMBERS))
    made = {"id": number, "text": fields["text"], "edit_history_tweet_ids": [number]}
    return web.json_response({"data": made}, status=201)


async def _share(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=201, headers={"x-restli-id": f"urn:li:share:{next(_NUMBERS)}"})


async def _graph(request: web.Request) -> web.Response:
    """Answer to a page's post, a container, its publication."""
    await request.read()
    prefix = f"{PAGE}_" if request.path.endswith("/feed") else ""
    return web.json_response({"id": f"{prefix}{next(_NUMBERS)}"})


async def _node(request: web.Request) -> web.Response:
    """Answer to a read; a container is ready at once."""
    known = {"name": "Presse", "status_code": "FINISHED", "status": "FINISHED"}
    asked = request.query.get("fields", "name").split(",")
    return web.json_response({"id": request.match_info["id"], **{name: known[name] for name in asked if name in known}})


def _always(value: dict[str, Any]) -> Any:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(value)

    return answer


def application() -> web.Application:
    """Return the web application."""
    made = web.Application()
    made.add_routes(
        [
            web.post("/api/v1/statuses", _status),
            web.get("/api/v1/accounts/verify_credentials", _always(_ACCOUNT)),
            web.post("/xrpc/com.atproto.server.createSession", _login),
            web.post("/xrpc/com.atproto.repo.createRecord", _record),
            web.post("/xrpc/com.atproto.repo.putRecord", _record),
            web.get("/xrpc/app.bsky.actor.getProfile", _always({"did": DID, "handle": _HANDLE})),
            web.post("/2/tweets", _tweet),
            web.get("/2/users/me", _always({"data": {"id": "2244994945", "name": "Presse", "username": "presse"}})),
            web.post("/rest/posts", _share),
            web.get("/v2/userinfo", _always({"sub": "782bbtaQ", "name": "Presse"})),
            web.post("/{version}/{id}/{edge}", _graph),
            web.get("/{version}/{id}", _node),
        ]
    )
    return made


async def _serve(port: int) -> None:
    runner = web.AppRunner(application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=512).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
