"""
The wrapping key is exchanged on a running gateway: what was erased is dead in old backups, all else goes on.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import requests

from proxy.storage.engines import create_reader
from proxy.vault.kek import FileKek
from proxy.vault.keys import load_keys
from tests.e2e.house import IBAN
from tests.key_exchanges import opened

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.vault.keys import Keys
    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder

ORIGIN = "test.postgate.example"


def _post(gateway: Gateway, text: str) -> int:
    with requests.Session() as client:
        client.trust_env = False
        client.headers["Authorization"] = f"Bearer {gateway.token}"
        return client.post(f"{gateway.address}/api/v1/statuses", json={"status": text}, timeout=30).status_code


def _decisions(gateway: Gateway) -> list[dict[str, Any]]:
    return [record for record in gateway.records(code="PG-101") if record["subject"]["post"]]


def _keys(gateway: Gateway) -> Keys:
    directory = gateway.directory / "keys"
    return load_keys(directory, FileKek(directory))


def _opened(database: Path, keys: Keys) -> dict[str, bool]:
    reader = create_reader(f"sqlite:///{database}")
    try:
        with reader.connect() as connection:
            return opened(connection, keys, origin=ORIGIN)
    finally:
        reader.dispose()


def _backup(gateway: Gateway, file: Path) -> None:
    with closing(sqlite3.connect(gateway.database_file)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)


def _erased(gateway: Gateway, post: str, directory: Path) -> str:
    """Let two people erase a post; return the order."""
    tokens = []
    for name, scope in (("Dana Schutz", "privacy"), ("Rolf Recht", "legal")):
        token = directory / scope
        token.write_text(gateway.run("token", "issue", "--principal", name, "--scope", scope), encoding="utf-8")
        tokens.append(str(token))
    case = ("--case", "DSB-2026/17", "--basis", "gdpr-17-1-b")
    said = gateway.run("audit", "erase", "--post", post, *case, "--token-file", tokens[0], "--language", "en")
    order = said.split()[-1]
    gateway.run("audit", "confirm", order, "--yes", "--token-file", tokens[1])
    return order


def test_an_erased_text_is_dead_in_old_backups(gateway: Gateway, recorder: Recorder, tmp_path: Path) -> None:
    """With the old key it opened there; with the ring of today it does not, and everything that lives opens."""
    recorder.behave(then={"do": "ok"})
    gateway.start()
    assert [_post(gateway, f"Meine IBAN: {IBAN}"), _post(gateway, "Schönes Wochenende!")] == [422, 200]
    erased, kept = (f"content {record['id']}" for record in _decisions(gateway))
    backup = tmp_path / "backup.db"
    _backup(gateway, backup)
    order = _erased(gateway, _decisions(gateway)[0]["subject"]["post"], tmp_path)
    old = _keys(gateway)

    assert "not yet" in gateway.run("audit", "erasure", order, "--language", "en")
    new = gateway.run("key", "draw").strip()
    gateway.run("key", "use", new)
    assert gateway.stop() == 0
    gateway.start()
    gateway.run("key", "rotate")
    assert gateway.status("/readyz") == 200
    assert _post(gateway, "Wir haben heute bis 18 Uhr geöffnet.") == 200
    assert "still lie on this node" in gateway.run("audit", "erasure", order, "--language", "en")
    (gateway.directory / "keys" / f"kek.{old.kek_id()}").unlink()
    today = _keys(gateway)

    assert today.ring() == {new}
    assert f"the wrapping keys {old.kek_id()} are destroyed" in gateway.run(
        "audit", "erasure", order, "--language", "en"
    )
    assert _opened(backup, old)[erased]
    assert not any(_opened(backup, today).values())
    live = _opened(gateway.database_file, today)
    assert erased not in live
    assert live[kept]
    assert all(live.values())
    assert gateway.stop() == 0
    gateway.run("audit", "verify")
    gateway.run("audit", "fsck")


def test_a_node_left_behind_refuses_and_says_why(gateway: Gateway, recorder: Recorder) -> None:
    """The key was exchanged on another machine: the node is not ready, sends nothing, and does not start again."""
    recorder.behave(then={"do": "ok"})
    gateway.start()
    other, keys = gateway.directory / "other.yaml", gateway.directory / "keys-of-another"
    text = gateway.config.read_text(encoding="utf-8")
    shutil.copytree(gateway.directory / "keys", keys)
    other.write_text(text.replace(f"{gateway.directory}/keys", str(keys)), encoding="utf-8")
    mine, gateway.config = gateway.config, other
    gateway.run("key", "use", gateway.run("key", "draw").strip())
    gateway.run("key", "rotate")
    gateway.config = mine
    sent = len(recorder.texts())

    assert gateway.status("/readyz") == 503
    assert json.loads(gateway.page("/readyz"))["keys"] == {"ok": False, "detail": "wrapping-key-retired"}
    assert _post(gateway, "Schönes Wochenende!") == 503
    assert len(recorder.texts()) == sent
    gateway.kill()
    again = gateway.attempt("serve")
    assert again.returncode == 2
    assert "[wrapping-key-retired]" in again.stderr
    gateway.config = other
    gateway.run("audit", "verify")
