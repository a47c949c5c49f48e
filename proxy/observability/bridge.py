"""
What libraries want to log: only that something happened, in which library, and the class of the error.

aiohttp logs raw request bytes in tracebacks, SQLAlchemy parameters, Presidio words of the text. None of their messages,
arguments or tracebacks gets out; neither do those of uncaught exceptions.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from proxy.observability.logs import Log

LIBRARIES = (
    "aiohttp",
    "aiohttp.access",
    "aiohttp.client",
    "aiohttp.internal",
    "aiohttp.server",
    "aiohttp.web",
    "aiohttp.websocket",
    "alembic",
    "asyncio",
    "concurrent.futures",
    "presidio-analyzer",
    "presidio-anonymizer",
    "psycopg",
    "py.warnings",
    "spacy",
    "sqlalchemy",
    "tldextract",
)
"""Loggers that are reset by name, because some bring handlers of their own; the root logger takes all others."""

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}")


class Bridge(logging.Handler):
    """Turns a library's record into the event `library` without its message."""

    def __init__(self, log: Log) -> None:
        super().__init__(level=logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on logger, severity and class of the error, nothing else."""
        error = record.exc_info[0] if record.exc_info else None
        self._log.warning(
            "library",
            logger=record.name if _NAME.fullmatch(record.name) else "unnamed",
            severity=record.levelname.lower() if _NAME.fullmatch(record.levelname) else "unnamed",
            error=error.__name__ if error else None,
        )


def capture_libraries(log: Log) -> Callable[[], None]:
    """
    Send everything libraries log, warn about or fail to catch through the bridge; return the way back.

    Python's logging is one per process, so this is called once, by the composition root.
    """
    bridge = Bridge(log)
    restore = [_take_over(logging.getLogger(name), bridge=None) for name in LIBRARIES]
    restore.append(_take_over(logging.getLogger(), bridge=bridge))
    raise_exceptions, logging.raiseExceptions = logging.raiseExceptions, False
    logging.captureWarnings(capture=True)
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook = _uncaught(log)
    threading.excepthook = lambda args: log.error("task.failed", task="thread", error=args.exc_type.__name__)
    sys.unraisablehook = lambda args: log.error("task.failed", task="finalizer", error=args.exc_type.__name__)

    def undo() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(capture=False)
        logging.raiseExceptions = raise_exceptions
        for step in restore:
            step()

    return undo


def _uncaught(log: Log) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], _error: BaseException, _traceback: TracebackType | None) -> None:
        log.error("task.failed", task="main", error=kind.__name__)

    return hook


def _take_over(logger: logging.Logger, *, bridge: Bridge | None) -> Callable[[], None]:
    """Leave a logger with the bridge as its only handler, or with none so that its records reach the root."""
    before = logger.handlers[:], logger.level, logger.propagate, logger.disabled
    logger.handlers[:] = [bridge] if bridge else []
    logger.setLevel(logging.WARNING)
    logger.propagate = True
    logger.disabled = False

    def undo() -> None:
        logger.handlers[:], level, logger.propagate, logger.disabled = before
        logger.setLevel(level)

    return undo
