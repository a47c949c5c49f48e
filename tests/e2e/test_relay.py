"""The relay does to a request what a test tells it to, when it is told to, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.e2e.recorder import Recorder
from tests.e2e.servers.relay import FAULTS, REFUSED, Fault, Relay, What, When

if TYPE_CHECKING:
    from collections.abc import Iterator

REACHED = {When.DURING, When.AFTER, When.IN_REPLY}
"""From these moments on the server has the whole request."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    """Run a platform that keeps a diary."""
    with Recorder(tmp_path_factory.mktemp("relay")) as running:
        yield running


def _posts(method: str, _path: str) -> bool:
    return method == "POST"


def _post(relay: Relay, text: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{relay.address}/api/v1/statuses", json={"status": text}, timeout=20)


def test_what_passes_is_not_changed(platform: Recorder) -> None:
    """Several requests on one connection, one of them empty, one of them large; reads are not counted."""
    texts = ["Eins", "Zwei" * 50_000]
    with Relay(platform.address, breaks=_posts) as relay, requests.Session() as session:
        session.trust_env = False
        for text in texts:
            assert session.post(f"{relay.address}/api/v1/statuses", json={"status": text}, timeout=20).ok
        assert len(session.get(f"{relay.address}/api/v1/timelines/home", timeout=20).json()) >= 2
        assert session.head(f"{relay.address}/api/v1/timelines/home", timeout=20).ok
        relay.quiet()
        passed = relay.passed()

    assert platform.texts()[-2:] == texts
    assert [(one.method, one.path, one.fault) for one in passed] == [("POST", "/api/v1/statuses", None)] * 2


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_happens_to_one_request_at_its_moment(platform: Recorder, fault: Fault) -> None:
    """The side that asked sees it; the server sees the request if it is to, and once; the next request passes."""
    text = f"Mit Fehler: {fault}"
    with Relay(platform.address, breaks=_posts) as relay:
        relay.break_next(fault)
        try:
            status = _post(relay, text).status_code
        except requests.RequestException:
            status = 0
        relay.quiet()
        assert _post(relay, f"Danach: {fault}").status_code == 200

    delayed = fault.what is What.DELAY
    told = {What.DELAY: 200, What.ERROR: 0 if fault.when is When.IN_REPLY else 500}.get(fault.what, 0)
    assert status == told
    if fault.what is not What.CUT or fault.when is not When.DURING:
        assert platform.texts().count(text) == (1 if delayed or fault.when in REACHED else 0)
    assert platform.texts().count(f"Danach: {fault}") == 1


def test_a_request_can_come_twice(platform: Recorder) -> None:
    """As from a network that repeats by itself."""
    with Relay(platform.address) as relay:
        relay.break_next(Fault(what=What.TWICE, when=When.DURING))
        assert _post(relay, "Doppelt unterwegs").status_code == 200

    assert platform.texts().count("Doppelt unterwegs") == 2


def test_nobody_listens_until_something_else_is_told(platform: Recorder) -> None:
    """On the same address afterwards."""
    with Relay(platform.address) as relay:
        relay.break_next(REFUSED)
        with pytest.raises(requests.ConnectionError):
            _post(relay, "Niemand da")
        relay.break_next()
        assert _post(relay, "Wieder da").status_code == 200

    assert platform.texts().count("Niemand da") == 0
    assert platform.texts().count("Wieder da") == 1
