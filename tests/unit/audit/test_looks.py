"""That somebody looked. All names are invented."""

from __future__ import annotations

import pytest

from proxy.audit.looks import Looks, check_words
from proxy.core.errors import AuditUnavailable, UnreadableField
from proxy.gate.work import Actor
from tests.fakes.clock import CountingIds, ManualClock
from tests.fakes.log import MemoryAuditLog

BY = Actor(kind="employee", ref="a_leser")


def _looks(audit: MemoryAuditLog) -> Looks:
    return Looks(audit=audit, clock=ManualClock(), ids=CountingIds())


async def test_a_look_says_who_what_and_how_much() -> None:
    """Where nothing was found, that."""
    audit = MemoryAuditLog()
    looks = _looks(audit)
    await looks.note({"record": "7"}, by=BY, returned=2, places=[(1, 7), (1, 9)], purpose="audit", case="R-1")
    await looks.note({"record": "8"}, by=BY)

    found, missed = audit.records
    assert (found.code, found.actor) == ("PG-510", BY)
    assert found.data == {
        "filter": {"record": "7"},
        "returned": 2,
        "from_seq": 7,
        "to_seq": 9,
        "purpose": "audit",
        "case": "R-1",
    }
    assert missed.data == {"filter": {"record": "8"}, "returned": 0, "from_seq": None, "to_seq": None}


@pytest.mark.parametrize("text", ["Erika Beispiel", "büro", "a\0b", "", "x" * 129])
async def test_no_text_gets_into_the_log(text: str) -> None:
    """It would stay there for ever."""
    audit = MemoryAuditLog()
    with pytest.raises(UnreadableField):
        await _looks(audit).note({"record": text}, by=BY)
    with pytest.raises(UnreadableField):
        check_words({"actor": text})

    assert audit.records == []


async def test_what_cannot_be_recorded_is_not_shown() -> None:
    """The caller hears of it before anything is shown."""
    audit = MemoryAuditLog()
    audit.down = True
    with pytest.raises(AuditUnavailable):
        await _looks(audit).note({"record": "7"}, by=BY)
