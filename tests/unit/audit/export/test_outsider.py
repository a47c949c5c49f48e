"""The program that goes with every export, run as its reader runs it."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from proxy.audit.export import outsider
from proxy.audit.export.folder import Directory
from tests.exports import VKEY, export, fill
from tests.stores import migrated

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of an export of 280 records, which nobody changes."""
    directory = tmp_path_factory.mktemp("exported")
    url = migrated(f"sqlite:///{directory}/log.db")
    export(url, Directory(directory / "out"), fill(url, 70))
    return directory / "out"


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    copy = tmp_path / "out"
    for file in exported.rglob("*"):
        if file.is_file():
            target = copy / file.relative_to(exported)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    return copy


def _run(folder: Path, vkey: str = VKEY, *, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", outsider.__file__, str(folder), vkey],
        cwd=folder.parent if cwd is None else cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _openssl(folder: Path, command: str) -> int:
    return subprocess.run(command.split(), cwd=folder.parent, capture_output=True, check=False).returncode


def test_it_accepts_an_export_and_openssl_its_signatures(folder: Path) -> None:
    """The commands that it prints are run as they stand there; it is the program that lies in the export."""
    assert (folder / "verify.py").read_text(encoding="utf-8") == inspect.getsource(outsider)
    ran = _run(folder)

    assert ran.returncode == 0, ran.stderr
    commands = [line for line in ran.stdout.splitlines() if line.startswith("openssl ")]
    assert [_openssl(folder, command) for command in commands] == [0, 0]
    (folder.parent / "MANIFEST.txt").write_bytes((folder.parent / "MANIFEST.txt").read_bytes() + b"x")
    (folder.parent / "checkpoint.sig").write_bytes(bytes(64))
    assert [_openssl(folder, command) for command in commands] == [1, 1]


@pytest.mark.parametrize(
    "path",
    [
        "leaves.jsonl",
        "checkpoint",
        "MANIFEST",
        "key.vkey",
        "README.txt",
        "tile/0/000",
        "tile/entries/001.p/24",
        "records.html",
        "records.csv",
        "schemas/PG-101.json",
    ],
)
def test_it_refuses_what_was_changed(folder: Path, path: str) -> None:
    """One byte, one file too few, one too many."""
    file = folder / path
    data = file.read_bytes()
    file.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    changed = _run(folder)
    file.write_bytes(data)
    file.rename(folder / "elsewhere")
    moved = _run(folder)

    assert changed.returncode == moved.returncode == 1
    assert changed.stdout == moved.stdout == ""
    assert [path.name for path in folder.parent.iterdir()] == ["out"], "files for openssl of an export that was refused"


def test_it_refuses_another_key(folder: Path) -> None:
    """One that is none, and one of somebody else."""
    assert _run(folder, "x").returncode == 1
    assert "REFUSED" in _run(folder, VKEY.replace("+", "+0", 1)).stderr


@pytest.mark.parametrize("path", ["MANIFEST", "checkpoint", "leaves.jsonl", "tile", "new"])
def test_it_reads_no_link_and_no_pipe(folder: Path, path: str) -> None:
    """Not even one to the same bytes; a pipe would let it wait forever, a linked directory hides what is in it."""
    place, elsewhere = folder / path, folder.parent / "elsewhere"
    if path == "new":
        elsewhere.mkdir()
    else:
        place.rename(elsewhere)
    place.symlink_to(elsewhere)
    linked = _run(folder)
    place.unlink()
    os.mkfifo(place)
    piped = _run(folder)

    assert (linked.returncode, piped.returncode) == (1, 1)
    for ran in (linked, piped):
        assert f"REFUSED: {place} is neither a file nor a directory" in ran.stderr


def test_it_passes_by_no_directory_that_cannot_be_read(folder: Path) -> None:
    """It ends there."""
    ran = _run(folder / "MANIFEST", cwd=folder.parent)

    assert ran.returncode == 1
    assert "REFUSED: " in ran.stderr
    assert "Not a directory" in ran.stderr


@pytest.mark.parametrize("name", ["MANIFEST.txt", "MANIFEST.sig", "checkpoint.txt", "checkpoint.sig", "key.pem"])
def test_it_overwrites_nothing(folder: Path, name: str) -> None:
    """The file is named, and no other one is written."""
    (folder.parent / name).write_bytes(b"of somebody")

    ran = _run(folder)

    assert ran.returncode == 1
    assert f"REFUSED: {name} is here already" in ran.stderr
    assert (folder.parent / name).read_bytes() == b"of somebody"
    assert {path.name for path in folder.parent.iterdir()} == {"out", name}


@pytest.mark.parametrize("below", [".", "tile/0"])
def test_it_writes_nothing_into_the_export(folder: Path, below: str) -> None:
    """Afterwards the export would not verify."""
    ran = _run(folder, cwd=folder / below)

    assert ran.returncode == 1
    assert "REFUSED: you are in FOLDER" in ran.stderr
    assert _run(folder).returncode == 0


def test_it_knows_nothing_of_ours() -> None:
    """Only the standard library, so that it runs where it is read."""
    with open(outsider.__file__, encoding="utf-8") as file:  # noqa: PTH123  a module names its file as text
        tree = ast.parse(file.read())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert len(tree.body) > 0
