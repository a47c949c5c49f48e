"""
The product in front of a real Bluesky server, and questions that several tests ask about both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proxy.platforms.bluesky.records import RECORDS

if TYPE_CHECKING:
    from collections.abc import Container

    from tests.e2e.gateway import Gateway
    from tests.e2e.servers.pds import PdsServer


_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_CLOCK_BITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskyHouse:
    """A gateway and the server behind it."""

    gateway: Gateway
    server: PdsServer

    def published(self, words: str) -> list[dict[str, Any]]:
        """Return the posts on the server that contain these words, each with `uri`, `cid` and `value`."""
        return [record for record in self.server.records() if words in str(record["value"])]

    def records_of(self, uri: str) -> list[str]:
        """Return the codes of all records of what became this record on the server, in order."""
        records = self.gateway.records()
        posts = {
            record["subject"]["post"]
            for record in records
            if record["code"] == "PG-103" and record["data"]["upstream_id"] == uri
        }
        return [record["code"] for record in records if record["subject"].get("post") in posts]

    def check_everything_recorded(self) -> None:
        """Compare the server with the log: each record there was decided, announced and acknowledged, in this order."""
        verified = self.gateway.attempt("audit", "fsck")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        records = self.gateway.records()
        outcomes = {r["data"]["upstream_id"]: r for r in records if r["code"] == "PG-103" and r["data"]["upstream_id"]}
        intents = {r["data"]["attempt"]: r for r in records if r["code"] == "PG-102"}
        decisions = {r["id"]: r for r in records if r["code"] == "PG-101"}
        for collection in RECORDS:
            for record in self.server.records(collection):
                outcome = outcomes[_first_of_its_request(record["uri"], outcomes)]
                intent = intents[outcome["data"]["attempt"]]
                decision = decisions[intent["data"]["decided"]]
                assert decision["data"]["decision"] == "allow"
                assert decision["seq"] < intent["seq"] < outcome["seq"]


def _first_of_its_request(uri: str, known: Container[str]) -> str:
    """
    Return the record that stands for a request with several new ones: its outcome names the first.

    The keys of the others are those of the following microseconds.
    """
    place, _, key = uri.rpartition("/")
    for number in range(10 if len(key) == 13 else 1):
        value = sum(_DIGITS.index(digit) << 5 * (12 - at) for at, digit in enumerate(key)) if number else 0
        value -= number << _CLOCK_BITS
        earlier = "".join(_DIGITS[value >> shift & 31] for shift in range(60, -1, -5)) if number else key
        if f"{place}/{earlier}" in known:
            return f"{place}/{earlier}"
    return uri
