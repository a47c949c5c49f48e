from __future__ import annotations

from proxy.detectors import quarantine
from proxy.detectors.quarantine import SECONDS, Quarantine


def test_the_second_killed_worker_shuts_a_post_out_for_ten_minutes() -> None:
    """One strike is bad luck, two are a pattern; after ten minutes the post is tried again."""
    ward = Quarantine()

    assert not ward.strike(b"post", 100.0)
    assert not ward.holds(b"post", 100.0)
    assert ward.strike(b"post", 200.0)
    assert ward.holds(b"post", 200.0)
    assert ward.holds(b"post", 200.0 + SECONDS - 1)
    assert not ward.holds(b"post", 200.0 + SECONDS)
    assert not ward.holds(b"other", 200.0)


def test_an_old_strike_is_forgiven() -> None:
    """Strikes more than ten minutes apart do not add up."""
    ward = Quarantine()
    ward.strike(b"post", 0.0)

    assert not ward.strike(b"post", SECONDS)


def test_memory_is_bounded() -> None:
    """A flood of deadly posts pushes out the oldest."""
    ward = Quarantine()
    ward.strike(b"first", 0.0)
    for number in range(quarantine.LARGEST):
        ward.strike(str(number).encode(), 1.0)

    assert not ward.strike(b"first", 2.0)
