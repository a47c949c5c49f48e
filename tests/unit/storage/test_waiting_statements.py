"""The statements of posts that wait; what they do is tested with the changes that they carry out."""

from __future__ import annotations

import pytest

from proxy.storage.statements import statements


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_vote_is_there_before_its_review_ends_and_its_post_is_approved(dialect: str) -> None:
    """The database wants the votes when it is told that a post is approved."""
    order = {name: statement.order for name, statement in statements(dialect).items()}

    assert order["store_post"] < order["open_review"] < order["cast_vote"] < order["end_review"] < order["move_post"]
    assert order["keep_waiting"] < order["stop_waiting"]
