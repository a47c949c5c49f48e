"""
A relay for HTTP between two programs: it breaks what passes at a chosen moment, and keeps a list of it.

It stands between a client and the gateway, or between the gateway and a real server; neither is changed, but for the
address. What passes is passed byte for byte, but for the name of the host where that is wanted. A fault is something
that happens (`What`) at a moment (`When`) of one request; a test draws it, so that a seed repeats a run. Unless a fault
cuts both sides, the far side is listened to until its end, whatever the near side was told: after `quiet` nothing is on
its way any more.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PIECE = 65_536
_SECONDS = 120.0
_END_OF_HEAD = b"\r\n\r\n"
_BROKEN = "HTTP/1.1 {status} Broken\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nbroken"


class What(StrEnum):
    """What happens to the side that asked."""

    CLOSE = "close"
    """Its connection is reset; the server's goes on, so that only the answer is lost."""
    CUT = "cut"
    """Both connections are reset: the server sees that, too."""
    ERROR = "error"
    """It is told an error, as a rule that the server broke (500)."""
    DELAY = "delay"
    """It waits, then everything goes on."""
    TWICE = "twice"
    """The whole request goes to the server a second time, and the first answer comes back."""
    REFUSE = "refuse"
    """Nobody listens: from the moment this fault is told of until others are."""


class When(StrEnum):
    """The moment."""

    BEFORE = "before"
    """The request is here; the server has seen nothing, and will not."""
    HALFWAY = "halfway"
    """The head and half of the body have gone on; unless this is a delay, the rest never will."""
    DURING = "during"
    """The whole request has gone on; the server is at work."""
    AFTER = "after"
    """The server has answered; nothing of it has come back."""
    IN_REPLY = "in reply"
    """Half of the answer has come back; an error is then a connection that ends there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one request, and when."""

    what: What
    when: When
    seconds: float = 0.1
    """Of a delay."""
    status: int = 500
    """Of an error."""

    def __str__(self) -> str:
        return f"{self.what} {self.when}"


