from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit.chain import genesis, link
from proxy.audit.leaf import build
from proxy.audit.tlog.checkpoints import Checkpoint
from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.keys import NoteSigner
from proxy.audit.tlog.notes import sign_note
from proxy.audit.tlog.trees import Frontier, grow
from proxy.audit.verify import REASONS, Broken, LogHead, LogRow, StoredCheckpoint, StoredLog, Verified
from proxy.gate.work import Actor, AuditRecord
from proxy.storage.columns import instant
from tests.fakes.clock import START
from tests.verified import verify_one
from tests.works import Sample, content, decided, intended, new_id, outcome_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ORIGIN = "postgate.test/log"
LATER = instant(START + timedelta(hours=1))
SOON = instant(START + timedelta(seconds=1))


def _log(records: Iterable[AuditRecord]) -> tuple[list[LogRow], StoredLog]:
    """Return the records of a log, and the log."""
    rows: list[LogRow] = []
    previous = genesis(ORIGIN)
    for seq, record in enumerate(records):
        leaf = build(record, node="n1")
        previous = link(previous, leaf.hash)
        rows.append(
            LogRow(
                seq=seq,
                id=leaf.id,
                leaf=leaf.data,
                leaf_hash=leaf.hash,
                chain_hash=previous,
                columns=leaf.columns,
                ciphertext=None if leaf.content is None else leaf.content.ciphertext,
            )
        )
    grown = grow(Frontier(), [row.leaf_hash for row in rows])
    head = LogHead(
        origin=ORIGIN,
        size=len(rows),
        chain_hash=previous,
        root=grown.frontier.head().root,
        frontier=grown.frontier.data(),
    )
    return rows, StoredLog(head=head, rows=rows, nodes=grown.nodes, checkpoints=())


def _posts(count: int = 3) -> list[AuditRecord]:
    samples = [Sample() for _ in range(count)]
    return [make(sample) for sample in samples for make in (decided, intended, outcome_record)]


def _verify(records: Iterable[AuditRecord], now: str = LATER) -> Verified | Broken:
    _, log = _log(records)
    return verify_one(log, now=now)


def _again(log: StoredLog, rows: Sequence[LogRow]) -> Verified | Broken:
    """Verify the log with other records."""
    return verify_one(replace(log, rows=rows), now=LATER)


def _reason(result: Verified | Broken) -> str:
    assert isinstance(result, Broken)
    assert result.reason in REASONS
    return f"{result.reason}: {result.detail}"


def test_a_whole_log_verifies() -> None:
    """With its size and the hash over all of it."""
    rows, log = _log(_posts())

    result = _again(log, rows)

    assert result == Verified(
        origin=ORIGIN,
        size=9,
        chain_hash=log.head.chain_hash.hex(),
        root=log.head.root.hex(),
        checkpoints=0,
        open_attempts=0,
    )


def test_an_empty_log_verifies() -> None:
    """Its head is the beginning of every log of this name."""
    assert isinstance(_verify([]), Verified)


def test_every_changed_bit_is_found() -> None:
    """Leaf, leaf hash, link, id, place and copies: one change anywhere is refused."""
    rows, log = _log(_posts(1))
    for place, row in enumerate(rows):
        changed = [
            *(
                replace(row, leaf=row.leaf[:at] + bytes([row.leaf[at] ^ 1]) + row.leaf[at + 1 :])
                for at in range(len(row.leaf))
            ),
            replace(row, leaf_hash=bytes(32)),
            replace(row, chain_hash=bytes(32)),
            replace(row, id="other"),
            replace(row, seq=row.seq + 1),
            replace(row, columns={**row.columns, "decision": "hold"}),
            replace(row, leaf=row.leaf + b" ", leaf_hash=leaf_hash(row.leaf + b" ")),
        ]
        for other in changed:
            assert isinstance(_again(log, [*rows[:place], other, *rows[place + 1 :]]), Broken)


@pytest.mark.parametrize("missing", range(9))
def test_a_missing_record_is_found(missing: int) -> None:
    """Wherever it was, the last one included."""
    rows, log = _log(_posts())

    result = _again(log, [row for row in rows if row.seq != missing])

    assert _reason(result).startswith("chain_broken" if missing < 8 else "head_mismatch")


def test_swapped_and_doubled_records_are_found() -> None:
    """Order is part of the log."""
    rows, log = _log(_posts())

    assert isinstance(_again(log, [rows[1], rows[0], *rows[2:]]), Broken)
    assert isinstance(_again(log, [rows[0], *rows]), Broken)


def test_another_name_is_another_log() -> None:
    """The records of one log do not pass under the name of another."""
    _, log = _log(_posts())

    assert _reason(verify_one(replace(log, head=replace(log.head, origin="other")), now=LATER)).startswith(
        "chain_broken"
    )


