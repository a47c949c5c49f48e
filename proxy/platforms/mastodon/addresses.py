"""
Rewriting of addresses in the platform's answers, by field and never by search and replace.

A client must keep talking to the door: fields that tell where the API or the stream is are replaced. Public addresses
of posts and profiles stay, because people share them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from proxy.platforms._wire.values import dump_json, pick_headers, read_answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.platforms._wire.strict_json import JsonValue

_LINK = re.compile(r'<([^<>"\s]{1,2048})>;\s*rel="(next|prev)"')
PASSED = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")


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
        value = read_answer(body)
        if instance and isinstance(value, dict):
            self._rewrite_instance(value)
        return dump_json(value), value

    def headers(self, given: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return the headers a client may see; of `Link` only pages of the platform's own API."""
        passed: list[tuple[str, str]] = []
        for name, value in given:
            passed += pick_headers([(name, value)], PASSED)
            if name.lower() == "link" and (link := self._link(value)):
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
