"""The proofs that an export carries, from the first key of the logs to the one that signs it; on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.audit.export.handing_over import handover_path, handovers_to
from proxy.audit.handovers import read_handover
from proxy.audit.tlog.refusal import EvidenceRefused
from tests.checkpoints import signed_log
from tests.replaced_keys import NEXT, STRANGER, A, B, C, ReplacedKeys
from tests.stores import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proxy.audit.handovers import Handover
    from proxy.audit.tlog.keys import NoteSigner
    from tests.checkpoints import SignedLog


@pytest.fixture
def log(url: str) -> Iterator[SignedLog]:
    """Return a log of the test's own."""
    with signed_log(url) as opened:
        yield opened


def _to(log: SignedLog, signer: NoteSigner) -> list[Handover]:
    proofs = log.reads.run_blocking(lambda connection: handovers_to(connection, signer.key()))
    return [read_handover(one) for one in proofs]


def test_the_proofs_lead_to_the_key_that_signs(log: SignedLog, tmp_path: Path) -> None:
    """Over all logs; to the first key leads none, and to one of before only those up to it."""
    keys = ReplacedKeys(log, tmp_path)
    keys.grow(3, A)
    first = keys.replace(A, B)
    keys.grow(2, B)
    keys.close(B)
    second = keys.replace(B, C)

    found = _to(log, C)

    assert [(one.old, one.new, one.head) for one in found] == [
        (A.key(), B.key(), first.checkpoint.head),
        (B.key(), C.key(), second.checkpoint.head),
    ]
    assert [(one.origin, one.index) for one in found] == [(ORIGIN, 3), (NEXT, 1)]
    assert _to(log, B) == found[:1]
    assert _to(log, A) == []


def test_a_log_without_a_replaced_key_needs_none(log: SignedLog, tmp_path: Path) -> None:
    """Whichever key it has."""
    ReplacedKeys(log, tmp_path).grow(1, A)

    assert _to(log, A) == _to(log, STRANGER) == []


@pytest.mark.parametrize("handed_over", [True, False])
def test_nothing_is_exported_under_a_key_that_nobody_handed_over_to(
    log: SignedLog, tmp_path: Path, handed_over: bool
) -> None:
    """Its reader would refuse it: the key of somebody else, or one whose checkpoint is missing."""
    keys = ReplacedKeys(log, tmp_path)
    keys.grow(1, A)
    if handed_over:
        keys.replace(A, B)
    else:
        keys.announce(A, C)
        keys.sign(A)

    with pytest.raises(EvidenceRefused) as refused:
        _to(log, C)
    assert refused.value.reason == "key_unknown"


def test_a_checkpoint_of_a_node_that_still_ran_hands_nothing_over(log: SignedLog, tmp_path: Path) -> None:
    """The next one of both does; the command was run again, and its later record is not needed."""
    keys = ReplacedKeys(log, tmp_path)
    keys.grow(1, A)
    keys.announce(A, B)
    keys.sign(A)
    signed = keys.replace(A, B)

    (found,) = _to(log, B)

    assert (found.index, found.head) == (1, signed.checkpoint.head)


def test_paths_are_counted_from_one() -> None:
    """In the order of time."""
    assert handover_path(1) == "handovers/1.tlog-proof"
