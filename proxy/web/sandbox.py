"""
A platform in memory that speaks Mastodon's API, for `make demo`, `make serve` and tests.

It is a stranger to the gateway: it shares no code with the platform modules, so that a shared mistake shows. It knows
one account and one token, keeps everything it receives in `received`, and forgets it when the process ends. It ignores
`Idempotency-Key`, as some servers do: what is sent twice is published twice, and a test sees it.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from proxy.web import sandbox_shapes as shapes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from proxy.web.sandbox_shapes import Json, Object

    Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_FIRST_ID = 115_000_000_000_000_000
_MARKS = {"favourite": "favourited", "reblog": "reblogged", "bookmark": "bookmarked", "pin": "pinned"}
_TRUE = frozenset({"1", "true", "True"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One change that reached the platform."""

    operation: str
    """Method and path."""
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    """Every leaf of the body as a path such as `poll.options.0`, and its value as text; files by name and size."""
    key: str | None = None
    """Its `Idempotency-Key`."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the values alone."""
        return tuple(value for _, value in self.fields)


class Sandbox:
    """One platform with one account."""

    def __init__(self, *, token: str, now: Callable[[], datetime], username: str = "presse") -> None:
        self._token = token
        self._now = now
        self._next = _FIRST_ID
        self.received: list[Received] = []
        self.statuses: dict[str, shapes.Status] = {}
        self.pictures: dict[str, shapes.Picture] = {}
        self.things: dict[str, Object] = {}
        """Lists, filters, reports, featured tags, by id."""
        self.profile = shapes.Profile(id=self._id(), username=username, created_at=now(), display_name="Pressestelle")

    def application(self) -> web.Application:
        """Return the web application."""
        app = web.Application(client_max_size=32 * 1024 * 1024, middlewares=[self._guard])
        app.add_routes(self._routes())
        return app

    def _routes(self) -> list[web.RouteDef]:
        one = "/api/v1/statuses/{id:[0-9]+}"
        return [
            *(web.get(f"/api/v1/instance{end}", self._instance_1) for end in ("", "/")),
            *(web.get(f"/api/v2/instance{end}", self._instance_2) for end in ("", "/")),
            web.get("/api/v1/accounts/verify_credentials", self._own_account),
            web.patch("/api/v1/accounts/update_credentials", self._update_profile),
            web.get("/api/v1/accounts/relationships", self._relationships),
            web.get("/api/v1/accounts/{id:[0-9]+}", self._account),
            web.get("/api/v1/accounts/{id:[0-9]+}/statuses", self._timeline),
            web.get("/api/v1/timelines/{name:home|public}", self._timeline),
            web.post("/api/v1/statuses", self._create),
            web.get(one, self._show),
            web.put(one, self._edit),
            web.delete(one, self._delete),
            web.get(f"{one}/context", self._context),
            web.get(f"{one}/source", self._source),
            web.post(f"{one}/{{verb:(?:un)?(?:{'|'.join(_MARKS)})}}", self._mark),
            web.post("/api/{version:v[12]}/media", self._upload),
            web.get("/api/v1/media/{id:[0-9]+}", self._picture),
            web.get("/api/v1/preferences", self._preferences),
            *(
                web.get(f"/api/v1/{name}", self._nothing)
                for name in ("notifications", "custom_emojis", "announcements")
            ),
            web.post("/api/v1/accounts/{id:[0-9]+}/{verb:[a-z_]+}", self._relate),
            web.post("/api/{version:v[12]}/{kind:lists|filters|reports|featured_tags}{end:/?}", self._thing),
            web.put("/api/{version:v[12]}/{kind:lists|filters}/{id:[0-9]+}", self._thing),
            web.delete("/api/{version:v[12]}/{kind:lists|filters|featured_tags}/{id:[0-9]+}", self._drop),
        ]

    # ------------------------------------------------------------------------------------------------------ plumbing

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Ask for the token everywhere but at the description of the instance."""
        public = request.path.rstrip("/").endswith("/instance")
        given = request.headers.get("Authorization", "")
        if not public and not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            return _error(401, "The access token is invalid")
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return _error(404, "Record not found")

    def _id(self) -> str:
        self._next += 1
        return str(self._next)

    async def _body(self, request: web.Request) -> dict[str, Json | web.FileField]:
        """Read the body in any wire format, and remember that it came."""
        if request.content_type == "application/json":
            fields: dict[str, Json | web.FileField] = await request.json() if request.body_exists else {}
        else:
            fields = _tree([(name, value) for name, value in (await request.post()).items()])
        operation = f"{request.method} {request.path}"
        leaves = tuple(_leaves(fields))
        self.received.append(Received(operation=operation, fields=leaves, key=request.headers.get("Idempotency-Key")))
        return fields

    def _found(self, request: web.Request) -> shapes.Status:
        found = self.statuses.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        return found

    def _owner(self, request: web.Request, *, own: bool = False) -> Object:
        return shapes.account(self.profile, _base(request), statuses=len(self.statuses), own=own)

    def _shape(self, request: web.Request, one: shapes.Status) -> Object:
        pictures = [self.pictures[identifier] for identifier in one.media]
        return shapes.status(one, self._owner(request), pictures, _base(request))

    # --------------------------------------------------------------------------------------------------------- reads

    async def _instance_1(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.instance_1(_base(request), request.host))

    async def _instance_2(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.instance_2(_base(request), request.host))

    async def _own_account(self, request: web.Request) -> web.Response:
        return web.json_response(self._owner(request, own=True))

    async def _account(self, request: web.Request) -> web.Response:
        wanted = request.match_info.get("id")
        if wanted not in {self.profile.id, self.profile.username}:
            raise web.HTTPNotFound
        return web.json_response(self._owner(request))

    async def _relationships(self, request: web.Request) -> web.Response:
        wanted = request.query.getall("id[]", request.query.getall("id", []))
        return web.json_response([_relationship(identifier) for identifier in wanted])

    async def _timeline(self, request: web.Request) -> web.Response:
        limit = int(request.query.get("limit", "20"))
        top = int(request.query.get("max_id", "9" * 18))
        older = [one for one in reversed(self.statuses.values()) if int(one.id) < top]
        page = older[:limit]
        headers = {}
        if len(older) > limit:
            headers["Link"] = f'<{_base(request)}{request.path}?limit={limit}&max_id={page[-1].id}>; rel="next"'
        return web.json_response([self._shape(request, one) for one in page], headers=headers)

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(self._shape(request, self._found(request)))

    async def _context(self, request: web.Request) -> web.Response:
        found = self._found(request)
        replies = [self._shape(request, one) for one in self.statuses.values() if one.in_reply_to_id == found.id]
        return web.json_response({"ancestors": [], "descendants": replies})

    async def _source(self, request: web.Request) -> web.Response:
        found = self._found(request)
        return web.json_response({"id": found.id, "text": found.text, "spoiler_text": found.spoiler_text})

    async def _picture(self, request: web.Request) -> web.Response:
        found = self.pictures.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        return web.json_response(shapes.picture(found, _base(request)))

    async def _preferences(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "posting:default:visibility": "public",
                "posting:default:sensitive": False,
                "posting:default:language": "de",
                "reading:expand:media": "default",
                "reading:expand:spoilers": False,
            }
        )

    async def _nothing(self, _request: web.Request) -> web.Response:
        return web.json_response([])

    # -------------------------------------------------------------------------------------------------------- writes

    async def _create(self, request: web.Request) -> web.Response:
        one = shapes.Status(id=self._id(), created_at=self._now(), text="")
        return await self._write(request, one)

    async def _edit(self, request: web.Request) -> web.Response:
        found = replace(self._found(request), edited_at=self._now())
        return await self._write(request, found)

    async def _write(self, request: web.Request, one: shapes.Status) -> web.Response:
        """Fill a status from the request; keep it only when it is as Mastodon would take it."""
        fields = await self._body(request)
        one.text = _string(fields, "status") or ""
        one.spoiler_text = _string(fields, "spoiler_text") or ""
        one.visibility = _string(fields, "visibility") or one.visibility
        one.sensitive = _flag(fields.get("sensitive"))
        one.language = _string(fields, "language") or "de"
        one.in_reply_to_id = _string(fields, "in_reply_to_id") or one.in_reply_to_id
        one.media = _strings(fields.get("media_ids"))
        poll = fields.get("poll")
        if isinstance(poll, dict):
            one.poll_options = _strings(poll.get("options"))
            one.poll_multiple = _flag(poll.get("multiple"))
        if not one.text and not one.media and not one.poll_options:
            return _error(422, "Validation failed: Text can't be blank")
        if len(one.text) + len(one.spoiler_text) > shapes.MAX_CHARACTERS:
            return _error(422, f"Validation failed: Text character limit of {shapes.MAX_CHARACTERS} exceeded")
        if not set(one.media) <= self.pictures.keys():
            return _error(422, "Validation failed: Media could not be found")
        self.statuses[one.id] = one
        return web.json_response(self._shape(request, one))

    async def _delete(self, request: web.Request) -> web.Response:
        await self._body(request)
        found = self._found(request)
        answer = self._shape(request, found)
        del self.statuses[found.id]
        return web.json_response(answer)

    async def _mark(self, request: web.Request) -> web.Response:
        await self._body(request)
        found = self._found(request)
        verb = request.match_info["verb"]
        if verb.startswith("un"):
            found.marks.discard(_MARKS[verb.removeprefix("un")])
        else:
            found.marks.add(_MARKS[verb])
        return web.json_response(self._shape(request, found))

    async def _upload(self, request: web.Request) -> web.Response:
        fields = await self._body(request)
        file = fields.get("file")
        if not isinstance(file, web.FileField):
            return _error(422, "Validation failed: File can't be blank")
        one = shapes.Picture(
            id=self._id(),
            mime=file.content_type,
            size=len(file.file.read()),
            file_name=file.filename,
            description=_string(fields, "description"),
        )
        self.pictures[one.id] = one
        return web.json_response(shapes.picture(one, _base(request)))

    async def _update_profile(self, request: web.Request) -> web.Response:
        fields = await self._body(request)
        for name in ("display_name", "note"):
            text = _string(fields, name)
            if text is not None:
                setattr(self.profile, name, text)
        for name in ("locked", "bot", "discoverable", "indexable"):
            if name in fields:
                self.profile.flags[name] = _flag(fields[name])
        if "fields_attributes" in fields:
            self.profile.fields = _pairs(fields["fields_attributes"])
        return web.json_response(self._owner(request, own=True))

    async def _relate(self, request: web.Request) -> web.Response:
        fields = await self._body(request)
        note = _string(fields, "comment") or ""
        return web.json_response({**_relationship(request.match_info["id"]), "note": note})

    async def _thing(self, request: web.Request) -> web.Response:
        fields = await self._body(request)
        identifier = request.match_info.get("id") or self._id()
        plain: Object = {name: value for name, value in fields.items() if not isinstance(value, web.FileField)}
        self.things[identifier] = {**self.things.get(identifier, {}), **plain, "id": identifier}
        return web.json_response(self.things[identifier])

    async def _drop(self, request: web.Request) -> web.Response:
        await self._body(request)
        if self.things.pop(request.match_info["id"], None) is None:
            raise web.HTTPNotFound
        return web.json_response({})


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


def _relationship(identifier: str) -> Object:
    names = (
        *("following", "showing_reblogs", "notifying", "followed_by", "blocking", "blocked_by", "muting"),
        *("muting_notifications", "requested", "requested_by", "domain_blocking", "endorsed"),
    )
    return {"id": identifier, **dict.fromkeys(names, False), "languages": None, "note": ""}


def _string(fields: dict[str, Json | web.FileField], name: str) -> str | None:
    value = fields.get(name)
    return str(value) if isinstance(value, str | int) else None


def _strings(value: Json | web.FileField) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _flag(value: Json | web.FileField) -> bool:
    return value is True or str(value) in _TRUE


def _pairs(value: Json | web.FileField) -> list[tuple[str, str]]:
    """Return name and value of profile fields, sent as a list or as a numbered object."""
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [(str(item.get("name", "")), str(item.get("value", ""))) for item in items if isinstance(item, dict)]


def _tree(pairs: list[tuple[str, str | bytes | bytearray | web.FileField]]) -> dict[str, Json | web.FileField]:
    """Turn form names into nested values, as Rails does."""
    root: dict[str, Json | web.FileField] = {}
    for name, value in pairs:
        keys = re.findall(r"[^\[\]]+|\[\]", name)
        leaf = value if isinstance(value, str | web.FileField) else bytes(value).decode()
        listed = keys[-1] == "[]"
        current = root
        for key in keys[: -2 if listed else -1]:
            current = current.setdefault(key, {})  # type: ignore[assignment]  # every level is an object here
        if not listed:
            current[keys[-1]] = leaf
        elif isinstance(items := current.setdefault(keys[-2], []), list):
            items.append(str(leaf))
    return root


def _leaves(value: object, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(item, f"{path}.{key}" if path else str(key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in _leaves(item, f"{path}.{index}")]
    if isinstance(value, web.FileField):
        return [(path, value.filename)]
    return [(path, str(value))]
