"""The detection does not get worse: every figure stays above its floor, disguised or not."""

from __future__ import annotations

import pytest

from tests.corpus.floors import SPLITS, broken, floors_of, floors_of_mutation, raised, read
from tests.corpus.measure import WITHOUT_MODELS, disguised, figures


@pytest.mark.blocking
@pytest.mark.parametrize("split", SPLITS)
def test_no_figure_falls_below_its_floor(split: str) -> None:
    """Real detectors, starter policies, all posts of the split; no detector is missing."""
    assert broken(read()[split], floors_of(figures(WITHOUT_MODELS, split))) == []


@pytest.mark.blocking
def test_disguises_leave_no_less_than_their_floor() -> None:
    """A seeded sample of all transforms over the dev part, leaks and clean posts."""
    assert broken(read()["mutation"], floors_of_mutation(disguised(WITHOUT_MODELS))) == []


def test_a_floor_is_broken_by_less_and_by_nothing() -> None:
    """A figure that is no longer counted is not one that is reached."""
    floors = {"at_least": {"a": 0.5, "b": 0.5, "c": 0.5}, "at_most": {"d": 0.01, "e": 0.01}}
    reached = {"at_least": {"a": 0.5, "b": 0.49}, "at_most": {"d": 0.02}}

    assert broken(floors, reached) == [
        "b: 0.49 is below 0.50",
        "c: 0.00 is below 0.50",
        "d: 0.020 is above 0.010",
    ]


def test_floors_only_rise() -> None:
    """The better of both, each in its direction; new figures join."""
    old = {"at_least": {"a": 0.5, "b": 0.7}, "at_most": {"c": 0.02, "d": 0.01}}
    new = {"at_least": {"a": 0.6, "b": 0.6, "x": 0.1}, "at_most": {"c": 0.01, "d": 0.02}}

    assert raised(old, new) == {
        "at_least": {"a": 0.6, "b": 0.7, "x": 0.1},
        "at_most": {"c": 0.01, "d": 0.01},
    }
