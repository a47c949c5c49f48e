"""
A web address as a sink: each checkpoint as a JSON document, signed with a key that both sides share.

    POST url
    Postgate-Signature: t=<seconds since 1970>,v1=<hex HMAC-SHA-256 of "<t>." + body>

The receiver computes the HMAC again and refuses what is older than a few minutes. Any status from 200 to 299 means that
it took the checkpoint; a redirect means that it did not. It cannot be read back.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import orjson

from proxy.audit.sinks.https import send
from proxy.audit.sinks.sink import NOTHING, Found, SinkRefused
from proxy.audit.tlog.spelling import write_base64

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from datetime import datetime

    from proxy.audit.signed import Signed

SIGNATURE = "Postgate-Signature"


class Webhook:
    """Posts checkpoints to a web address."""

    def __init__(
        self, url: str, *, name: str, key: bytes, now: Callable[[], datetime], tls: ssl.SSLContext | None
    ) -> None:
        self.name = name
        self._url = url
        self._key = key
        self._now = now
        self._tls = tls

    def publish(self, signed: Signed) -> None:
        """Post it; there is nothing but the status to say that it was kept."""
        body, at = document(signed), int(self._now().timestamp())
        headers = {"Content-Type": "application/json", SIGNATURE: signature(self._key, body, at=at)}
        answer = send("POST", self._url, headers=headers, body=body, tls=self._tls)
        if not answer.taken:
            raise SinkRefused(str(answer.status))

    def newest(self) -> Found:
        """Return nothing: what was posted is out of reach."""
        return NOTHING


def document(signed: Signed) -> bytes:
    """Return the body: what the checkpoint says, and the note that proves it."""
    head = signed.checkpoint.head
    return orjson.dumps(
        {
            "type": "postgate.checkpoint",
            "origin": signed.checkpoint.origin,
            "size": head.size,
            "root": write_base64(head.root),
            "note": signed.note.data().decode(),
        }
    )


def signature(key: bytes, body: bytes, *, at: int) -> str:
    """Return the value of the signature header."""
    return f"t={at},v1={hmac.digest(key, f'{at}.'.encode() + body, 'sha256').hex()}"
