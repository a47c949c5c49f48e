"""
The application log: JSON lines with listed events and listed keys, written where they can hurt nobody.

    call -> structlog processors (time, level, allow-list, JSON) -> bounded queue -> thread -> stream

A full disk, a closed stream or a reader that stopped reading costs log lines, counted in `dropped`, and nothing else:
no call here waits or raises in production. The audit log is another thing and never comes through here.
"""

from __future__ import annotations

import re
import sys
import threading
from collections import deque
from typing import IO, TYPE_CHECKING, Protocol

import orjson
import structlog

from proxy.observability.events import ALWAYS, EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

_QUEUE_LINES = 10_000
_PLAIN = re.compile(r"[A-Za-z0-9_.:/+@-]{0,160}")
_HIDDEN = "?"
_UNKNOWN_EVENT = "unlisted"
_CLOSING_SECONDS = 2.0
_LOOK_SECONDS = 0.1
"""Pause between two looks for lines to write."""


class UnlistedLogValue(ValueError):
    """An event, a key or a kind of value that may not be logged; raised in tests only."""


class AllowList:
    """
    The structlog processor that lets listed keys with harmless values through.

    In production an unknown event loses its name and its keys, an unknown key is dropped, and a value that could be
    prose becomes `?`. With `strict` each of these is an error.
    """

    def __init__(self, *, strict: bool, events: dict[str, frozenset[str]] | None = None) -> None:
        self._strict = strict
        self._events = EVENTS if events is None else events

    def __call__(self, _logger: object, _method: str, line: MutableMapping[str, object]) -> MutableMapping[str, object]:
        """
        Return the line without what may not be logged.

        Raises:
            UnlistedLogValue: strict, and something may not be logged. The text names key and type, never the value.
        """
        event = line.get("event")
        listed = self._events.get(event) if isinstance(event, str) else None
        if listed is None:
            self._complain("an event that is not listed")
            return {key: line[key] for key in ("level", "timestamp", "node") if key in line} | {"event": _UNKNOWN_EVENT}
        return {key: self._value(key, value) for key, value in line.items() if self._known(key, listed)}

    def _known(self, key: str, listed: frozenset[str]) -> bool:
        known = key in listed or key in ALWAYS
        if not known:
            self._complain("a key that its event does not list")
        return known

    def _value(self, key: str, value: object) -> object:
        if value is None or type(value) in {bool, int, float}:
            return value
        if isinstance(value, str) and _PLAIN.fullmatch(value):
            return str(value)
        self._complain(f"a value of type {type(value).__name__} under the key {key}")
        return _HIDDEN

    def _complain(self, what: str) -> None:
        if self._strict:
            raise UnlistedLogValue(what)


class Lines(Protocol):
    """Where finished lines go."""

    def msg(self, message: str) -> None:
        """Take one line without its end."""
        ...


class StreamLines:
    """
    Writes lines to a stream from a thread of its own, so that a slow, full or closed stream stops nobody.

    The thread looks every tenth of a second: waking it for each line would cost a request more than the line itself.
    """

    def __init__(
        self,
        stream: IO[str],
        *,
        on_dropped: Callable[[int], None] = lambda _number: None,
        capacity: int = _QUEUE_LINES,
    ) -> None:
        self._stream = stream
        self._on_dropped = on_dropped
        self._capacity = capacity
        self._waiting: deque[str] = deque()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._write_all, name="postgate-log", daemon=True)
        self._thread.start()

    def msg(self, message: str) -> None:
        """Queue one line; drop it when the queue is full."""
        if len(self._waiting) >= self._capacity:
            self._on_dropped(1)
        else:
            self._waiting.append(message)

    def close(self, seconds: float = _CLOSING_SECONDS) -> None:
        """Write what is queued and stop; give up after some seconds."""
        self._closed.set()
        self._thread.join(seconds)

    def _write_all(self) -> None:
        closed = False
        while not closed:
            closed = self._closed.wait(_LOOK_SECONDS)
            self._write(len(self._waiting))

    def _write(self, number: int) -> None:
        if not number:
            return
        lines = [self._waiting.popleft() for _ in range(number)]
        try:
            self._stream.write("\n".join(lines) + "\n")
            self._stream.flush()
        except (OSError, ValueError):  # disk full, reader gone; ValueError: the stream was closed
            self._on_dropped(number)


class Log:
    """What the rest of the gateway logs with: an event name of `EVENTS` and its keys."""

    def __init__(self, lines: Lines, *, node: str = "", strict: bool = False) -> None:
        self._logger = structlog.wrap_logger(
            _Methods(lines),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                AllowList(strict=strict),
                structlog.processors.JSONRenderer(_dumps),
            ],
            wrapper_class=structlog.BoundLoggerBase,
            context_class=dict,
            cache_logger_on_first_use=False,
            **({"node": node} if node else {}),
        )

    def _emit(self, level: str, event: str, keys: dict[str, object]) -> None:
        self._logger._proxy_to_logger(level, event, **keys)  # noqa: SLF001 - structlog's own way for wrappers

    def info(self, event: str, **keys: object) -> None:
        """Log what is expected to happen."""
        self._emit("info", event, keys)

    def warning(self, event: str, **keys: object) -> None:
        """Log what somebody should look at some time."""
        self._emit("warning", event, keys)

    def error(self, event: str, **keys: object) -> None:
        """Log what somebody should look at now."""
        self._emit("error", event, keys)


def _dumps(line: object, **_options: object) -> str:
    return orjson.dumps(line, option=orjson.OPT_SORT_KEYS).decode("utf-8")


class _Methods:
    """Gives structlog the three level methods it asks a logger for."""

    def __init__(self, lines: Lines) -> None:
        self.info = self.warning = self.error = lines.msg


def stderr_lines(on_dropped: Callable[[int], None] = lambda _number: None) -> StreamLines:
    """Return lines to this process's standard error, where a supervisor collects them."""
    return StreamLines(sys.stderr, on_dropped=on_dropped)
