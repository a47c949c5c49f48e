"""
A running node notices by itself that a rule is off: the metric shows it, then it is not ready, and the log says so.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.gateway import Gateway, Setup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ROUND_S = 1.0
PATIENCE_S = 60.0
"""On an idle machine all of it takes a few seconds."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Gateway]:
    """Return a prepared gateway with policies of its own, not running."""
    with Gateway(tmp_path, Setup(upstream="http://127.0.0.1:9", own_policies=True)) as gateway:
        gateway.prepare()
        yield gateway


def _wait(question: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not question():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def _numbers(gateway: Gateway) -> dict[str, float]:
    found = re.findall(r'^postgate_canary_ok\{kind="(\w+)"\} (\S+)$', gateway.page("/metrics"), re.MULTILINE)
    return {kind: float(value) for kind, value in found}


def _check(gateway: Gateway) -> tuple[bool, str]:
    check = json.loads(gateway.page("/readyz"))["canary"]
    return check["ok"], check["detail"]


def test_a_rule_that_is_off_makes_the_node_not_ready(house: Gateway) -> None:
    """Within three rounds and the time of a reload; it is ready again when the rule is on again."""
    house.launch(canary=ROUND_S)
    _wait(lambda: set(_numbers(house).values()) == {1.0})
    kinds = set(_numbers(house))
    policy = house.policies / "de-bank" / "customer-data.yaml"
    text = policy.read_text(encoding="utf-8")

    policy.write_text(text.replace("mode: enforce", "mode: monitor", 1), encoding="utf-8")
    _wait(lambda: house.status("/readyz") == 503)
    numbers, check = _numbers(house), _check(house)
    policy.write_text(text, encoding="utf-8")
    _wait(lambda: house.status("/readyz") == 200)
    assert house.stop() == 0

    assert kinds == {"iban", "spelled", "secret", "internal", "insider", "advertising", "clean"}
    assert numbers == dict.fromkeys(kinds, 1.0) | {"iban": 0.0, "spelled": 0.0}
    assert check == (False, "iban,spelled")
    assert [record["data"] for record in house.records(code="PG-605")] == [
        {"state": "red", "kinds": ["iban", "spelled"]},
        {"state": "green", "kinds": []},
    ]
    assert [record["data"]["canary"] for record in house.records(code="PG-602")] == ["green"]


def test_a_leak_comes_through_the_door_and_is_not_recorded(house: Gateway) -> None:
    """Over HTTP, as a client's post would, again and again; it is refused, and leaves no record, post or request."""
    house.launch(canary_doors=0.5)
    _wait(lambda: _numbers(house).get("door") == 1.0)
    assert house.stop() == 0  # the line of a request follows its answer, and what is left of the log when the node ends

    assert re.search(r'"route": ?"status.create"', house.log())
    assert house.records(code="PG-101") == house.records(code="PG-605") == []


def test_a_clean_post_goes_the_whole_way_to_the_built_in_platform(tmp_path: Path) -> None:
    """It is recorded, sent and acknowledged as everybody's, and the log still fits the rows."""
    with Gateway(tmp_path, Setup(upstream="sandbox")) as gateway:
        gateway.prepare()
        gateway.launch(canary_doors=1.0)
        _wait(lambda: {kind: _numbers(gateway).get(kind) for kind in ("door", "sandbox")} == {"door": 1, "sandbox": 1})
        assert gateway.stop() == 0
        checked = gateway.attempt("audit", "fsck")
        codes = [record["code"] for record in gateway.records() if record["code"] < "PG-200"]

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert set(codes) == {"PG-101", "PG-102", "PG-103"}
