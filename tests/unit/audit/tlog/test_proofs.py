from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace

import pytest

from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.proofs import verify_consistency, verify_inclusion
from proxy.audit.tlog.proving import prove_consistency, prove_inclusion
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.trees import TreeHead
from tests.fakes.tree import MemoryNodes
from tests.tlog_vectors import (
    ARGON_CONSISTENCY,
    ARGON_INCLUSION,
    ARGON_INDEX,
    ARGON_LEAF,
    ARGON_OLD_ROOT,
    ARGON_OLD_SIZE,
    ARGON_ROOT,
    ARGON_SIZE,
    CONSISTENCY,
    INCLUSION,
    LEAVES,
    ROOTS,
)

MOST = 64
ALL = [b"leaf %d" % number for number in range(MOST)]
NODES = MemoryNodes(ALL)
OTHER = bytes(range(32))
NOT_INCLUDED, NOT_CONSISTENT = "inclusion_invalid", "consistency_invalid"


def _head(size: int) -> TreeHead:
    return TreeHead(size=size, root=bytes.fromhex(ROOTS[size]))


def _inclusion(proof: tuple[bytes, ...], leaf: bytes, index: int, head: TreeHead) -> str:
    """Return `verified`, or why not."""
    try:
        verify_inclusion(proof, leaf=leaf, index=index, head=head)
    except EvidenceRefused as refused:
        return refused.reason
    return "verified"


def _consistency(proof: tuple[bytes, ...], old: TreeHead, new: TreeHead) -> str:
    """Return `verified`, or why not."""
    try:
        verify_consistency(proof, old=old, new=new)
    except EvidenceRefused as refused:
        return refused.reason
    return "verified"


def _flipped(data: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(data))


def _each_bit(proof: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    for at, one in enumerate(proof):
        for bit in range(256):
            yield (*proof[:at], _flipped(one, bit), *proof[at + 1 :])


def _reshaped(proof: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    """Return the proof with one hash added, doubled, lost, exchanged or of another length, at every place."""
    changed = [(*proof[:at], more, *proof[at:]) for at in range(len(proof) + 1) for more in (OTHER, b"")]
    for at, one in enumerate(proof):
        before, after = proof[:at], proof[at + 1 :]
        changed += [(*before, *after), (*before, one, one, *after), (*before, OTHER, *after)]
        changed += [(*before, one[:-1], *after), (*before, one + b"\0", *after)]
        if after:
            changed += [(*before, after[0], one, *after[1:]), (*before, one + after[0], *after[1:])]
    return changed


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int, proof: tuple[str, ...]) -> None:
    """Certificate Transparency's test vectors verify."""
    verify_inclusion(list(map(bytes.fromhex, proof)), leaf=leaf_hash(LEAVES[index]), index=index, head=_head(size))


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_published_consistency_proofs(old: int, new: int, proof: tuple[str, ...]) -> None:
    """Certificate Transparency's test vectors verify."""
    verify_consistency(list(map(bytes.fromhex, proof)), old=_head(old), new=_head(new))


def test_proofs_of_a_real_log() -> None:
    """A log of nearly a billion certificates answered with these."""
    head = TreeHead(size=ARGON_SIZE, root=b64decode(ARGON_ROOT))
    old = TreeHead(size=ARGON_OLD_SIZE, root=b64decode(ARGON_OLD_ROOT))

    verify_inclusion(list(map(b64decode, ARGON_INCLUSION)), leaf=b64decode(ARGON_LEAF), index=ARGON_INDEX, head=head)
    verify_consistency(list(map(b64decode, ARGON_CONSISTENCY)), old=old, new=head)


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_inclusion_proof_verifies_and_no_other_one(size: int) -> None:
    """For every leaf of every small tree; with another leaf, index or root, or one hash changed, it does not."""
    head = NODES.heads[size]
    for index in range(size):
        proof = prove_inclusion(NODES, index=index, size=size)
        leaf = leaf_hash(ALL[index])
        elsewhere = [other for other in range(-1, MOST + 1) if other != index]

        assert _inclusion(proof, leaf, index, head) == "verified"
        assert {_inclusion(changed, leaf, index, head) for changed in _reshaped(proof)} == {NOT_INCLUDED}
        assert {_inclusion(proof, leaf, other, head) for other in elsewhere} == {NOT_INCLUDED}
        assert _inclusion(proof, _flipped(leaf, index), index, head) == NOT_INCLUDED
        assert _inclusion(proof, leaf[1:], index, head) == NOT_INCLUDED
        assert _inclusion(proof, leaf, index, replace(head, root=_flipped(head.root, index))) == NOT_INCLUDED


@pytest.mark.parametrize("new", range(1, MOST + 1))
def test_every_consistency_proof_verifies_and_no_other_one(new: int) -> None:
    """For every pair of sizes; with another root on either side, or one hash changed, it does not."""
    head = NODES.heads[new]
    for old in range(1, new + 1):
        proof, before = prove_consistency(NODES, old=old, new=new), NODES.heads[old]

        assert _consistency(proof, before, head) == "verified"
        assert {_consistency(changed, before, head) for changed in _reshaped(proof)} == {NOT_CONSISTENT}
        assert _consistency(proof, replace(before, root=_flipped(before.root, old)), head) == NOT_CONSISTENT
        assert _consistency(proof, before, replace(head, root=_flipped(head.root, old))) == NOT_CONSISTENT


@pytest.mark.parametrize("size", range(2, 14))
def test_every_bit_of_a_proof_counts(size: int) -> None:
    """Flip any bit of any hash of any proof."""
    found: set[str] = set()
    for index in range(size):
        proof, old = prove_inclusion(NODES, index=index, size=size), index + 1
        other = prove_consistency(NODES, old=old, new=size)
        for changed in _each_bit(proof):
            found.add(_inclusion(changed, leaf_hash(ALL[index]), index, NODES.heads[size]))
        for changed in _each_bit(other):
            found.add(_consistency(changed, NODES.heads[old], NODES.heads[size]))

    assert found == {NOT_INCLUDED, NOT_CONSISTENT}


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (2, 1), (-1, 8)])
def test_a_leaf_outside_the_tree_is_not_in_it(index: int, size: int) -> None:
    """Whatever the proof says."""
    assert _inclusion((), leaf_hash(b""), index, _head(size)) == NOT_INCLUDED


def test_every_tree_continues_the_empty_one() -> None:
    """There is nothing to prove, so a proof with something in it is refused."""
    assert _consistency((), TreeHead.empty(), _head(5)) == "verified"
    assert _consistency((), TreeHead.empty(), TreeHead.empty()) == "verified"
    assert _consistency((OTHER,), TreeHead.empty(), _head(5)) == NOT_CONSISTENT


def test_one_size_has_one_root() -> None:
    """Two roots of one size are two histories."""
    assert _consistency((), _head(5), _head(5)) == "verified"
    assert _consistency((), _head(5), TreeHead(size=5, root=OTHER)) == NOT_CONSISTENT
    assert _consistency((OTHER,), _head(5), _head(5)) == NOT_CONSISTENT


def test_a_log_does_not_shrink() -> None:
    """The later tree is not the smaller one."""
    with pytest.raises(EvidenceRefused, match="expected: a tree of 5 leaves or more; found: one of 4"):
        verify_consistency((), old=_head(5), new=_head(4))


def test_a_refusal_says_how_many_hashes_were_expected() -> None:
    """And how many came."""
    with pytest.raises(EvidenceRefused, match="expected: 3 hashes; found: 1"):
        verify_inclusion([OTHER], leaf=leaf_hash(LEAVES[0]), index=0, head=_head(8))
