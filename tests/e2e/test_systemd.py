"""
The units for systemd: it can read them, they leave little to attack, and the node lives with what they forbid.
"""

from __future__ import annotations

import ctypes
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.e2e import processes
from tests.e2e.gateway import REPOSITORY, Gateway, Setup, environment

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = REPOSITORY / "deploy" / "systemd"
SANDBOX = "postgate-.service.d/sandbox.conf"
SERVICES = ("postgate-node@", "postgate-fsck@")
MOST_EXPOSED = 15
"""In tenths, as `systemd-analyze security --threshold` takes it; a unit without any sandbox has 96."""
_PYTHON = "/opt/postgate/.venv/bin/python"
_PR_SET_NO_NEW_PRIVS, _PR_SET_MDWE = 38, 65


def _installed(directory: Path) -> Path:
    """Copy the units as an administrator would, for the node n1, with the Python of the tests."""
    folder = directory / "units"
    shutil.copytree(FOLDER, folder)
    for file in folder.glob("*@.*"):
        text = file.read_text(encoding="utf-8").replace(_PYTHON, sys.executable)
        file.with_name(file.name.replace("@.", "@n1.")).write_text(text, encoding="utf-8")
    return folder


def _analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], check=False, capture_output=True, text=True)


def _command(service: str, config: Path) -> list[str]:
    """Return the very command of a unit, with other paths."""
    text = (FOLDER / f"{service}.service").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert line.startswith(f"{_PYTHON} ")
    assert line.endswith(" /etc/postgate/%i.yaml")
    return [sys.executable, *shlex.split(line)[1:-1], str(config)]


def _calls(*groups: str) -> set[str]:
    """Return the system calls of some groups of systemd, groups inside them included."""
    found: set[str] = set()
    for line in _analyze("syscall-filter", "--no-pager", *groups).stdout.splitlines():
        name = line.strip()
        if line.startswith(" ") and not name.startswith("#"):
            found |= _calls(name) if name.startswith("@") else {name}
    return found


def _allowed() -> set[str]:
    """Return what the lines `SystemCallFilter` leave, read in their order."""
    allowed: set[str] = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", (FOLDER / SANDBOX).read_text(encoding="utf-8"), re.MULTILINE):
        named = _calls(*line.removeprefix("~").split())
        assert named
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


def _forbid() -> None:
    """Forbid this process what NoNewPrivileges and MemoryDenyWriteExecute forbid."""
    kernel = ctypes.CDLL(None, use_errno=True)
    for option in (_PR_SET_NO_NEW_PRIVS, _PR_SET_MDWE):
        if kernel.prctl(option, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "this needs Linux 6.3 or newer")


@pytest.mark.parametrize("unit", ["postgate-node@n1.service", "postgate-fsck@n1.service", "postgate-fsck@n1.timer"])
def test_systemd_can_read_the_units(tmp_path: Path, unit: str) -> None:
    """No unknown key, no missing program, nothing it would ignore."""
    done = _analyze("verify", "--man=no", _installed(tmp_path) / unit)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_systemd_complains_about_a_mistake_in_the_sandbox(tmp_path: Path) -> None:
    """So it does read the folder that both services share."""
    folder = _installed(tmp_path)
    sandbox = folder / SANDBOX
    sandbox.write_text(sandbox.read_text(encoding="utf-8").replace("ProtectHome", "ProtectHouse"), encoding="utf-8")

    assert "ProtectHouse" in _analyze("verify", "--man=no", folder / "postgate-node@n1.service").stderr


@pytest.mark.parametrize("service", SERVICES)
def test_the_units_leave_little_to_attack(tmp_path: Path, service: str) -> None:
    """By the measure of systemd; without the sandbox they would not pass."""
    folder = _installed(tmp_path)
    words = ("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", folder / f"{service}n1.service")

    inside = _analyze(*words)
    (folder / SANDBOX).unlink()

    assert inside.returncode == 0, inside.stdout
    assert _analyze(*words).returncode != 0


def test_a_node_becomes_ready_with_what_the_unit_forbids(tmp_path: Path) -> None:
    """Its own command, language models included, with read-only memory for code and the system calls of the filter."""
    config = tmp_path / "postgate.yaml"
    with Gateway(tmp_path, Setup(upstream="http://127.0.0.1:9", ner=("postgate", "classifier"))) as gateway:
        gateway.prepare()
        calls = tmp_path / "calls"
        strace = ["strace", "-f", "-qq", "-c", "-U", "name", "-o", str(calls)]
        gateway.spawn([*strace, *_command("postgate-node@", config)], before=_forbid)
        gateway.wait_until_ready()
        assert gateway.status("/readyz") == 200
        (node, *_) = processes.descendants(gateway.pid)
        os.kill(node, signal.SIGTERM)
        assert gateway.wait() == 0

    used = {line.strip() for line in calls.read_text(encoding="ascii").splitlines()} - {"syscall", "total"}
    used = {name for name in used if not name.startswith("-")}
    assert {"execve", "mmap", "openat"} <= used
    assert used - _allowed() == set()


def test_the_nightly_check_ends_well_for_a_sound_log(tmp_path: Path) -> None:
    """With the command of its unit; and not for a database that is none."""
    with Gateway(tmp_path, Setup(upstream="http://127.0.0.1:9")) as gateway:
        gateway.prepare()
        command = _command("postgate-fsck@", gateway.config)
        sound = subprocess.run(command, check=False, capture_output=True, env=environment(), cwd=tmp_path)
        gateway.database_file.write_bytes(b"no database")
        broken = subprocess.run(command, check=False, capture_output=True, env=environment(), cwd=tmp_path)

    assert (sound.returncode, broken.returncode != 0) == (0, True), sound.stderr
