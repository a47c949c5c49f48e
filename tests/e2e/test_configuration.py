"""
Mistakes in files: at the start nothing runs and every mistake is listed; later the old policies stay in force.
"""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING

import pytest
import requests

from tests.e2e.gateway import Gateway, Setup
from tests.e2e.house import IBAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.e2e.recorder import Recorder


@pytest.fixture
def own(tmp_path: Path, recorder: Recorder) -> Iterator[Gateway]:
    """Return a prepared gateway with policies of its own, not running."""
    directory = tmp_path / "gateway"
    directory.mkdir()
    with Gateway(directory, Setup(upstream=recorder.address, own_policies=True)) as gateway:
        gateway.prepare()
        yield gateway


def _policy(gateway: Gateway) -> Path:
    """Return a policy file of the house's bank."""
    return gateway.policies / "de-bank" / "customer-data.yaml"


def _break(gateway: Gateway) -> int:
    """Break a policy file and return the line of the mistake."""
    file = _policy(gateway)
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines, "unknown_key: 1", ""]), encoding="utf-8")
    return len(lines) + 1


def _leak(gateway: Gateway) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(
            f"{gateway.address}/api/v1/statuses",
            json={"status": f"Konto {IBAN}"},
            headers={"Authorization": f"Bearer {gateway.token}"},
            timeout=30,
        )


def _eventually(question: Callable[[], bool], *, seconds: float = 20) -> bool:
    give_up = time.monotonic() + seconds
    while not question():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def _reload_ok(gateway: Gateway) -> bool:
    return "postgate_policy_reload_ok 1.0" in gateway.page("/metrics")


def _policies_check(gateway: Gateway) -> dict[str, object]:
    checks = json.loads(gateway.page("/readyz"))
    found: dict[str, object] = checks["policies"]
    return found


def test_every_mistake_in_the_settings_is_listed(own: Gateway) -> None:
    """The process does not start; each mistake comes with file, line and remedy, and no value is repeated."""
    text = own.config.read_text(encoding="utf-8")
    text = text.replace("schema: 1", "schema: 7").replace("workers: 1", "workers: 0").replace("drain: 15", "drain: -1")
    text = text.replace("platform: mastodon", "platform: myspace") + "surprise: hunter2-secret\n"
    own.config.write_text(text, encoding="utf-8")
    finished = own.attempt("serve")

    assert finished.returncode == 2
    told = finished.stderr.splitlines()
    for line, words in enumerate(text.splitlines(), start=1):
        if any(mistake in words for mistake in ("schema: 7", "workers: 0", "drain: -1", "myspace", "surprise")):
            assert any(f"postgate.yaml:{line}:" in complaint for complaint in told), f"line {line} is not listed"
    assert "hunter2" not in finished.stderr


def test_settings_that_cannot_be_read(own: Gateway) -> None:
    """A missing file is said to be missing."""
    own.config.unlink()
    finished = own.attempt("serve")

    assert finished.returncode == 2
    assert "postgate.yaml" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_broken_policy_refuses_the_start(own: Gateway) -> None:
    """No gateway without its policies: the start is refused, with file and line."""
    line = _break(own)
    finished = own.attempt("serve")

    assert finished.returncode == 2
    assert f"{_policy(own).name}:{line}:" in finished.stderr


def test_no_policy_at_all_refuses_the_start(own: Gateway) -> None:
    """Nothing configured to look, nothing allowed: an empty directory is no policy."""
    for file in own.policies.rglob("*.yaml"):
        if file.name != "organisation.yaml":
            file.unlink()
    finished = own.attempt("serve")

    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr


def test_missing_keys_refuse_the_start(own: Gateway) -> None:
    """Without its keys the gateway can neither read nor write what it keeps."""
    for file in (own.directory / "keys").iterdir():
        file.unlink()
    finished = own.attempt("serve")

    assert finished.returncode in {1, 2}
    assert "Traceback" not in finished.stderr


def test_a_policy_broken_at_run_time_leaves_the_old_one_in_force(own: Gateway) -> None:
    """The gateway goes on with what it has, and says so in its metrics and its readiness."""
    own.start()
    intact = _policy(own).read_text(encoding="utf-8")
    assert _reload_ok(own)
    _break(own)

    assert _eventually(lambda: not _reload_ok(own))
    assert _leak(own).status_code == 422
    assert _policies_check(own)["detail"] != ""
    _policy(own).write_text(intact, encoding="utf-8")
    assert _eventually(lambda: _reload_ok(own))
    assert _policies_check(own)["detail"] == ""
    assert own.stop() == 0


def test_a_signal_reloads_the_policies(own: Gateway, recorder: Recorder) -> None:
    """After SIGHUP decisions name the new state of the files, without waiting for the next look at them."""
    own.config.write_text(
        own.config.read_text(encoding="utf-8").replace("watch_seconds: 1", "watch_seconds: 3600"), encoding="utf-8"
    )
    own.start()
    before = _leak(own)
    said, says = "Please do not publish an account number.", "Account numbers stay in the house."
    _policy(own).write_text(_policy(own).read_text(encoding="utf-8").replace(said, says), encoding="utf-8")
    own.signal(signal.SIGHUP)

    assert said in before.text
    assert _eventually(lambda: says in _leak(own).text)
    digests = [record["data"]["policy_digest"] for record in own.records(code="PG-101")]
    assert digests[0] != digests[-1]
    assert recorder.entries() == []
    assert own.stop() == 0
