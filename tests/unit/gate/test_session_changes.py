from __future__ import annotations

from typing import get_args

from proxy.gate import session_changes
from proxy.gate.session_changes import RenewSession
from proxy.gate.work import Change
from tests.fakes.clock import START


def test_every_change_is_one_that_a_unit_of_work_takes() -> None:
    """None is forgotten in the union."""
    here = {
        kind
        for kind in vars(session_changes).values()
        if isinstance(kind, type) and kind.__module__.endswith("session_changes")
    }

    assert here
    assert here <= set(get_args(Change))


def test_what_renews_a_login_is_not_shown() -> None:
    """Whoever prints a change learns nothing that names a token."""
    said = RenewSession(id="s", renewal="geheim-1", following="geheim-2", at=START)

    assert "geheim" not in repr(said)
