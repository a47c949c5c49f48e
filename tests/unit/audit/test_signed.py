"""Checkpoints with their notes: what is believed, and what is only read."""

from __future__ import annotations

import pytest

from proxy.audit.signed import Trust, read_signed, signer_of
from proxy.audit.tlog.refusal import EvidenceRefused
from tests.checkpoints import ANOTHER, SIGNER, TRUST, note_of
from tests.stores import ORIGIN

FOREIGN = note_of(3, origin="other.example", signer=signer_of("other.example", bytes(32)))


def test_what_a_key_of_ours_signed_is_believed() -> None:
    """With the note as it came."""
    signed = TRUST.open(note_of(8))

    assert (signed.size, signed.note) == (8, note_of(8))


@pytest.mark.parametrize(
    ("trust", "note", "reason"),
    [
        (TRUST, note_of(8, signer=ANOTHER), "key_unknown"),
        (Trust(origin=ORIGIN), note_of(8), "key_unknown"),
        (Trust(origin="other.example", keys=(SIGNER.key(),)), note_of(8), "origin_mismatch"),
        (TRUST, FOREIGN, "key_unknown"),
    ],
)
def test_nothing_else_is(trust: Trust, note: object, reason: str) -> None:
    """Signed by somebody else, by nobody we know, or of another log."""
    with pytest.raises(EvidenceRefused) as refused:
        trust.open(note)  # type: ignore[arg-type]

    assert refused.value.reason == reason


def test_reading_looks_at_the_name_alone() -> None:
    """Whoever signed it."""
    assert read_signed(note_of(8, signer=ANOTHER), origin=ORIGIN).size == 8
    with pytest.raises(EvidenceRefused):
        read_signed(FOREIGN, origin=ORIGIN)


def test_a_key_signs_every_log_of_its_house() -> None:
    """Each under the origin of that log; checkpoints are ordered by log and size."""
    signer = SIGNER.named(ORIGIN.removesuffix("1") + "2")
    later = TRUST.open(note_of(3, origin=signer.name, signer=signer))

    assert later.place == (2, 3) > TRUST.open(note_of(8)).place
    with pytest.raises(EvidenceRefused):
        TRUST.open(note_of(3, origin=signer.name, signer=ANOTHER.named(signer.name)))
    with pytest.raises(EvidenceRefused):
        TRUST.open(note_of(3, origin=signer.name, signer=signer_of(signer.name + "0", bytes(range(32)))))
