"""
A running node notices by itself that its detectors do not look any more: red within two minutes, and not ready.

The processes of the detectors are stopped as a machine would that takes the processor from them, whichever they are and
however often the node starts others.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from tests.e2e import processes
from tests.e2e.gateway import Gateway, Setup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ROUND_S = 1.0
NOTICED_S = 120.0
"""So long a node may take to say that it is blind."""
PATIENCE_S = 120.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Gateway]:
    """Return a prepared gateway, not running."""
    with Gateway(tmp_path, Setup(upstream="http://127.0.0.1:9")) as gateway:
        gateway.prepare()
        yield gateway


@contextmanager
def _stopped(pid: int) -> Iterator[None]:
    """Stop every process below one, and those that come, until the end of the block."""
    over = Event()

    def stop() -> None:
        while not over.wait(0.05):
            _signal(pid, signal.SIGSTOP)

    thread = Thread(target=stop)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        _signal(pid, signal.SIGCONT)


def _signal(pid: int, number: signal.Signals) -> None:
    for child in processes.descendants(pid):
        with suppress(ProcessLookupError):
            os.kill(child, number)


def _wait(question: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    give_up = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def _number(gateway: Gateway, name: str, label: str) -> float:
    found = re.search(rf"^{name}\{{{label}\}} (\S+)$", gateway.page("/metrics"), re.MULTILINE)
    return float(found[1]) if found else -1.0


def _clean(gateway: Gateway) -> float:
    return _number(gateway, "postgate_canary_ok", 'kind="clean"')


def test_detectors_that_are_stopped_make_the_node_not_ready(house: Gateway) -> None:
    """The canary that must pass is held, the metric is 0, and it is on record; ready again when they run again."""
    house.launch(canary=ROUND_S)
    _wait(lambda: _clean(house) == 1.0)
    with _stopped(house.pid):
        _wait(lambda: _clean(house) == 0.0 and house.status("/readyz") == 503, NOTICED_S)
        check = json.loads(house.page("/readyz"))["canary"]
        alive = house.status("/livez")
    _wait(lambda: _clean(house) == 1.0 and house.status("/readyz") == 200)
    assert house.stop() == 0

    assert "clean" in check["detail"].split(",")
    assert alive == 200
    states = [record["data"] for record in house.records(code="PG-605")]
    assert [state["state"] for state in states][:1] == ["red"]
    assert "clean" in states[0]["kinds"]
    assert states[-1] == {"state": "green", "kinds": []}
