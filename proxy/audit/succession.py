"""
That each log begins where the one before ended: nothing stands between them, and nothing follows an end.

    log n        ends with PG-502, under a checkpoint of all its records
    log n + 1    begins with PG-501, which holds that checkpoint

After a restored backup log n has no PG-502 and stays as it is; PG-501 says how far it goes, and holds the last
checkpoint that is known of what is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.logs import related
from proxy.audit.openings import CLOSED, OPENED, End, Opening, opening_of
from proxy.audit.records import Refused
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.audit.tlog.notes import read_note
from proxy.audit.tlog.refusal import EvidenceRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.audit.key_chain import KeyChain


class Succession:
    """The ends and beginnings of logs, as their records come in."""

    def __init__(self, keys: KeyChain | None = None, *, first: int = 1) -> None:
        """
        Begin before the first log.

        Args:
            keys: that sign the checkpoints; None: signatures are looked at elsewhere, or not at all.
            first: which log comes first. What a later one says of the log before is then taken as it stands.
        """
        self._keys = keys
        self._first = first
        self._log = 0
        self._log_before = 0
        self._before: End | None = None
        self._note: bytes | None = None
        self._ended = False
        self._closed = True
        self.lost: dict[str, End] = {}
        """After a restored backup: by the origin of the log before, how far it had come, or one that is gone."""
        self.opening: Opening | None = None
        """What the last log says of the one before."""

    def begin(self, log: int) -> None:
        """
        Take the next log.

        Raises:
            Refused: `chain_broken`: it is not the next one, or the one before is open.
        """
        if log <= self._log or (self._log == 0 and log != self._first):
            raise Refused("chain_broken", f"log {log} after log {self._log}")
        if not self._closed:
            raise Refused("chain_broken", f"log {self._log} is open, and another one follows")
        self._log_before, self._log = self._log, log

    def add(self, seq: int, leaf: Mapping[str, object]) -> None:
        """
        Take the next record of the log.

        Raises:
            Refused: `chain_broken`: it stands where it must not, or speaks of another log before.
        """
        if seq == 0:
            before_ended, self._ended = self._ended, False
            if (leaf["code"] == OPENED) != (self._log > 1):
                raise Refused("chain_broken", "log 1 opens with no PG-501, every other one with one")
            if self._log > 1:
                self.opening = opening_of(leaf)
                self._follow(self.opening, ended=before_ended)
        elif leaf["code"] == OPENED:
            raise Refused("chain_broken", "a log is opened in the middle of one")
        if self._ended:
            raise Refused("chain_broken", "a record after the end of its log")
        self._ended = leaf["code"] == CLOSED

    def close(self, end: End, *, note: bytes | None, closed: bool) -> None:
        """
        Take the end of the log.

        Args:
            end: how far it goes.
            note: that signs all of it; None where there is none.
            closed: whether it says of itself that it is.

        Raises:
            Refused: `chain_broken`: it says nothing of the log before.
        """
        if self._log > 1 and not end.size:
            raise Refused("chain_broken", "a log without its first record")
        self._before, self._note, self._closed = end, note, closed

    def end(self) -> None:
        """
        Check what must hold when no log is left.

        Raises:
            Refused: `chain_broken`: the last log is closed.
        """
        if self._ended or self._closed:
            raise Refused("chain_broken", "the last log is closed, and none follows")

    def _follow(self, opening: Opening, *, ended: bool) -> None:
        if self._before is None:
            return  # the first that is looked at
        if opening.before != self._before:
            raise Refused("chain_broken", "PG-501 speaks of another end of the log before")
        if ended != (opening.restored_from is None):
            raise Refused("chain_broken", "the log before has no end, and was not restored; or both")
        if ended and self._log != self._log_before + 1:
            raise Refused("chain_broken", f"log {self._log_before} ended, and log {self._log} follows")
        if not ended and opening.previous == self._before:
            raise Refused("chain_broken", "a backup was restored, and nothing is missing")
        if not related(opening.previous.origin, self._before.origin):
            raise Refused("origin_mismatch", "PG-501 speaks of a log of another installation")
        note = opening.note.encode()
        if ended and note != self._note:
            raise Refused("chain_broken", "PG-501 holds another checkpoint than the last one of the log before")
        self._check_note(opening)
        if not ended:
            self.lost[self._before.origin] = opening.previous

    def _check_note(self, opening: Opening) -> None:
        """Check that the note says what stands beside it, and that a key signed it."""
        previous = opening.previous
        try:
            note = read_note(opening.note.encode())
            keys = self._keys
            checkpoint = read_checkpoint(note.text) if keys is None else keys.read(note, origin=previous.origin)
        except EvidenceRefused as refused:
            raise Refused(refused.reason, "the checkpoint in PG-501 is refused") from None
        if (checkpoint.origin, checkpoint.head.size, checkpoint.head.root.hex()) != (
            previous.origin,
            previous.size,
            previous.root,
        ):
            raise Refused("chain_broken", "PG-501 says something else than the checkpoint in it")
