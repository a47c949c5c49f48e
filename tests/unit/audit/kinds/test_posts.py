from __future__ import annotations

from proxy.audit.kinds.posts import POSTS


def test_the_codes_are_of_this_family_and_in_order() -> None:
    """The first digit says where to look."""
    assert {code[:4] for code in POSTS} <= {f"PG-{digit}" for digit in "12"}
    assert list(POSTS) == sorted(POSTS)
