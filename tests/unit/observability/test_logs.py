"""
The application log: allow-list, JSON lines, and that a broken stream hurts nobody.
"""

from __future__ import annotations

import io
import json
import os
import threading

import pytest

from proxy.observability.logs import Log, StreamLines, UnlistedLogValue, stderr_lines
from tests.fakes.door_platform import MemoryLines

CANARY = "Die Kundin Erika Beispiel"


def test_a_listed_event_is_one_json_line() -> None:
    """Event, level, time, node and the listed keys, sorted, in one line."""
    lines = MemoryLines()
    Log(lines, node="n1", strict=True).info("request", door="m", route="status.create", status=200, ms=1.5)
    (event,) = lines.events()
    assert event.pop("timestamp")
    assert event == {
        "event": "request",
        "level": "info",
        "node": "n1",
        "door": "m",
        "route": "status.create",
        "status": 200,
        "ms": 1.5,
    }


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_levels_are_kept(level: str) -> None:
    """Each method writes its level."""
    lines = MemoryLines()
    getattr(Log(lines, strict=True), level)("audit.failed", code="disk")
    assert lines.events()[0]["level"] == level


def test_unknown_keys_are_dropped_in_production() -> None:
    """What an event does not list never gets out, the rest does."""
    lines = MemoryLines()
    Log(lines).info("request", door="m", body=CANARY)
    assert "Erika" not in lines.lines[0]
    assert lines.events()[0]["door"] == "m"


def test_unknown_events_lose_everything_in_production() -> None:
    """An event outside the list shows that it happened, not what it said."""
    lines = MemoryLines()
    Log(lines, node="n1").error(CANARY, door="m")
    (event,) = lines.events()
    assert event.pop("timestamp")
    assert event == {"event": "unlisted", "level": "error", "node": "n1"}


@pytest.mark.parametrize(
    "value",
    [CANARY, "a b", "a\nb", "ü", "x" * 161, b"bytes", ["a"], {"a": 1}, ValueError(CANARY), object(), '"', "<b>"],
)
def test_values_that_could_be_prose_are_hidden(value: object) -> None:
    """Only identifiers, codes and numbers are written."""
    lines = MemoryLines()
    Log(lines).info("request", route=value)
    assert lines.events()[0]["route"] == "?"


@pytest.mark.parametrize("value", ["", "status.create", "mastodon:presse", "a/b_c-d@1+2", 0, 1.5, True, None])
def test_plain_values_are_written(value: object) -> None:
    """Codes and numbers arrive as they are."""
    lines = MemoryLines()
    Log(lines, strict=True).info("request", route=value)
    assert lines.events()[0]["route"] == value


@pytest.mark.parametrize(
    ("event", "keys"), [("nothing.known", {}), ("request", {"unknown": 1}), ("request", {"route": CANARY})]
)
def test_strict_makes_each_of_these_an_error(event: str, keys: dict[str, object]) -> None:
    """In tests a mistake fails at its place; the error does not repeat the value."""
    lines = MemoryLines()
    with pytest.raises(UnlistedLogValue) as caught:
        Log(lines, strict=True).info(event, **keys)
    assert "Erika" not in str(caught.value)
    assert lines.lines == []


def test_lines_reach_the_stream_in_order() -> None:
    """What was queued is written before the end."""
    stream = io.StringIO()
    lines = StreamLines(stream)
    for number in range(100):
        lines.msg(str(number))
    lines.close()
    assert stream.getvalue().split() == [str(number) for number in range(100)]


class _Full(io.StringIO):
    """A stream on a full disk."""

    def write(self, text: str) -> int:
        assert text
        raise OSError(28, "No space left on device")


def _closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("make", [_Full, _closed])
def test_a_stream_that_fails_costs_lines_and_nothing_else(make: type[io.StringIO]) -> None:
    """A full disk and a closed stream are counted; the caller never notices."""
    dropped: list[int] = []
    lines = StreamLines(make(), on_dropped=dropped.append)
    log = Log(lines, strict=True)
    for _ in range(3):
        log.info("server.stopped", clean=True)
    lines.close()
    assert sum(dropped) == 3


class _Stuck(io.StringIO):
    """A stream whose reader has stopped reading."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def write(self, text: str) -> int:
        self.go.wait(10)
        return super().write(text)


def test_a_reader_that_stopped_never_blocks_the_caller() -> None:
    """Beyond the queue lines are dropped; when the reader goes on, what was queued arrives."""
    stream, dropped = _Stuck(), list[int]()
    lines = StreamLines(stream, on_dropped=dropped.append, capacity=5)
    for number in range(50):
        lines.msg(str(number))
    lines.close(0.01)
    stream.go.set()
    lines.close()
    assert 44 <= len(dropped) <= 45
    assert len(stream.getvalue().split()) == 50 - len(dropped)


def test_a_broken_pipe_is_survived() -> None:
    """The collector behind a pipe may die."""
    reading, writing = os.pipe()
    os.close(reading)
    dropped: list[int] = []
    with os.fdopen(writing, "w") as stream:
        lines = StreamLines(stream, on_dropped=dropped.append)
        lines.msg("x" * 100)
        lines.close()
        assert dropped == [1]
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)


def test_standard_error_is_where_lines_go(capsys: pytest.CaptureFixture[str]) -> None:
    """The process's own log goes to standard error."""
    lines = stderr_lines()
    Log(lines, strict=True).info("server.stopped", clean=True)
    lines.close()
    assert json.loads(capsys.readouterr().err)["clean"] is True
