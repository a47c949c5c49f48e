from __future__ import annotations

from proxy.audit.kinds.nodes import NODES


def test_the_codes_are_of_this_family_and_in_order() -> None:
    """The first digit says where to look."""
    assert {code[:4] for code in NODES} == {"PG-6"}
    assert list(NODES) == sorted(NODES)
