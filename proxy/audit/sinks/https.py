"""
One request over HTTP/1.1, blocking, with the standard library: certificates are verified, redirects are not followed.

No proxy of the environment is used, and no more of an answer is read than its reader needs.
"""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIMEOUT_S = 10.0
"""For each step of a connection."""
MOST_BYTES = 2**21


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)

    @property
    def taken(self) -> bool:
        """Return whether the request was carried out."""
        return 200 <= self.status < 300


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """
    Return how servers are verified: by name, against an authority of the house or those of the system.

    Raises:
        OSError: the file cannot be read, or holds no certificate.
    """
    return ssl.create_default_context(cafile=ca_file)


def send(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", tls: ssl.SSLContext | None = None
) -> Answer:
    """
    Send a request and return the answer, whatever its status is.

    Args:
        method: of HTTP.
        url: http or https, with path and query as they go over the wire.
        headers: beside Host and Content-Length.
        body: whole.
        tls: for https; None: the authorities of the system.

    Raises:
        OSError: there is no answer, or none of HTTP.
    """
    pieces = urlsplit(url)
    host, port = pieces.hostname or "", pieces.port
    connection: http.client.HTTPConnection
    if pieces.scheme == "https":
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=tls or tls_context(None))
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    target = (pieces.path or "/") + (f"?{pieces.query}" if pieces.query else "")
    try:
        connection.request(method, target, body=body, headers=dict(headers))
        response = connection.getresponse()
        return Answer(status=response.status, body=response.read(MOST_BYTES))
    except http.client.HTTPException as error:
        raise ConnectionError(type(error).__name__) from None
    finally:
        connection.close()
