"""
Twin of the spool of images, beside a `MemoryAuditLog`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from proxy.core.model import Part, PartKind
from proxy.gate.ports import SpooledMedia

if TYPE_CHECKING:
    from proxy.gate.ports import Envelope
    from tests.fakes.log import MemoryAuditLog


class MemoryMediaSpool:
    """Twin of `SqlMediaSpool`."""

    def __init__(self, log: MemoryAuditLog, envelope: Envelope) -> None:
        self._log = log
        self._envelope = envelope

    async def open(self, media_id: str, *, author: str, account: str) -> SpooledMedia | None:
        """Return an image of this author and account, or None."""
        kept = self._log.tables.media.get(media_id)
        if kept is None or (kept.author, kept.account) != (author, account):
            return None
        key = self._log.tables.data_keys[kept.key]

        def opened(name: str, nonce: bytes, ciphertext: bytes) -> bytes:
            return self._envelope.open(
                key_id=key.id,
                wrapped=key.wrapped,
                kek_id=key.kek_id,
                place=f"media:{media_id}:{name}",
                nonce=nonce,
                ciphertext=ciphertext,
            )

        texts = json.loads(opened("texts", kept.texts_nonce, kept.texts))
        return SpooledMedia(
            id=media_id,
            mime=kept.mime,
            parts=tuple(Part(kind=PartKind(kind), slot=slot, text=text) for kind, slot, text in texts),
            data=opened("image", kept.image_nonce, kept.image),
            decision=kept.decision_record,
        )
