"""
One request as bytes on a socket, and how a recorded one becomes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.door_house import HOST
from tests.fuzz.bodies import FORM, JSON, FileField, form_of, json_of, multipart_of, pairs_of

if TYPE_CHECKING:
    from tests.fuzz.recorded import Recorded


@dataclass(slots=True, kw_only=True)
class Shot:
    """A request that is about to be sent; whatever a client can get wrong is a field."""

    method: str
    path: str
    query: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    framing: str = "length"
    """`length`, `chunked`, `both`, or `none`."""
    version: str = "HTTP/1.1"

    def raw(self) -> bytes:
        """Return the bytes."""
        target = f"{self.path}?{self.query}" if self.query else self.path
        lines = [f"{self.method} {target} {self.version}", *(f"{name}: {value}" for name, value in self.headers)]
        body = self.body
        if self.framing in {"chunked", "both"}:
            lines.append("Transfer-Encoding: chunked")
            body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in _pieces(self.body)) + b"0\r\n\r\n"
        if self.framing in {"length", "both"} and (self.body or self.method not in {"GET", "HEAD", "DELETE"}):
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body

    def header(self, name: str) -> str | None:
        """Return a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def set(self, name: str, value: str) -> None:
        """Put a header in place of those of its name."""
        self.drop(name)
        self.headers.append((name, value))

    def drop(self, name: str) -> None:
        """Leave a header out."""
        self.headers = [(key, value) for key, value in self.headers if key.lower() != name.lower()]

    def ask(self, more: str) -> None:
        """Add to the query."""
        self.query = f"{self.query}&{more}" if self.query else more


def shot_of(one: Recorded, token: str, *, fields: Any = None, wire: str = "") -> Shot:
    """Return a recorded request, with other fields or in another format if need be."""
    tree = one.fields if fields is None else fields
    headers = [("Host", HOST), ("Connection", "close"), ("Authorization", f"Bearer {token}"), *one.headers]
    shot = Shot(method=one.row.method, path=one.path, headers=headers, query=form_of(one.query))
    if one.data is not None:
        shot.body = one.data
        shot.set("Content-Type", "image/png")
    elif one.reads or one.row.method == "GET":
        shot.query = form_of([*one.query, *_parameters(one, tree)])
    elif tree or wire:
        write(shot, tree, wire or usual_wire(tree))
    return shot


def usual_wire(tree: Any) -> str:
    """Return the format in which clients send this."""
    return "multipart" if any(isinstance(value, FileField) for _, value in pairs_of(tree)) else "json"


def write(shot: Shot, tree: Any, wire: str, *, escapes: str = "none") -> None:
    """Put fields into the body."""
    if wire == "multipart":
        shot.body, kind = multipart_of(pairs_of(tree))
    elif wire == "form":
        shot.body, kind = form_of(pairs_of(tree)).encode(), FORM
    else:
        shot.body, kind = json_of(tree, escapes=escapes).encode("utf-8", "surrogatepass"), JSON
    shot.set("Content-Type", kind)


def _parameters(one: Recorded, tree: Any) -> list[tuple[str, str | FileField]]:
    pairs = pairs_of(tree)
    return [(name.replace("[]", ""), value) for name, value in pairs] if one.door == "bluesky" else pairs


def _pieces(body: bytes) -> list[bytes]:
    half = len(body) // 2 or 1
    return [piece for piece in (body[:half], body[half:]) if piece]
