"""Checkpoints of the log: signed one after the other, kept in table and state file, never for another history."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from proxy.audit.checkpointing import STATE_FILE, Start, last_note
from proxy.audit.note_files import read_note_file, write_note_file
from proxy.audit.rollback import LogRolledBack, NothingRemembered
from proxy.audit.signed import read_signed, signer_of
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.core.errors import AuditBroken, AuditUnavailable, GateUnavailable
from proxy.storage.tables import audit_records
from tests import outsider
from tests.checkpoints import ANOTHER, SIGNER, TRUST, SignedLog, note_of, signed_log
from tests.stores import ORIGIN, migrated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.audit.checkpointing import Checkpointing
    from proxy.audit.tlog.keys import NoteSigner
    from proxy.audit.tlog.notes import Note


@pytest.fixture
def log(url: str) -> Iterator[SignedLog]:
    """Return a log of five records."""
    with signed_log(url, 5) as opened:
        yield opened


def _sign(node: Checkpointing) -> int | None:
    """Do one round, as the running node does; return the size of the newest checkpoint."""
    signed = node.sign()
    if signed is None:
        return None
    node.remember(signed)
    return signed.size


def _state(directory: Path) -> int:
    note = read_note_file(directory / STATE_FILE)
    return 0 if note is None else read_signed(note, origin=ORIGIN).size


def _remember(directory: Path, note: Note) -> None:
    write_note_file(directory / STATE_FILE, note)


def test_an_outsider_verifies_what_is_signed(log: SignedLog, tmp_path: Path) -> None:
    """With the verifier key and the records alone; file and table hold the same note."""
    assert _sign(log.node(tmp_path)) == 5

    with log.engine.connect() as connection:
        rows = connection.execute(audit_records.select().order_by(audit_records.c.seq)).all()
    ((size, note),) = log.kept()
    assert outsider.checkpoint(note, SIGNER.key().text()) == (ORIGIN, 5, outsider.mth([row.leaf for row in rows]))
    assert (size, (tmp_path / STATE_FILE).read_bytes()) == (5, note)


def test_only_a_log_that_grew_is_signed_again(log: SignedLog, tmp_path: Path) -> None:
    """One checkpoint for one size, each larger than the one before."""
    node = log.node(tmp_path)

    sizes = [_sign(node), _sign(node)]
    log.grow(3)
    sizes += [_sign(node), _sign(node)]

    assert sizes == [5, 5, 8, 8]
    assert [size for size, _ in log.kept()] == [5, 8]
    assert _state(tmp_path) == 8


def test_an_empty_log_is_not_signed(url: str, tmp_path: Path) -> None:
    """There is nothing to say; starting on it is fine."""
    with signed_log(url) as log:
        assert log.node(tmp_path).check() == Start(size=0, trusted_database=False)
        assert _sign(log.node(tmp_path)) is None
        assert log.kept() == []


def test_without_a_key_nothing_is_signed(log: SignedLog, tmp_path: Path) -> None:
    """The log goes on; what others signed is compared all the same."""
    node = log.node(tmp_path, signer=None)

    assert (node.signs, _sign(node), log.kept()) == (False, None, [])
    _remember(tmp_path, note_of(6))
    with pytest.raises(LogRolledBack):
        node.check()


def test_two_nodes_sign_one_history(log: SignedLog, tmp_path: Path) -> None:
    """At the same time, again and again: no size has two notes, and both go on."""
    nodes = [log.node(tmp_path / name) for name in ("a", "b")]

    with ThreadPoolExecutor(max_workers=2) as threads:
        for _ in range(20):
            log.grow()
            rounds = [threads.submit(_sign, node) for node in nodes]
            assert {one.result() for one in rounds} <= {len(log.kept()) + 4, len(log.kept()) + 5}
    last = [_sign(node) for node in nodes]

    assert last == [25, 25]
    assert [size for size, _ in log.kept()] == sorted({size for size, _ in log.kept()})
    assert (tmp_path / "a" / STATE_FILE).read_bytes() == (tmp_path / "b" / STATE_FILE).read_bytes()


def test_a_later_checkpoint_of_another_node_stays(log: SignedLog, tmp_path: Path) -> None:
    """A node that was slow between looking and keeping gives way, returns the later one and goes on from it."""
    slow, fast = log.node(tmp_path / "slow"), log.node(tmp_path / "fast")
    keep = slow._keep

    def late(signed: object) -> bool:
        log.grow()
        _sign(fast)
        return keep(signed)  # type: ignore[arg-type]

    slow._keep = late  # type: ignore[method-assign]
    given = slow.sign()
    slow._keep = keep  # type: ignore[method-assign]

    assert given is not None
    assert [(given.size, given.note.data())] == log.kept()
    assert _sign(slow) == 6
    assert [size for size, _ in log.kept()] == [6]


def test_a_crash_after_keeping_is_made_up_for(log: SignedLog, tmp_path: Path) -> None:
    """The table is ahead of the file: the next round writes the file, and signs nothing twice."""
    assert log.node(tmp_path).sign() is not None
    assert not (tmp_path / STATE_FILE).exists()
    node = log.node(tmp_path)

    with pytest.raises(NothingRemembered, match="5 records"):
        node.check()
    assert node.check(trust_database=True) == Start(size=5, trusted_database=True)
    assert _sign(node) == 5
    assert _state(tmp_path) == 5
    assert node.check() == Start(size=5, trusted_database=False)


def test_the_state_file_takes_no_step_back(log: SignedLog, tmp_path: Path) -> None:
    """An earlier note does not replace a later one."""
    node = log.node(tmp_path)
    first = node.sign()
    log.grow()
    _sign(node)

    assert first is not None
    node.remember(first)
    assert _state(tmp_path) == 6


@pytest.mark.parametrize("note", [note_of(6), note_of(5), note_of(2), note_of(2, signer=ANOTHER)])
def test_another_history_is_neither_started_on_nor_signed(log: SignedLog, tmp_path: Path, note: Note) -> None:
    """The state file knows more records, or other ones; both sizes are told. Whoever signed it."""
    known = read_signed(note, origin=ORIGIN).size
    _remember(tmp_path, note)
    node = log.node(tmp_path)

    with pytest.raises(LogRolledBack) as refused:
        node.check()
    with pytest.raises(AuditBroken):
        node.sign()

    assert f"{known} Einträge, die Datenbank hat 5" in refused.value.words.de
    assert f"{known} records, the database has 5" in refused.value.words.en
    assert log.kept() == []
    assert _state(tmp_path) == known


def test_what_was_handed_out_counts_too(log: SignedLog, tmp_path: Path) -> None:
    """A backup that took the state file back with the database does not get past what lies elsewhere."""
    node = log.node(tmp_path)
    _sign(node)
    note = read_note_file(tmp_path / STATE_FILE)

    assert note is not None
    assert node.check([TRUST.open(note)]) == Start(size=5, trusted_database=False)
    with pytest.raises(LogRolledBack):
        node.check([TRUST.open(note_of(9))])


@pytest.mark.parametrize(("signer", "keys"), [(SIGNER, ()), (None, (SIGNER,))])
def test_a_log_with_records_and_no_memory_is_not_started_on(
    log: SignedLog, tmp_path: Path, signer: NoteSigner | None, keys: tuple[NoteSigner, ...]
) -> None:
    """Removing the file would switch the check off, also on a node that only verifies; a sink will do instead."""
    note = log.node(tmp_path / "other").sign()
    assert note is not None
    node = log.node(tmp_path / "new", signer, keys=keys)

    with pytest.raises(NothingRemembered) as refused:
        node.check()
    assert "5 Einträge" in refused.value.words.de
    assert "--trust-database" in refused.value.words.en
    assert node.check([note]) == Start(size=5, trusted_database=False)
    assert node.check(trust_database=True) == Start(size=5, trusted_database=True)


def test_a_log_that_nobody_ever_signed_goes_on(log: SignedLog, tmp_path: Path) -> None:
    """There is no key, and no checkpoint anywhere: nothing was removed. With a first one, that changes."""
    node = log.node(tmp_path / "new", None)

    assert node.check() == Start(size=5, trusted_database=True)
    assert log.node(tmp_path / "other").sign() is not None
    with pytest.raises(NothingRemembered):
        node.check()


def test_an_empty_log_is_remembered(url: str, tmp_path: Path) -> None:
    """So a process that is killed before its first signature can start again; an older file is not taken back."""
    with signed_log(url) as log:
        node = log.node(tmp_path)
        node.begin()
        log.grow(3)

        assert node.check() == Start(size=3, trusted_database=False)
        assert _sign(node) == 3
        node.begin()
        assert _state(tmp_path) == 3
        log.node(tmp_path / "keyless", None).begin()
        assert not (tmp_path / "keyless").exists()


def test_a_node_without_a_key_follows_those_that_sign(log: SignedLog, tmp_path: Path) -> None:
    """It verifies what they put into the table, and remembers it; what somebody else signed it refuses."""
    node = log.node(tmp_path / "follows", None, keys=[SIGNER])
    assert node.sign() is None
    assert _sign(log.node(tmp_path / "signs")) == 5
    log.grow()

    assert _sign(node) == 5
    assert node.seen == (1, 6)
    assert _state(tmp_path / "follows") == 5
    log.put(note_of(6, signer=ANOTHER), 6)
    with pytest.raises(EvidenceRefused):
        node.sign()


def test_a_table_that_is_ahead_of_the_log_is_refused(log: SignedLog, tmp_path: Path) -> None:
    """The head was taken back and the checkpoints were forgotten."""
    log.put(note_of(7), 7)

    with pytest.raises(LogRolledBack, match="7"):
        log.node(tmp_path).check()
    with pytest.raises(LogRolledBack):
        log.node(tmp_path).sign()


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (note_of(3, signer=ANOTHER), "key_unknown"),
        (note_of(3, origin="other.example", signer=signer_of("other.example", bytes(32))), "origin_mismatch"),
    ],
)
def test_what_another_key_signed_is_not_continued(log: SignedLog, tmp_path: Path, note: Note, reason: str) -> None:
    """Otherwise every node could have a key of its own, and nobody would know which one counts."""
    log.put(note, 3)

    with pytest.raises(EvidenceRefused) as refused:
        log.node(tmp_path).sign()

    assert refused.value.reason == reason


def test_a_checkpoint_of_another_log_stops_the_start(log: SignedLog, tmp_path: Path) -> None:
    """The state directory belongs to another installation."""
    _remember(tmp_path, note_of(3, origin="other.example", signer=signer_of("other.example", bytes(32))))

    with pytest.raises(EvidenceRefused) as refused:
        log.node(tmp_path).check()

    assert refused.value.reason == "origin_mismatch"


def test_another_note_of_the_same_size_is_told(log: SignedLog, tmp_path: Path) -> None:
    """Somebody put a row there between looking and keeping."""
    node = log.node(tmp_path)
    keep = node._keep

    def late(signed: object) -> bool:
        log.put(note_of(5), 5)
        return keep(signed)  # type: ignore[arg-type]

    node._keep = late  # type: ignore[method-assign]
    with pytest.raises(AuditBroken, match="two of size 5"):
        node.sign()


def test_a_directory_that_cannot_be_written_is_told(log: SignedLog, tmp_path: Path) -> None:
    """The checkpoint is in the table, and the file follows as soon as it can."""
    state = tmp_path / "state"
    node = log.node(state)
    state.symlink_to(tmp_path / "gone" / "away")  # as a mount that is not there
    with pytest.raises(OSError, match="exists"):
        _sign(node)

    assert [size for size, _ in log.kept()] == [5]
    state.unlink()
    assert _sign(node) == 5
    assert _state(state) == 5


def test_a_log_that_was_never_opened_is_no_log(log: SignedLog, tmp_path: Path) -> None:
    """There is no head."""
    with log.engine.begin() as connection:
        for statement in _without_head(log.engine.dialect.name):
            connection.exec_driver_sql(statement)

    with pytest.raises(AuditBroken, match="opened"):
        log.node(tmp_path).check()


def _without_head(dialect: str) -> tuple[str, ...]:
    if dialect == "sqlite":
        return "DROP TRIGGER audit_head_no_delete", "DELETE FROM audit_head"
    return "ALTER TABLE audit_head DISABLE TRIGGER USER", "DELETE FROM audit_head"


def test_an_older_copy_of_the_database_is_recognised(tmp_path: Path) -> None:
    """A backup is put back as it is: whole in itself, and shorter than what was signed."""
    file, copy = tmp_path / "log.db", tmp_path / "copy.db"
    url = migrated(f"sqlite:///{file}")
    with signed_log(url, 3) as log:
        _sign(log.node(tmp_path))
        log.engine.dispose()
        with log.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql(f"VACUUM INTO '{copy}'")
        log.grow(2)
        _sign(log.node(tmp_path))
    for side in ("-wal", "-shm"):
        Path(f"{file}{side}").unlink(missing_ok=True)
    shutil.copy2(copy, file)

    with signed_log(url) as log:
        with pytest.raises(LogRolledBack, match="5 records; found: 3 records"):
            log.node(tmp_path).check()
        log.grow(4)  # longer again, and still another history
        with pytest.raises(LogRolledBack, match="7 records with another root at 5"):
            log.node(tmp_path).sign()


def test_a_database_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """Not written, then not even read: in a way that can be tried again."""
    with signed_log(migrated(f"sqlite:///{tmp_path}/log.db"), 1) as log:
        node, raw = log.node(tmp_path), log.engine.raw_connection()
        raw.cursor().execute("PRAGMA query_only = ON")
        raw.close()  # back to the pool, from which the next transaction takes it
        with pytest.raises(AuditUnavailable):
            node.sign()
        raw = log.engine.raw_connection()
        raw.cursor().execute("PRAGMA query_only = OFF")
        raw.cursor().execute("DROP TABLE audit_checkpoints")
        raw.close()
        with pytest.raises(GateUnavailable):
            node.sign()


def test_the_newest_note_is_read_without_a_key(log: SignedLog, tmp_path: Path) -> None:
    """None before the first."""
    before = log.reads.run_blocking(last_note)
    _sign(log.node(tmp_path))
    log.grow()
    _sign(log.node(tmp_path))
    note = log.reads.run_blocking(last_note)

    assert before is None
    assert note is not None
    assert read_signed(note, origin=ORIGIN).size == 6
