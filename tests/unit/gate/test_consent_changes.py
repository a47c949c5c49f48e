from __future__ import annotations

from typing import get_args

from proxy.gate import consent_changes
from proxy.gate.consent_changes import ConsentChange, NameConsent
from proxy.gate.work import Change
from tests.consents import PRINT


def test_every_change_is_one_that_a_unit_of_work_takes() -> None:
    """None is forgotten in the union."""
    here = {
        kind
        for kind in vars(consent_changes).values()
        if isinstance(kind, type) and kind.__module__.endswith("consent_changes")
    }

    assert here == set(get_args(ConsentChange))
    assert here <= set(get_args(Change))


def test_a_fingerprint_is_not_shown() -> None:
    """Whoever prints a change learns nothing of a name."""
    assert PRINT not in repr(NameConsent(consent="c1", name=PRINT))
