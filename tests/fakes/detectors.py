"""
Detectors for worker processes that behave as badly as a test asks, and the line-ups that name them.

A detector misbehaves when a text holds the word TRIGGER; otherwise it finds the word Geheim.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proxy.core.model import Confidence, Finding, House, Language, Lexicon, LexiconTerm, Recognizer, Register, Span
from proxy.detectors.config import LineUp, ScannerConfig, Stage
from proxy.detectors.port import Described

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from proxy.detectors.port import Sheet

WORD = "Geheim"
TRIGGER = "TRIGGER"
NO_HOUSE = House()
KEY = b"an invented key of 32 bytes, yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeBundle:
    """What the scanner needs of a bundle."""

    rules_digest: str = "rules-1"
    lexicons: tuple[Lexicon, ...] = (Lexicon(id="claims", language="de", terms=(LexiconTerm(text="garantiert"),)),)
    recognizers: tuple[Recognizer, ...] = ()
    house: House = NO_HOUSE
    reaches_threads: bool = False
    register: Register | None = None


class FakeDetector:
    """Finds one word and misbehaves on another."""

    def __init__(self, name: str, behaviour: str) -> None:
        self.name = name
        self._behaviour = behaviour

    def version(self, rules: str) -> str:
        """Return the version that line-ups of tests expect, or another one."""
        return "2" if self._behaviour == "version" else "1"

    def find(self, sheet: Sheet) -> Any:
        """Find the word; misbehave."""
        texts = [part.normalised.text for part in sheet.parts]
        if any(TRIGGER in text for text in texts):
            return _BEHAVIOURS[self._behaviour](texts)
        return [_finding(number, text.find(WORD)) for number, text in enumerate(texts) if WORD in text]

    def describe(self, sheet: Sheet) -> Described:
        """Say that there are no links, and nothing about languages; or misbehave."""
        if self._behaviour == "describe" and any(TRIGGER in part.normalised.text for part in sheet.parts):
            raise ValueError("this message holds the whole post")
        return Described(languages=(Language.NONE,) * len(sheet.parts))


class FakeAhead(FakeDetector):
    """Knows after a look at all posts of a batch, and only then or one by one."""

    def __init__(self, name: str, behaviour: str) -> None:
        super().__init__(name, behaviour)
        self._known: list[Sheet] | None = None

    def prepare(self, sheets: Sequence[Sheet]) -> None:
        """Look at several posts."""
        if sheets and self._behaviour == "ahead-fails":
            raise ValueError("this message holds all posts")
        self._known = list(sheets) or None

    def find(self, sheet: Sheet) -> Any:
        """Find the word in a post that was looked at."""
        if self._known is not None and sheet not in self._known:
            raise LookupError("nobody said that this post would come")
        return super().find(sheet)


def _finding(part: int, start: int, length: int = len(WORD)) -> Finding:
    return Finding(
        rule="fake/word",
        entity="SECRET",
        confidence=Confidence.HIGH,
        part=part,
        span=Span(start=start, end=start + length),
    )


def _raise(texts: Sequence[str]) -> Any:
    raise ValueError(f"this message holds the whole post: {texts}")


def _kill(_texts: Sequence[str]) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop(_texts: Sequence[str]) -> Any:
    os.kill(os.getpid(), signal.SIGSTOP)


def _hang(_texts: Sequence[str]) -> Any:
    while True:
        time.sleep(0.05)


def _connect(_texts: Sequence[str]) -> Any:
    with socket.create_connection(("127.0.0.1", 9)):
        return ()


def _program(_texts: Sequence[str]) -> Any:
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return ()


def _pause(_texts: Sequence[str]) -> Any:
    # In small steps: a process that is stopped in the middle has the rest still before it.
    for _ in range(20):
        time.sleep(0.01)
    return []


_BEHAVIOURS: dict[str, Callable[[Sequence[str]], Any]] = {
    "raises": _raise,
    "kill": _kill,
    "stop": _stop,
    "hang": _hang,
    "pause": _pause,
    "connect": _connect,
    "program": _program,
    "shape": lambda texts: [texts[0]],
    "nothing": lambda _texts: None,
    "fields": lambda _texts: [_finding("0", 0)],  # type: ignore[arg-type]  # this is the point
    "offset": lambda texts: [_finding(0, len(texts[0]) - 1)],
    "part": lambda _texts: [_finding(7, 0)],
    "version": lambda _texts: [],
    "good": lambda _texts: [],
    "describe": lambda _texts: [],
}


def build(options: Mapping[str, object]) -> dict[str, Callable[[], FakeDetector]]:
    """Build fake detectors from `name=behaviour` options; the behaviour `absent` does not build."""

    def builder(name: str, behaviour: str) -> Callable[[], FakeDetector]:
        def make() -> FakeDetector:
            if behaviour == "absent":
                raise FileNotFoundError("/somewhere/model.bin")
            return (FakeAhead if behaviour.startswith("ahead") else FakeDetector)(name, behaviour)

        return make

    return {name: builder(name, str(behaviour)) for name, behaviour in options.items()}


def line_up(*, pool: str = "fake", workers: int = 1, deadline_ms: int = 400, **behaviours: str) -> LineUp:
    """Return a pool of fake detectors, each with a behaviour."""
    return LineUp(
        pool=pool,
        workers=workers,
        factory="tests.fakes.detectors:build",
        stages=tuple(Stage(name=name, version="1", deadline_ms=deadline_ms) for name in behaviours),
        surfaces_ms=deadline_ms,
        options=dict(behaviours),
    )


def config(**changes: Any) -> ScannerConfig:
    """Return settings for tests: one worker, no language models, no spare."""
    defaults: dict[str, Any] = {"workers": 1, "ner_workers": 1, "ner": (), "spares": 0, "deadline_ms": 8000}
    return ScannerConfig(**{"fingerprint_key": KEY} | defaults | changes)
