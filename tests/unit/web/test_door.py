"""
How a door names what it refused; its way through a request is tested in `tests/integration/test_door.py`.
"""

from __future__ import annotations

import pytest

from proxy.core import errors
from proxy.observability.metrics import LABELS
from proxy.web.door import reason_of


def _all(kind: type[errors.PostgateError]) -> list[type[errors.PostgateError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in _all(child))]


@pytest.mark.parametrize("kind", _all(errors.RefusedRequest) + _all(errors.GateUnavailable))
def test_every_refusal_has_a_bounded_reason(kind: type[errors.PostgateError]) -> None:
    """What is refused or unavailable is counted under a listed word."""
    assert reason_of(kind()) in LABELS["reason"]


@pytest.mark.parametrize(
    "error", [errors.OutcomeUnknown(), errors.StillInProgress(), errors.IdempotencyMismatch(), errors.PostgateError()]
)
def test_what_the_gate_recorded_is_not_refused_again(error: errors.PostgateError) -> None:
    """Answers about an earlier or failed post are no refusals of the door."""
    assert reason_of(error) is None
