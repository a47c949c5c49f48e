"""
The table of a door: every endpoint it knows, with every field it may carry. What is not listed is denied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from proxy.core.errors import EndpointDenied, NotFound
from proxy.core.model import PostKind
from proxy.gate.wire import Endpoint, EndpointClass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.platforms._wire.fields import Fields

MEDIA_LIMIT = 16 * 1024 * 1024
TEXT_LIMIT = 256 * 1024
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One endpoint: how it is called, what it is, which fields it has and how they are sent on."""

    name: str
    method: str
    path: str
    """Template such as `/api/v1/statuses/{id}`; `{id:media}` is an identifier of the shape `media`."""
    cls: EndpointClass
    kind: PostKind = PostKind.ACT
    fields: Fields = field(default_factory=dict)
    """Of the body; of the query for reads."""
    query: bool = False
    """Whether fields of the body may stand in the query too."""
    wire: Literal["json", "form"] = "json"
    """How the body is sent on."""
    asked: tuple[str, ...] = ()
    """Fields that are sent on in the query."""
    needs_id: bool = False
    """A success without the id of what was made is no proof that it was made."""
    public: bool = False
    body_limit: int = TEXT_LIMIT
    text_limit: int = TEXT_LIMIT
    """Bytes of a JSON or form body; more than usual where an image comes as text."""

    @property
    def places(self) -> tuple[str, ...]:
        """Return the names of the identifiers in the path."""
        return tuple(match[1] for match in _PLACE.finditer(self.path))

    def match(self, path: str, shapes: Mapping[str, re.Pattern[str]]) -> tuple[tuple[str, str], ...] | None:
        """Return the identifiers in a path, or None when it is another one."""
        wanted = self.path.split("/")
        given = path.split("/")
        if len(wanted) != len(given):
            return None
        arguments: list[tuple[str, str]] = []
        for template, segment in zip(wanted, given, strict=True):
            place = _PLACE.fullmatch(template)
            if place is None:
                if template != segment:
                    return None
                continue
            if not shapes[place[2] or place[1]].fullmatch(segment):
                return None
            arguments.append((place[1], segment))
        return tuple(arguments)

    def fill(self, identifiers: Mapping[str, str]) -> str:
        """Return the path with these identifiers, which were matched or checked before and are encoded here."""
        return _PLACE.sub(lambda place: quote(identifiers[place[1]], safe=""), self.path)

    def endpoint(self, arguments: tuple[tuple[str, str], ...]) -> Endpoint:
        """Return this row as the matched endpoint."""
        return Endpoint(
            name=self.name, cls=self.cls, arguments=arguments, public=self.public, body_limit=self.body_limit
        )


class Table:
    """All rows of a door, in the order in which they are tried: fixed paths before templates that match them too."""

    def __init__(
        self, rows: tuple[Row, ...], shapes: Mapping[str, re.Pattern[str]], *, inner: tuple[Row, ...] = ()
    ) -> None:
        self.rows = rows
        self.by_name = {row.name: row for row in (*rows, *inner)}
        """With those that no request reaches, because only the gateway itself makes such posts."""
        self._shapes = shapes

    def find(self, method: str, path: str) -> Endpoint:
        """
        Match a request; one trailing slash is tolerated.

        Raises:
            NotFound: a read that is not listed.
            EndpointDenied: anything else that is not listed.
        """
        plain = path.removesuffix("/")
        for row in self.rows:
            if row.method == method and (arguments := row.match(plain, self._shapes)) is not None:
                return row.endpoint(arguments)
        if method in {"GET", "HEAD"}:
            raise NotFound(expected="a read of the platform's table", found="another path")
        raise EndpointDenied(expected="an endpoint of the platform's table", found="another one")

    def changing(self, endpoint: Endpoint) -> Row:
        """
        Return the row of an endpoint that changes something.

        Raises:
            EndpointDenied: it only reads, or it is not listed.
        """
        row = self.by_name.get(endpoint.name)
        if row is None or row.cls in {EndpointClass.READ, EndpointClass.OWN}:
            raise EndpointDenied(expected="an endpoint that changes something", found="another one")
        return row
