"""The log's tree only grows, its proofs cannot be bent, and its parsers take one spelling or refuse."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from proxy.audit.tlog.checkpoints import Checkpoint, read_checkpoint, sign_checkpoint
from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.keys import NoteSigner, read_verifier_key
from proxy.audit.tlog.notes import read_note
from proxy.audit.tlog.paths import Bundle, Tile, read_path
from proxy.audit.tlog.proof_files import ProofFile, read_proof_file, verify_proof_file
from proxy.audit.tlog.proofs import verify_consistency, verify_inclusion
from proxy.audit.tlog.proving import prove_consistency, prove_inclusion
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import MOST_LEAVES, consistency_ranges, inclusion_ranges
from proxy.audit.tlog.tiled import TiledTree
from proxy.audit.tlog.tiles import read_bundle, write_bundle
from proxy.audit.tlog.trees import Frontier, TreeHead, grow, read_frontier
from tests import outsider
from tests.fakes.tree import MemoryNodes, MemoryTiles, files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proxy.audit.tlog.subtrees import Subtree

LEAVES = [b"leaf %d" % number for number in range(400)]
NODES = MemoryNodes(LEAVES)
SIGNER = NoteSigner(name="postgate.test/log1", private=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
SIZES = st.integers(1, len(LEAVES))
HASHES = st.binary(min_size=32, max_size=32)
HEADS = st.builds(TreeHead, size=st.integers(1, MOST_LEAVES), root=HASHES)
LINES = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), min_size=1, max_size=20)


def _verified(check: Callable[[], object]) -> bool:
    try:
        check()
    except EvidenceRefused:
        return False
    return True


def _consistent(proof: Sequence[bytes], old: TreeHead, new: TreeHead) -> bool:
    return _verified(lambda: verify_consistency(proof, old=old, new=new))


@given(st.lists(st.integers(0, 40), max_size=8))
def test_how_leaves_come_does_not_matter(batches: list[int]) -> None:
    """Batches of any sizes make the frontier and the subtrees that all leaves at once make."""
    frontier, size = Frontier(), 0
    nodes: list[tuple[Subtree, bytes]] = []
    for batch in batches:
        grown = grow(read_frontier(size, frontier.data()), map(leaf_hash, LEAVES[size : size + batch]))
        frontier, size = grown.frontier, size + batch
        nodes += grown.nodes
    whole = grow(Frontier(), map(leaf_hash, LEAVES[:size]))

    assert frontier == whole.frontier
    assert tuple(nodes) == whole.nodes
    assert frontier.head().root == outsider.mth(LEAVES[:size])


@given(SIZES, SIZES)
def test_a_log_that_only_appends_is_always_consistent(one: int, other: int) -> None:
    """For any two sizes, and both verifiers."""
    old, new = NODES.heads[min(one, other)], NODES.heads[max(one, other)]
    proof = prove_consistency(NODES, old=old.size, new=new.size)

    verify_consistency(proof, old=old, new=new)
    assert old == new or outsider.consistent(old.size, new.size, (old.root, new.root), proof)


@given(SIZES, SIZES, st.data())
def test_a_log_that_changed_a_leaf_is_never_consistent(one: int, other: int, data: st.DataObject) -> None:
    """With its own proof, or the proof of the log as it was."""
    old, new = min(one, other), max(one, other)
    assume(old < new)
    place = data.draw(st.integers(0, old - 1))
    changed = MemoryNodes([*LEAVES[:place], b"another leaf", *LEAVES[place + 1 : new]])

    proofs = [prove_consistency(nodes, old=old, new=new) for nodes in (changed, NODES)]
    verified = [_consistent(proof, NODES.heads[old], changed.heads[new]) for proof in proofs]
    assert verified == [False, False]


@given(SIZES, st.data())
def test_both_verifiers_agree_on_inclusion(size: int, data: st.DataObject) -> None:
    """On the true proof, and on one with anything changed: hashes, leaf, index, size, root."""
    index = data.draw(st.integers(0, size - 1))
    proof = list(prove_inclusion(NODES, index=index, size=size))
    leaf, head = leaf_hash(LEAVES[index]), NODES.heads[size]
    assert outsider.included(leaf, index, size, proof, head.root)

    proof = data.draw(_bent(proof))
    index = data.draw(st.just(index) | st.integers(0, 500))
    head = TreeHead(size=data.draw(st.just(size) | SIZES), root=head.root)
    ours = _verified(lambda: verify_inclusion(proof, leaf=leaf, index=index, head=head))
    assert ours == outsider.included(leaf, index, head.size, proof, head.root)


@given(SIZES, SIZES, st.data())
def test_both_verifiers_agree_on_consistency(one: int, other: int, data: st.DataObject) -> None:
    """On the true proof, and on one with anything changed: hashes, sizes, roots."""
    sizes = (min(one, other), max(one, other))
    assume(sizes[0] < sizes[1])
    roots = (NODES.heads[sizes[0]].root, NODES.heads[sizes[1]].root)
    proof = data.draw(_bent(list(prove_consistency(NODES, old=sizes[0], new=sizes[1]))))
    old, new = sorted(data.draw(st.just(sizes) | st.tuples(SIZES, SIZES)))
    assume(old < new)

    ours = _consistent(proof, TreeHead(size=old, root=roots[0]), TreeHead(size=new, root=roots[1]))
    assert ours == outsider.consistent(old, new, roots, proof)


@st.composite
def _bent(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """Draw the proof as it is, or with one thing changed."""
    at = draw(st.integers(0, max(len(proof) - 1, 0)))
    bit = draw(st.integers(0, 255))
    flipped = [(int.from_bytes(one, "big") ^ 1 << bit).to_bytes(32, "big") for one in proof[at : at + 1]]
    changes: list[list[bytes]] = [
        proof,
        [*proof[:at], *flipped, *proof[at + 1 :]],
        [*proof[:at], *proof[at + 1 :]],
        [*proof[: at + 1], *proof[at:]],
        [*proof, bytes(32)],
        proof[::-1],
    ]
    return draw(st.sampled_from(changes))


@given(st.integers(0, MOST_LEAVES - 1), st.integers(1, MOST_LEAVES))
def test_proofs_of_the_largest_trees_stay_short(index: int, size: int) -> None:
    """At most 63 hashes for inclusion, 64 for consistency, whatever a checkpoint claims."""
    assert len(inclusion_ranges(index % size, size)) <= 63
    assert index in {0, size} or len(consistency_ranges(min(index, size), max(index, size))) <= 64


@given(HEADS, st.lists(LINES, max_size=2), LINES)
def test_a_checkpoint_comes_back(head: TreeHead, extensions: list[str], origin: str) -> None:
    """Text for text."""
    checkpoint = Checkpoint(origin=origin, head=head, extensions=tuple(extensions))

    assert read_checkpoint(checkpoint.text()) == checkpoint


@given(st.integers(0, 63), st.integers(0, MOST_LEAVES // 256), st.integers(1, 256))
def test_a_path_comes_back(level: int, index: int, width: int) -> None:
    """Letter by letter."""
    for named in (Tile(level=level, index=index, width=width), Bundle(index=index, width=width)):
        assert read_path(named.path()) == named


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_comes_back(leaves: list[bytes]) -> None:
    """Byte for byte."""
    assert read_bundle(Bundle(index=0, width=len(leaves)), write_bundle(leaves)) == tuple(leaves)


def _proof_file() -> bytes:
    head = NODES.heads[11]
    note = sign_checkpoint(Checkpoint(origin=SIGNER.name, head=head), after=None, proof=(), signers=[SIGNER])
    return ProofFile(index=9, hashes=prove_inclusion(NODES, index=9, size=11), note=note, extra=b"more").data()


PROOF_FILE = _proof_file()
NOTE = PROOF_FILE.partition(b"\n\n")[2]
READERS: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "note": (NOTE, lambda data: read_note(data).data()),
    "proof file": (PROOF_FILE, lambda data: read_proof_file(data).data()),
    "checkpoint": (
        NOTE.partition(b"\n\n")[0] + b"\n",
        lambda data: os.fsencode(read_checkpoint(os.fsdecode(data)).text()),
    ),
    "verifier key": (
        SIGNER.key().text().encode(),
        lambda data: os.fsencode(read_verifier_key(os.fsdecode(data)).text()),
    ),
    "path": (b"tile/0/x001/234.p/17", lambda data: os.fsencode(read_path(os.fsdecode(data)).path())),
    "bundle": (
        write_bundle([b"a", b"", b"bc"]),
        lambda data: write_bundle(read_bundle(Bundle(index=0, width=3), data)),
    ),
}


@st.composite
def _edited(draw: st.DrawFn, data: bytes) -> bytes:
    """Draw the bytes with up to three pieces taken out, put in or copied; or any bytes."""
    for _ in range(draw(st.integers(0, 3))):
        start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        copied = st.just(data[start:end] * 2)
        piece = draw(st.binary(max_size=4) | copied | st.sampled_from([b"", b"\n", b" ", b"0", b"="]))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("kind", sorted(READERS))
def test_what_is_read_is_written_again_byte_for_byte(kind: str) -> None:
    """Edited in any way it comes back as it was, or is refused; no reader raises anything else."""
    original, again = READERS[kind]
    assert again(original) == original

    @given(_edited(original) | st.binary(max_size=60))
    def check(data: bytes) -> None:
        assert not _verified(lambda: again(data)) or again(data) == data

    check()


@given(_edited(PROOF_FILE))
def test_an_edited_proof_file_never_shows_another_leaf(data: bytes) -> None:
    """Whatever is done to a file, what it shows is what the log signed."""
    keys = [SIGNER.key()]

    def shows(leaf: bytes) -> bool:
        return _verified(lambda: verify_proof_file(read_proof_file(data), leaf, origin=SIGNER.name, keys=keys))

    assert not shows(LEAVES[8])
    assert not shows(LEAVES[9]) or read_proof_file(data).index == 9


@given(SIZES, st.data())
def test_nothing_wrong_comes_out_of_edited_tiles(size: int, data: st.DataObject) -> None:
    """What is read from files that somebody edited is what the log signed, or there is nothing."""
    files = files_of(LEAVES[:size])
    path = data.draw(st.sampled_from(sorted(files)))
    tree = TiledTree(MemoryTiles(files | {path: data.draw(_edited(files[path]))}), NODES.heads[size])
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(NODES, index=index, size=size)
    leaves = tuple(LEAVES[:size][index // 256 * 256 :][:256])

    with suppress(EvidenceRefused):
        assert prove_inclusion(tree, index=index, size=size) == proof
    with suppress(EvidenceRefused):
        assert tree.leaves(index // 256) == leaves