def test_a_rewritten_log_needs_the_head() -> None:
    """Records that fit each other but not the head are refused."""
    _, log = _log(_posts())
    rows, _ = _log(_posts())

    assert _reason(_again(log, rows)).startswith("head_mismatch")


@pytest.mark.parametrize("ciphertext", [None, b"other"])
def test_other_content_is_found(ciphertext: bytes | None) -> None:
    """Content is compared with what was recorded."""
    rows, log = _log(_posts(1))
    rows[0] = replace(rows[0], ciphertext=ciphertext)

    assert _reason(_again(log, rows)).startswith("content_mismatch")


def test_content_that_no_record_names_is_found() -> None:
    """Too much is as wrong as too little."""
    rows, log = _log(_posts(1))
    rows[1] = replace(rows[1], ciphertext=b"hidden")

    assert _reason(_again(log, rows)).startswith("content_mismatch")


def test_a_leaf_outside_the_catalogue_is_found() -> None:
    """Also when its hashes are right."""
    rows, log = _log(_posts(1))
    leaf = rows[0].leaf.replace(b'"phase"', b'"phrase"')
    rows = [replace(rows[0], leaf=leaf, leaf_hash=leaf_hash(leaf), chain_hash=link(genesis(ORIGIN), leaf_hash(leaf)))]

    assert _reason(_again(log, rows)).startswith("schema_invalid")


@pytest.mark.parametrize("leaf", [b"[]", b"1", b"{}", b'{"data":{}}', b'{ "data":{}}', b"{", b"\xff"])
def test_any_bytes_are_refused_without_a_crash(leaf: bytes) -> None:
    """A leaf that is no leaf."""
    row = LogRow(
        seq=0,
        id="x",
        leaf=leaf,
        leaf_hash=leaf_hash(leaf),
        chain_hash=link(genesis(ORIGIN), leaf_hash(leaf)),
        columns={},
    )
    grown = grow(Frontier(), [row.leaf_hash])
    head = LogHead(origin=ORIGIN, size=1, chain_hash=row.chain_hash, root=row.leaf_hash, frontier=grown.frontier.data())
    log = StoredLog(head=head, rows=[row], nodes=(), checkpoints=())

    assert _reason(_again(log, [row])).startswith("schema_invalid")


def test_the_order_of_sending_is_checked() -> None:
    """Each way to send without a decision, twice, or without an end is refused."""
    one, other = Sample(), Sample()
    moved = replace(outcome_record(one), subject=other.subject)
    late = AuditRecord(
        id=new_id(),
        code="PG-104",
        type="post.reconciled",
        at=START,
        actor=Actor(kind="system", ref="postgate"),
        subject=one.subject,
        data={"attempt": one.attempt, "result": "published", "method": "late"},
    )
    whole = [decided(one), intended(one), outcome_record(one)]
    cases = {
        "without an allowing decision": [intended(one)],
        "an intent without an allowing": [decided(one, "block"), intended(one)],
        "of the same content": [decided(one), intended(one, mac="cd" * 32)],
        "two intents": [*whole[:2], replace(intended(one), id=new_id())],
        "two outcomes": [*whole[:2], outcome_record(one, "unknown"), replace(outcome_record(one), id=new_id())],
        "outcome without": [*whole, replace(outcome_record(one), id=new_id())],
        "an outcome without its intent": [decided(one), outcome_record(one)],
        "outcome without its": [*whole[:2], moved],
        "without its intent": [*whole[:2], replace(outcome_record(one), refs=())],
        "an intent without outcome whose lease is over": whole[:2],
        "used before": [decided(one), replace(decided(other), id=one.decision)],
        "was not unknown": [*whole, late],
    }

    assert {words: words in _reason(_verify(records)) for words, records in cases.items()} == dict.fromkeys(cases, True)
    assert all(_reason(_verify(records)).startswith("sequence_broken") for records in cases.values())


def test_an_open_lease_may_be_without_outcome() -> None:
    """A post that is being sent right now is no fault."""
    sample = Sample()

    result = _verify([decided(sample), intended(sample)], now=SOON)

    assert isinstance(result, Verified)
    assert result.open_attempts == 1


def test_an_unclear_outcome_may_be_settled_later() -> None:
    """The sender's late answer comes as a reconciliation."""
    one = Sample()
    late = AuditRecord(
        id=new_id(),
        code="PG-104",
        type="post.reconciled",
        at=START,
        actor=Actor(kind="system", ref="postgate"),
        subject=one.subject,
        data={"attempt": one.attempt, "result": "published", "method": "late"},
    )

    assert isinstance(_verify([decided(one), intended(one), outcome_record(one, "unknown"), late]), Verified)


