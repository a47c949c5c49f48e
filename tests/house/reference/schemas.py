"""
One JSON Schema for each record code: the whole leaf, made from the types of the catalogue.

A schema cannot say everything that the writer checks: that a leaf is in its one spelling (so a number never has a
fraction, not even `.0`), and how long it may be.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from proxy.audit.catalogue import RECORDS, VERSION, leaf_of
from proxy.audit.kinds.fields import LARGEST

if TYPE_CHECKING:
    from proxy.audit.kinds.fields import Field, Members, RecordType

_NAMES = {str: "string", bool: "boolean", int: "integer"}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_file(code: str) -> str:
    """Return the schema of a code as its file holds it."""
    return json.dumps(schema(code, RECORDS[code]), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def schema(code: str, kind: RecordType) -> dict[str, object]:
    """Return the schema of the leaves of a code."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:postgate:record:{code}:v{VERSION}",
        "title": f"{code} {kind.name}",
        "description": f"{kind.says.en} / {kind.says.de}",
        **_object(leaf_of(code)),
    }


def _object(members: Members) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _field(one, null=name not in members.needed) for name, one in members.fields.items()},
        "required": sorted(members.needed | members.there),
        "additionalProperties": False,
    }


def _field(one: Field, *, null: bool) -> dict[str, Any]:
    made = _kind(one)
    if null:
        made["type"] = [made["type"], "null"]
    return {"description": one.says, **made}


def _kind(one: Field) -> dict[str, Any]:
    if one.kind is dict:
        return {"type": "object"} if one.inside is None else _object(one.inside)
    if one.kind is list:
        most = {} if one.most is None else {"maxItems": one.most}
        return {"type": "array", "items": {"type": "string"} if one.inside is None else _object(one.inside), **most}
    made: dict[str, Any] = {"type": _NAMES[one.kind]}
    if one.only is not None:
        return made | {"const": one.only}
    if one.kind is int:
        made |= {"minimum": -LARGEST, "maximum": LARGEST}
    return made if one.like is None else made | {"pattern": f"^{one.like.pattern}$"}
