"""
A request's way at every door, step by step, over real sockets: what each step refuses, in whose shape, what is sent.

What the steps have in common is tested here for each door, what is one door's own beside that door; limits of time are
tested with the edge (`tests/integration/test_edge.py`). Whatever is refused, nothing reaches the platform.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from proxy.gate.wire import EndpointClass
from tests.fakes.every_door import CANARY, DOORS, IBAN, EveryDoor, Told, told
from tests.fakes.fault_upstream import answer
from tests.fuzz.bodies import Pairs, json_of, piece_of
from tests.fuzz.engine import in_shape
from tests.fuzz.fields import Case, places
from tests.fuzz.leaks import holds_leak
from tests.fuzz.recorded import recorded
from tests.fuzz.shots import shot_of
from tests.fuzz.spooled import prepare

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fuzz.recorded import Recorded
    from tests.fuzz.shots import Shot

SPEAKING = {
    "mastodon": ("status.create", "status"),
    "bluesky": ("record.create", "record.text"),
    "x": ("tweet.create", "text"),
    "linkedin": ("post.create", "commentary"),
    "facebook": ("feed.create", "message"),
    "instagram": ("container.create", "caption"),
    "threads": ("container.create", "text"),
}
"""The endpoint of each door at which people write, and the field for their words."""
PUBLISHING = {"instagram": "media.publish", "threads": "media.publish"}
"""Where another one publishes."""
SENT_HEADERS = frozenset(
    {"host", "user-agent", "accept", "accept-encoding", "authorization", "content-type", "content-length"}
    | {"idempotency-key", "connection", "linkedin-version", "x-restli-protocol-version", "x-restli-method"}
    | {"atproto-proxy"}
)


@dataclass(slots=True, kw_only=True)
class Way:
    """A door that listens, with its requests."""

    door: EveryDoor
    requests: list[Recorded]

    def one(self, name: str) -> Recorded:
        """Return a request by its endpoint."""
        return next(one for one in self.requests if one.row.name == name)

    @property
    def speaking(self) -> Recorded:
        """Return the request with which people write."""
        found = self.one(SPEAKING[self.door.name][0])
        if self.door.name == "bluesky":  # without an image of its own, so that nothing else is sent
            return next(one for one in self.requests if one.note == "external")
        return found

    @property
    def publishing(self) -> Recorded:
        """Return the request that publishes."""
        return self.one(PUBLISHING[self.door.name]) if self.door.name in PUBLISHING else self.speaking

    @property
    def reading(self) -> Recorded:
        """Return a request that reads."""
        return next(one for one in self.requests if one.row.cls is EndpointClass.READ and not one.row.public)

    def shot(self, one: Recorded | None = None, fields: Any = None) -> Shot:
        """Return a request that is taken."""
        return shot_of(one or self.speaking, self.door.token, fields=fields)

    async def send(self, shot: Shot) -> Told:
        """Send a request."""
        return told(await self.door.raw(shot.raw()))

    async def refused(self, shot: Shot, *statuses: int) -> Told:
        """Send a request that has to be refused with one of these statuses, and let nothing out."""
        self.door.forget()
        came = await self.send(shot)
        assert came.status in statuses, came.body
        assert in_shape(self.door.name, came)
        assert self.door.seen == []
        assert self.door.verdicts == []
        return came


@asynccontextmanager
async def way(name: str) -> AsyncIterator[Way]:
    """Open a door."""
    async with EveryDoor(name).open() as door:
        yield Way(door=door, requests=recorded(name, await prepare(door)))


pytestmark = pytest.mark.parametrize("name", DOORS)


async def test_1_one_way_to_read_the_head(name: str) -> None:
    """Two lengths, a header twice that must come once, another version."""
    async with way(name) as at:
        shot = at.shot()
        shot.framing = "both"
        await at.refused(shot, 400)
        for header in ("Host", "Authorization", "Content-Type"):
            shot = at.shot()
            shot.headers.append((header, shot.header(header) or ""))
            await at.refused(shot, 400)
        shot = at.shot()
        shot.version = "HTTP/1.0"
        await at.refused(shot, 400)


async def test_2_size_is_limited_and_the_token_comes_first(name: str) -> None:
    """Too long a body is refused where it is announced; without a valid token it is not even looked at."""
    async with way(name) as at:
        shot = at.shot()
        shot.framing = "none"
        shot.headers.append(("Content-Length", str(17 * 1024 * 1024)))
        await at.refused(shot, 413)
        shot.set("Authorization", "Bearer pgt_nobody")
        await at.refused(shot, 401)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip"])
async def test_3_no_encoded_body(name: str, encoding: str) -> None:
    """By the header alone."""
    async with way(name) as at:
        shot = at.shot()
        shot.headers.append(("Content-Encoding", encoding))
        await at.refused(shot, 415)


async def test_4_one_way_to_write_a_path(name: str) -> None:
    """One trailing slash is tolerated, nothing else."""
    async with way(name) as at:
        plain = at.shot().path
        head, _, tail = plain.rpartition("/")
        hidden = f"%{ord(tail[0]):02X}{tail[1:]}"
        odd = (f"{head}//{tail}", f"{head}/./{tail}", f"{head}/x/../{tail}", f"{head}/{hidden}", f"{plain}%00")
        for path in (*odd, f"{head}%2F{tail}", f"{head}\\{tail}", f"/{plain}"):
            shot = at.shot()
            shot.path = path
            await at.refused(shot, 400)
        shot = at.shot()
        shot.path = f"{plain}/"
        assert (await at.send(shot)).status < 300


async def test_5_one_method(name: str) -> None:
    """No other one in a header, the query or the body, and no request within a request."""
    async with way(name) as at:
        for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            shot = at.shot()
            shot.headers.append((header, "DELETE"))
            await at.refused(shot, 400)
        for query in ("_method=DELETE", "method=delete", "batch=[]", "%5Fmethod=DELETE"):
            shot = at.shot()
            shot.ask(query)
            await at.refused(shot, 400)
        for field in ("_method", "method", "batch"):
            await at.refused(at.shot(fields={**at.speaking.fields, field: "DELETE"}), 400)
        tunnelled = at.shot(at.reading)
        tunnelled.method, tunnelled.body, tunnelled.query = "POST", tunnelled.query.encode() or b"a=b", ""
        tunnelled.headers += [
            ("X-HTTP-Method-Override", "GET"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ]
        await at.refused(tunnelled, 400)


async def test_6_what_the_table_does_not_list(name: str) -> None:
    """A write in the shape of a block, which says so; a read is not found."""
    stopped = {"x": 403, "mastodon": 422, "linkedin": 422}.get(name, 400)
    async with way(name) as at:
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            shot = at.shot()
            shot.method, shot.path = method, "/unlisted/endpoint/of/nobody"
            came = await at.refused(shot, stopped)
            assert b"NotAllowed" in came.body or b"EndpointDenied" in came.body
        shot = at.shot(at.reading)
        shot.path, shot.query = "/unlisted/endpoint/of/nobody", ""
        await at.refused(shot, 404)


async def test_7_only_a_token_of_this_door(name: str) -> None:
    """None, an unknown one, the platform's own."""
    async with way(name) as at:
        for one in (at.speaking, at.publishing, at.reading):
            for token in (None, "pgt_nobody", "platform-token-of-the-house", "not a token"):
                shot = at.shot(one)
                shot.drop("Authorization")
                if token is not None:
                    shot.set("Authorization", f"Bearer {token}")
                await at.refused(shot, 401)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xef\xbb\xbf{}", "application/json"),
        ('{"a":"ä"}'.encode("utf-16"), "application/json"),
        (b'{"a":"\xff"}', "application/json"),
        (b'{"a":"\\u0000"}', "application/json"),
        (b'{"a":"\\ud800"}', "application/json"),
        (b'{"a":NaN}', "application/json"),
        (b'{"a":' + b"[" * 33 + b"]" * 33 + b"}", "application/json"),
        (b'{"a":[' + b"1," * 2_000 + b"1]}", "application/json"),
        (b"[]", "application/json"),
        (b"{}{}", "application/json"),
        (b"{}", "text/plain"),
        (b"{}", "application/json; charset=utf-16"),
        (b"a=%ff", "application/x-www-form-urlencoded"),
        (b"a=%", "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    ],
)
async def test_8_one_way_to_read_the_body(name: str, body: bytes, kind: str) -> None:
    """UTF-8 without tricks, JSON within limits, a type that the table allows."""
    async with way(name) as at:
        shot = at.shot()
        shot.body = body
        shot.set("Content-Type", kind)
        await at.refused(shot, 400, 415)


