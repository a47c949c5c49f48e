"""
A database that was put back from a backup does not go on as if nothing had happened.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import requests

from tests.e2e.gateway import environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.gateway import Gateway


def _post(gateway: Gateway) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{gateway.address}/api/v1/statuses",
            json={"status": "Unsere Filiale am Markt hat heute bis 18 Uhr geöffnet."},
            headers={"Authorization": f"Bearer {gateway.token}"},
            timeout=30,
        )
    assert answer.status_code == 200, answer.text


def _size(gateway: Gateway) -> int:
    note = (gateway.directory / "state" / "last-checkpoint").read_text(encoding="utf-8")
    return int(note.splitlines()[1])


def _files(gateway: Gateway) -> list[Path]:
    return sorted(gateway.directory.glob("postgate.db*"))


def test_an_older_database_refuses_to_start(gateway: Gateway, tmp_path: Path) -> None:
    """Serving and commands end with 1, both sizes and what to do; with the newest database all goes on."""
    newest, backup = tmp_path / "newest", tmp_path / "backup"
    for place in (backup, newest):
        gateway.start()
        _post(gateway)
        assert gateway.stop() == 0
        place.mkdir()
        for file in _files(gateway):
            shutil.copy2(file, place / file.name)
    signed = _size(gateway)
    for file in _files(gateway):
        file.unlink()
    shutil.copytree(backup, gateway.directory, dirs_exist_ok=True)

    served = subprocess.run(
        gateway.command("serve"), capture_output=True, text=True, check=False, timeout=60,
        env=environment() | {"LC_ALL": "de_DE.UTF-8"},
    )  # fmt: skip
    commanded = gateway.attempt("audit", "query")

    assert served.returncode == 1
    assert f"Der Prüfpunkt nennt {signed} Einträge" in served.stderr
    assert "[log_rolled_back]" in served.stderr
    assert "Traceback" not in served.stderr
    assert commanded.returncode == 1
    assert commanded.stdout == ""
    shutil.copytree(newest, gateway.directory, dirs_exist_ok=True)
    gateway.start()
    assert gateway.stop() == 0
    assert _size(gateway) > signed


def _signer(gateway: Gateway, name: str, scope: str) -> Path:
    """Issue a token to somebody who may order; return the file that holds it."""
    file = gateway.directory / f"{scope}.token"
    file.write_text(gateway.run("token", "issue", "--principal", name, "--scope", scope), encoding="utf-8")
    return file


def test_after_a_restored_backup_two_people_go_on_in_the_next_log(gateway: Gateway, tmp_path: Path) -> None:
    """Posts go on, the next log says what is missing, and nothing was written into the old one."""
    backup = tmp_path / "backup"
    one, other = _signer(gateway, "Rita Revision", "audit"), _signer(gateway, "Dana Schutz", "privacy")
    gateway.start()
    _post(gateway)
    assert gateway.stop() == 0
    backup.mkdir()
    for file in _files(gateway):
        shutil.copy2(file, backup / file.name)
    kept = _size(gateway)
    gateway.start()
    _post(gateway)
    assert gateway.stop() == 0
    signed = _size(gateway)
    for file in _files(gateway):
        file.unlink()
    shutil.copytree(backup, gateway.directory, dirs_exist_ok=True)

    assert gateway.attempt("audit", "query").returncode == 1
    said = ("--restored", "--reason", "disk-failure", "--case", "IT-2026/4")
    asked = gateway.attempt("audit", "rotate", *said, "--token-file", str(one))
    assert asked.returncode == 0, asked.stderr
    order = asked.stdout.split()[-1]
    done = gateway.attempt("audit", "confirm", order, "--yes", "--token-file", str(other))
    assert done.returncode == 0, done.stderr
    gateway.start()
    _post(gateway)
    assert gateway.stop() == 0

    verified = gateway.attempt("audit", "verify", "--json")
    assert verified.returncode == 3, verified.stdout
    result = json.loads(verified.stdout)
    (first,) = result["closed_logs"]
    assert (first["size"], first["lost"]["size"]) == (kept, signed)
    assert result["size"] > 2
