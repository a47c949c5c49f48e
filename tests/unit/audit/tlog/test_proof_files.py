from base64 import b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit.tlog.checkpoints import Checkpoint, sign_checkpoint
from proxy.audit.tlog.keys import NoteSigner
from proxy.audit.tlog.proof_files import MOST_EXTRA, ProofFile, read_proof_file, verify_proof_file
from proxy.audit.tlog.proving import prove_inclusion
from proxy.audit.tlog.refusal import EvidenceRefused
from tests import outsider
from tests.fakes.tree import MemoryNodes
from tests.tlog_vectors import INCLUSION, LEAVES, OTHER_KEY, OTHER_SEED

ORIGIN = "postgate.test/log1"
SIGNER = NoteSigner(name=ORIGIN, private=Ed25519PrivateKey.from_private_bytes(OTHER_SEED))
KEYS = [SIGNER.key()]
NODES = MemoryNodes(LEAVES)


def _file(index: int, size: int = 8, extra: bytes = b"") -> ProofFile:
    checkpoint = Checkpoint(origin=ORIGIN, head=NODES.heads[size])
    return ProofFile(
        index=index,
        hashes=prove_inclusion(NODES, index=index, size=size),
        note=sign_checkpoint(checkpoint, after=None, proof=(), signers=[SIGNER]),
        extra=extra,
    )


FILE = _file(5).data()
LINES = FILE.decode().split("\n")


def test_the_form_of_a_file() -> None:
    """Header, index, three hashes from the leaf up, a blank line, the checkpoint; the hashes are published ones."""
    assert LINES[:6] == [
        "c2sp.org/tlog-proof@v1",
        "index 5",
        *(b64encode(bytes.fromhex(one)).decode() for one in INCLUSION[2][2]),
        "",
    ]
    assert FILE.endswith(_file(5).note.data())


@pytest.mark.parametrize("size", range(1, 9))
def test_every_leaf_of_every_size_is_shown(size: int) -> None:
    """Written, read, verified; and an outsider with nothing but the standards agrees."""
    for index in range(size):
        data = _file(index, size).data()
        file = read_proof_file(data)

        assert file.data() == data
        assert verify_proof_file(file, LEAVES[index], origin=ORIGIN, keys=KEYS).head == NODES.heads[size]
        assert outsider.proven(data, LEAVES[index], OTHER_KEY)


@pytest.mark.parametrize("extra", [b"\0", b"anything", bytes(MOST_EXTRA)])
def test_extra_data_is_carried(extra: bytes) -> None:
    """Nothing signs it."""
    file = read_proof_file(_file(0, extra=extra).data())

    assert file.extra == extra
    assert verify_proof_file(file, LEAVES[0], origin=ORIGIN, keys=KEYS).origin == ORIGIN


@pytest.mark.parametrize(
    ("file", "leaf", "origin", "reason"),
    [
        (_file(5), LEAVES[4], ORIGIN, "inclusion_invalid"),
        (replace(_file(5), index=4), LEAVES[5], ORIGIN, "inclusion_invalid"),
        (replace(_file(5), hashes=_file(4).hashes), LEAVES[5], ORIGIN, "inclusion_invalid"),
        (_file(5), LEAVES[5], "postgate.test/log2", "origin_mismatch"),
    ],
)
def test_what_does_not_fit_is_refused(file: ProofFile, leaf: bytes, origin: str, reason: str) -> None:
    """Another leaf, another place, other hashes, another log."""
    with pytest.raises(EvidenceRefused) as refused:
        verify_proof_file(file, leaf, origin=origin, keys=KEYS)
    assert refused.value.reason == reason


def test_a_checkpoint_of_somebody_else_is_refused() -> None:
    """The key is not the file's to say."""
    other = NoteSigner(name=ORIGIN, private=Ed25519PrivateKey.from_private_bytes(OTHER_SEED[::-1]))

    with pytest.raises(EvidenceRefused) as refused:
        verify_proof_file(_file(5), LEAVES[5], origin=ORIGIN, keys=[other.key()])
    assert refused.value.reason == "key_unknown"