async def test_9_each_field_once(name: str) -> None:
    """In JSON, plainly and with one name in escapes; in a form, in parts, in query and body."""
    async with way(name) as at:
        one = at.speaking
        key = next(iter(one.fields))
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in key)
        twice = json_of(Pairs((*one.fields.items(), (key, CANARY))))
        for body in (twice, twice.replace(f'"{key}"', f'"{escaped}"', 1)):
            shot = at.shot()
            shot.body = body.encode()
            await at.refused(shot, 400)
        shot = at.shot()
        shot.body = f"{key}=a&{key}=b".encode()
        shot.set("Content-Type", "application/x-www-form-urlencoded")
        await at.refused(shot, 400, 415)
        shot = at.shot()
        shot.body = piece_of(key, "a", "x") + piece_of(key, "b", "x") + b"--x--\r\n"
        shot.set("Content-Type", "multipart/form-data; boundary=x")
        await at.refused(shot, 400, 415)
        shot = at.shot()
        shot.ask(f"{key}={CANARY}")
        await at.refused(shot, 400)


async def test_10_no_unknown_field(name: str) -> None:
    """At the top and inside, and its name is repeated nowhere."""
    async with way(name) as at:
        one = at.speaking
        inside = [place for place in places(one.fields) if isinstance(_at(one.fields, place), dict)]
        for place in ((), *inside):
            came = await at.refused(at.shot(fields=_with(one.fields, place, CANARY, "x")), 400, 403, 422)
            assert b"UnknownField" in came.body
            assert CANARY not in f"{came.head!r} {came.body!r} {at.door.lines.lines} {at.door.refusals.noted}"
            assert (name, "field") in at.door.refusals.noted


