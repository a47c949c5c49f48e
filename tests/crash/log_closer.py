"""
A process that closes the open log, and may end in the middle of it.

    log_closer.py URL STATE [POINT]

It ends with 137, as if it had been killed, at the fault point POINT; without one with 0, when the next log is open.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from proxy.audit.checkpointing import Checkpointing
from proxy.audit.ledger import Ledger
from proxy.audit.stored_logs import head
from proxy.core.errors import PostgateError
from proxy.storage.engines import create_engine, create_reader
from proxy.storage.reads import Reads
from tests.checkpoints import SIGNER, TRUST
from tests.closing import closing
from tests.fakes.clock import START
from tests.stores import ORIGIN


def run(url: str, state: str, point: str = "") -> int:
    """Close the log."""

    def fault(name: str) -> None:
        if name == point:
            os._exit(137)

    engine, reads = create_engine(url), Reads(create_reader(url), threads=1)
    checkpoints = Checkpointing(
        reads=reads, engine=engine, trust=TRUST, signer=SIGNER, state=Path(state), now=lambda: START
    )
    ledger = Ledger(engine, origin=ORIGIN, faults=fault)
    ledger.open()
    result = ledger.close_log(closing(checkpoints, reads.run_blocking(head).log))
    return 1 if isinstance(result, PostgateError) else 0


if __name__ == "__main__":
    raise SystemExit(run(*sys.argv[1:]))
