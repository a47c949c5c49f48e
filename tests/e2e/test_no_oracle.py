"""
Nobody learns from an answer who is a customer: neither from its words nor from the time that it took.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.gateway import Gateway, Setup
from tests.e2e.oracle import STEP_S, ask, with_register

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = 8
HIT, PROVEN = "register/identifier", "common-ch-social-security"
"""What each post of a pair is stopped by."""


def test_a_block_by_the_register_looks_like_any_other(tmp_path: Path) -> None:
    """
    The same status and bytes, and nothing comes before its step.

    How far the times lie apart is measured by `python -m tests.e2e.oracle`; a test does not judge times.
    """
    with Gateway(tmp_path, Setup(upstream="http://127.0.0.1:9")) as gateway:
        gateway.prepare()
        with_register(gateway)
        gateway.launch()
        told = ask(gateway, PAIRS)
        assert gateway.stop() == 0
        decided = [record["data"] for record in gateway.records(code="PG-101")]

    assert len(told.words) == 1
    assert {status for status, _ in told.words} == {422}
    assert all(one.seconds >= STEP_S for one in (*told.registered, *told.proven))
    found = [{finding["rule"] for finding in data["findings"]} & {HIT, PROVEN} for data in decided]
    assert (found.count({HIT}), found.count({PROVEN})) == (PAIRS, PAIRS), (
        "each by what one of them knows, by nothing else"
    )
    assert {data["decision"] for data in decided} == {"block"}
