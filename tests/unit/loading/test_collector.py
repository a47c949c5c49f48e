"""The collector pauses inside, and afterwards is as it was."""

from __future__ import annotations

import gc

import pytest

from proxy.loading.collector import collector_paused


def test_no_round_begins_inside() -> None:
    """Afterwards it runs again."""
    with collector_paused():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_it_runs_again_after_an_error() -> None:
    """Whatever ends the work."""
    with pytest.raises(ValueError, match="broken"), collector_paused():
        raise ValueError("broken")

    assert gc.isenabled()


def test_what_somebody_else_stopped_stays_stopped() -> None:
    """Only who paused it starts it again."""
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()

    assert gc.isenabled()
