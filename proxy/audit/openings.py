"""
How a log says what was before it: its first record, PG-501.

    previous        the last checkpoint of the log before: name, size, root, and the note that signs it
    restored_from   only after a restored backup: as far as the database had come that was put back

    code            keyed, over both: who writes such a record past the gateway explains nothing with it

Ordinarily the log before ends where `previous` says. After a restored backup `previous` is the last checkpoint that is
known of what is lost, and the log before ends at `restored_from`.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proxy.audit.columns import member
from proxy.audit.logs import log_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from proxy.audit.signed import Signed

OPENED = "PG-501"
CLOSED = "PG-502"
_PURPOSE = "audit-restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a log ended."""

    origin: str
    size: int
    root: str
    """In hexadecimal."""

    def place(self, name: str) -> tuple[int, int]:
        """Return log and size; log 0 for one that is none of the installation of this name."""
        return log_of(name, self.origin) or 0, self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a PG-501 says."""

    previous: End
    note: str = field(repr=False)
    """The note that signs `previous`."""
    restored_from: End | None = None
    code: str = field(default="", repr=False)
    """That the gateway wrote it, after a restored backup."""

    @property
    def before(self) -> End:
        """Return where the log before ends in the database."""
        return self.restored_from or self.previous

    def data(self) -> dict[str, object]:
        """Return the fields of the record."""
        data: dict[str, object] = {"previous": {**_plain(self.previous), "note": self.note}}
        if self.restored_from is None:
            return data
        return data | {"restored_from": _plain(self.restored_from), "code": self.code}

    def coded(self, digest: Callable[[str, bytes], str]) -> Opening:
        """Return it with its code; `digest` is keyed (`Envelope.digest`)."""
        said = json.dumps(replace(self, code="").data(), sort_keys=True, separators=(",", ":"))
        return replace(self, code=digest(_PURPOSE, said.encode("ascii")))

    def made_here(self, digest: Callable[[str, bytes], str] | None) -> bool:
        """Return whether the gateway wrote it; without `digest` nothing is believed."""
        return digest is not None and hmac.compare_digest(self.code.encode(), self.coded(digest).code.encode())


def opening_of(leaf: Mapping[str, object]) -> Opening:
    """Return what a PG-501 of the catalogue says."""
    data = member(leaf, "data")
    previous = member(data, "previous")
    restored = data.get("restored_from")
    return Opening(
        previous=_end(previous),
        note=str(previous["note"]),
        restored_from=None if restored is None else _end(member(data, "restored_from")),
        code=str(data.get("code", "")),
    )


def accounts_for(openings: Iterable[Opening], known: Signed, *, name: str) -> bool:
    """
    Return whether a restored backup explains that the database does not have what a checkpoint says.

    Args:
        openings: of the logs of the database, which the gateway wrote.
        known: the checkpoint.
        name: of the installation.
    """
    for opening in openings:
        if opening.restored_from is None:
            continue
        lost, kept = opening.previous.place(name), opening.restored_from.place(name)
        if known.place == lost:
            return known.checkpoint.head.root.hex() == opening.previous.root
        if known.place < lost and (known.place > kept or kept >= lost):
            return True
    return False


def _end(said: Mapping[str, object]) -> End:
    return End(origin=str(said["origin"]), size=int(str(said["size"])), root=str(said["root"]))


def _plain(end: End) -> dict[str, object]:
    return {"origin": end.origin, "size": end.size, "root": end.root}
