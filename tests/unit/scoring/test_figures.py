"""Shares, their intervals and the F2 measure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.scoring.figures import Share, f2


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    """Values of the literature (Newcombe 1998 for 81 of 263)."""
    assert Share(hits=hits, of=of).interval == pytest.approx((low, high), abs=5e-5)


def test_nothing_counted_is_no_share() -> None:
    """Neither zero nor all."""
    assert (Share(hits=0, of=0).value, Share(hits=0, of=0).interval) == (None, None)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share(counted: tuple[int, int]) -> None:
    """Between 0 and 1, around the share."""
    share = Share(hits=counted[0], of=counted[1])
    low, high = share.interval or (1.0, 0.0)

    assert 0 <= low <= (share.value or 0) + 1e-12
    assert (share.value or 0) - 1e-12 <= high <= 1


@pytest.mark.parametrize(
    ("precision", "recall", "expected"),
    [
        (Share(hits=1, of=2), Share(hits=1, of=1), 5 / 6),
        (Share(hits=1, of=1), Share(hits=1, of=2), 5 / 9),
        (Share(hits=0, of=3), Share(hits=0, of=4), 0.0),
        (Share(hits=0, of=0), Share(hits=0, of=4), 0.0),
        (Share(hits=1, of=2), Share(hits=0, of=0), None),
        (Share(hits=0, of=0), Share(hits=0, of=0), None),
    ],
)
def test_f2_weighs_recall_more(precision: Share, recall: Share, expected: float | None) -> None:
    """Missing half of the leaks is worse than one false alarm for each; nothing found is 0."""
    assert f2(precision, recall) == (None if expected is None else pytest.approx(expected))
