"""
A bucket with object lock as a sink: each checkpoint an object with a retention, named so that the newest comes first.

    PREFIXcheckpoints/<99999999999999999999 - size>-<size>                     log 1
    PREFIXcheckpoints/<999999 - log>/<99999999999999999999 - size>-<size>      the others, so before those of log 1

All versions of objects are read, also those that somebody hid behind a delete marker; what counts is what a key of the
log signed, under the name of its size. Whether an object can really not be removed is up to the store: we ask for the
retention and cannot prove that it is kept.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from proxy.audit.sinks.https import send
from proxy.audit.sinks.sigv4 import Request, signed_headers
from proxy.audit.sinks.sink import HIDDEN, MISPLACED, Found, SinkRefused, code_of
from proxy.audit.tlog.notes import read_note
from proxy.audit.tlog.spelling import write_base64
from proxy.core.errors import AuditBroken

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, timedelta

    from proxy.audit.signed import Signed, Trust
    from proxy.audit.sinks.https import Answer
    from proxy.audit.sinks.sigv4 import Credentials

_TOP = 10**20 - 1
_TOP_LOG = 999_999
_NAME = re.compile(r"(?:([0-9]{6})/)?([0-9]{20})-([0-9]{20})")
_EXISTS = 412
_MOST_LOOKED_AT = 64
"""Objects that are fetched when others put forged ones in front of ours."""
_LISTED = 1000
"""Names in one list."""
_MOST_LISTS = 20
"""Lists that are read when others put names, or marks of deletion, in front of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where objects lie, and for how long."""

    endpoint: str
    name: str
    prefix: str
    mode: str
    """`COMPLIANCE` or `GOVERNANCE`."""
    retention: timedelta


class ObjectStore:
    """Writes checkpoints into a bucket, and finds the newest there."""

    def __init__(
        self,
        bucket: Bucket,
        credentials: Credentials,
        *,
        name: str,
        trust: Trust,
        now: Callable[[], datetime],
        tls: ssl.SSLContext | None,
    ) -> None:
        self.name = name
        self._bucket = bucket
        self._credentials = credentials
        self._trust = trust
        self._now = now
        self._tls = tls

    def publish(self, signed: Signed) -> None:
        """Put the object with its retention; one that exists is compared and never written again."""
        data = signed.note.data()
        until = (self._now() + self._bucket.retention).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {
            "Content-MD5": write_base64(hashlib.md5(data, usedforsecurity=False).digest()),  # the store asks for it
            "Content-Type": "text/plain; charset=utf-8",
            "If-None-Match": "*",
            "X-Amz-Object-Lock-Mode": self._bucket.mode,
            "X-Amz-Object-Lock-Retain-Until-Date": until,
        }
        key = self._key(signed.log, signed.size)
        answer = self._ask("PUT", key, headers=headers, body=data)
        if answer.status == _EXISTS:
            if self._taken("GET", key).body != data:
                raise AuditBroken(expected="one note for one size", found=f"two of size {signed.size}")
        elif not answer.taken:
            raise SinkRefused(str(answer.status))

    def newest(self) -> Found:
        """Return the first that we signed, from the latest log and the largest size on."""
        problem: str | None = None
        for looked_at, (key, version, place) in enumerate(self._versions()):
            if looked_at == _MOST_LOOKED_AT:
                return Found(newest=None, problem=HIDDEN)
            try:
                signed = self._trust.open(read_note(self._taken("GET", key, query={"versionId": version}).body))
            except AuditBroken as error:
                problem = problem or code_of(error)
                continue
            if signed.place == place:
                return Found(newest=signed, problem=problem)
            problem = problem or MISPLACED
        return Found(newest=None, problem=problem)

    def _key(self, log: int, size: int) -> str:
        later = "" if log == 1 else f"{_TOP_LOG - log:06d}/"
        return f"{self._bucket.prefix}checkpoints/{later}{_TOP - size:020d}-{size:020d}"

    def _versions(self) -> Iterator[tuple[str, str, tuple[int, int]]]:
        """Yield key, version, log and size of what lies there, the latest first."""
        prefix = f"{self._bucket.prefix}checkpoints/"
        marks: dict[str, str] = {}
        for _ in range(_MOST_LISTS):
            query = {"max-keys": str(_LISTED), "prefix": prefix, "versions": ""} | marks
            root = _list(self._taken("GET", "", query=query).body)
            for entry in root.findall("{*}Version"):
                key, version = entry.findtext("{*}Key") or "", entry.findtext("{*}VersionId") or "null"
                named = _NAME.fullmatch(key.removeprefix(prefix))
                if named is not None and int(named[2]) + int(named[3]) == _TOP:
                    yield key, version, (1 if named[1] is None else _TOP_LOG - int(named[1]), int(named[3]))
            if root.findtext("{*}IsTruncated") != "true":
                return
            marks = {
                "key-marker": root.findtext("{*}NextKeyMarker") or "",
                "version-id-marker": root.findtext("{*}NextVersionIdMarker") or "",
            }
        raise SinkRefused("a list without end")

    def _taken(self, method: str, key: str, *, query: Mapping[str, str] | None = None) -> Answer:
        answer = self._ask(method, key, query=query)
        if not answer.taken:
            raise SinkRefused(str(answer.status))
        return answer

    def _ask(
        self,
        method: str,
        key: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        bucket = self._bucket
        request = Request(
            method=method,
            host=bucket.endpoint.partition("://")[2],
            path=f"/{bucket.name}/{key}" if key else f"/{bucket.name}",
            query=query or {},
            headers=headers or {},
            body=body,
        )
        wanted = signed_headers(request, self._credentials, at=self._now())
        return send(method, f"{bucket.endpoint}{request.target()}", headers=wanted, body=body, tls=self._tls)


def _list(data: bytes) -> ET.Element:
    """
    Return a list of versions of objects.

    Raises:
        SinkRefused: it is none.
    """
    try:
        root = ET.fromstring(data)  # noqa: S314  of our own store, at most 2 MiB; expat bounds its growth
    except (ET.ParseError, LookupError, ValueError):  # the last two: encodings that it cannot read
        raise SinkRefused("no list") from None
    if root.tag.rpartition("}")[2] != "ListVersionsResult":
        raise SinkRefused("no list")
    return root
