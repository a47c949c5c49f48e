"""
Posts that name customers of the register in every way that we know, and posts about others.

A few thousand invented customers here; `python -m tests.benchmarks.register_recall --customers 1000000` takes more.
"""

from __future__ import annotations

from collections import defaultdict

from tests.benchmarks.register_recall import Tally, measure
from tests.register_ways import IDENTIFIERS, NAMES

CUSTOMERS, POSTS = 2_000, 30
LEAST_OF_NAMES, LEAST_OF_IDENTIFIERS, MOST_OF_OTHERS = 0.98, 0.999, 0.001
FEWEST_WAYS = 40


def _shares() -> tuple[dict[str, float], dict[str, float]]:
    """Return by group which share of its posts was found, and which with high confidence."""
    groups: dict[str, list[Tally]] = defaultdict(list)
    for group, _, one in measure(CUSTOMERS, POSTS):
        groups[group].append(one)
    posts = {group: sum(row.posts for row in rows) for group, rows in groups.items()}
    found = {group: sum(row.found for row in rows) / posts[group] for group, rows in groups.items()}
    return found, {group: sum(row.high for row in rows) / posts[group] for group, rows in groups.items()}


def test_customers_are_found_in_every_way_and_others_are_not() -> None:
    """Names beside a second attribute, identifiers by themselves; who is no customer is not called one for sure."""
    found, high = _shares()

    assert len(NAMES) + len(IDENTIFIERS) >= FEWEST_WAYS
    assert found["name"] >= LEAST_OF_NAMES
    assert found["identifier"] >= LEAST_OF_IDENTIFIERS
    assert high["others"] <= MOST_OF_OTHERS
