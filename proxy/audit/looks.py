"""
That somebody looked into the log, on record (PG-510). It is durable before anything is shown, found or not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.errors import UnreadableField
from proxy.gate.work import AuditRecord, Work

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.work import Actor

_WORD = re.compile(r"[!-~]{1,128}")
"""What is looked for is kept in the log for ever: one word of ASCII, so that no text gets there."""


def check_words(wanted: Mapping[str, object]) -> None:
    """
    Refuse what is more than words.

    Raises:
        UnreadableField: a text that is not one word of ASCII.
    """
    for name, value in wanted.items():
        if isinstance(value, str) and not _WORD.fullmatch(value):
            raise UnreadableField(
                expected=f"one word of ASCII, at most 128 characters, in {name}", found="another text"
            )


def extent(places: Collection[tuple[int, int]]) -> dict[str, object]:
    """Return how PG-510 and PG-511 say which records were shown; without logs where all are of log 1."""
    (first_log, first), (last_log, last) = (min(places), max(places)) if places else ((1, None), (1, None))
    said: dict[str, object] = {"from_seq": first, "to_seq": last}
    return said if last_log == 1 else said | {"from_log": first_log, "to_log": last_log}


class Looks:
    """Where looks are noted."""

    def __init__(self, *, audit: AuditLog, clock: Clock, ids: Ids) -> None:
        self._audit = audit
        self._clock = clock
        self._ids = ids

    async def note(
        self,
        wanted: Mapping[str, object],
        *,
        by: Actor,
        returned: int = 0,
        places: Collection[tuple[int, int]] = (),
        purpose: str | None = None,
        case: str | None = None,
    ) -> None:
        """
        Put a look on record.

        Args:
            wanted: what was looked for, as the filter of the record has it.
            by: who looked.
            returned: how many there are; 0 where nothing was found.
            places: logs and places of records in them; the first and the last are noted.
            purpose: for which reason, where one was asked for.
            case: number of the case that allows it, where one does.

        Raises:
            UnreadableField: what was looked for is more than words; nobody may be shown anything.
            AuditUnavailable: it could not be recorded; nobody may be shown anything.
        """
        check_words(wanted)
        why = {"purpose": purpose, "case": case}
        record = AuditRecord(
            id=self._ids(),
            code="PG-510",
            type="audit.searched",
            at=self._clock.now(),
            actor=by,
            data={
                "filter": dict(wanted),
                "returned": returned,
                **extent(places),
                **{name: value for name, value in why.items() if value is not None},
            },
        )
        await self._audit.commit(Work(records=(record,)))
