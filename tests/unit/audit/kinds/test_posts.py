from __future__ import annotations

from proxy.audit.kinds.posts import POSTS


def test_the_codes_are_of_this_family_and_in_order() -> None:
    """The first digit says where to look."""
    assert {code[:4] for code in POSTS} == {"PG-1"}
    assert list(POSTS) == sorted(POSTS)
