"""
Where a search goes on: an opaque text that belongs to its filter, to the size of the log, and to this log.

    <filter> . <size> . <after> . <seal>

The seal is a hash over all of it and over the root that the log had at that size, so a cursor of another search, of
another log, or of a log that was rolled back since is refused. It is no secret: it keeps mistakes out, and gives nobody
a right.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING

import orjson

from proxy.audit.head import LOG
from proxy.audit.nodes import SqlNodes
from proxy.audit.tlog.proving import head_of
from proxy.core.errors import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

_FORM = re.compile(r"([0-9a-f]{16})\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9a-f]{32})", re.ASCII)


def write_cursor(connection: Connection, wanted: Mapping[str, object], *, size: int, after: int) -> str:
    """Return the cursor behind a record, for a search that began when the log had this size."""
    mark = _mark(wanted)
    text = f"{mark}.{size}.{after}.{_seal(connection, mark, size, after)}"
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii")


def read_cursor(connection: Connection, cursor: str, wanted: Mapping[str, object], *, size: int) -> tuple[int, int]:
    """
    Return the size of the log when the search began, and the place behind which it goes on.

    Args:
        connection: to the database of the log.
        cursor: as it came.
        wanted: the filter, described.
        size: of the log now.

    Raises:
        MalformedRequest: it is none, or belongs to another filter or log.
    """
    try:
        match = _FORM.fullmatch(base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True).decode("ascii"))
    except (ValueError, binascii.Error):
        match = None
    if match is None:
        raise MalformedRequest(expected="a cursor of an earlier page", found="another text")
    mark, began, after, seal = match[1], int(match[2]), int(match[3]), match[4]
    if mark != _mark(wanted):
        raise MalformedRequest(expected="the filter that the cursor belongs to", found="another filter")
    if not after < began <= size or seal != _seal(connection, mark, began, after):
        raise MalformedRequest(expected="a cursor of this log", found="one of another log")
    return began, after


def _mark(wanted: Mapping[str, object]) -> str:
    return hashlib.sha256(orjson.dumps(wanted, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def _seal(connection: Connection, mark: str, size: int, after: int) -> str:
    root = head_of(SqlNodes(connection, LOG), size).root
    return hashlib.sha256(f"{mark}.{size}.{after}.{root.hex()}".encode("ascii")).hexdigest()[:32]
