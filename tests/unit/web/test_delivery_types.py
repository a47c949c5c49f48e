"""What a person may say about an unclear post."""

from __future__ import annotations

from typing import Any

import pytest

from proxy.core.errors import UnknownField, UnreadableField
from proxy.web.delivery_types import Finding
from proxy.web.post_types import read_content


@pytest.mark.parametrize(
    "content",
    [
        {"result": "published", "platform_id": "at://did:plc:x/app.bsky.feed.post/3k"},
        {"result": "absent"},
        {"result": "absent", "then": "resend"},
        {"result": "absent", "then": "close"},
    ],
)
def test_it_is_there_or_not(content: dict[str, Any]) -> None:
    """With its id, or with what becomes of it."""
    found = read_content(Finding, content)
    assert found.model_dump(exclude_none=True) == content


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"result": "maybe"},
        {"result": "published"},
        {"result": "published", "platform_id": ""},
        {"result": "published", "platform_id": "a b"},
        {"result": "published", "platform_id": "1", "then": "close"},
        {"result": "absent", "platform_id": "1"},
        {"result": "absent", "then": "later"},
    ],
)
def test_anything_else_is_refused(content: dict[str, Any]) -> None:
    """Half a word settles nothing."""
    with pytest.raises(UnreadableField):
        read_content(Finding, content)


def test_an_unknown_key_is_refused() -> None:
    """Nothing is ignored."""
    with pytest.raises(UnknownField):
        read_content(Finding, {"result": "absent", "why": "x"})
