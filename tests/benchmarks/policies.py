"""
What a thousand rules cost: loading them, deciding a post by them, keeping them in memory.

The rules are the shipped ones, each policy under several names. What reading the shipped word lists and detection rules
costs, whose samples run whenever they are read, is measured by itself and taken off. Processor time of this process,
median of interleaved rounds.

`python -m tests.benchmarks.policies` prints the table, with `--json` for `make bench`.
"""

from __future__ import annotations

import gc
import json
import re
import statistics
import sys
import tempfile
import time
import tracemalloc
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proxy.core.model import Confidence, DetectorId, Finding, Part, PartKind, Post, PostId, PostKind, Scan, Span
from proxy.core.policy.decide import decide
from proxy.core.text.sentences import sentences
from proxy.loading.policies import Loaded, Sources, load
from tests.benchmarks.posts import posts
from tests.e2e.gateway import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


RULES = 1000
ROUNDS = 7
POSTS = 200
_TODAY = date(2026, 11, 24)
_LOOKED = frozenset({DetectorId(name="identifiers", version="1")})
_EVERY = 4
"""One post in so many has findings; the others have none, as most posts do."""
_ENTITIES = ("IBAN_CODE", "PERSON", "CUSTOMER_RELATION", "EMAIL_ADDRESS", "INSTRUMENT", "MONEY_AMOUNT")
_NAME = re.compile(r"^policy: (.+)$", re.MULTILINE)


def _cpu(work: Callable[[], object]) -> float:
    """Return seconds of processor time."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def write_rules(directory: Path, rules: int = RULES) -> Sources:
    """Write at least so many rules, the shipped policies again and again, and return where they lie."""
    shipped = [
        path.read_text(encoding="utf-8")
        for path in sorted((REPOSITORY / "policies").rglob("*.yaml"))
        if not path.name.endswith("_test.yaml") and path.name != "organisation.yaml"
    ]
    written = copy = 0
    while written < rules:
        copy += 1
        for number, text in enumerate(shipped if rules > 1 else shipped[:1]):
            named = _NAME.sub(lambda found: f"policy: {found[1]}-{copy}", text)  # noqa: B023  called at once
            (directory / f"{copy}-{number}.yaml").write_text(named, encoding="utf-8")
            written += text.count("\n  - id: ")
    return Sources(
        directory=directory,
        organisation=REPOSITORY / "policies" / "organisation.yaml",
        lexicons=REPOSITORY / "rules" / "lexicons",
        recognizers=REPOSITORY / "rules" / "recognizers",
        fingerprint_key=b"k" * 32,
    )


def _load(sources: Sources) -> Loaded:
    loaded = load(sources, _TODAY)
    if loaded.bundle is None:
        raise RuntimeError("\n".join(one.render("en") for one in loaded.errors[:5]))
    return loaded


def _posts() -> Iterator[tuple[Post, Scan]]:
    """Yield posts as the gate sees them after the scan."""
    for number, text in enumerate(posts()):
        post = Post(
            id=PostId(str(number)),
            platform="mastodon",
            account="mastodon:bench",
            author="bench",
            operation="status.create",
            kind=PostKind.POST,
            parts=(Part(kind=PartKind.BODY, slot="status", text=text),),
        )
        found = [] if number % _EVERY else [_finding(one, number) for one in range(6)]
        yield (
            post,
            Scan(
                findings=tuple(found),
                expected=_LOOKED,
                completed=_LOOKED,
                sentences=(tuple(sentences(text)),),
            ),
        )


def _finding(number: int, post: int) -> Finding:
    return Finding(
        rule="bench/finding",
        entity=_ENTITIES[(number + post) % len(_ENTITIES)],
        confidence=list(Confidence)[number % 3],
        part=0,
        span=Span(start=20 * number, end=20 * number + 10),
    )


def _decisions(loaded: Loaded) -> list[float]:
    """Return milliseconds a post."""
    bundle, scanned = loaded.bundle, list(islice(_posts(), POSTS))
    assert bundle is not None

    def decide_all() -> None:
        for post, scan in scanned:
            decide(post, scan, bundle, running=frozenset(), expected=_LOOKED)

    return [_cpu(decide_all) / POSTS * 1000 for _ in range(ROUNDS)]


def _memory(sources: Sources) -> int:
    """Return bytes that a loaded bundle and its tests keep."""
    gc.collect()
    tracemalloc.start()
    loaded = _load(sources)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del loaded
    return kept


def measure() -> dict[str, Any]:
    """Return seconds, milliseconds, mebibytes and the table."""
    with tempfile.TemporaryDirectory(prefix="postgate-bench-") as many, tempfile.TemporaryDirectory() as few:
        sources, least = write_rules(Path(many)), write_rules(Path(few), 1)
        loaded = _load(sources)
        rounds = [(_cpu(lambda: _load(least)), _cpu(lambda: _load(sources))) for _ in range(ROUNDS)]
        decisions = _decisions(loaded)
        kept = (_memory(sources) - _memory(least)) / 2**20
    rules = sum(len(parsed.rules) for parsed in loaded.policies)
    loads = [both - lists for lists, both in rounds]
    lines = [
        f"| {rules:,} rules in {len(loaded.policies)} policies, processor time | |",
        "|---|---|",
        f"| reading them, s | {_spread(loads)} |",
        f"| reading word lists and detection rules, their samples run, s | {_spread([lists for lists, _ in rounds])} |",
        f"| deciding a post, ms | {_spread(decisions)} |",
        f"| memory for them, MiB | {kept:.1f} |",
    ]
    return {
        "load_s": statistics.median(loads),
        "decide_ms": statistics.median(decisions),
        "memory_mib": kept,
        "lines": lines,
    }


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    found = measure()
    sys.stdout.write(json.dumps(found) if "--json" in sys.argv else "\n".join(found["lines"]) + "\n")
