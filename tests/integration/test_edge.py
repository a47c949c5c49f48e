"""
The edge over raw sockets. The tables are a regression test against each upgrade of aiohttp.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, cast

import pytest

from proxy.gate.wire import WireAnswer
from proxy.observability.bridge import capture_libraries
from proxy.web.body import Pace
from proxy.web.connections import Connections
from tests.fakes.door_house import HOST, TOKEN, DoorHouse, status_of
from tests.fakes.door_platform import ScriptedDoorPlatform, ScriptedSubmit

if TYPE_CHECKING:
    from aiohttp import web

    from proxy.core.errors import PostgateError
    from proxy.gate.wire import WireRequest

AUTH = f"Authorization: Bearer {TOKEN}\r\n".encode()
HEAD = b"POST /posts HTTP/1.1\r\nHost: door.test\r\n" + AUTH
BODY = b'{"text":"x"}'
LENGTH = b"Content-Length: 12\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def _post(*headers: bytes, body: bytes = BODY, length: bytes = LENGTH) -> bytes:
    return HEAD + b"".join(header + b"\r\n" for header in headers) + length + b"Connection: close\r\n\r\n" + body


def _get(line: bytes, *headers: bytes, host: bytes = b"Host: door.test\r\n") -> bytes:
    return line + b"\r\n" + host + b"".join(header + b"\r\n" for header in headers) + b"Connection: close\r\n\r\n"


REFUSED: dict[str, tuple[bytes, int]] = {
    # framing: what two servers could read in two ways
    "length and chunked": (_post(b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 400),
    "chunked and length": (HEAD + CHUNKED + LENGTH + b"\r\n0\r\n\r\nGET /instance HTTP/1.1\r\n\r\n", 400),
    "two lengths": (_post(b"Content-Length: 11"), 400),
    "two equal lengths": (_post(b"Content-Length: 12"), 400),
    "length list": (_post(length=b"Content-Length: 12, 12\r\n"), 400),
    "signed length": (_post(length=b"Content-Length: +12\r\n"), 400),
    "negative length": (_post(length=b"Content-Length: -1\r\n"), 400),
    "hexadecimal length": (_post(length=b"Content-Length: 0xc\r\n"), 400),
    "unicode digits": (_post(length="Content-Length: ١٢\r\n".encode()), 400),
    "encoding list": (_post(length=b"Transfer-Encoding: gzip, chunked\r\n", body=b"0\r\n\r\n"), 400),
    "encoding twice": (_post(b"Transfer-Encoding: chunked", length=CHUNKED, body=b"0\r\n\r\n"), 400),
    "identity transfer": (_post(length=b"Transfer-Encoding: identity\r\n"), 400),
    "obscured encoding": (_post(length=b"Transfer-Encoding: xchunked\r\n", body=b"0\r\n\r\n"), 400),
    "encoding with tab": (_post(length=b"Transfer-Encoding:\x0bchunked\r\n", body=b"0\r\n\r\n"), 400),
    "space before colon": (_post(length=b"Content-Length : 12\r\n"), 400),
    "folded header": (_post(b"X-A: 1\r\n 2"), 400),
    "bare line feeds": (_post().replace(b"\r\n", b"\n"), 400),
    "bare carriage return": (_post(b"X-A: 1\rX-B: 2"), 400),
    "zero byte in header": (_post(b"X-A: 1\x002"), 400),
    "header without name": (_post(b": 1"), 400),
    "header without colon": (_post(b"X-A"), 400),
    "not ASCII in header": (_post("X-A: Müller".encode()), 400),
    "trailers announced": (_post(b"Trailer: X-A"), 400),
    "broken chunk size": (HEAD + CHUNKED + b"\r\nzz\r\n" + BODY + b"\r\n0\r\n\r\n", 400),
    "chunk longer than said": (HEAD + CHUNKED + b"\r\n2\r\n" + BODY + b"\r\n0\r\n\r\n", 400),
    # one header, one value
    "two hosts": (_post(b"Host: door.test"), 400),
    "two hosts, other": (_post(b"Host: evil.test"), 400),
    "two tokens": (_post(AUTH.strip()), 400),
    "two types": (_post(b"Content-Type: application/json", b"Content-Type: text/plain"), 400),
    "two idempotency keys": (_post(b"Idempotency-Key: a", b"Idempotency-Key: b"), 400),
    "no host": (_get(b"GET /instance HTTP/1.1", host=b""), 400),
    "other host": (_get(b"GET /instance HTTP/1.1", host=b"Host: evil.test\r\n"), 421),
    "host with port": (_get(b"GET /instance HTTP/1.1", host=b"Host: door.test:80\r\n"), 421),
    "empty host": (_get(b"GET /instance HTTP/1.1", host=b"Host:\r\n"), 421),
    # versions and forms
    "HTTP/0.9": (b"GET /instance\r\n\r\n", 400),
    "HTTP/1.0": (_get(b"GET /instance HTTP/1.0"), 400),
    "HTTP/1.2": (_get(b"GET /instance HTTP/1.2"), 400),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "absolute form": (_get(b"GET http://door.test/instance HTTP/1.1"), 400),
    "asterisk form": (_get(b"OPTIONS * HTTP/1.1"), 400),
    "authority form": (_get(b"CONNECT door.test:443 HTTP/1.1"), 400),
    "lower-case method": (_get(b"get /instance HTTP/1.1"), 400),
    "TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 60 + b"\r\n\r\n", 400),
    "upgrade": (_get(b"GET /instance HTTP/1.1", b"Upgrade: websocket"), 400),
    "upgrade of the connection": (
        b"GET /instance HTTP/1.1\r\nHost: door.test\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        400,
    ),
    # paths
    "double slash": (_get(b"GET //instance HTTP/1.1"), 400),
    "double slash inside": (_get(b"GET /media//1 HTTP/1.1"), 400),
    "dot segment": (_get(b"GET /./instance HTTP/1.1"), 400),
    "dot dot segment": (_get(b"GET /media/../instance HTTP/1.1"), 400),
    "encoded dot": (_get(b"GET /%2e%2e/instance HTTP/1.1"), 400),
    "encoded slash": (_get(b"GET /media%2F1 HTTP/1.1"), 400),
    "encoded backslash": (_get(b"GET /media%5C1 HTTP/1.1"), 400),
    "backslash": (_get(b"GET /media\\1 HTTP/1.1"), 400),
    "encoded letter": (_get(b"GET /%69nstance HTTP/1.1"), 400),
    "encoded digit": (_get(b"GET /media/%31 HTTP/1.1"), 400),
    "encoded zero byte": (_get(b"GET /instance%00 HTTP/1.1"), 400),
    "encoded line feed": (_get(b"GET /instance%0a HTTP/1.1"), 400),
    "double encoding": (_get(b"GET /%2569nstance HTTP/1.1"), 400),
    "broken encoding": (_get(b"GET /instance%4 HTTP/1.1"), 400),
    "not ASCII in path": (_get("GET /münchen HTTP/1.1".encode()), 400),
    "fragment": (_get(b"GET /instance#x HTTP/1.1"), 400),
    "two closing slashes": (_get(b"GET /instance// HTTP/1.1"), 400),
    # overrides, encodings, expectations
    "override header": (_post(b"X-HTTP-Method-Override: DELETE"), 400),
    "other override header": (_post(b"X-Method-Override: DELETE"), 400),
    "override in query": (_post().replace(b"/posts ", b"/posts?_method=DELETE "), 400),
    "encoded override in query": (_post().replace(b"/posts ", b"/posts?a=1&%5Fmethod=DELETE "), 400),
    "batch in query": (_post().replace(b"/posts ", b"/posts?batch=1 "), 400),
    "gzip": (_post(b"Content-Encoding: gzip"), 415),
    "two encodings": (_post(b"Content-Encoding: gzip", b"Content-Encoding: identity"), 400),
    "empty encoding": (_post(b"Content-Encoding:"), 415),
    "other expectation": (_post(b"Expect: 200-maybe"), 400),
    # sizes
    "long request line": (_get(b"GET /" + b"a" * 9000 + b" HTTP/1.1"), 400),
    "long header": (_post(b"X-A: " + b"a" * 9000), 400),
    "many headers": (_post(*(b"X-%d: 1" % number for number in range(120))), 400),
    "long length": (_post(length=b"Content-Length: 1000000000\r\n"), 413),
    "absurd length": (_post(length=b"Content-Length: 99999999999999999999\r\n"), 400),
    "long chunked body": (HEAD + CHUNKED + b"\r\n" + (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 5, 413),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refuses_what_has_more_than_one_reading(name: str) -> None:
    """The request gets its status, never reaches a submission, is noted, and ends the connection."""
    request, status = REFUSED[name]
    house = DoorHouse(pace=Pace(seconds=2, grace=2))
    async with house.open():
        answer = await house.raw(request)
    assert status == status_of(answer)
    assert answer.count(b"HTTP/") == 1
    assert house.submit.drafts == []
    assert len(house.refusals.noted) == 1
    assert b"\r\nserver:" not in answer.lower()
    assert b"Traceback" not in answer


ACCEPTED: dict[str, bytes] = {
    "plain": _post(),
    "one trailing slash": _post().replace(b"/posts ", b"/posts/ "),
    "host in capitals": _post().replace(b"Host: door.test", b"hOsT: DOOR.test"),
    "identity encoding": _post(b"Content-Encoding: identity"),
    "chunked": HEAD + CHUNKED + b"Connection: close\r\n\r\nc\r\n" + BODY + b"\r\n0\r\n\r\n",
    "query": _post().replace(b"/posts ", b"/posts?a=%5F%20%2F&b[]=1 "),
    "no body": _get(b"GET /instance HTTP/1.1"),
    "empty body of a read": _get(b"GET /instance HTTP/1.1", b"Content-Length: 0"),
    "expected continue": _post(b"Expect: 100-continue"),
}


@pytest.mark.parametrize("name", ACCEPTED)
async def test_takes_what_clients_send(name: str) -> None:
    """Every ordinary form of a request is answered, with headers that forbid sniffing and storing."""
    house = DoorHouse()
    async with house.open():
        answer = await house.raw(ACCEPTED[name])
    answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert status_of(answer) == 200
    assert house.refusals.noted == []
    assert b"x-content-type-options: nosniff" in answer.lower()
    assert b"cache-control: no-store" in answer.lower()


async def test_a_second_request_behind_a_refused_one_is_never_read() -> None:
    """What follows a refused request on the same connection is not taken for a request."""
    house = DoorHouse()
    async with house.open():
        refused = _post(b"X-HTTP-Method-Override: DELETE").replace(b"Connection: close\r\n", b"")
        answer = await house.raw(refused + _get(b"GET /me HTTP/1.1", AUTH.strip()))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert house.reader.asked == []


async def test_two_requests_on_one_connection_are_both_answered() -> None:
    """A connection stays open for the next request, in order."""
    house = DoorHouse()
    async with house.open():
        first = _get(b"GET /instance HTTP/1.1").replace(b"Connection: close\r\n", b"")
        answer = await house.raw(first + _post())
    assert answer.count(b"HTTP/1.1 200 ") == 2
    assert house.reader.asked == [("instance", None)]
    assert house.submit.drafts == [("post.create", "p-1")]


async def test_continue_is_said_only_after_the_token_was_accepted() -> None:
    """A client that asks first learns of a bad token before it sends its body."""
    house = DoorHouse()
    async with house.open():
        answer = await house.raw(_post(b"Expect: 100-continue", body=b"").replace(TOKEN.encode(), b"pgt_other"))
    assert status_of(answer) == 401
    assert b"100 Continue" not in answer


async def test_slow_headers_close_the_connection() -> None:
    """Headers that are not complete in time end the connection without an answer, and are noted."""
    house = DoorHouse(header_seconds=0.1)
    async with house.open():
        assert await house.raw(HEAD) == b""
        assert house.connections.open == 0
    assert house.refusals.noted == [("m", "rate")]


async def test_a_silent_connection_is_closed_without_a_note() -> None:
    """Who connects and says nothing is no request."""
    house = DoorHouse(header_seconds=0.1)
    async with house.open():
        assert await house.raw() == b""
    assert house.refusals.noted == []


async def test_slow_headers_of_a_second_request_close_the_connection() -> None:
    """The deadline counts for every request of a connection, from its first byte on."""
    house = DoorHouse(header_seconds=0.1)
    async with house.open(), house.connect() as (reader, writer), asyncio.timeout(5):
        writer.write(_get(b"GET /instance HTTP/1.1").replace(b"Connection: close\r\n", b""))
        assert status_of(await reader.readuntil(b"}")) == 200
        writer.write(b"GET /inst")
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await reader.readexactly(1)
    assert house.refusals.noted == [("m", "rate")]


async def test_an_idle_connection_is_closed() -> None:
    """A connection without a next request ends after the idle time, without a note."""
    house = DoorHouse(idle_seconds=0.1)
    async with house.open():
        answer = await house.raw(_get(b"GET /instance HTTP/1.1").replace(b"Connection: close\r\n", b""))
    assert status_of(answer) == 200
    assert house.refusals.noted == []


async def test_framing_that_breaks_in_the_middle_of_a_body_ends_the_connection() -> None:
    """The rest of the connection is not read, so the body never gets complete: one answer, and the end."""
    house = DoorHouse(pace=Pace(seconds=2, grace=0.2))
    async with house.open(), house.connect() as (reader, writer), asyncio.timeout(5):
        writer.write(HEAD + CHUNKED + b'\r\n4\r\n{"te\r\n')
        await writer.drain()
        while not house.identity.asked:  # noqa: ASYNC110 - the door is reading once it has asked who it is
            await asyncio.sleep(0.01)
        writer.write(b"zz\r\n" + _post())
        answer = await reader.read()
    assert status_of(answer) == 408
    assert answer.count(b"HTTP/") == 1
    assert house.submit.drafts == []


async def test_a_defect_below_the_door_shows_its_class_only(capfd: pytest.CaptureFixture[str]) -> None:
    """A handler that fails or answers with nothing is a generic 500; aiohttp's own traceback is not written."""

    async def fails(_request: web.BaseRequest) -> web.StreamResponse:
        raise RuntimeError(CANARY)

    async def forgets(_request: web.BaseRequest) -> web.StreamResponse:
        return cast("web.StreamResponse", None)

    house = DoorHouse()
    for handler in (fails, forgets):
        async with house.open(handler):
            answer = await house.raw(_post())
        assert status_of(answer) == 500
        assert CANARY.encode() not in answer
    assert {event["error"] for event in house.lines.events()} == {"RuntimeError", None}
    written = capfd.readouterr()
    assert CANARY not in house.logged() + written.out + written.err
    assert "Traceback" not in written.out + written.err


