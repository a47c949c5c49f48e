"""
`records.csv`: the records for a spreadsheet. RFC 4180, UTF-8, commas.

A spreadsheet takes a cell for a formula when it starts with certain characters, in their wide forms too. Such a cell
gets a `'` before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.audit.columns import member
from proxy.audit.export.told import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proxy.audit.export.told import Record

COLUMNS = (
    "seq",
    "leaf_hash",
    "id",
    "at",
    "code",
    "type",
    "node",
    "actor_kind",
    "actor",
    "on_behalf_of",
    "account",
    "post",
    "decision",
    "result",
    "reason",
    "rules",
    "entities",
    "policy_digest",
    "refs",
)
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]")
_QUOTED = re.compile(r'[",\r\n]')


def csv_lines(records: Iterable[Record]) -> Iterator[bytes]:
    """Yield the lines: the names of the columns, then a record each."""
    yield _line(COLUMNS)
    for record in records:
        yield _line(_cells(record))


def guarded(text: str) -> str:
    """Return the text of a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _line(cells: Iterable[str]) -> bytes:
    line = ",".join(_quoted(guarded(cell)) for cell in cells) + "\r\n"
    return line.encode("utf-8", "backslashreplace")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell


def _cells(record: Record) -> tuple[str, ...]:
    leaf = record.leaf
    actor, subject, data = member(leaf, "actor"), member(leaf, "subject"), member(leaf, "data")
    values = (
        record.seq,
        record.leaf_hash,
        *(leaf.get(name) for name in ("id", "at", "code", "type", "node")),
        actor.get("kind"),
        actor.get("ref"),
        leaf.get("on_behalf_of"),
        subject.get("account"),
        subject.get("post"),
        *(data.get(name) for name in ("decision", "result", "reason")),
        " ".join(names_of(data.get("rules"), "rule")),
        " ".join(names_of(data.get("findings"), "entity")),
        data.get("policy_digest"),
        " ".join(names_of(leaf.get("refs"), "")),
    )
    return tuple("" if value is None else str(value) for value in values)
