"""
Checking inclusion and consistency proofs against tree heads.

A proof is a sequence of hashes. How many it must have, and on which side each one stands, follows from the positions
alone; a proof with one hash more, less or of another length is refused before anything is hashed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.tlog.hashes import HASH_BYTES, node_hash
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import consistency_ranges, inclusion_ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.tlog.trees import TreeHead


def verify_inclusion(proof: Sequence[bytes], *, leaf: bytes, index: int, head: TreeHead) -> None:
    """
    Check that a leaf is in a tree (RFC 9162, section 2.1.3.2).

    Args:
        proof: hashes of 32 bytes, from beside the leaf up to below the root.
        leaf: the leaf's hash.
        index: its position, from 0.
        head: the tree.

    Raises:
        EvidenceRefused: `inclusion_invalid`.
    """
    _check_index(index, head.size)
    ranges = inclusion_ranges(index, head.size)
    _check_shape([leaf], 1, "inclusion_invalid")
    _check_shape(proof, len(ranges), "inclusion_invalid")
    whole = leaf
    for other, where in zip(proof, ranges, strict=True):
        whole = node_hash(whole, other) if where.start > index else node_hash(other, whole)
    if whole != head.root:
        raise EvidenceRefused(
            "inclusion_invalid",
            expected=f"a proof that leads to the root of size {head.size}",
            found=f"one that leads elsewhere from leaf {index}",
        )


def verify_consistency(proof: Sequence[bytes], *, old: TreeHead, new: TreeHead) -> None:
    """
    Check that a tree continues an earlier one (RFC 9162, section 2.1.4.2).

    Every tree continues the empty one and itself; there the proof is empty.

    Raises:
        EvidenceRefused: `consistency_invalid`.
    """
    if old.size > new.size:
        raise EvidenceRefused(
            "consistency_invalid", expected=f"a tree of {old.size} leaves or more", found=f"one of {new.size}"
        )
    if old.size in {0, new.size}:
        _check_shape(proof, 0, "consistency_invalid")
        if old.size == new.size and old.root != new.root:
            raise EvidenceRefused(
                "consistency_invalid", expected="one root for one size", found=f"two roots of size {new.size}"
            )
        return
    ranges = consistency_ranges(old.size, new.size)
    _check_shape(proof, len(ranges), "consistency_invalid")
    hashes = list(proof)
    if ranges[0].start >= old.size:  # the old tree is one subtree, so its root is where the way starts
        hashes.insert(0, old.root)
        ranges.insert(0, range(old.size))
    before = after = hashes[0]
    for other, where in zip(hashes[1:], ranges[1:], strict=True):
        if where.start >= old.size:
            after = node_hash(after, other)
        else:
            before, after = node_hash(other, before), node_hash(other, after)
    _check_ends(before, after, old, new)


def _check_ends(before: bytes, after: bytes, old: TreeHead, new: TreeHead) -> None:
    for whole, head in ((before, old), (after, new)):
        if whole != head.root:
            raise EvidenceRefused(
                "consistency_invalid",
                expected=f"a proof that leads from size {old.size} to size {new.size}",
                found=f"one that does not lead to the root of size {head.size}",
            )


def _check_index(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise EvidenceRefused("inclusion_invalid", expected=f"a leaf below {size}", found=f"leaf {index}")


def _check_shape(hashes: Sequence[bytes], count: int, reason: str) -> None:
    if len(hashes) != count:
        raise EvidenceRefused(reason, expected=f"{count} hashes", found=f"{len(hashes)}")
    if any(len(one) != HASH_BYTES for one in hashes):
        raise EvidenceRefused(reason, expected=f"hashes of {HASH_BYTES} bytes", found="another length")
