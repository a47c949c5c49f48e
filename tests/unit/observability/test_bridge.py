"""
What libraries log, warn and raise never gets out with its text.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
import warnings
from typing import TYPE_CHECKING

import pytest

from proxy.observability.bridge import LIBRARIES, capture_libraries
from proxy.observability.logs import Log
from tests.fakes.door_platform import MemoryLines

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "Kanarienvogel"


@pytest.fixture
def lines() -> Iterator[MemoryLines]:
    """Return the log's lines while libraries are captured."""
    memory = MemoryLines()
    undo = capture_libraries(Log(memory, strict=True))
    yield memory
    undo()


@pytest.mark.parametrize("name", [*LIBRARIES, "some.other.library"])
def test_messages_arguments_and_tracebacks_stay_inside(
    name: str, lines: MemoryLines, capfd: pytest.CaptureFixture[str]
) -> None:
    """Logger, severity and the class of the error are logged; nothing is written elsewhere."""
    logger = logging.getLogger(name)
    before = logger.handlers[:]
    logger.addHandler(logging.NullHandler())
    try:
        raise ValueError(CANARY)
    except ValueError:
        logger.exception("request %s failed", CANARY, extra={"request": CANARY})
    logger.handlers[:] = before
    assert [(event["logger"], event["severity"], event["error"]) for event in lines.events()] == [
        (name, "error", "ValueError")
    ]
    written = capfd.readouterr()
    assert CANARY not in "".join([*lines.lines, written.out, written.err])


def test_chatter_is_dropped(lines: MemoryLines) -> None:
    """Below a warning libraries are not heard."""
    logging.getLogger("aiohttp.access").info("GET /%s", CANARY)
    logging.getLogger("presidio-analyzer").debug(CANARY)
    assert lines.lines == []


def test_a_logger_named_by_its_input_is_hidden(lines: MemoryLines) -> None:
    """A name that could be text is not written."""
    logging.getLogger(f"{CANARY} mit Leerzeichen").warning("x")
    assert lines.events()[0]["logger"] == "unnamed"


def test_handlers_of_libraries_are_taken_away() -> None:
    """A library that brought its own way to standard error loses it, and gets it back at the end."""
    stream = io.StringIO()
    logger = logging.getLogger("presidio-analyzer")
    own = logging.StreamHandler(stream)
    logger.addHandler(own)
    memory = MemoryLines()
    undo = capture_libraries(Log(memory, strict=True))
    logger.error(CANARY)
    undo()
    assert stream.getvalue() == ""
    assert len(memory.lines) == 1
    assert own in logger.handlers
    logger.removeHandler(own)


def test_warnings_are_events(lines: MemoryLines) -> None:
    """Python's warnings carry source lines and text; only their logger is named."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn(CANARY, stacklevel=1)
    assert [event["logger"] for event in lines.events()] == ["py.warnings"]
    assert CANARY not in "".join(lines.lines)


def test_uncaught_errors_are_named_by_class(lines: MemoryLines, capfd: pytest.CaptureFixture[str]) -> None:
    """Errors of the main program, of threads and of finalizers show their class only."""

    def fail() -> None:
        raise KeyError(CANARY)

    sys.excepthook(ValueError, ValueError(CANARY), None)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert [(event["task"], event["error"]) for event in lines.events()] == [
        ("main", "ValueError"),
        ("thread", "KeyError"),
    ]
    written = capfd.readouterr()
    assert CANARY not in "".join([*lines.lines, written.out, written.err])


def test_the_way_back_restores_everything() -> None:
    """After undo the process logs as before."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook, logging.raiseExceptions
    undo = capture_libraries(Log(MemoryLines()))
    undo()
    assert before == (root.handlers, root.level, sys.excepthook, threading.excepthook, logging.raiseExceptions)
