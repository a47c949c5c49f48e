from __future__ import annotations

from typing import get_args

from proxy.gate import key_changes
from proxy.gate.key_changes import RewrapDataKey
from proxy.gate.work import Change


def test_every_change_is_one_that_a_unit_of_work_takes() -> None:
    """None is forgotten in the union."""
    here = {kind for name, kind in vars(key_changes).items() if name.startswith(("Rewrap", "Note", "Retire"))}

    assert here
    assert here <= set(get_args(Change))


def test_wrapped_keys_are_not_shown() -> None:
    """Nor by whoever prints a change."""
    assert "geheim" not in repr(RewrapDataKey(id="k", wrapped=b"geheim", source="a", target="b"))
