"""
The endpoints that show the audit log, each one call of an `AuditBook`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from proxy.core.errors import NotFound
from proxy.gate.wire import WireAnswer
from proxy.web.api_answers import success
from proxy.web.audit_endpoints import AuditAct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.model import Principal
    from proxy.web.api_table import Asked

Value = TypeVar("Value")
_TEXT = ("content-type", "text/plain; charset=utf-8")
_BYTES = ("content-type", "application/octet-stream")


class AuditBook(Protocol):
    """The log, for those who read it; every look at records is on record before it is answered."""

    async def records(self, parameters: Mapping[str, str], by: Principal) -> Mapping[str, object]:
        """
        Return a page of records.

        Raises:
            RefusedRequest: a parameter that cannot be read, or a cursor of another search.
            AuditUnavailable: the search could not be recorded.
        """
        ...

    async def record(self, name: str, by: Principal) -> Mapping[str, object] | None:
        """Return one record; None when there is none of this id."""
        ...

    async def proof(self, name: str, by: Principal) -> bytes | None:
        """Return the proof of a record; None when there is none of this id."""
        ...

    async def cases(self, by: Principal) -> Mapping[str, object]:
        """Return the cases that may be used now."""
        ...

    async def holds(self, by: Principal) -> Mapping[str, object]:
        """Return the holds that count."""
        ...

    async def checkpoint(self, log: str | None = None) -> bytes | None:
        """Return the newest signed checkpoint, or that of one log; None before the first one."""
        ...

    async def key(self, log: str | None = None) -> str | None:
        """Return the verifier key of the open log, or of another one; None where this node knows none."""
        ...

    async def tile(self, path: str, by: Principal, log: str | None = None) -> bytes | None:
        """Return a file of the tree of the open log, or of another one; None when the log has no such one."""
        ...


class AuditApi:
    """Does what is asked of the log."""

    def __init__(self, book: AuditBook) -> None:
        self._book = book

    async def __call__(self, asked: Asked) -> WireAnswer:  # noqa: PLR0911  one case an endpoint
        """
        Do it, and return the answer.

        Raises:
            PostgateError: whatever the book raises, and NotFound for what is not there.
        """
        book, name, by = self._book, asked.proposal, asked.by
        log = asked.parameters.get("log")
        match AuditAct(asked.endpoint.act):
            case AuditAct.RECORDS:
                return success(200, await book.records(asked.parameters, by))
            case AuditAct.RECORD:
                return success(200, _there(await book.record(name, by)))
            case AuditAct.PROOF:
                return _file(_there(await book.proof(name, by)), _TEXT)
            case AuditAct.CHECKPOINT:
                return _file(_there(await book.checkpoint(log)), _TEXT)
            case AuditAct.KEY:
                return _file(f"{_there(await book.key(log))}\n".encode("ascii"), _TEXT)
            case AuditAct.TILE:
                return _file(_there(await book.tile(name, by, log)), _BYTES)
            case AuditAct.CASES:
                return success(200, await book.cases(by))
            case AuditAct.HOLDS:
                return success(200, await book.holds(by))


def _there(value: Value | None) -> Value:
    if value is None:
        raise NotFound(expected="something of the log", found="another name")
    return value


def _file(data: bytes, kind: tuple[str, str]) -> WireAnswer:
    return WireAnswer(status=200, body=data, headers=(kind,))
