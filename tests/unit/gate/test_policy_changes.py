from __future__ import annotations

from typing import get_args

from proxy.gate import policy_changes
from proxy.gate.policy_changes import StoreBundle
from proxy.gate.work import Change
from tests.fakes.clock import START


def test_every_change_is_one_that_a_unit_of_work_takes() -> None:
    """None is forgotten in the union."""
    here = {
        kind
        for kind in vars(policy_changes).values()
        if isinstance(kind, type) and kind.__module__.endswith("policy_changes")
    }

    assert here
    assert here <= set(get_args(Change))


def test_sealed_files_are_not_shown() -> None:
    """Whoever prints a change learns nothing of a bundle."""
    said = StoreBundle(digest="d", nonce=b"n", package=b"geheim", package_key=b"geheim", kek_id="k", stored_at=START)

    assert "geheim" not in repr(said)
