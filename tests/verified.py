"""Checking a log in tests, of which there is one, or what the last of several says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.stored_logs import stored_logs
from proxy.audit.verify import Broken, Verified, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.verify import StoredLog


def verify_one(log: StoredLog, *, now: str, keys: Sequence[VerifierKey] = ()) -> Verified | Broken:
    """Check a log that is the only one."""
    found = verify([log], now=now, keys=keys)
    return found if isinstance(found, Broken) else found[0]


def verify_stored(connection: Connection, *, now: str, keys: Sequence[VerifierKey] = ()) -> Verified | Broken:
    """Check all logs of a database; return what is said of the open one."""
    found = verify(stored_logs(connection), now=now, keys=keys)
    return found if isinstance(found, Broken) else found[-1]
