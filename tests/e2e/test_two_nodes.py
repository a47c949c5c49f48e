"""
Two nodes over one PostgreSQL: whichever of them a client reaches, a post with one key is one post.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import requests

from tests.e2e.gateway import Gateway, Setup
from tests.e2e.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT_ONCE = 50
TEXT = "Unsere Filiale am Markt hat heute länger geöffnet."
HELD = "Unser Fonds bringt Ihnen garantiert 5 % Rendite."
"""The policies of the house want a person to look at that, or stop it."""


class Nodes:
    """Two running gateways, and the platform behind both."""

    def __init__(self, first: Gateway, second: Gateway, recorder: Recorder) -> None:
        self.both = (first, second)
        self.recorder = recorder

    def post(self, number: int, text: str, key: str) -> requests.Response:
        """Send a text to one of the nodes, by turns."""
        node = self.both[number % 2]
        with requests.Session() as session:
            session.trust_env = False
            return session.post(
                f"{node.address}/api/v1/statuses",
                data=json.dumps({"status": text}),
                headers={
                    "Authorization": f"Bearer {self.both[0].token}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": key,
                },
                timeout=60,
            )

    def at_once(self, text: str, key: str) -> list[requests.Response]:
        """Send the same post to both nodes, many times at the same moment."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda number: self.post(number, text, key), range(AT_ONCE)))

    def codes(self) -> Counter[str]:
        """Return how many records of a post there are by code."""
        found = Counter(record["code"] for record in self.both[0].records())
        return Counter({code: number for code, number in found.items() if code.startswith(("PG-10", "PG-20"))})


@pytest.fixture
def nodes(tmp_path: Path, postgres_database: str) -> Iterator[Nodes]:
    """Return two nodes; afterwards their log verifies."""
    for name in ("eins", "zwei"):
        (tmp_path / name).mkdir()
    with Recorder(tmp_path) as recorder:
        first = Gateway(tmp_path / "eins", Setup(upstream=recorder.address, database=postgres_database))
        first.prepare()
        second = first.copy(tmp_path / "zwei", upstream=recorder.address)
        configured = second.config.read_text(encoding="utf-8").replace("node: test", "node: zwei")
        second.config.write_text(configured, encoding="utf-8")
        with first, second:
            first.start()
            second.start()
            yield Nodes(first, second, recorder)
            assert (first.stop(), second.stop()) == (0, 0)
            for words in (("audit", "fsck"), ("audit", "verify")):
                done = first.attempt(*words)
                assert done.returncode == 0, done.stdout + done.stderr


def test_a_post_with_one_key_is_one_post(nodes: Nodes) -> None:
    """One request is first; all others get its answer, on both nodes, and another text gets none."""
    answers = nodes.at_once(TEXT, "k1")
    other = [nodes.post(number, "Etwas anderes.", "k1") for number in (0, 1)]

    assert Counter(answer.status_code for answer in answers) == {200: AT_ONCE}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Postgate-Replayed" in answer.headers for answer in answers) == AT_ONCE - 1
    assert [answer.status_code for answer in other] == [422, 422]
    assert nodes.recorder.texts() == [TEXT]
    assert nodes.codes() == {"PG-101": 1, "PG-102": 1, "PG-103": 1}


def test_a_post_that_is_not_sent_is_decided_once_for_a_key(nodes: Nodes) -> None:
    """Held or stopped: one decision, at most one review, one answer for all."""
    answers = nodes.at_once(HELD, "k2")

    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    assert sum("Postgate-Replayed" in answer.headers for answer in answers) == AT_ONCE - 1
    assert nodes.recorder.texts() == []
    codes = nodes.codes()
    assert codes["PG-101"] == 1
    assert codes["PG-201"] <= 1
    assert codes["PG-102"] == 0
