"""
Signatures of requests to an object store: AWS Signature Version 4 for the service s3, in headers, of a whole payload.

Checked against the examples that AWS publishes. Chunked and presigned requests are not needed and not here.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_ALGORITHM = "AWS4-HMAC-SHA256"
_SERVICE = "s3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who asks."""

    access_key: str
    secret_key: str = field(repr=False)
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked, with path and query not yet encoded."""

    method: str
    host: str
    """With its port, where it is not the usual one."""
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    def target(self) -> str:
        """Return path and query as they go over the wire."""
        query = _query(self.query)
        return quote(self.path, safe="/-_.~") + (f"?{query}" if query else "")


def signed_headers(request: Request, credentials: Credentials, *, at: datetime) -> dict[str, str]:
    """Return the headers of a request with those that sign it; `at` is in UTC."""
    moment, digest = at.strftime("%Y%m%dT%H%M%SZ"), hashlib.sha256(request.body).hexdigest()
    headers = {**request.headers, "Host": request.host, "X-Amz-Content-Sha256": digest, "X-Amz-Date": moment}
    plain = {name.lower(): " ".join(value.split()) for name, value in sorted(headers.items(), key=_name)}
    names = ";".join(plain)
    lines = "".join(f"{name}:{value}\n" for name, value in plain.items())
    path = quote(request.path, safe="/-_.~")
    canonical = "\n".join((request.method, path, _query(request.query), lines, names, digest))
    scope = f"{moment[:8]}/{credentials.region}/{_SERVICE}/aws4_request"
    said = "\n".join((_ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    signature = hmac.digest(_key(credentials, moment[:8]), said.encode(), "sha256").hex()
    granted = f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "Authorization": granted}


def _name(header: tuple[str, str]) -> str:
    return header[0].lower()


def _query(query: Mapping[str, str]) -> str:
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query.items())
    return "&".join(f"{name}={value}" for name, value in pairs)


def _key(credentials: Credentials, day: str) -> bytes:
    key = b"AWS4" + credentials.secret_key.encode()
    for part in (day, credentials.region, _SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