def _with(*lines: str) -> bytes:
    """Return the file with other lines before the checkpoint."""
    return "\n".join([*lines, *LINES[5:]]).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        FILE[:-1],
        b"\n" + FILE,
        FILE.replace(b"\n", b"\r\n"),
        FILE.replace(b"\n\n", b"\n", 1),
        FILE + b"\x00",
        b"\xff" + FILE,
        _with("c2sp.org/tlog-proof@v2", *LINES[1:5]),
        _with("c2sp.org/tlog-proof@v1 ", *LINES[1:5]),
        _with(LINES[0]),
        _with(LINES[0], *LINES[2:5]),
        _with(LINES[0], "index", *LINES[2:5]),
        _with(LINES[0], "index ", *LINES[2:5]),
        _with(LINES[0], "index 05", *LINES[2:5]),
        _with(LINES[0], "index  5", *LINES[2:5]),
        _with(LINES[0], "index 5 ", *LINES[2:5]),
        _with(LINES[0], "index -5", *LINES[2:5]),
        _with(LINES[0], "Index 5", *LINES[2:5]),
        _with(LINES[0], "index 8", *LINES[2:5]),
        _with(LINES[0], f"index {2**63}", *LINES[2:5]),
        _with(LINES[0], "extra ", *LINES[1:5]),
        _with(LINES[0], "extra QR==", *LINES[1:5]),
        _with(LINES[0], "extra QQ", *LINES[1:5]),
        _with(LINES[0], "extra  QQ==", *LINES[1:5]),
        _with(LINES[0], "extra QQ==", "extra QQ==", *LINES[1:5]),
        _with(LINES[0], LINES[1], "extra QQ==", *LINES[2:5]),
        _with(*LINES[:4]),
        _with(*LINES[:5], LINES[4]),
        _with(*LINES[:4], LINES[4][:-2] + "d="),
        _with(*LINES[:4], LINES[4][:-4]),
        _with(*LINES[:4], LINES[4] + " "),
        _with(*LINES[:4], "QQ=="),
    ],
)
def test_another_file_is_refused(data: bytes) -> None:
    """Every line has one spelling, and there are as many hashes as index and size need."""
    with pytest.raises(EvidenceRefused) as refused:
        read_proof_file(data)
    assert refused.value.reason == "proof_malformed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LINES[5:], ["", *LINES[5:]]),
        (LINES[5:], LINES[5:9]),
        (LINES[7:8], ["08"]),
        (LINES[10:11], [LINES[10].replace("— ", "- ")]),
    ],
)
def test_another_checkpoint_is_refused(old: list[str], new: list[str]) -> None:
    """What follows the blank line is a checkpoint, verbatim."""
    data = "\n".join(LINES).replace("\n".join(old), "\n".join(new)).encode()
    with pytest.raises(EvidenceRefused):
        read_proof_file(data)


def test_every_bit_of_a_file_counts() -> None:
    """Flip any one: it is not read, or it does not verify."""
    survivors = []
    for place in range(len(FILE) * 8):
        data = bytearray(FILE)
        data[place // 8] ^= 1 << place % 8
        try:
            verify_proof_file(read_proof_file(bytes(data)), LEAVES[5], origin=ORIGIN, keys=KEYS)
        except EvidenceRefused:
            continue
        survivors.append(place)

    assert survivors == []


def test_every_line_of_a_file_counts() -> None:
    """Leave any out, double any, exchange any two neighbours: it is not read, or it does not verify."""
    changed = [LINES[:at] + LINES[at + 1 :] for at in range(len(LINES) - 1)]
    changed += [LINES[: at + 1] + LINES[at:] for at in range(len(LINES) - 1)]
    changed += [[*LINES[:at], LINES[at + 1], LINES[at], *LINES[at + 2 :]] for at in range(len(LINES) - 1)]
    survivors = []
    for lines in changed:
        try:
            verify_proof_file(read_proof_file("\n".join(lines).encode()), LEAVES[5], origin=ORIGIN, keys=KEYS)
        except EvidenceRefused:
            continue
        survivors.append(lines)

    assert survivors == []
