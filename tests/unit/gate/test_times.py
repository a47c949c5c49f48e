"""Times that authors choose are ahead, and not too far."""

from __future__ import annotations

from datetime import timedelta

import pytest

from proxy.core.errors import UnreadableField
from proxy.gate.times import FURTHEST, require_ahead
from tests.fakes.clock import START

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("ahead", [SECOND, FURTHEST])
def test_a_time_ahead_is_taken(ahead: timedelta) -> None:
    """Up to the furthest."""
    require_ahead(START + ahead, START)


@pytest.mark.parametrize("ahead", [timedelta(0), -SECOND, FURTHEST + SECOND])
def test_another_time_is_refused(ahead: timedelta) -> None:
    """Nothing is sent in the past."""
    with pytest.raises(UnreadableField):
        require_ahead(START + ahead, START)
