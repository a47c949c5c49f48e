"""Record keys follow from posts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.observability.system import random_id
from proxy.platforms.bluesky.fields import TID
from proxy.platforms.bluesky.keys import tid_of

SOME = "0197d4a2-5c00-7abc-8def-0123456789ab"


@given(st.uuids().map(str), st.integers(0, 199))
def test_a_key_is_one_and_always_the_same(post: str, number: int) -> None:
    """Thirteen characters of the alphabet; whoever looks for the record later finds it."""
    assert TID.fullmatch(tid_of(post, number))
    assert tid_of(post, number) == tid_of(post, number)


def test_keys_sort_by_time() -> None:
    """Later posts come later, and so do later records of one request."""
    later = SOME.replace("5c00", "5c01")

    assert [tid_of(SOME, number) for number in range(5)] == sorted(tid_of(SOME, number) for number in range(5))
    assert tid_of(SOME) < tid_of(later)


def test_keys_of_other_posts_are_others() -> None:
    """As good as always; where not, the platform refuses the second."""
    assert len({tid_of(random_id()) for _ in range(200)}) == 200
