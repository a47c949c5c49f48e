"""
Starts the platform that keeps a diary (`upstream.py`), gives it orders, and reads the diary.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import requests

from tests.e2e.servers.ports import free_port

PROGRAM = Path(__file__).with_name("upstream.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A write that reached the platform."""

    at: int
    """Nanoseconds of wall time."""
    method: str
    path: str
    key: str | None
    """The Idempotency-Key header."""
    fields: dict[str, Any]
    headers: list[str]
    """Names of the headers, lower case, sorted."""
    authorization: str | None
    do: str
    """How it was answered."""
    recorded_before: bool | None
    """Whether the gateway's database held the intent when the write arrived; None when nobody looked."""

    @property
    def text(self) -> str:
        """Return the text of the status."""
        return str(self.fields.get("status", ""))


class Recorder:
    """The platform, as a process of its own."""

    def __init__(self, directory: Path, *, witness: Path | None = None, hasty: bool = False) -> None:
        self.diary = directory / "diary.jsonl"
        self.port = free_port()
        self._witness = witness
        self._hasty = hasty
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Return the address that the gateway sends to."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; return when it listens. Its diary goes on after a stop."""
        command = [sys.executable, "-I", str(PROGRAM), "--port", str(self.port), "--diary", str(self.diary)]
        command += ["--witness", str(self._witness)] if self._witness is not None else []
        command += ["--hasty"] if self._hasty else []
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def stop(self) -> None:
        """Stop it; connections to it are refused from now on."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def behave(self, *following: dict[str, Any], then: dict[str, Any] | None = None) -> None:
        """Tell how the next writes are answered, and how all after them: `{"do": "ok"}` unless told otherwise."""
        with requests.Session() as session:
            session.trust_env = False
            orders = json.dumps({"next": following, "then": then or {"do": "ok"}})
            session.post(f"{self.address}/_behave", data=orders, timeout=10).raise_for_status()

    def entries(self) -> list[Entry]:
        """Return every write received so far, also before a restart."""
        if not self.diary.exists():
            return []
        return [Entry(**json.loads(line)) for line in self.diary.read_text(encoding="utf-8").splitlines()]

    def wait_for(self, count: int, *, seconds: float = 30.0) -> None:
        """Wait until so many writes were received."""
        give_up = time.monotonic() + seconds
        while len(self.entries()) < count:
            assert time.monotonic() < give_up, "the platform received nothing"
            time.sleep(0.02)

    def texts(self) -> list[str]:
        """Return the texts of all statuses received so far."""
        return [entry.text for entry in self.entries() if entry.path == "/api/v1/statuses"]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
