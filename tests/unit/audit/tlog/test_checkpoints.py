from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit.tlog.checkpoints import Checkpoint, open_checkpoint, read_checkpoint, sign_checkpoint
from proxy.audit.tlog.keys import NoteSigner, read_verifier_key
from proxy.audit.tlog.notes import read_note, sign_note
from proxy.audit.tlog.proving import prove_consistency
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.trees import TreeHead
from tests import outsider
from tests.fakes.tree import MemoryNodes
from tests.tlog_vectors import LEAVES, OTHER_CHECKPOINT, OTHER_KEY, OTHER_LEAVES, OTHER_SEED, OTHER_SMALL_CHECKPOINT

ORIGIN = "postgate.test/log1"
SIGNER = NoteSigner(name=ORIGIN, private=Ed25519PrivateKey.from_private_bytes(OTHER_SEED))
NEXT = NoteSigner(name=ORIGIN, private=Ed25519PrivateKey.from_private_bytes(OTHER_SEED[::-1]))
NODES = MemoryNodes(OTHER_LEAVES)
ROOT = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="
EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def _at(size: int, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin=origin, head=NODES.heads[size])


def test_checkpoints_are_those_another_program_writes() -> None:
    """Byte for byte as aics-tlog signs them with the same key."""
    small = Checkpoint(origin=ORIGIN, head=MemoryNodes(LEAVES).heads[8])

    assert sign_checkpoint(small, after=None, proof=(), signers=[SIGNER]).data().decode() == OTHER_SMALL_CHECKPOINT
    assert sign_checkpoint(_at(600), after=None, proof=(), signers=[SIGNER]).data().decode() == OTHER_CHECKPOINT


def test_a_checkpoint_of_another_program_opens() -> None:
    """With its key."""
    opened = open_checkpoint(read_note(OTHER_CHECKPOINT.encode()), origin=ORIGIN, keys=[read_verifier_key(OTHER_KEY)])

    assert opened == _at(600)


def test_an_outsider_reads_our_checkpoint() -> None:
    """With nothing but the standards: the code that reads it here shares nothing with ours."""
    data = sign_checkpoint(_at(77), after=None, proof=(), signers=[NEXT, SIGNER]).data()

    assert outsider.checkpoint(data, OTHER_KEY) == (ORIGIN, 77, NODES.heads[77].root)


@pytest.mark.parametrize(
    "text",
    [f"a\n0\n{EMPTY}\n", f"a b +\n8\n{ROOT}\n", f"a\n{2**63 - 1}\n{ROOT}\n", f"a\n8\n{ROOT}\nmore\n and more\n"],
)
def test_a_checkpoint_comes_back_from_its_text(text: str) -> None:
    """Origins that are no addresses and extension lines too: the standard has them."""
    assert read_checkpoint(text).text() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a\n8\n",
        f"a\n8\n{ROOT}",
        f"\n8\n{ROOT}\n",
        f"a\n\n{ROOT}\n",
        f"a\n08\n{ROOT}\n",
        f"a\n+8\n{ROOT}\n",
        f"a\n-8\n{ROOT}\n",
        f"a\n 8\n{ROOT}\n",
        f"a\n8 \n{ROOT}\n",
        f"a\n8_0\n{ROOT}\n",
        f"a\n0x8\n{ROOT}\n",
        f"a\n٨\n{ROOT}\n",
        f"a\n{2**63}\n{ROOT}\n",
        f"a\n8\n{ROOT[:-1]}\n",
        f"a\n8\n{ROOT[:-2]}h=\n",
        f"a\n8\n{ROOT[:-4]}\n",
        f"a\n8\n{ROOT}A\n",
        f"a\n8\n {ROOT}\n",
        f"a\n8\n{ROOT.replace('+', '-')}\n",
        f"a\n8\n{ROOT}\n\n",
        f"a\n8\n{ROOT}\n\nmore\n",
        f"8\n{ROOT}\n",
    ],
)
def test_another_text_is_no_checkpoint(text: str) -> None:
    """Every line has one spelling."""
    with pytest.raises(EvidenceRefused) as refused:
        read_checkpoint(text)
    assert refused.value.reason == "note_malformed"


def test_an_empty_tree_has_one_root() -> None:
    """A checkpoint that says otherwise contradicts itself."""
    with pytest.raises(EvidenceRefused) as refused:
        read_checkpoint(f"a\n0\n{ROOT}\n")
    assert refused.value.reason == "root_mismatch"


@pytest.mark.parametrize(("origin", "extensions"), [("", ()), ("a\nb", ()), ("a", ("",)), ("a", ("b\nc",))])
def test_lines_are_lines(origin: str, extensions: tuple[str, ...]) -> None:
    """No part can pass for two."""
    with pytest.raises(EvidenceRefused):
        Checkpoint(origin=origin, head=TreeHead.empty(), extensions=extensions)


def test_the_checkpoint_of_another_log_is_refused() -> None:
    """Even when a key that is known signed it."""
    note = sign_note(_at(8, "postgate.test/log2").text(), [SIGNER])

    with pytest.raises(EvidenceRefused) as refused:
        open_checkpoint(note, origin=ORIGIN, keys=[SIGNER.key()])
    assert refused.value.reason == "origin_mismatch"


def test_what_is_signed_continues_what_was_signed() -> None:
    """With the proof between the two sizes."""
    proof = prove_consistency(NODES, old=100, new=600)
    note = sign_checkpoint(_at(600), after=_at(100), proof=proof, signers=[SIGNER])

    assert open_checkpoint(note, origin=ORIGIN, keys=[SIGNER.key()]) == _at(600)


def test_a_key_is_replaced_with_both_signatures() -> None:
    """Who knows either key opens the checkpoint."""
    note = sign_checkpoint(_at(8), after=None, proof=(), signers=[SIGNER, NEXT])

    assert open_checkpoint(note, origin=ORIGIN, keys=[SIGNER.key()]) == _at(8)
    assert open_checkpoint(note, origin=ORIGIN, keys=[NEXT.key()]) == _at(8)


@pytest.mark.parametrize(
    ("checkpoint", "after", "proof", "reason"),
    [
        (_at(600), _at(100), (), "consistency_invalid"),
        (_at(600), _at(100), prove_consistency(NODES, old=99, new=600), "consistency_invalid"),
        (_at(100), _at(600), (), "consistency_invalid"),
        (_at(8), None, prove_consistency(NODES, old=4, new=8), "consistency_invalid"),
        (
            replace(_at(100), head=TreeHead(size=100, root=bytes(32))),
            _at(100),
            (),
            "consistency_invalid",
        ),
        (_at(8, "postgate.test/log2"), None, (), "origin_mismatch"),
        (_at(8), _at(8, "postgate.test/log0"), (), "origin_mismatch"),
        (replace(_at(8), extensions=("more",)), None, (), "note_malformed"),
    ],
)
def test_nothing_else_is_signed(
    checkpoint: Checkpoint, after: Checkpoint | None, proof: tuple[bytes, ...], reason: str
) -> None:
    """No second history, no other log, no key of another name, no extension lines."""
    with pytest.raises(EvidenceRefused) as refused:
        sign_checkpoint(checkpoint, after=after, proof=proof, signers=[SIGNER])
    assert refused.value.reason == reason
