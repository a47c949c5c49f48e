"""A few runs of the proof that a post goes out at most once; `python -m tests.e2e.at_most_once` makes many."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.e2e.at_most_once import any_plan, deaf_plan, prove
from tests.e2e.broken_lines import REAL

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 10
RETRIES = 50


@pytest.mark.req("JOB-DEL-6")
@pytest.mark.parametrize("platform", REAL)
def test_a_post_goes_out_at_most_once_on_broken_lines(platform: str, tmp_path: Path, moments: random.Random) -> None:
    """On a real server, behind lines that break on both sides of the gateway."""
    figures = prove(platform, tmp_path, moments.randrange(2**32), runs=RUNS)

    assert (figures.posts, figures.most) == (RUNS, 1)
    assert figures.outcomes.total() >= RUNS


@pytest.mark.req("JOB-DEL-6")
def test_forced_retries_publish_once(tmp_path: Path, moments: random.Random) -> None:
    """A client that hears nothing sends again and again; this server would take equal posts as often as they come."""
    figures = prove("facebook", tmp_path, moments.randrange(2**32), retries=RETRIES)

    assert figures.tries - figures.posts == RETRIES
    assert figures.unheard == RETRIES
    assert figures.most == 1


def test_a_seed_makes_the_same_plans() -> None:
    """So that a run can be repeated."""
    assert any_plan(7, random.Random("5 x 7")) == any_plan(7, random.Random("5 x 7"))
    assert deaf_plan(7, random.Random("5"), tries=10) != deaf_plan(7, random.Random("6"), tries=10)
