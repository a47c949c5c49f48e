from __future__ import annotations

from proxy.audit.kinds.policies import POLICIES


def test_the_codes_are_of_this_family_and_in_order() -> None:
    """The first digit says where to look."""
    assert {code[:4] for code in POLICIES} == {"PG-3"}
    assert list(POLICIES) == sorted(POLICIES)
