"""
The log when system calls of a commit fail: a few faults, drawn anew each time.

`python -m tests.crash.faults` tries every one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.crash.faults import CALLS, Sweep, faults, possible

if TYPE_CHECKING:
    import random
    from pathlib import Path

TRIED = 5
PROBLEM = possible()


@pytest.mark.skipif(PROBLEM is not None, reason=f"NO CALL CAN BE MADE TO FAIL HERE: {PROBLEM}")
def test_nothing_acknowledged_is_lost_when_calls_fail(tmp_path: Path, moments: random.Random) -> None:
    """Whatever the writer saw, the log verifies afterwards, has what was acknowledged, and goes on."""
    sweep = Sweep(tmp_path)
    made = sweep.made()
    all_of_them = faults(made, CALLS)
    lasting = [fault for fault in all_of_them if fault.lasting and fault.call == "pwrite64"]
    drawn = [*moments.sample(all_of_them, TRIED - 1), moments.choice(lasting[: len(lasting) // 2])]

    outcomes = {fault: sweep.fail(fault) for fault in drawn}

    assert made["fdatasync"] > 0, "no commit was flushed"
    assert made["pwrite64"] > 0, "nothing was written"
    assert any(outcome.injected for outcome in outcomes.values()), "no call failed; this proved nothing"
    assert _told(outcomes[drawn[-1]].refusals), "a disk that takes nothing more is not named"


def _told(refusals: tuple[str, ...]) -> bool:
    return any("SQLITE_" in refusal for refusal in refusals)


def test_faults_are_every_call_alone_and_lasting() -> None:
    """What is drawn from is complete."""
    found = faults(Counter(fdatasync=2, unlink=1), ("fdatasync", "unlink"))

    assert [str(fault) for fault in found] == [
        "fdatasync 1",
        "fdatasync 1 and all that follow",
        "fdatasync 2",
        "fdatasync 2 and all that follow",
        "unlink 1",
        "unlink 1 and all that follow",
    ]