async def test_a_client_that_does_not_read_its_answer_is_dropped() -> None:
    """An answer that nobody takes is thrown away after the idle time, with its connection."""

    async def long_answer() -> WireAnswer:
        return WireAnswer(status=200, body=b"a" * 16 * 1024 * 1024)

    house = DoorHouse(idle_seconds=0.2, submit=ScriptedSubmit(long_answer))
    async with house.open(), house.connect() as (_, writer), asyncio.timeout(10):
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # StreamWriter promises a WriteTransport only
        writer.write(_post())
        await writer.drain()
        while not house.lines.lines:  # noqa: ASYNC110 - the log is the only sign outside
            await asyncio.sleep(0.01)
        while house.connections.open:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert house.refusals.noted == []


@pytest.mark.parametrize("start", [LENGTH + b'\r\n{"te', CHUNKED + b"\r\n1\r\n{"])
async def test_a_slow_body_is_answered_408(start: bytes) -> None:
    """A body that stops coming is given up after the grace."""
    house = DoorHouse(pace=Pace(seconds=5, grace=0.1))
    async with house.open():
        answer = await house.raw(HEAD + start)
    assert status_of(answer) == 408
    assert house.refusals.noted == [("m", "rate")]
    assert house.submit.drafts == []


async def test_a_dripping_body_is_answered_408() -> None:
    """A byte now and then does not keep a request alive: the rate counts."""
    house = DoorHouse(pace=Pace(seconds=5, grace=0.2))
    async with house.open(), house.connect() as (reader, writer):
        writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b"a")
                await asyncio.sleep(0.02)

        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            dripping = group.create_task(drip())
            answer = await reader.readuntil(b"\r\n\r\n")
            dripping.cancel()
    assert status_of(answer) == 408


