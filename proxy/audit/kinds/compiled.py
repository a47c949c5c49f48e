"""
The types of the catalogue as validators of pydantic-core, for those who read very many records.

They only say yes or no, and fast; what is wrong is said by `flaw`, in our words. A test shows that both agree, with
each other and with the schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import SchemaValidator, core_schema

from proxy.audit.kinds.fields import LARGEST

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema, TypedDictField

    from proxy.audit.kinds.fields import Field, Members


def compiled(members: Members) -> SchemaValidator:
    """Return the validator of objects."""
    return SchemaValidator(_object(members))


def _object(members: Members) -> CoreSchema:
    fields = {name: _field(one, name, members) for name, one in members.fields.items()}
    return core_schema.typed_dict_schema(fields, strict=True, extra_behavior="forbid")


def _field(field: Field, name: str, members: Members) -> TypedDictField:
    schema = _schema(field)
    if name not in members.needed:
        schema = core_schema.nullable_schema(schema)
    return core_schema.typed_dict_field(schema, required=name in members.needed | members.there)


def _schema(field: Field) -> CoreSchema:
    if field.kind is str and field.only is None:
        return core_schema.str_schema(strict=True, pattern=None if field.like is None else f"^{field.like.pattern}$")
    if field.kind is str:
        return core_schema.literal_schema([field.only])
    if field.kind is bool:
        return core_schema.bool_schema(strict=True)
    if field.kind is int:
        low, high = (-LARGEST, LARGEST) if field.only is None else (field.only, field.only)
        return core_schema.int_schema(strict=True, ge=int(low), le=int(high))
    inside = None if field.inside is None else _object(field.inside)
    if field.kind is dict:
        return core_schema.dict_schema(strict=True) if inside is None else inside
    items = core_schema.str_schema(strict=True) if inside is None else inside
    return core_schema.list_schema(items, strict=True, max_length=field.most)