async def test_11_every_string_is_looked_at_or_refused(name: str) -> None:
    """Each place of each endpoint that changes something, one after the other; the person's own words are blocked."""
    changing = {EndpointClass.WAITING, EndpointClass.WRITE, EndpointClass.ACT, EndpointClass.MEDIA}
    blocked = set()
    async with way(name) as at:
        for one in at.requests:
            for place in places(one.fields) if one.row.cls in changing else ():
                at.door.forget()
                case = Case(one=one, place=place, leak=IBAN, token=at.door.token, rng=None)  # type: ignore[arg-type]
                came = await at.send(case.shot(case.put(IBAN)))
                assert not any(holds_leak(seen.body + seen.path.encode()) for seen in at.door.seen), (one.name, place)
                if one.row.cls is EndpointClass.WAITING and came.status < 400:
                    continue  # the gateway's own answer: nothing goes to the platform
                assert came.status >= 400, (one.name, place)
                assert in_shape(name, came)
                if at.door.verdicts == ["block"]:
                    blocked.add((one.row.name, ".".join(map(str, place))))
                    assert not holds_leak(came.head + came.body)
    assert SPEAKING[name] in blocked


async def test_12_recorded_before_it_is_sent(name: str) -> None:
    """Decision and intent first; where they cannot be recorded, nothing is sent and the client is told to wait."""
    async with way(name) as at:
        came = await at.send(at.shot(at.publishing))
        assert came.status < 300
        assert at.door.recorded_when_sent
        assert all({"PG-101", "PG-102"} <= codes for codes in at.door.recorded_when_sent)
        at.door.gate.log.down = True
        at.door.forget()
        came = await at.send(at.shot(at.publishing))
        assert (came.status, at.door.seen) == (503, [])
        assert in_shape(name, came)
        assert b"retry-after" in came.head.lower()


