"""
Reads of the encrypted spool of images.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.core.errors import SealBroken
from proxy.core.model import Part, PartKind
from proxy.gate.ports import SpooledMedia
from proxy.storage.tables import data_keys, media

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from proxy.gate.ports import Envelope
    from proxy.storage.reads import Reads

_IMAGE = (
    sa.select(media, data_keys.c.wrapped_dek, data_keys.c.kek_id)
    .join(data_keys, data_keys.c.id == media.c.key_id)
    .where(
        media.c.id == sa.bindparam("b_id"),
        media.c.author == sa.bindparam("b_author"),
        media.c.account == sa.bindparam("b_account"),
    )
)


class SqlMediaSpool:
    """Implements `gate.ports.MediaSpool` on the database."""

    def __init__(self, reads: Reads, envelope: Envelope) -> None:
        self._reads = reads
        self._envelope = envelope

    async def open(self, media_id: str, *, author: str, account: str) -> SpooledMedia | None:
        """
        Return an image of this author and account, or None; also None once its key was destroyed.

        Raises:
            SealBroken: it does not open.
        """
        values = {"b_id": media_id, "b_author": author, "b_account": account}
        return await self._reads.run(lambda connection: self._read(connection, values))

    def _read(self, connection: Connection, values: Mapping[str, object]) -> SpooledMedia | None:
        row = connection.execute(_IMAGE, values).one_or_none()
        if row is None or row.wrapped_dek is None:
            return None
        opened = [
            self._envelope.open(
                key_id=row.key_id,
                wrapped=row.wrapped_dek,
                kek_id=row.kek_id,
                place=f"media:{row.id}:{name}",
                nonce=nonce,
                ciphertext=ciphertext,
            )
            for name, nonce, ciphertext in (
                ("image", row.image_nonce, row.image),
                ("texts", row.texts_nonce, row.texts),
            )
        ]
        return SpooledMedia(
            id=row.id, mime=row.mime, parts=_parts(opened[1]), data=opened[0], decision=row.decision_record
        )


def _parts(texts: bytes) -> tuple[Part, ...]:
    try:
        return tuple(Part(kind=PartKind(kind), slot=slot, text=text) for kind, slot, text in json.loads(texts))
    except (ValueError, TypeError):
        raise SealBroken(expected="the texts of an image", found="bytes of another shape") from None
