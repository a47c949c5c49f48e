"""Whatever the order in which nodes grow, sign, give way and crash: checkpoints only grow, and all are one history."""

from __future__ import annotations

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.audit.checkpointing import STATE_FILE
from proxy.audit.nodes import SqlNodes
from proxy.audit.note_files import read_note_file
from proxy.audit.signed import read_signed
from proxy.audit.tlog.notes import read_note
from proxy.audit.tlog.proofs import verify_consistency
from proxy.audit.tlog.proving import prove_consistency
from proxy.storage.tables import audit_checkpoints
from tests.checkpoints import SignedLog
from tests.stores import ORIGIN, migrated

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = st.tuples(st.sampled_from(["grow", "sign", "crash", "slow"]), st.sampled_from(["a", "b"]))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite database that is up to date, to copy."""
    file = tmp_path_factory.mktemp("empty") / "log.db"
    migrated(f"sqlite:///{file}")
    return file


class Nodes:
    """Two nodes on one log."""

    def __init__(self, log: SignedLog, directory: Path) -> None:
        self._log = log
        self._directory = directory
        self.files: dict[str, list[int]] = {"a": [], "b": []}
        """The size in each state file after every step."""

    def run(self, steps: Sequence[tuple[str, str]]) -> None:
        """Do the steps; those after a slow one happen while it is between looking and keeping."""
        for place, (step, name) in enumerate(steps):
            if step == "grow":
                self._log.grow()
            elif step == "slow":
                self._sign(name, meanwhile=steps[place + 1 :])
                return
            else:
                self._sign(name, remembers=step == "sign")

    def _sign(self, name: str, *, remembers: bool = True, meanwhile: Sequence[tuple[str, str]] = ()) -> None:
        node = self._log.node(self._directory / name)
        keep = node._keep

        def late(signed: object) -> bool:
            self.run(meanwhile)
            return keep(signed)  # type: ignore[arg-type]

        node._keep = late  # type: ignore[method-assign]
        signed = node.sign()
        if remembers and signed is not None:
            node.remember(signed)
        note = read_note_file(self._directory / name / STATE_FILE)
        self.files[name].append(0 if note is None else read_signed(note, origin=ORIGIN).size)


@settings(max_examples=40)
@given(steps=st.lists(STEPS, max_size=12))
def test_checkpoints_only_grow(empty: Path, steps: list[tuple[str, str]]) -> None:
    """In the table in the order of insertion, in each state file over time; every one continues the one before."""
    with tempfile.TemporaryDirectory() as directory:
        shutil.copy2(empty, Path(directory) / "log.db")
        log = SignedLog(f"sqlite:///{directory}/log.db")
        try:
            nodes = Nodes(log, Path(directory))
            nodes.run(steps)
            nodes.run([("sign", "a"), ("sign", "b")])
            _check(log, nodes)
        finally:
            log.close()


def _check(log: SignedLog, nodes: Nodes) -> None:
    assert all(sizes == sorted(sizes) for sizes in nodes.files.values())
    assert nodes.files["a"][-1] == nodes.files["b"][-1]
    with log.engine.connect() as connection:
        rows = connection.execute(audit_checkpoints.select().order_by(audit_checkpoints.c.size)).all()
        inserted = connection.exec_driver_sql("SELECT size FROM audit_checkpoints ORDER BY rowid").scalars().all()
        assert list(inserted) == [row.size for row in rows]
        heads = [read_signed(read_note(bytes(row.note)), origin=ORIGIN).checkpoint.head for row in rows]
        for old, new in pairwise(heads):
            proof = prove_consistency(SqlNodes(connection, 1), old=old.size, new=new.size)
            verify_consistency(proof, old=old, new=new)
