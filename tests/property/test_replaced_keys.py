"""Exports of logs whose key was replaced: one key leads to all others, and to no key that nobody handed over to."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from proxy.audit.export import outsider
from proxy.audit.export.handing_over import handover_path
from proxy.audit.export.verifying import verify_exports
from proxy.audit.export.writing import CHECKPOINT, KEY
from proxy.audit.leaf import build
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.audit.tlog.notes import read_note, sign_note
from proxy.audit.tlog.proof_files import ProofFile, read_proof_file
from proxy.audit.verify import REASONS
from proxy.gate.work import AuditRecord
from tests.checkpoints import signed_log
from tests.fakes.clock import START
from tests.fakes.export_folder import MemoryFolder
from tests.replaced_keys import NEXT, STRANGER, A, B, C, ReplacedKeys, checked, exports_of, resigned
from tests.stores import ORIGIN, migrated
from tests.works import SYSTEM, new_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from proxy.audit.tlog.keys import NoteSigner

FIRST, SECOND = handover_path(1), handover_path(2)
Exports = dict[str, dict[str, bytes]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """Return the exports, which nobody changes."""
    return exports_of(tmp_path_factory.mktemp("keys"))


def _outsider(place: Path, *exports: Mapping[str, bytes], key: NoteSigner) -> tuple[int, str]:
    """Return how the program in the export ends, and what it says; openssl runs all that it prints, if it accepts."""
    for number, files in enumerate(exports):
        for path, data in files.items():
            file = place / f"export-{number}" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    (place / "here").mkdir()
    folders = [str(place / f"export-{number}") for number in range(len(exports))]
    run = [sys.executable, "-I", outsider.__file__, *folders, key.key().text()]
    ran = subprocess.run(run, cwd=place / "here", capture_output=True, text=True, check=False)
    commands = [line.split() for line in ran.stdout.splitlines() if line.startswith("openssl ")]
    assert bool(commands) == (ran.returncode == 0), ran.stderr
    for command in commands:
        if subprocess.run(command, cwd=place / "here", capture_output=True, check=False).returncode:
            return 1, "openssl"
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["first"], "A"),
        (["both"], "AB"),
        (["old"], "AB"),
        (["1"], "ABC"),
        (["2"], "ABC"),
        (["1", "2"], "ABC"),
        # made before the key was replaced once more, beside one that knows it
        (["old", "2"], "ABC"),
    ],
)
def test_any_key_of_the_chain_is_enough(made: Exports, tmp_path: Path, names: list[str], keys: str) -> None:
    """The first, the last, one between; no other one. The program in the export says the same, and so does openssl."""
    exports = [made[name] for name in names]
    for name, key in {"A": A, "B": B, "C": C, "X": STRANGER}.items():
        (tmp_path / name).mkdir()
        code, said = _outsider(tmp_path / name, *exports, key=key)

        assert checked(*exports, key=key) == ("whole" if name in keys else "key_unknown")
        assert code == int(name not in keys), said


def test_the_reader_is_told_which_key_it_is_now(made: Exports, tmp_path: Path) -> None:
    """Whoever has the first one learns the last one, and how often it was replaced."""
    (found,) = verify_exports([MemoryFolder(made["2"])], keys=[A.key()])  # type: ignore[misc]

    assert (found.key, found.handovers) == (C.named(NEXT).key().text(), 2)
    _, said = _outsider(tmp_path, made["2"], key=A)
    assert C.key().text() in said


def test_a_checkpoint_kept_earlier_is_read_with_the_key_of_its_day(made: Exports) -> None:
    """Also by who has the newest key only. The key that retired signs nothing more, nor the next one before."""
    for name in ("first", "both", "old"):
        assert checked(made["1"], key=C, after=made[name][CHECKPOINT]) == "whole"
    late = read_note(made["1"][CHECKPOINT]).text
    early = read_note(made["first"][CHECKPOINT]).text
    for text, signer in ((late, A), (late, C), (early, B)):
        assert checked(made["1"], key=A, after=sign_note(text, [signer]).data()) == "key_unknown"


def test_every_flipped_bit_of_a_handover_is_found(made: Exports) -> None:
    """In every byte, with each key of the chain."""
    for path in (FIRST, SECOND, KEY):
        data = made["2"][path]
        for place in range(len(data)):
            flipped = data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]
            assert checked({**made["2"], path: flipped}, key=(A, B, C)[place % 3]) in REASONS


@pytest.mark.parametrize("name", ["1", "2"])
def test_a_handover_that_is_missing_doubled_or_swapped_is_refused(made: Exports, tmp_path: Path, name: str) -> None:
    """By who changed files, and by the holder of the last key, who signs anew."""
    whole, origin = made[name], ORIGIN if name == "1" else NEXT
    last = {path: data for path, data in whole.items() if path != SECOND}
    changed = {
        "swapped": whole | {FIRST: whole[SECOND], SECOND: whole[FIRST]},
        "doubled": whole | {SECOND: whole[FIRST]},
        "added": whole | {handover_path(3): whole[SECOND]},
        "elsewhere": whole | {"handovers/x": whole[SECOND]},
        "only the first": last,
        "none": {path: data for path, data in last.items() if path != FIRST},
    }
    for what, files in changed.items():
        for number, export in enumerate((files, resigned(files, C, origin=origin))):
            (tmp_path / f"{what}-{number}").mkdir()
            assert checked(export, key=A) in {"key_unknown", "file_missing"}, what
            assert _outsider(tmp_path / f"{what}-{number}", export, key=A)[0] == 1, what


def test_whoever_leaves_the_first_handover_out_is_found_by_the_record(made: Exports, tmp_path: Path) -> None:
    """What is left is a chain of its own, from the second key on: log 1 says that a key was replaced."""
    for name, reason in (("1", "file_missing"), ("2", "whole")):
        files = {path: data for path, data in made[name].items() if path != SECOND} | {FIRST: made[name][SECOND]}
        export = resigned(files, C, origin=ORIGIN if name == "1" else NEXT)

        assert checked(export, key=C) == reason
        assert checked(export, key=A) == "key_unknown"
        (tmp_path / name).mkdir()
        assert _outsider(tmp_path / name, export, key=C)[0] == (reason != "whole")


def _forged(made: Exports, what: str) -> bytes:
    """Return a proof that somebody made who has all keys but `A`, and wants `B` or `STRANGER` to follow on it."""
    genuine = read_proof_file(made["1"][FIRST])
    text = genuine.note.text
    signed = {
        "one signature": [B],
        "the old one only": [A],
        "another order": [B, A],
        "a third": [A, B, STRANGER],
        "a stranger": [A, STRANGER],
        "stranger named": [A, STRANGER],
        "another record": [A, B],
    }[what]
    leaf = genuine.extra
    if what == "stranger named":
        data: dict[str, object] = {"from_key": A.key().text(), "to_key": STRANGER.key().text(), "reason": None}
        record = AuditRecord(id=new_id(), code="PG-503", type="log.key_rotated", at=START, actor=SYSTEM, data=data)
        leaf = build(record, node="n1").data
    if what == "another record":
        leaf = made["1"]["leaves.jsonl"].splitlines()[0]
    return ProofFile(index=genuine.index, hashes=genuine.hashes, note=sign_note(text, signed), extra=leaf).data()


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("one signature", "key_unknown"),
        ("the old one only", "key_unknown"),
        ("another order", "key_unknown"),
        ("a third", "key_unknown"),
        ("a stranger", "key_unknown"),
        ("stranger named", "inclusion_invalid"),
        ("another record", "key_unknown"),
    ],
)
def test_no_key_is_followed_that_nobody_handed_over_to(made: Exports, tmp_path: Path, what: str, reason: str) -> None:
    """Both sign, over the record that names both: what one of them signed anybody can sign as well."""
    export = resigned(made["both"] | {FIRST: _forged(made, what)}, B)

    assert checked(export, key=A) == reason
    assert _outsider(tmp_path, export, key=A)[0] == 1


def test_a_handover_is_one_of_this_very_log(made: Exports, tmp_path: Path) -> None:
    """Not of another history under the same name and keys."""
    with signed_log(migrated(f"sqlite:///{tmp_path}/other.db")) as opened:
        log = ReplacedKeys(opened, tmp_path / "state")
        log.grow(3, A)
        other = log.export(log.replace(A, B), B)
        log.grow(5, B)
        longer = log.export(log.replace(B, C), C)
    files = made["old"] | {FIRST: other[FIRST]}
    (tmp_path / "out").mkdir()
    (tmp_path / "longer").mkdir()

    assert checked(resigned(files, B), key=A) == "consistency_invalid"
    assert _outsider(tmp_path / "out", resigned(files, B), key=A)[0] == 1
    assert checked(made["1"], longer, key=A) == "key_unknown"
    files = other | {SECOND: longer[SECOND], KEY: f"{C.key().text()}\n".encode()}
    assert checked(resigned(files, C), key=A) == "consistency_invalid"
    assert _outsider(tmp_path / "longer", resigned(files, C), key=A)[0] == 1


@pytest.mark.parametrize("signers", [[A], [B], [A, C], [B, C, STRANGER], [A, B]])
def test_a_checkpoint_has_the_signatures_of_its_day(made: Exports, tmp_path: Path, signers: list[NoteSigner]) -> None:
    """Not those of a key that retired, and no further ones."""
    named = [one.named(NEXT) for one in signers]
    note = sign_note(read_note(made["2"][CHECKPOINT]).text, named)
    export = resigned(made["2"] | {CHECKPOINT: note.data()}, C, origin=NEXT)

    assert checked(export, key=A) in {"key_unknown", "signature_invalid"}
    assert _outsider(tmp_path, export, key=A)[0] == 1


def test_a_key_that_retired_opens_no_later_log(made: Exports, tmp_path: Path) -> None:
    """Also where the export says nothing of it, as long as another one beside it does."""
    text = read_note(made["2"][CHECKPOINT]).text
    files = {path: data for path, data in made["2"].items() if path not in {FIRST, SECOND}}
    key = A.named(NEXT)
    files |= {CHECKPOINT: sign_note(text, [key]).data(), KEY: f"{key.key().text()}\n".encode()}
    export = resigned(files, A, origin=NEXT)

    assert checked(made["1"], export, key=A) == "key_unknown"
    assert _outsider(tmp_path, made["1"], export, key=A)[0] == 1


def test_exports_know_of_no_key_that_was_drawn_and_not_handed_over_to(tmp_path: Path) -> None:
    """The command was interrupted, and run again: the record is there twice, and one checkpoint of both."""
    with signed_log(migrated(f"sqlite:///{tmp_path}/log.db")) as opened:
        log = ReplacedKeys(opened, tmp_path / "state")
        log.grow(1, A)
        log.announce(A, B)
        begun = log.export(log.sign(A), A)
        done = log.export(log.replace(A, B), B)

    assert sorted(path for path in begun if path.startswith("handovers/")) == []
    assert checked(begun, key=A) == "whole"
    assert checked(begun, key=B) == "key_unknown"
    for key in (A, B):
        assert checked(done, key=key) == "whole"
    assert read_checkpoint(read_proof_file(done[FIRST]).note.text).head.size == 3
