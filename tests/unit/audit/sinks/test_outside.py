"""What is known outside the database when a process begins."""

from __future__ import annotations

import asyncio
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.audit.sinks.file_drop import FileDrop
from proxy.audit.sinks.outside import Outside, look_outside
from proxy.audit.sinks.sink import Found, SinkRefused
from proxy.core.errors import AuditBroken
from tests.checkpoints import TRUST, note_of

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.audit.signed import Signed


@dataclass(slots=True)
class Place:
    """A sink that answers as told."""

    name: str
    answer: Found | Exception | threading.Event

    def publish(self, signed: Signed) -> None:
        """Take nothing."""
        raise NotImplementedError

    def newest(self) -> Found:
        """Answer, or hang."""
        if isinstance(self.answer, threading.Event):
            self.answer.wait()
            raise OSError
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def test_all_sinks_are_asked_and_none_stops_the_others() -> None:
    """What hangs, fails or holds garbage is named with its code; what others know counts."""
    five, nine, hung = TRUST.open(note_of(5)), TRUST.open(note_of(9)), threading.Event()
    outside = await look_outside(
        [
            Place("a", Found(newest=five)),
            Place("b", hung),
            Place("c", OSError()),
            Place("d", Found(newest=nine, problem="key_unknown")),
            Place("e", SinkRefused("403")),
            Place("f", AuditBroken()),
            Place("g", Found(newest=None)),
            Place("h", UnicodeError()),
        ],
        limit_s=0.05,
    )
    hung.set()

    assert outside.newest == (five, nine)
    assert outside.problems == {
        "b": "timeout", "c": "unreachable", "d": "key_unknown", "e": "refused", "f": "audit_broken",
        "h": "unexpected",
    }  # fmt: skip


async def test_a_share_that_hangs_is_given_up(tmp_path: Path) -> None:
    """A named pipe in the place of a file: whoever opens it waits, as on a share whose server is gone."""
    pipe = tmp_path / "checkpoint"
    await asyncio.to_thread(os.mkfifo, pipe)
    outside = await look_outside([FileDrop(tmp_path, name="share", trust=TRUST)], limit_s=0.05)
    os.close(await asyncio.to_thread(os.open, pipe, os.O_RDWR))  # lets the thread that was left behind go

    assert outside == Outside(problems={"share": "timeout"})


async def test_without_sinks_nothing_is_known() -> None:
    """Neither good nor bad."""
    assert await look_outside([]) == Outside()