def test_results_show_no_content() -> None:
    """Neither of the leaf nor of the ciphertext."""
    sample = Sample()
    rows, _ = _log([replace(decided(sample), content=content(sample, ciphertext=b"canary"))])

    assert "canary" not in repr(rows)
    assert "bank" not in repr(rows)


SIGNER = NoteSigner(name=ORIGIN, private=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
STRANGER = NoteSigner(name=ORIGIN, private=Ed25519PrivateKey.from_private_bytes(bytes(32)))


def _checkpoint(
    rows: Sequence[LogRow], size: int, *, signer: NoteSigner = SIGNER, origin: str = ORIGIN
) -> StoredCheckpoint:
    """Return a checkpoint over the first records."""
    here = grow(Frontier(), [row.leaf_hash for row in rows[:size]]).frontier.head()
    note = sign_note(Checkpoint(origin=origin, head=here).text(), [signer])
    return StoredCheckpoint(size=size, root=here.root, note=note.data())


def test_checkpoints_are_compared_with_the_records() -> None:
    """Each of every size, with the key and without."""
    rows, log = _log(_posts())
    log = replace(log, checkpoints=[_checkpoint(rows, size) for size in range(1, 10)])

    for keys in ((), (SIGNER.key(),)):
        result = verify_one(log, now=LATER, keys=keys)
        assert isinstance(result, Verified)
        assert result.checkpoints == 9


def test_a_checkpoint_that_does_not_fit_is_found() -> None:
    """Another root, another size, another log, another key, another text, and one from after the end."""
    rows, log = _log(_posts())
    other, _ = _log(_posts())
    good = _checkpoint(rows, 4)
    cases = {
        "root_mismatch: the checkpoint of size 4 has another root": replace(good, root=_checkpoint(other, 4).root),
        "root_mismatch: the checkpoint of size 5 has another root": replace(good, size=5),
        "root_mismatch: the checkpoint stored for size 4": replace(good, note=_checkpoint(rows, 3).note),
        "root_mismatch: a checkpoint of size 10": replace(good, size=10),
        "root_mismatch: a checkpoint of size 0": replace(good, size=0),
        "origin_mismatch: ": _checkpoint(rows, 4, origin="other"),
        "note_malformed: ": replace(good, note=good.note[:-1]),
        "signature_invalid: ": replace(good, note=good.note.replace(b"4\n", b"5\n", 1)),
        "key_unknown: ": _checkpoint(rows, 4, signer=STRANGER),
    }

    for words, stored in cases.items():
        assert words in _reason(verify_one(replace(log, checkpoints=[stored]), now=LATER, keys=(SIGNER.key(),)))


def test_without_the_key_no_signature_is_looked_at() -> None:
    """What the note states is compared with the records all the same."""
    rows, log = _log(_posts())
    strange, wrong = _checkpoint(rows, 4, signer=STRANGER), _checkpoint(rows, 4, origin="other")

    assert isinstance(verify_one(replace(log, checkpoints=[strange]), now=LATER), Verified)
    assert _reason(verify_one(replace(log, checkpoints=[wrong]), now=LATER)).startswith("origin_mismatch")


def test_every_node_of_the_tree_is_compared_with_the_leaves() -> None:
    """One that is changed, missing, exchanged or too much."""
    _, log = _log(_posts())
    nodes = list(log.nodes)
    assert len(nodes) == 7
    for place, (where, whole) in enumerate(nodes):
        for changed in (
            [*nodes[:place], (where, bytes(32)), *nodes[place + 1 :]],
            [*nodes[:place], *nodes[place + 1 :]],
            [*nodes[:place], (where, whole), *nodes[place:]],
        ):
            assert _reason(verify_one(replace(log, nodes=changed), now=LATER)).startswith("root_mismatch")


def test_a_head_with_another_root_is_found() -> None:
    """Root and frontier are both of these records."""
    _, log = _log(_posts())
    head = log.head

    for other in (replace(head, root=bytes(32)), replace(head, frontier=bytes(64)), replace(head, frontier=b"")):
        assert _reason(verify_one(replace(log, head=other), now=LATER)).startswith("root_mismatch")


def test_a_long_log_is_checked_in_pieces() -> None:
    """Pieces, and checkpoints in the midst of them, end in the same root."""
    rows, log = _log(_posts(120))
    log = replace(log, checkpoints=[_checkpoint(rows, size) for size in (1, 255, 256, 257, 360)])

    result = verify_one(log, now=LATER, keys=(SIGNER.key(),))

    assert isinstance(result, Verified)
    assert (result.size, result.checkpoints) == (360, 5)
