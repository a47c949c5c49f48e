"""
Read a request's body into one tree, whatever wire format it came in.

JSON, form and multipart of the same content give the same tree apart from the types that a form cannot express
(`"0"` for `false`), which the field readers of a platform settle.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from proxy.core.errors import MalformedRequest, RequestTooLarge, UnsupportedEncoding
from proxy.platforms._wire.form import read_form, read_query
from proxy.platforms._wire.multipart import FilePart, parse_parameters, read_multipart
from proxy.platforms._wire.strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.gate.wire import WireRequest

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | FilePart | None"

MAX_NAME_DEPTH = 8
MAX_TEXT_BODY = 256 * 1024
"""Bytes of a JSON or form body, whatever the endpoint takes in files, unless its row says otherwise."""
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_OVERRIDE_HEADERS = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})
_OVERRIDE_FIELDS = frozenset({"_method", "method", "batch"})


def read_body(request: WireRequest, *, query: bool = False, limit: int = MAX_TEXT_BODY) -> dict[str, Tree]:
    """
    Return the fields of a request that changes something; with `query` those of its query string too.

    `limit` are the bytes of a JSON or form body.

    Raises:
        MalformedRequest: cannot be read in exactly one way, tries to override the method, has a query where none may
            be, or has a field in both places.
        UnsupportedEncoding: a content type or encoding that is not read.
    """
    refuse_overrides(request)
    if request.query and not query:
        raise MalformedRequest(expected="all fields in the body", found="a query string")
    fields = _fields(request, limit)
    asked = nest(read_query(request.query))
    if asked.keys() & fields.keys():
        raise MalformedRequest(expected="each field once", found="a field in query and body")
    fields |= asked
    if _OVERRIDE_FIELDS & fields.keys():
        raise MalformedRequest(expected="one request with one method", found="a method override")
    return fields


def refuse_overrides(request: WireRequest) -> None:
    """
    Refuse a request that asks for another method than the one it was sent with.

    Raises:
        MalformedRequest: a method override in a header or in the query.
    """
    names = {name for name, _ in request.headers} | {name for name, _ in read_query(request.query, None)}
    if names & (_OVERRIDE_HEADERS | _OVERRIDE_FIELDS):
        raise MalformedRequest(expected="one request with one method", found="a method override")


def nest(pairs: Iterable[tuple[str, str | FilePart]]) -> dict[str, Tree]:
    """
    Turn names such as `poll[options][]` or `fields_attributes[0][name]` into a tree.

    Raises:
        MalformedRequest: a name that is none, or that contradicts an earlier one.
    """
    root: dict[str, Tree] = {}
    for name, value in pairs:
        match = _NAME.fullmatch(name)
        keys = re.findall(r"\[([^\[\]]*)\]", match.group(2)) if match else []
        if match is None or len(keys) >= MAX_NAME_DEPTH:
            raise MalformedRequest(expected="a field name", found="something else")
        _insert(root, [match.group(1), *keys], value)
    return root


def _fields(request: WireRequest, limit: int) -> dict[str, Tree]:
    types = [value for name, value in request.headers if name == "content-type"]
    encodings = [value for name, value in request.headers if name == "content-encoding"]
    if any(value.lower() != "identity" for value in encodings):
        raise UnsupportedEncoding(expected="no content encoding", found="a content encoding")
    if not request.body:
        return {}
    if len(types) != 1:
        raise UnsupportedEncoding(expected="one content type", found=f"{len(types)}")
    mime, parameters = parse_parameters(types[0])
    boundary = parameters.pop("boundary", None) if mime == "multipart/form-data" else None
    if set(parameters) - {"charset"} or parameters.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise UnsupportedEncoding(expected="charset UTF-8", found="another parameter")
    return _dispatch(mime, boundary, request.body, limit)


def _dispatch(mime: str, boundary: str | None, body: bytes, limit: int) -> dict[str, Tree]:
    if mime != "multipart/form-data" and len(body) > limit:
        raise RequestTooLarge(expected=f"at most {limit} bytes of text", found="more")
    if mime == "application/json":
        value = read_json(body)
        if not isinstance(value, dict):
            raise MalformedRequest(expected="a JSON object", found="another value")
        return value  # type: ignore[return-value]  # JSON values are a subset of Tree
    if mime == "application/x-www-form-urlencoded":
        return nest(read_form(body))
    if mime == "multipart/form-data" and boundary is not None:
        return nest(read_multipart(body, boundary))
    raise UnsupportedEncoding(expected="JSON, a form or multipart/form-data", found="another content type")


def _insert(root: dict[str, Tree], path: list[str], value: str | FilePart) -> None:
    current: dict[str, Tree] | list[Tree] = root
    for index, key in enumerate(path):
        last = index == len(path) - 1
        following: Tree = value if last else ([] if path[index + 1] == "" else {})
        current = _step(current, key, following, last=last, after=path[index + 1 : index + 2])
        if last:
            return


def _step(
    current: dict[str, Tree] | list[Tree], key: str, following: Tree, *, last: bool, after: list[str]
) -> dict[str, Tree] | list[Tree]:
    """Go one key down, making what is missing; a list takes a new element whenever the last one has the key."""
    if isinstance(current, list):
        if key:
            raise MalformedRequest(expected="a list", found="a key")
        tail = current[-1] if current and not last else None
        if isinstance(tail, dict) and after and after[0] not in tail:
            return tail
        current.append(following)
        return following if isinstance(following, dict | list) else current
    if not key or (last and key in current):
        raise MalformedRequest(expected="each field once and in one shape", found="a contradiction")
    existing = current.setdefault(key, following)
    if last:
        return current
    if not isinstance(existing, type(following)) or not isinstance(existing, dict | list):
        raise MalformedRequest(expected="each field once and in one shape", found="a contradiction")
    return existing
