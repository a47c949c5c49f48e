"""
Opens what was recorded of a post: the one way from a sealed content to what it says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proxy.core.errors import SealBroken

if TYPE_CHECKING:
    from proxy.gate.ports import DataKey, EarlierPost, Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedContent:
    """What one record says, in memory only, and the key that opened it."""

    key: DataKey
    says: dict[str, Any] = field(repr=False)


def opened_content(envelope: Envelope, sealed: EarlierPost) -> OpenedContent | None:
    """Return the content of a record; None where it was erased or does not open."""
    if sealed.wrapped_key is None:
        return None
    try:
        key = envelope.unwrap(key_id=sealed.key, wrapped=sealed.wrapped_key, kek_id=sealed.kek_id)
        plain = envelope.open_content(key, record=sealed.record, nonce=sealed.nonce, ciphertext=sealed.ciphertext)
    except SealBroken:
        return None
    return OpenedContent(key=key, says=json.loads(plain))
