"""
What every sink does: a place for checkpoints that the holder of the database does not hold.

A sink takes a checkpoint or raises `OSError`; whoever hands it out tries again. Some can be read as well: a node
without memory of its own finds there how far the log had come. What lies there counts only when a key of the log signed
it, so that nobody who can write to a share can stop a node.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.core.errors import PostgateError

if TYPE_CHECKING:
    from proxy.audit.signed import Signed

UNREACHABLE = "unreachable"
TIMEOUT = "timeout"
REFUSED = "refused"
MISPLACED = "misplaced"
"""A checkpoint of ours lies under the name of another size."""


HIDDEN = "hidden"
"""So much lies in front of our checkpoints that none of them was reached."""
UNEXPECTED = "unexpected"
"""A defect of ours; the log has the kind of the error."""


class SinkRefused(OSError):
    """The place answered, and did not take the checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies in a sink."""

    newest: Signed | None
    """The newest checkpoint that a key of the log signed; None: there is none, or the place cannot be read."""
    problem: str | None = None
    """A code for something that lies there and does not count, or None."""


NOTHING = Found(newest=None)


class Sink(Protocol):
    """A place that takes checkpoints; blocking."""

    name: str
    """From the settings; in logs, metrics and records."""

    def publish(self, signed: Signed) -> None:
        """
        Hand over a checkpoint; handing over the same one again does no harm.

        Raises:
            OSError: it could not be handed over; try again later.
            AuditBroken: there is another one of this size, or something that is none of ours.
        """
        ...

    def newest(self) -> Found:
        """
        Return the newest checkpoint that was handed over.

        Raises:
            OSError: the place cannot be reached.
            AuditBroken: what is there cannot be read.
        """
        ...


def code_of(error: Exception) -> str:
    """Return the code under which people are told that a sink failed."""
    match error:
        case TimeoutError():
            return TIMEOUT
        case SinkRefused():
            return REFUSED
        case EvidenceRefused():
            return error.reason
        case PostgateError():
            return error.code
        case OSError():
            return UNREACHABLE
        case _:
            return UNEXPECTED