async def test_a_client_that_leaves_in_the_middle_of_its_body_reaches_nothing() -> None:
    """Half a body is no request."""
    house = DoorHouse()
    async with house.open():
        async with house.connect() as (_, writer):
            writer.write(HEAD + LENGTH + b"\r\n" + b'{"te')
            await writer.drain()
        async with asyncio.timeout(5):
            while not house.lines.lines:  # noqa: ASYNC110 - a log line has no event to wait for
                await asyncio.sleep(0.01)
    assert house.submit.drafts == []
    assert house.flight.requests == 0


async def test_connections_over_the_caps_are_closed() -> None:
    """The connection after the last allowed one is closed at once; when others left, there is room again."""
    house = DoorHouse(connections=Connections(total=3, per_peer=2))
    async with house.open():
        async with house.connect(), house.connect():
            while house.connections.open < 2:  # noqa: ASYNC110 - accepting has no event to wait for
                await asyncio.sleep(0.01)
            assert await house.raw(_post()) == b""
        while house.connections.open:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert status_of(await house.raw(_post())) == 200
    assert "connection.refused" in {event["event"] for event in house.lines.events()}


async def test_many_idle_connections_stay_within_the_cap() -> None:
    """A flood of idle connections leaves the cap's number open, and none when their deadline is over."""
    house = DoorHouse(connections=Connections(total=20, per_peer=1000), header_seconds=0.5)
    async with house.open():
        async with AsyncExitStack() as stack, asyncio.timeout(5):
            flood = [await stack.enter_async_context(house.connect()) for _ in range(120)]
            assert house.connections.open <= 20
            ends = await asyncio.gather(*(reader.read() for reader, _ in flood), return_exceptions=True)
        assert house.connections.open == 0
    assert all(end == b"" or isinstance(end, ConnectionError) for end in ends)


