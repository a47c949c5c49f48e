from __future__ import annotations

from dataclasses import dataclass

from proxy.storage.rows import same, taken


@dataclass
class _Change:
    id: str = "c1"
    post: str = "p1"


def test_columns_are_read_from_fields() -> None:
    """By their own name, or by that of the field."""
    columns = same("id") | taken(post_id="post")

    assert {name: read(_Change()) for name, read in columns.items()} == {"id": "c1", "post_id": "p1"}
