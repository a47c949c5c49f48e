"""
How many posts about customers the register finds, by the way in which a post names them, and how many about others.

Customers are invented (`tests.register_ways`); each way names as many of them as `--posts` says. Others are people of
the same names and places who are no customers; who has name and second attribute of one is none of them.

`python -m tests.benchmarks.register_recall --customers 1000000` prints the table.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from proxy.core.detection.register import kinds
from proxy.core.detection.register.digests import digester
from proxy.core.detection.register.entries import entries
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.matcher import CONTACT, IDENTIFIER, CustomerMatcher
from proxy.core.detection.register.proving import NAME_AND_ATTRIBUTE
from proxy.core.detection.register.table import Table
from proxy.core.model import Confidence
from proxy.detectors.sheet import make_sheet
from tests.benchmarks.register import sealed
from tests.register_tables import REGISTER_KEY
from tests.register_ways import CYRILLIC, IDENTIFIERS, NAMES, Person, people

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.register_ways import Way

CUSTOMERS = 100_000
POSTS = 500
_CHUNK = 20_000
_FEW, _TENS, _MANY = 2, 10, 100
OTHERS_SEED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the posts of one way."""

    posts: int
    found: int
    """With a name and a second attribute, or with an identifier."""
    high: int
    """Of those, with high confidence."""


def build(customers: int) -> Table:
    """Return the register of so many invented customers."""
    digests = {kind: digester(REGISTER_KEY, kind) for kind in Kind}
    lengths: set[int] = set()
    chunks: list[np.ndarray[tuple[int], np.dtype[np.uint64]]] = []
    chunk: list[int] = []
    for number, person in enumerate(islice(people(1), customers), start=1):
        lengths.update(len(kinds.number(one)) for one in (person.iban, person.customer, person.contract))
        chunk.extend({digests[kind](value) for kind, value in entries(person.record)})
        if number % _CHUNK == 0 or number == customers:
            chunks.append(np.array(chunk, dtype=np.uint64))
            chunk.clear()
    keys, counts = np.unique(np.concatenate(chunks), return_counts=True)
    shared = np.digitize(counts, (_FEW, _TENS, _MANY)).astype(np.uint64)
    return Table(memoryview(sealed(keys | shared, records=customers, lengths=sorted(lengths))))


def matcher_of(table: Table) -> CustomerMatcher:
    """Return a matcher over a register."""
    return CustomerMatcher(table, register_key=REGISTER_KEY, fingerprint_key=b"k" * 32)


def tally(matcher: CustomerMatcher, way: Way, named: list[Person]) -> Tally:
    """Return what becomes of a post about each of these people."""
    found = high = 0
    for person in named:
        sheet = make_sheet(way(person), "")
        rows = matcher.find([part.surfaces for part in sheet.parts], sheet.joined)
        hits = [one for one in rows if one.rule in {NAME_AND_ATTRIBUTE, IDENTIFIER, CONTACT}]
        found += bool(hits)
        high += any(one.confidence is Confidence.HIGH for one in hits)
    return Tally(posts=len(named), found=found, high=high)


def customers_named(customers: int, posts: int) -> Iterator[Person]:
    """Yield some of the customers, from all over the register."""
    yield from islice(people(1), 0, customers, max(customers // posts, 1))


def others_named(table: Table, posts: int) -> Iterator[Person]:
    """Yield people who share name and second attribute with no customer."""
    digest = digester(REGISTER_KEY, Kind.NAME_AND)
    words = {kind: digester(REGISTER_KEY, kind) for kind in (Kind.INITIAL_AND, Kind.WORD_AND)}
    looks = {Kind.NAME_AND: digest, **words}
    strangers = (
        person
        for person in people(OTHERS_SEED)
        if not any(
            table.find(looks[kind](value)) is not None for kind, value in entries(person.record) if kind in looks
        )
    )
    yield from islice(strangers, posts)


def measure(customers: int, posts: int) -> Iterator[tuple[str, str, Tally]]:
    """Yield group, way and tally."""
    table = build(customers)
    matcher = matcher_of(table)
    named, others = list(customers_named(customers, posts)), list(others_named(table, posts))
    groups: Mapping[str, Mapping[str, Way]] = {"name": NAMES, "Cyrillic": CYRILLIC, "identifier": IDENTIFIERS}
    for group, ways in groups.items():
        for name, way in ways.items():
            yield group, name, tally(matcher, way, named)
    for name, way in NAMES.items():
        yield "others", name, tally(matcher, way, others)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--posts", type=int, default=POSTS)
    arguments = parser.parse_args()
    sums: dict[str, list[Tally]] = {}
    for group, name, one in measure(arguments.customers, arguments.posts):
        sums.setdefault(group, []).append(one)
        print(f"{group:11} {name:28} {one.posts:7} {one.found / one.posts:8.2%} {one.high / one.posts:8.2%}")  # noqa: T201
    for group, rows in sums.items():
        posts = sum(row.posts for row in rows)
        found, high = sum(row.found for row in rows) / posts, sum(row.high for row in rows) / posts
        print(f"{group:11} {'all ways':28} {posts:7} {found:8.2%} {high:8.2%}")  # noqa: T201


if __name__ == "__main__":
    main()