async def test_13_built_anew(name: str) -> None:
    """Spaces, escapes and the order of a client's body leave no trace, nor does anything else of its bytes."""
    async with way(name) as at:
        sent = []
        for escapes in ("none", "all"):
            at.door.forget()
            shot = at.shot(at.publishing)
            shot.body = b" \n" + json_of(at.publishing.fields, escapes=escapes).encode() + b"  "
            assert (await at.send(shot)).status < 300
            # ids of the gateway's own differ from request to request
            sent.append([(seen.method, seen.path, b"\\u" in seen.body, seen.body[:1]) for seen in at.door.seen])
        assert sent[0] == sent[1]
        assert not any(escaped or first.isspace() for _, _, escaped, first in sent[0])


async def test_14_headers_of_our_own(name: str) -> None:
    """None of the client's, no token of the gateway, the platform's credential."""
    async with way(name) as at:
        for one in (at.publishing, at.reading):
            shot = at.shot(one)
            shot.headers += [
                ("Cookie", f"a={CANARY}"),
                ("X-Forwarded-For", "10.0.0.1"),
                ("User-Agent", CANARY),
                ("Referer", f"https://bank.example/{CANARY}"),
                ("Accept-Language", "de"),
            ]
            at.door.forget()
            assert (await at.send(shot)).status < 300
            assert at.door.seen
            for seen in at.door.seen:
                assert set(seen.headers) <= SENT_HEADERS
                assert at.door.token not in str(seen)
                assert seen.headers["user-agent"].startswith("postgate/")
                assert seen.headers["accept-encoding"] == "identity"
                assert not holds_leak(str(seen).encode())


async def test_15_an_answer_is_read_and_written_anew(name: str) -> None:
    """No redirect is followed, no cookie and no token passed on; what cannot be used is 502 for a read."""
    async with way(name) as at:
        at.door.behave = answer(
            200, b'{"id":"7","did":"x","access_token":"t0ken"}', ("Set-Cookie", "a=b"), ("X-Own", "1")
        )
        came = await at.send(at.shot(at.reading))
        assert came.status == 200
        assert "access_token" not in came.json()
        assert b"set-cookie" not in came.head.lower()
        assert b"x-own" not in came.head.lower()
        for behaviour in (answer(200, b"<html>"), answer(302, b"", ("Location", "http://127.0.0.1:1/")), answer(500)):
            at.door.forget()
            at.door.behave = behaviour
            came = await at.send(at.shot(at.reading))
            assert (came.status, len(at.door.seen)) == (502, 1)
            assert in_shape(name, came)


async def test_15_an_unclear_answer_to_a_write_is_told_as_such(name: str) -> None:
    """Sent once, never again, and the client hears that it may be out."""
    async with way(name) as at:
        at.door.behave = answer(302, b"", ("Location", "http://127.0.0.1:1/"))
        at.door.behave_at = "putRecord" if name == "bluesky" else at.publishing.path
        came = await at.send(at.shot(at.publishing))
        assert b"OutcomeUnknown" in came.body or b"OUTCOME_UNKNOWN" in came.body
        assert 400 <= came.status < 500
        assert in_shape(name, came)
        assert at.door.gate.observer.outcomes == ["unknown"]


def _at(value: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        value = value[key]
    return value


def _with(fields: dict[str, Any], place: tuple[Any, ...], key: str, value: Any) -> Any:
    """Return the fields with one more inside a place."""
    root = json.loads(json.dumps(fields))
    _at(root, place)[key] = value
    return root
