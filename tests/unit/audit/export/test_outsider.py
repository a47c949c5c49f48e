"""The program that goes with every export, run as its reader runs it."""

from __future__ import annotations

import ast
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


def _run(folder: Path, vkey: str = VKEY) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder), vkey],
        cwd=folder.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def _openssl(folder: Path, command: str) -> int:
    return subprocess.run(command.split(), cwd=folder.parent, capture_output=True, check=False).returncode


def test_it_accepts_an_export_and_openssl_its_signatures(folder: Path) -> None:
    """The commands that it prints are run as they stand there."""
    ran = _run(folder)

    assert ran.returncode == 0, ran.stderr
    commands = [line for line in ran.stdout.splitlines() if line.startswith("openssl ")]
    assert [_openssl(folder, command) for command in commands] == [0, 0]
    (folder.parent / "MANIFEST.txt").write_bytes((folder.parent / "MANIFEST.txt").read_bytes() + b"x")
    (folder.parent / "checkpoint.sig").write_bytes(bytes(64))
    assert [_openssl(folder, command) for command in commands] == [1, 1]


@pytest.mark.parametrize(
    "path", ["leaves.jsonl", "checkpoint", "MANIFEST", "key.vkey", "README.txt", "tile/0/000", "tile/entries/001.p/24"]
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


def test_it_refuses_another_key(folder: Path) -> None:
    """One that is none, and one of somebody else."""
    assert _run(folder, "x").returncode == 1
    assert "REFUSED" in _run(folder, VKEY.replace("+", "+0", 1)).stderr


def test_it_knows_nothing_of_ours() -> None:
    """Only the standard library, so that it runs where it is read."""
    with open(outsider.__file__, encoding="utf-8") as file:  # noqa: PTH123  a module names its file as text
        tree = ast.parse(file.read())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert len(tree.body) > 0
