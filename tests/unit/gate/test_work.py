"""Units of work as data."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from proxy.gate.work import Change, SealedContent

SECRET = {
    "ciphertext", "credential", "credential_key", "fingerprint", "image", "key", "name", "name_digest", "name_key",
    "nonce", "texts", "wrapped",
}  # fmt: skip
"""Fields that are secret, or that tell equal posts and people from others."""
IDENTIFIERS = {("SealedContent", "key"), ("StorePost", "key"), ("StoreMedia", "key")}
"""Here `key` is the id of a data key."""


@pytest.mark.parametrize("kind", [*get_args(Change), SealedContent], ids=lambda kind: kind.__name__)
def test_changes_are_values_that_show_no_secret(kind: type) -> None:
    """Frozen, and whatever is sealed, secret or linkable stays out of the representation."""
    shown = {
        (kind.__name__, field.name)
        for field in dataclasses.fields(kind)
        if field.repr and (field.name in SECRET or field.name.endswith("_nonce"))
    }

    assert shown <= IDENTIFIERS
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # of every dataclass
