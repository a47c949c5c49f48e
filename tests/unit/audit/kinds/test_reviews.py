from __future__ import annotations

from proxy.audit.kinds.reviews import REVIEWS


def test_the_codes_are_of_this_family_and_in_order() -> None:
    """The first digit says where to look."""
    assert {code[:4] for code in REVIEWS} == {"PG-2"}
    assert list(REVIEWS) == sorted(REVIEWS)
