"""
OpenAPI 3.1 of the whole API, made from the table of endpoints and the types that requests and answers are read by.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from proxy.web.api_answers import success
from proxy.web.api_table import ApiEndpoint, Body
from proxy.web.api_types import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

    from proxy.gate.wire import WireAnswer
    from proxy.web.api_table import Asked

PATH = "/v1/openapi.json"
_JSON = "application/json"
_KEY_TYPES: Mapping[str, Mapping[str, object]] = {
    "digest": {"type": "string", "pattern": "^[0-9a-z-]{1,64}$"},
    "emergency": {"type": "boolean", "default": False},
}
_SEGMENTS = {"id": "^[0-9A-Za-z-]{1,64}$", "rest": "^[0-9A-Za-z./]{1,64}$"}


class DescribeAct(StrEnum):
    """What an endpoint does; its name in logs."""

    OPENAPI = "openapi"


DESCRIBE_ENDPOINTS = (
    ApiEndpoint(
        act=DescribeAct.OPENAPI,
        method="GET",
        path=PATH,
        public=True,
        does="This API as OpenAPI 3.1.",
        answers="200: the document",
    ),
)


class DescribeApi:
    """Answers with the document."""

    def __init__(self, endpoints: Sequence[ApiEndpoint], *, version: str) -> None:
        self._document = document(endpoints, version=version)

    async def __call__(self, asked: Asked) -> WireAnswer:  # noqa: ARG002  it is the same for everybody
        """Return the document."""
        return success(200, self._document)


def document(endpoints: Sequence[ApiEndpoint], *, version: str) -> dict[str, Any]:
    """Return the API as OpenAPI 3.1, in plain values."""
    types: list[type[BaseModel]] = [kind for one in endpoints for kind in (one.takes, one.gives) if kind is not None]
    types = list(dict.fromkeys([*types, Refusal]))
    references, schemas = models_json_schema(
        [(kind, "validation") for kind in types], ref_template="#/components/schemas/{model}"
    )
    known = {kind: references[kind, "validation"] for kind in types}
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Postgate", "version": version, "summary": "The gateway's own API."},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "gateway token"}},
            "schemas": schemas["$defs"],
        },
    }


def _operation(one: ApiEndpoint, known: Mapping[type[BaseModel], dict[str, Any]]) -> dict[str, Any]:
    refusal = {"description": "Refused; the code says why.", "content": {_JSON: {"schema": known[Refusal]}}}
    good = {"description": one.answers, "content": _content(one, known)}
    operation: dict[str, Any] = {
        "operationId": str(one.act),
        "summary": one.does,
        "parameters": [*_segments(one), *_query(one)],
        "responses": {**{str(status): good for status in one.statuses}, "4XX": refusal, "5XX": refusal},
    }
    if one.public:
        operation["security"] = []
    if one.body is not Body.NONE:
        content = {str(one.body): {"schema": _taken(one, known)}}
        operation["requestBody"] = {"required": not one.may_be_empty, "content": content}
    return operation


def _content(one: ApiEndpoint, known: Mapping[type[BaseModel], dict[str, Any]]) -> dict[str, Any]:
    if one.gives is not None:
        return {_JSON: {"schema": known[one.gives]}}
    if one.public:
        return {_JSON: {"schema": {"type": "object"}}}
    return {"text/plain": {}, "application/octet-stream": {}}


def _taken(one: ApiEndpoint, known: Mapping[type[BaseModel], dict[str, Any]]) -> dict[str, Any]:
    if one.takes is not None:
        return known[one.takes]
    if one.body is not Body.JSON:
        return {"type": "string", "contentMediaType": str(one.body)}
    return {
        "type": "object",
        "properties": {name: _KEY_TYPES[name] for name in one.keys},
        "required": list(one.required),
        "additionalProperties": False,
    }


def _segments(one: ApiEndpoint) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}
        for name, pattern in _SEGMENTS.items()
        if f"{{{name}}}" in one.path
    ]


def _query(one: ApiEndpoint) -> list[dict[str, Any]]:
    known = [{"name": name, "in": "query", "schema": _KEY_TYPES[name]} for name in one.query]
    return known + [
        {"name": name, "in": "query", "required": name in one.needed, "schema": {"type": "string"}}
        for name in one.parameters
    ]
