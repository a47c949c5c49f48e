"""
The product in front of a real server, and questions that several tests ask about both.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.e2e.gateway import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.gateway import Gateway
    from tests.e2e.servers.snac import SnacServer

IBAN = "DE02 1203 0000 0000 2020 51"
"""A published example number, nobody's account."""
CUSTOMER = "Unsere Kundin Frau Erika Mustermann hat heute ihren Kredit bekommen, herzlichen Glückwunsch!"
"""An invented customer."""
DECISION = re.compile(r"d-[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
RULE = re.compile(r"\b[a-z][a-z0-9-]*/[a-z][a-z0-9-]*\b")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


_HEADER = b"\0\0\0\1" + b"\0\0\0\1" + b"\x08\x02\0\0\0"
PIXEL = b"".join(
    [
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", _HEADER),
        _chunk(b"IDAT", zlib.compress(b"\0\x20\x40\x80")),
        _chunk(b"IEND", b""),
    ]
)
"""A picture of one dot."""


def donation_account() -> str:
    """Return the first donation account of the house in the example policies."""
    text = (REPOSITORY / "policies" / "organisation.yaml").read_text(encoding="utf-8")
    found = re.search(r"[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){3,7}(?: ?[0-9A-Z]{1,3})?", text)
    assert found is not None
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A gateway and the server behind it."""

    gateway: Gateway
    server: SnacServer

    def published(self, words: str) -> list[dict[str, Any]]:
        """Return the statuses on the server that contain these words."""
        return [status for status in self.server.statuses() if words in str(status["content"])]

    def records_of(self, platform_id: str) -> list[str]:
        """Return the codes of all records of the posts that became this object on the server, in order."""
        return self.gateway.records_of(platform_id)

    def check_everything_recorded(self) -> None:
        """Compare the server with the log: each status there was decided, announced and acknowledged, in this order."""
        verified = self.gateway.attempt("audit", "fsck")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        records = self.gateway.records()
        outcomes = {r["data"]["upstream_id"]: r for r in records if r["code"] == "PG-103" and r["data"]["upstream_id"]}
        intents = {r["data"]["attempt"]: r for r in records if r["code"] == "PG-102"}
        decisions = {r["id"]: r for r in records if r["code"] == "PG-101"}
        for status in self.server.statuses():
            outcome = outcomes[str(status["id"])]
            intent = intents[outcome["data"]["attempt"]]
            decision = decisions[intent["data"]["decided"]]
            assert decision["data"]["decision"] == "allow"
            assert decision["seq"] < intent["seq"] < outcome["seq"]


def picture(directory: Path, name: str = "filiale.png") -> Path:
    """Write a picture and return its file."""
    file = directory / name
    file.write_bytes(PIXEL)
    return file
