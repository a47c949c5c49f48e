"""
A running node takes a new register by itself, and keeps the one of before where a file is not to be relied on.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import requests

from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.table import Shared
from tests.e2e.gateway import Gateway, Setup
from tests.registers import KEY, OTHER_SEED, PUBLIC_KEY, SEED, write_customers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.e2e.recorder import Recorder

NUMBER = "KD-4711-0815"
"""Invented."""


@pytest.fixture
def house(tmp_path: Path, recorder: Recorder) -> Iterator[Gateway]:
    """Return a prepared gateway of a house with a register, not running."""
    with Gateway(tmp_path, Setup(upstream=recorder.address)) as gateway:
        gateway.prepare()
        key = tmp_path / "register.key"
        key.write_text(KEY.hex(), encoding="ascii")
        key.chmod(0o600)
        with gateway.config.open("a", encoding="utf-8") as config:
            config.write(f"register: {{customers: {tmp_path}/customers, key: 'file:{key}', ")
            config.write(f"signed_by: '{PUBLIC_KEY.hex()}'}}\n")
        yield gateway


def _write(gateway: Gateway, numbers: tuple[str, ...], *, seed: bytes = SEED) -> str:
    """Put a register of these numbers in the place of the one of before, as a build does; return its version."""
    new = gateway.directory / "new"
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: TID251 - the gateway looks at a real clock
    values = [(Kind.NUMBER, number.replace("-", ""), Shared.ONE) for number in numbers]
    header = write_customers(new, values, seed=seed, built_at=now, number_lengths=(10,), records=len(numbers))
    new.rename(gateway.directory / "customers")
    return header.version


def _post(gateway: Gateway, text: str) -> None:
    requests.post(
        f"{gateway.address}/api/v1/statuses",
        headers={"Authorization": f"Bearer {gateway.token}"},
        json={"status": text},
        timeout=60,
    )


def _eventually(question: Callable[[], bool], *, seconds: float = 60) -> bool:
    give_up = time.monotonic() + seconds
    while not question() and time.monotonic() < give_up:
        time.sleep(0.1)
    return question()


def _detail(gateway: Gateway) -> tuple[bool, str]:
    check = json.loads(gateway.page("/readyz"))["register"]
    return check["ok"], check["detail"]


def test_a_new_register_is_taken_and_a_broken_one_is_not(house: Gateway) -> None:
    """Posts are compared with the newest that can be relied on; the log says which one each was compared with."""
    first = _write(house, (NUMBER,))
    house.launch()
    _post(house, f"Heute im Angebot: {NUMBER}")
    second = _write(house, ())
    assert _eventually(lambda: f'postgate_register_info{{version="{second}"}} 1.0' in house.page("/metrics"))
    _post(house, f"Morgen im Angebot: {NUMBER}")
    _write(house, (NUMBER,), seed=OTHER_SEED)
    assert _eventually(lambda: _detail(house) == (True, "kept:signature"))
    _post(house, f"Gestern im Angebot: {NUMBER}")
    assert house.stop() == 0

    loads = [record["data"] for record in house.records(code="PG-307")]
    assert [(one["version"], one.get("error_code")) for one in loads] == [
        (first, None),
        (second, None),
        (second, "signature"),
    ]
    decided = [record["data"] for record in house.records(code="PG-101")]
    assert [one["register_version"] for one in decided] == [first, second, second]
    hits = [[row["rule"] for row in one["findings"] if row["entity"] == "CUSTOMER_RECORD"] for one in decided]
    assert hits == [["register/identifier"], [], []]
    assert NUMBER not in house.log()


def test_a_register_that_is_not_to_be_relied_on_refuses_the_start(house: Gateway) -> None:
    """The reason stands there; nothing listens."""
    _write(house, (NUMBER,), seed=OTHER_SEED)
    done = house.attempt("serve")

    assert done.returncode != 0
    assert "[signature]" in done.stderr
