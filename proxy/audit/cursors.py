"""
Where a search goes on: an opaque text that belongs to its filter, to the open log and its size, and to this log.

    <filter> . <log> . <size> . <log of after> . <after> . <seal>

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

from proxy.audit.nodes import SqlNodes
from proxy.audit.tlog.proving import head_of
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.core.errors import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

_PLACE = r"([1-9][0-9]{0,8})\.([0-9]{1,18})"
_FORM = re.compile(rf"([0-9a-f]{{16}})\.{_PLACE}\.{_PLACE}\.([0-9a-f]{{32}})", re.ASCII)
_Place = tuple[int, int]
"""A log, and a number of its records or the number of one of them."""


def write_cursor(connection: Connection, wanted: Mapping[str, object], *, began: _Place, after: _Place) -> str:
    """Return the cursor behind a record, for a search that began when the log had this size."""
    text = _text(_mark(wanted), began, after)
    return base64.urlsafe_b64encode(f"{text}.{_seal(connection, text, began)}".encode("ascii")).decode("ascii")


def read_cursor(
    connection: Connection, cursor: str, wanted: Mapping[str, object], *, top: _Place
) -> tuple[_Place, _Place]:
    """
    Return the open log and its size when the search began, and the place behind which it goes on.

    Args:
        connection: to the database of the log.
        cursor: as it came.
        wanted: the filter, described.
        top: the open log and its size now.

    Raises:
        MalformedRequest: it is none, or belongs to another filter or log.
    """
    try:
        match = _FORM.fullmatch(base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True).decode("ascii"))
    except (ValueError, binascii.Error):
        match = None
    if match is None:
        raise MalformedRequest(expected="a cursor of an earlier page", found="another text")
    mark, seal = match[1], match[6]
    began, after = (int(match[2]), int(match[3])), (int(match[4]), int(match[5]))
    if mark != _mark(wanted):
        raise MalformedRequest(expected="the filter that the cursor belongs to", found="another filter")
    if not after < began <= top or seal != _seal(connection, _text(mark, began, after), began):
        raise MalformedRequest(expected="a cursor of this log", found="one of another log")
    return began, after


def _text(mark: str, began: _Place, after: _Place) -> str:
    return ".".join([mark, *map(str, (*began, *after))])


def _mark(wanted: Mapping[str, object]) -> str:
    return hashlib.sha256(orjson.dumps(wanted, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def _seal(connection: Connection, text: str, began: _Place) -> str:
    try:
        root = head_of(SqlNodes(connection, began[0]), began[1]).root
    except EvidenceRefused:  # of a log that this one is not: it never had as many records
        return ""
    return hashlib.sha256(f"{text}.{root.hex()}".encode("ascii")).hexdigest()[:32]
