"""
Rewriting of addresses in the platform's answers, by field and never by search and replace.

A client must keep talking to the door: fields that tell where the API or the stream is are replaced. Public addresses
of posts and profiles stay, because people share them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from proxy.core.errors import MalformedRequest
from proxy.platforms._wire.strict_json import ANSWER_LIMITS, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.platforms._wire.strict_json import JsonValue

_SECRETS = frozenset({"access_token", "refresh_token", "client_secret", "token"})
_MAYBE_SECRET = re.compile(rb"\\u00[4-7]|token|client_secret")
"""Where none of this stands, no field has such a name: neither plainly nor with a letter written as an escape."""
_LINK = re.compile(r'<([^<>"\s]{1,2048})>;\s*rel="(next|prev)"')
_HEADER_VALUE = re.compile(r"[ -~]{1,256}")
_PASSED = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where clients reach the door, and where the platform is."""

    door: str
    """Such as `https://mastodon.gw.example`, without a slash at the end."""
    upstream: str

    def rewrite(self, body: bytes, *, instance: bool = False) -> tuple[bytes, JsonValue]:
        """
        Return an answer's bytes and value with our own addresses, without tokens.

        Raises:
            MalformedRequest: it is no JSON that can be read in exactly one way.
        """
        value = read_json(body, ANSWER_LIMITS)
        if _MAYBE_SECRET.search(body) is not None:
            value = without_secrets(value)
        if instance and isinstance(value, dict):
            self._rewrite_instance(value)
        return dump_json(value), value

    def headers(self, given: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return the headers a client may see; of `Link` only pages of the platform's own API."""
        passed: list[tuple[str, str]] = []
        for name, value in given:
            lower = name.lower()
            if lower in _PASSED and _HEADER_VALUE.fullmatch(value):
                passed.append((lower, value))
            elif lower == "link" and (link := self._link(value)):
                passed.append(("link", link))
        return tuple(passed)

    def _rewrite_instance(self, value: dict[str, JsonValue]) -> None:
        own = urlsplit(self.door)
        stream = f"{'wss' if own.scheme == 'https' else 'ws'}://{own.netloc}"
        uri = value.get("uri")
        if isinstance(uri, str):
            value["uri"] = self.door if "://" in uri else own.netloc
        if "domain" in value:
            value["domain"] = own.netloc
        configuration = value.get("configuration")
        nested = configuration.get("urls") if isinstance(configuration, dict) else None
        for urls, name in ((value.get("urls"), "streaming_api"), (nested, "streaming")):
            if isinstance(urls, dict) and name in urls:
                urls[name] = stream

    def _link(self, value: str) -> str:
        """Return the rewritten pages; a page elsewhere is left out."""
        pages = []
        upstream = urlsplit(self.upstream)
        for address, relation in _LINK.findall(value[:8192]):
            try:
                parts = urlsplit(address)
            except ValueError:
                continue
            if parts.netloc == upstream.netloc and parts.path.startswith("/api/") and address.isascii():
                pages.append(f'<{self.door}{parts.path}?{parts.query}>; rel="{relation}"')
        return ", ".join(pages)


def dump_json(value: JsonValue) -> bytes:
    """Return compact UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a number of more than 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def without_secrets(value: JsonValue) -> JsonValue:
    """Return the value without fields that hold credentials, at any depth."""
    if isinstance(value, dict):
        return {key: without_secrets(item) for key, item in value.items() if key not in _SECRETS}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return value


def read_object(body: bytes) -> dict[str, JsonValue] | None:
    """Return a JSON object, or None when the bytes are none."""
    try:
        value = read_json(body, ANSWER_LIMITS)
    except MalformedRequest:
        return None
    return value if isinstance(value, dict) else None