CANARY = "Kanarienvogel"
_KNOWN = f"Host: {HOST}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "request_text",
    [
        f"GET /{CANARY} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n",
        f"GET /instance?{CANARY}={CANARY} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n",
        f"GET /instance HTTP/1.1\r\nHost: {CANARY}\r\nConnection: close\r\n\r\n",
        f"{CANARY.upper()} /instance HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n",
        f"{CANARY} /instance HTTP/1.1\r\nHost: {HOST}\r\n\r\n",
        f"GET /instance {CANARY}/1.1\r\nHost: {HOST}\r\n\r\n",
        f"GET /instance HTTP/1.1\r\nHost: {HOST}\r\n{CANARY} : {CANARY}\r\n\r\n",
        f"GET /instance HTTP/1.1\r\nHost: {HOST}\r\nX-A: {CANARY}\x00{CANARY}\r\n\r\n",
        f"GET http://{CANARY}/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n",
        f"POST /posts HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {CANARY}\r\n\r\n",
        f"POST /posts HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: {CANARY}\r\n\r\n",
        f"POST /posts HTTP/1.1\r\nHost: {HOST}\r\nContent-Encoding: {CANARY}\r\n\r\n",
        f"POST /posts HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {CANARY}\r\nConnection: close\r\n\r\n",
        f"POST /posts HTTP/1.1\r\n{_KNOWN}X-{CANARY}: {CANARY}\r\nIdempotency-Key: {CANARY}\r\n\r\n",
        f"POST /posts HTTP/1.1\r\n{_KNOWN}User-Agent: {CANARY}\r\nContent-Type: {CANARY}\r\n\r\n",
        f"POST /posts HTTP/1.1\r\n{_KNOWN}Cookie: {CANARY}\r\nContent-Length: {len(CANARY)}\r\n\r\n{CANARY}",
        f"POST /posts HTTP/1.1\r\n{_KNOWN}Transfer-Encoding: chunked\r\n\r\n{CANARY}\r\n",
        f'POST /posts HTTP/1.1\r\n{_KNOWN}Content-Length: {len(CANARY) + 6}\r\n\r\n{{"{CANARY}":1}}',
    ],
)
async def test_nothing_a_client_sends_gets_into_logs_metrics_or_error_answers(
    request_text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A canary in path, query, headers, method, version, framing or body is seen nowhere afterwards."""
    house = DoorHouse()
    undo = capture_libraries(house.log)
    try:
        async with house.open():
            answer = await house.raw(request_text.encode())
    finally:
        undo()
    written = capfd.readouterr()
    noted = repr(house.refusals.noted)
    places = (house.logged(), answer.decode(), house.metrics.render().decode(), noted, written.out, written.err)
    for place in places:
        assert CANARY.lower() not in place.lower()
    assert house.lines.lines


class _Defective(ScriptedDoorPlatform):
    def refuse(self, error: PostgateError) -> WireAnswer:
        raise RuntimeError(CANARY + error.code)

    def token(self, request: WireRequest) -> str | None:
        raise RuntimeError(CANARY + request.path)


async def test_a_platform_that_cannot_even_refuse_gets_the_generic_answer() -> None:
    """The client gets the generic answer, the log the class of the error and nothing of its text."""
    house = DoorHouse(platform=_Defective())
    async with house.open():
        answer = await house.raw(_post())
    assert status_of(answer) == 500
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {"error": "Internal error in the gateway."}
    assert CANARY not in house.logged()
    assert "RuntimeError" in house.logged()
