"""
Identifiers of Meta's Graph API, and the field readers that only it needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from proxy.core.errors import EndpointDenied, UnreadableField
from proxy.core.model import PartKind
from proxy.platforms._wire.fields import Group, read_string
from proxy.platforms._wire.strict_json import check_text, read_json

if TYPE_CHECKING:
    from proxy.platforms._wire.body import Tree
    from proxy.platforms._wire.fields import Fields, Sink

VERSION = re.compile(r"v[0-9]{1,2}\.[0-9]", re.ASCII)
PAGE = re.compile(r"me|[0-9]{1,20}", re.ASCII)
OBJECT = re.compile(r"[0-9]{1,20}_[0-9]{1,20}", re.ASCII)
"""A post or a comment of a page."""
ANY = re.compile(r"me|[0-9]{1,20}(?:_[0-9]{1,20})?", re.ASCII)
CONTAINER = re.compile(r"[0-9]{21,39}", re.ASCII)
"""A container of the gateway's own: its ids are longer than Meta's."""
IDENTIFIER = re.compile(r"v[0-9]{1,2}\.[0-9]|me|[0-9]{1,20}(?:_[0-9]{1,20})?", re.ASCII)
"""Any identifier that a request to Meta may hold."""
_PORTS = {None, 443}


@dataclass(frozen=True, slots=True)
class Credential:
    """A token or a proof: read elsewhere, never sent on, never a part."""

    def read(self, value: Tree, slot: str, sink: Sink) -> None:  # noqa: ARG002 - nothing to keep
        """Accept one text."""
        read_string(value, slot)


@dataclass(frozen=True, slots=True)
class Nested:
    """An object that forms carry as JSON text."""

    fields: Fields

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Read it as the object that it is."""
        if isinstance(value, str):
            value = read_json(value.encode("utf-8", "surrogatepass"))  # type: ignore[assignment]  # JSON is a Tree
        Group(self.fields).read(value, slot, sink)


@dataclass(frozen=True, slots=True)
class PictureAddress:
    """Where Meta fetches an image: on a configured host only, for nobody looks at what is there."""

    hosts: frozenset[str]

    def read(self, value: Tree, slot: str, sink: Sink) -> None:
        """Add it as a Part when its host is listed."""
        text = check_text(read_string(value, slot))
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise UnreadableField(expected=f"{slot}: an https address", found="another value") from None
        if parts.scheme != "https" or parts.username is not None or port not in _PORTS or not text.isascii():
            raise UnreadableField(expected=f"{slot}: an https address", found="another value")
        if parts.hostname not in self.hosts:
            raise EndpointDenied(found=slot, remedy="name an image on one of the hosts that the house has configured")
        sink.part(PartKind.LINK, slot, text)