FAULTS = tuple(Fault(what=what, when=when) for what in (What.CLOSE, What.CUT, What.ERROR, What.DELAY) for when in When)
"""What becomes of one request on its way; `TWICE` is left to those who know that the far side can tell."""
REFUSED = Fault(what=What.REFUSE, when=When.BEFORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A request that could have been broken, and what was done to it."""

    method: str
    path: str
    body: bytes
    fault: Fault | None


class Relay:
    """A listener on loopback, with a thread for each connection."""

    def __init__(
        self,
        target: str,
        *,
        breaks: Callable[[str, str], bool] = lambda _method, _path: True,
        renames: bool = False,
    ) -> None:
        host, _, port = target.partition("://")[2].partition(":")
        self._target = (host, int(port))
        self._host = f"{host}:{port}".encode() if renames else None
        """What `Host` becomes, for programs that know the relay's address only and servers that insist on theirs."""
        self._breaks = breaks
        """Which requests can be broken, by method and path; all others pass and use up no fault."""
        self._faults: deque[Fault | None] = deque()
        self._passed: list[Passed] = []
        self._busy = 0
        self._changed = threading.Condition()
        self._listener: socket.socket | None = _listener(0)
        self._port: int = self._listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"

    def break_next(self, *faults: Fault | None) -> None:
        """Say what happens to the next requests, one after the other; None lets one pass. Forgets what was left."""
        with self._changed:
            self._faults = deque(faults)
        if REFUSED in faults:
            self._stop()
        elif self._listener is None:
            self._listener = _listener(self._port)
            self._start(self._listener)

    def passed(self) -> list[Passed]:
        """Return every request so far that could have been broken."""
        with self._changed:
            return list(self._passed)

    def quiet(self) -> None:
        """Wait until no request is on its way and no answer is waited for."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._busy == 0, _SECONDS), "something never came to its end"

    def __enter__(self) -> Self:
        assert self._listener is not None
        self._start(self._listener)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _start(self, listener: socket.socket) -> None:
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _stop(self) -> None:
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # closing alone wakes up nobody who waits in accept
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        """Carry requests over one connection until a side is done with it."""
        near.settimeout(_SECONDS)
        with near, contextlib.suppress(OSError):
            reader = _Reader(near)
            while request := reader.request():
                with self._counted():
                    exchange = _Exchange(near, self._target, self._renamed(request), self._draw(request))
                    if not exchange.carry():
                        return

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def _renamed(self, request: bytes) -> bytes:
        if self._host is None:
            return request
        return re.sub(rb"(?i)\r\nhost:[^\r]*", b"\r\nHost: " + self._host, request, count=1)

    def _draw(self, request: bytes) -> Fault | None:
        head, _, body = request.partition(_END_OF_HEAD)
        method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        with self._changed:
            if not self._breaks(method, path):
                return None
            fault = self._faults.popleft() if self._faults else None
            self._passed.append(Passed(method=method, path=path, body=body, fault=fault))
            return fault


class _Exchange:
    """One request and its answer."""

    def __init__(self, near: socket.socket, target: tuple[str, int], request: bytes, fault: Fault | None) -> None:
        self._near = near
        self._target = target
        self._request = request
        self._fault = fault

    def carry(self) -> bool:
        """Carry it; return whether the near connection can have another one."""
        if self._struck(When.BEFORE):
            return False
        with socket.create_connection(self._target, timeout=_SECONDS) as far:
            half = len(self._request) - max(1, len(self._request.partition(_END_OF_HEAD)[2]) // 2)
            far.sendall(self._request[:half])
            if self._struck(When.HALFWAY):
                _reset(far)
                return False
            far.sendall(self._request[half:])
            lost = self._struck(When.DURING)
            if lost and self._is(What.CUT):
                _reset(far)
                return False
            answer = _Reader(far).answer(self._request)
        if self._is(What.TWICE):
            with socket.create_connection(self._target, timeout=_SECONDS) as far:
                far.sendall(self._request)
                _Reader(far).answer(self._request)
        return not lost and not self._struck(When.AFTER) and self._answered(answer)

    def _answered(self, answer: bytes) -> bool:
        half = len(answer) // 2 if self._fault is not None and self._fault.when is When.IN_REPLY else 0
        self._near.sendall(answer[:half])
        if half and self._struck(When.IN_REPLY):
            return False
        self._near.sendall(answer[half:])
        head = answer.partition(_END_OF_HEAD)[0].lower()
        return b"connection: close" not in head and _length(head) is not None

    def _is(self, what: What) -> bool:
        return self._fault is not None and self._fault.what is what

    def _struck(self, moment: When) -> bool:
        """Let the fault happen if this is its moment; return whether that is the end for the near side."""
        if self._fault is None or self._fault.when is not moment:
            return False
        match self._fault.what:
            case What.DELAY:
                time.sleep(self._fault.seconds)
                return False
            case What.TWICE | What.REFUSE:
                return False
            case What.ERROR if moment is not When.IN_REPLY:
                self._near.sendall(_BROKEN.format(status=self._fault.status).encode())
            case What.CLOSE | What.CUT | What.ERROR:
                _reset(self._near)
        return True


class _Reader:
    """Reads whole messages from a connection, byte for byte as they came."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._held = b""

    def request(self) -> bytes:
        """Return the next request; nothing when the connection ended."""
        head = self._until(_END_OF_HEAD)
        return head + self._body(head, _length(head.lower()) or 0) if head else b""

    def answer(self, request: bytes) -> bytes:
        """Return the answer to a request; what of it came, when the connection ended."""
        head = self._until(_END_OF_HEAD)
        if request.startswith(b"HEAD ") or re.match(rb"HTTP/1\.[01] (204|304)", head):
            return head
        length = _length(head.lower())
        return head + (self._everything() if length is None else self._body(head, length))

    def _body(self, head: bytes, length: int) -> bytes:
        if b"transfer-encoding: chunked" not in head.lower():
            return self._take(length)
        body = b""
        while not body.endswith(b"0\r\n\r\n"):
            line = self._until(b"\r\n")
            if not line:
                break
            body += line + self._take(int(line.split(b";")[0], 16) + 2)
        return body

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._held:
            piece = self._connection.recv(_PIECE)
            if not piece:
                return b""
            self._held += piece
        head, mark, self._held = self._held.partition(mark)
        return head + mark

    def _take(self, length: int) -> bytes:
        while len(self._held) < length:
            piece = self._connection.recv(_PIECE)
            if not piece:
                break
            self._held += piece
        taken, self._held = self._held[:length], self._held[length:]
        return taken

    def _everything(self) -> bytes:
        while piece := self._connection.recv(_PIECE):
            self._held += piece
        taken, self._held = self._held, b""
        return taken


def _listener(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), backlog=128)


def _length(head: bytes) -> int | None:
    """Return the length that a head in lower case announces: none for a body that ends with its connection."""
    if b"transfer-encoding: chunked" in head:
        return 0
    found = re.search(rb"\r\ncontent-length:\s*(\d+)", head)
    return int(found[1]) if found else None


def _reset(connection: socket.socket) -> None:
    """End a connection with a reset instead of an orderly end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
