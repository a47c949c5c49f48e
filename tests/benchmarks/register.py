"""
What the register of customers costs a post of 280 characters, with a million keys and with ten million.

The keys are drawn at random, with those of an invented customer among them, and words of the posts that many
customers have as their last name. Processor time of this process, median of interleaved rounds, everything that was
there before kept out of the garbage collector's rounds as in a worker. The posts are made of a few sentences, so every
word has been seen before.

- The stage alone: the views of a post are made before, as they are for every detector. What making them takes in the
  same run stands beside it, for a busy machine is busy for both.
- The whole scan of a post, views included, with the fast detectors and the starter policies: without a register, with
  the larger one, and with a restricted list of a thousand entries, too. What it adds is taken within a round.

`python -m tests.benchmarks.register` prints the table, with `--json` as one object; `--keys N` adds a third file.
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
from typing import TYPE_CHECKING, Any

import numpy as np

from proxy.core.detection.register.digests import digester, key_id
from proxy.core.detection.register.entries import Record, entries, restricted_forms
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.matcher import DETECTOR, CustomerMatcher
from proxy.core.detection.register.table import (
    FOREVER,
    SIGNATURE_BYTES,
    Contents,
    Header,
    Shared,
    Table,
    head_of,
    index_bits,
    write_header,
)
from proxy.core.model import Register
from proxy.detectors.register import RegisterDetector
from proxy.detectors.sheet import make_sheet
from proxy.detectors.standard import build_fast
from proxy.detectors.worker import settle_memory
from proxy.loading.policies import Sources, load
from tests.benchmarks.posts import posts
from tests.e2e.gateway import REPOSITORY
from tests.register_tables import BUILT_AT, REGISTER_KEY, header_of, restricted_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proxy.detectors.port import Sheet

ROUNDS = 7
POSTS = 400
SIZES = (1_000_000, 10_000_000)
TERMS = 1_000
RULES = "measured"
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
_NO_DIGITS = str.maketrans("0123456789", "ghijklmnop")


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


def open_detector(register: Register) -> RegisterDetector:
    """Return the detector as a worker has it, with a register opened."""
    detector = RegisterDetector(register_key=REGISTER_KEY, fingerprint_key=b"k" * 32)
    detector.take(register)
    return detector


def others() -> list[Any]:
    """Return the other fast detectors with the starter policies, as a worker has them."""
    sources = Sources(
        directory=REPOSITORY / "policies" / "de-bank",
        organisation=REPOSITORY / "policies" / "organisation.yaml",
        lexicons=REPOSITORY / "rules" / "lexicons",
        recognizers=REPOSITORY / "rules" / "recognizers",
        fingerprint_key=b"k" * 32,
    )
    bundle = load(sources, date(2026, 11, 24)).bundle
    assert bundle is not None
    builders = build_fast({"key": b"k" * 32})
    detectors: list[Any] = [build() for name, build in builders.items() if name != DETECTOR]
    for detector in detectors:
        if hasattr(detector, "load"):
            detector.load(RULES, bundle.lexicons)
        if hasattr(detector, "learn"):
            detector.learn(RULES, bundle.recognizers, bundle.house)
    return detectors


def micros(work: Callable[[Any], object], posted: Sequence[Any]) -> float:
    """Return the processor time that work takes for each of these, in microseconds."""
    gc.collect()
    started = time.process_time()
    for one in posted:
        work(one)
    return (time.process_time() - started) / len(posted) * 1e6


def scan(detectors: Sequence[Any], register: str = "") -> Callable[[str], None]:
    """Return what looks at a text from its views to the last detector."""

    def look(text: str) -> None:
        sheet = make_sheet([text], RULES, register=register)
        for detector in detectors:
            detector.find(sheet)

    return look


def stage(matcher: CustomerMatcher) -> Callable[[Sheet], object]:
    """Return what looks for customers in views that have been made."""
    return lambda sheet: matcher.find([part.surfaces for part in sheet.parts], sheet.joined)


def measure(sizes: Sequence[int] = SIZES) -> dict[str, float]:
    """Return medians of all rounds in microseconds, what ten times as many keys cost, and what a register adds."""
    texts = list(islice(posts(), POSTS))
    sheets = [make_sheet([text], "") for text in texts]
    with tempfile.TemporaryDirectory() as directory:
        paths = {size: Path(directory) / str(size) for size in sizes}
        for size, path in paths.items():
            write_register(path, size)
        terms = {form: FOREVER for number in range(TERMS) for form in restricted_forms(f"Projekt {_letters(number)}")}
        restricted = Path(directory) / "restricted"
        restricted.write_bytes(restricted_bytes(terms))
        detectors = others()
        works: dict[str, tuple[Callable[[Any], object], Sequence[Any]]] = {
            **{f"register_us_{size}": (stage(open_register(path)), sheets) for size, path in paths.items()},
            "views_us": (lambda text: make_sheet([text], ""), texts),
            "scan_us": (scan(detectors), texts),
        }
        for name, lists in (("scan_register_us", None), ("scan_register_and_restricted_us", restricted)):
            register = registered(paths[sizes[1]], lists)
            works[name] = (scan([*detectors, open_detector(register)], register.version), texts)
        for work, posted in works.values():
            micros(work, posted)
        settle_memory()
        rounds = [{name: micros(*work) for name, work in works.items()} for _ in range(ROUNDS)]
    medians = {name: round(statistics.median(row[name] for row in rounds), 1) for name in works}
    small, large = (f"register_us_{size}" for size in sizes[:2])
    compared = {
        "register_ratio": [row[large] / row[small] for row in rounds],
        "register_to_views": [row[large] / row["views_us"] for row in rounds],
        "added_by_register_us": [row["scan_register_us"] - row["scan_us"] for row in rounds],
        "scan_ratio_register": [row["scan_register_us"] / row["scan_us"] for row in rounds],
        "added_by_restricted_us": [row["scan_register_and_restricted_us"] - row["scan_register_us"] for row in rounds],
    }
    return {**medians, **{name: round(statistics.median(values), 3) for name, values in compared.items()}}


def registered(customers: Path, restricted: Path | None) -> Register:
    """Return what a scan says of these files."""
    paths = [path for path in (customers, restricted) if path is not None]
    return Register(
        customers=str(customers),
        restricted=None if restricted is None else str(restricted),
        version="-".join(header_of(path.read_bytes()).version for path in paths),
    )


def _letters(number: int) -> str:
    """Return a word of its own for each number."""
    return hashlib.sha256(str(number).encode()).hexdigest().translate(_NO_DIGITS)[:8]


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
