"""
What the register of customers costs a post of 280 characters, with a million keys and with ten million.

The keys are drawn at random, with those of an invented customer among them, and words of the posts that many
customers have as their last name. Processor time of this process, median of interleaved rounds; the views of a post
are made before, as they are for every detector.

`python -m tests.benchmarks.register` prints the table, with `--json` as one object; `--keys N` adds a third file.
What making the views takes in the same run stands beside it, for a busy machine is busy for both.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import mmap
import statistics
import sys
import tempfile
import time
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from proxy.core.detection.register.digests import digester, key_id
from proxy.core.detection.register.entries import Record, entries
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.matcher import CustomerMatcher
from proxy.core.detection.register.table import (
    SIGNATURE_BYTES,
    Contents,
    Header,
    Shared,
    Table,
    head_of,
    index_bits,
    write_header,
)
from proxy.detectors.sheet import make_sheet
from tests.benchmarks.posts import posts
from tests.register_tables import BUILT_AT, REGISTER_KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.detectors.port import Sheet

ROUNDS = 7
POSTS = 400
SIZES = (1_000_000, 10_000_000)
LENGTHS = (8, 9, 10, 11, 12, 22)
CUSTOMER = Record(
    first_names=("Erika",),
    last_names=("Musterfrau",),
    born=date(1970, 2, 3),
    cities=("Musterstadt",),
    numbers=("DE02 1203 0000 0000 2020 51",),
)
"""Invented."""
COMMON = (
    "fragen kaffee kuchen abend markt heute samstag blog vortrag herbst kuhn gut lange sommer brand branch talk town"
)
"""Words of the posts that are last names, too: in a large register nearly every short word is one."""


def sealed(keys: np.ndarray[tuple[int], np.dtype[np.uint64]], *, records: int, lengths: Sequence[int]) -> bytes:
    """Return the file of a register with these keys, which are sorted and differ."""
    bits = index_bits(len(keys))
    buckets = np.arange((1 << bits), dtype=np.uint64) << np.uint64(64 - bits)
    index = np.append(np.searchsorted(keys, buckets), len(keys)).astype("<u4").tobytes()
    body = index + b"\0" * (-len(index) % 8) + keys.astype("<u8").tobytes()
    header = Header(
        contents=Contents.CUSTOMERS,
        key_id=key_id(REGISTER_KEY),
        built_at=BUILT_AT,
        records=records,
        keys=len(keys),
        index_bits=bits,
        body_sha256=hashlib.sha256(body).hexdigest(),
        counts={},
        number_lengths=tuple(lengths),
    )
    return head_of(write_header(header), b"\0" * SIGNATURE_BYTES) + body


def write_register(path: Path, keys: int) -> None:
    """Write a file with so many keys, nearly all of them drawn at random."""
    draw = np.random.default_rng(1)
    digests = {kind: digester(REGISTER_KEY, kind) for kind in Kind}
    real = [digests[kind](value) for kind, value in entries(CUSTOMER)]
    real += [digests[Kind.WORD](word) | Shared.MANY for word in COMMON.split()]
    random = draw.integers(0, 2**64, size=keys - len(real), dtype=np.uint64) & ~np.uint64(3)
    every = np.unique(np.concatenate([random, np.array(real, dtype=np.uint64)]))
    path.write_bytes(sealed(every, records=keys // 17, lengths=LENGTHS))


def open_register(path: Path) -> CustomerMatcher:
    """Return a matcher over a file."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return CustomerMatcher(Table(memoryview(mapped)), register_key=REGISTER_KEY, fingerprint_key=b"k" * 32)


def micros(matcher: CustomerMatcher, sheets: Sequence[Sheet]) -> float:
    """Return the processor time that a post takes, in microseconds."""
    gc.collect()
    started = time.process_time()
    for sheet in sheets:
        matcher.find([part.surfaces for part in sheet.parts], sheet.joined)
    return (time.process_time() - started) / len(sheets) * 1e6


def micros_of_views() -> float:
    """Return the processor time that the views of a post take, in microseconds."""
    texts = list(islice(posts(), POSTS))
    started = time.process_time()
    for text in texts:
        make_sheet([text], "")
    return (time.process_time() - started) / len(texts) * 1e6


def measure(sizes: Sequence[int] = SIZES) -> dict[str, float]:
    """Return the median of all rounds by number of keys, and what ten times as many cost."""
    sheets = [make_sheet([text], "") for text in islice(posts(), POSTS)]
    with tempfile.TemporaryDirectory() as directory:
        matchers: dict[int, CustomerMatcher] = {}
        for size in sizes:
            path = Path(directory) / str(size)
            write_register(path, size)
            matchers[size] = open_register(path)
            micros(matchers[size], sheets)
        rounds: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(ROUNDS):
            for size, matcher in matchers.items():
                rounds[size].append(micros(matcher, sheets))
        views = [micros_of_views() for _ in range(ROUNDS)]
    medians = {size: statistics.median(taken) for size, taken in rounds.items()}
    return {
        **{f"register_us_{size}": round(taken, 1) for size, taken in medians.items()},
        "views_us": round(statistics.median(views), 1),
        "register_ratio": round(medians[sizes[1]] / medians[sizes[0]], 3),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keys", type=int, action="append", default=[])
    arguments = parser.parse_args()
    measured = measure((*SIZES, *arguments.keys))
    if arguments.json:
        json.dump(measured, sys.stdout)
        return
    for name, value in measured.items():
        print(f"{name:32} {value:10}")  # noqa: T201 - what this program is for


if __name__ == "__main__":
    main()
