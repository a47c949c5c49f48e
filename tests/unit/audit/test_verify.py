from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.audit.chain import genesis, link
from proxy.audit.leaf import build
from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.verify import REASONS, Broken, LogHead, LogRow, Verified, verify
from proxy.gate.work import Actor, AuditRecord
from proxy.storage.columns import instant
from tests.fakes.clock import START
from tests.works import Sample, content, decided, intended, new_id, outcome_record

if TYPE_CHECKING:
    from collections.abc import Iterable

ORIGIN = "postgate.test/log"
LATER = instant(START + timedelta(hours=1))
SOON = instant(START + timedelta(seconds=1))


def _log(records: Iterable[AuditRecord]) -> tuple[list[LogRow], LogHead]:
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
    return rows, LogHead(origin=ORIGIN, size=len(rows), chain_hash=previous)


def _posts(count: int = 3) -> list[AuditRecord]:
    samples = [Sample() for _ in range(count)]
    return [make(sample) for sample in samples for make in (decided, intended, outcome_record)]


def _verify(records: Iterable[AuditRecord], now: str = LATER) -> Verified | Broken:
    rows, head = _log(records)
    return verify(rows, head, now=now)


def _reason(result: Verified | Broken) -> str:
    assert isinstance(result, Broken)
    assert result.reason in REASONS
    return f"{result.reason}: {result.detail}"


def test_a_whole_log_verifies() -> None:
    """With its size and the hash over all of it."""
    rows, head = _log(_posts())

    result = verify(rows, head, now=LATER)

    assert result == Verified(size=9, chain_hash=head.chain_hash.hex(), open_attempts=0)


def test_an_empty_log_verifies() -> None:
    """Its head is the beginning of every log of this name."""
    assert isinstance(_verify([]), Verified)


def test_every_changed_bit_is_found() -> None:
    """Leaf, leaf hash, link, id, place and copies: one change anywhere is refused."""
    rows, head = _log(_posts(1))
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
            assert isinstance(verify([*rows[:place], other, *rows[place + 1 :]], head, now=LATER), Broken)


@pytest.mark.parametrize("missing", range(9))
def test_a_missing_record_is_found(missing: int) -> None:
    """Wherever it was, the last one included."""
    rows, head = _log(_posts())

    result = verify([row for row in rows if row.seq != missing], head, now=LATER)

    assert _reason(result).startswith("chain_broken" if missing < 8 else "head_mismatch")


def test_swapped_and_doubled_records_are_found() -> None:
    """Order is part of the log."""
    rows, head = _log(_posts())

    assert isinstance(verify([rows[1], rows[0], *rows[2:]], head, now=LATER), Broken)
    assert isinstance(verify([rows[0], *rows], head, now=LATER), Broken)


def test_another_name_is_another_log() -> None:
    """The records of one log do not pass under the name of another."""
    rows, head = _log(_posts())

    assert _reason(verify(rows, replace(head, origin="other"), now=LATER)).startswith("chain_broken")


def test_a_rewritten_log_needs_the_head() -> None:
    """Records that fit each other but not the head are refused."""
    _, head = _log(_posts())
    rows, _ = _log(_posts())

    assert _reason(verify(rows, head, now=LATER)).startswith("head_mismatch")


@pytest.mark.parametrize("ciphertext", [None, b"other"])
def test_other_content_is_found(ciphertext: bytes | None) -> None:
    """Content is compared with what was recorded."""
    rows, head = _log(_posts(1))
    rows[0] = replace(rows[0], ciphertext=ciphertext)

    assert _reason(verify(rows, head, now=LATER)).startswith("content_mismatch")


def test_content_that_no_record_names_is_found() -> None:
    """Too much is as wrong as too little."""
    rows, head = _log(_posts(1))
    rows[1] = replace(rows[1], ciphertext=b"hidden")

    assert _reason(verify(rows, head, now=LATER)).startswith("content_mismatch")


def test_a_leaf_outside_the_catalogue_is_found() -> None:
    """Also when its hashes are right."""
    rows, head = _log(_posts(1))
    leaf = rows[0].leaf.replace(b'"phase"', b'"phrase"')
    rows = [replace(rows[0], leaf=leaf, leaf_hash=leaf_hash(leaf), chain_hash=link(genesis(ORIGIN), leaf_hash(leaf)))]

    assert _reason(verify(rows, head, now=LATER)).startswith("schema_invalid")


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
    head = LogHead(origin=ORIGIN, size=1, chain_hash=row.chain_hash)

    assert _reason(verify([row], head, now=LATER)).startswith("schema_invalid")


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
        "two outcomes": [*whole, replace(outcome_record(one), id=new_id())],
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
