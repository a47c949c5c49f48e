"""
A JSON Schema of policy files, for editors that complete and check while somebody writes.

Matchers and actions are described by themselves, so the schema cannot fall behind them. The loader stays the judge: it
sees more, such as names that stand twice, rules that match everything and tests that are missing.

Source: JSON Schema, draft 2020-12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proxy.core.model import PartKind, PostKind, Verdict
from proxy.core.policy.consent import TOPICS
from proxy.core.policy.facts import Place, Within
from proxy.core.policy.fields import Field, FieldKind
from proxy.core.policy.matchers.visibility import WORDS
from proxy.core.policy.policy import GroupKind, Mode
from proxy.core.policy.registry import ACTIONS, MATCHERS
from proxy.loading.described import HOST, LONGEST_LABEL, PARAMETER
from proxy.loading.sample_registers import BORN, TERM, TEXTS
from proxy.loading.samples import MAX_SAMPLE, MOST_IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proxy.loading.described import Vocabulary

__all__ = ["policy_schema"]

Schema = dict[str, Any]

_TEXT: Schema = {"type": ["string", "integer"], "pattern": r"\S", "maxLength": 500}
"""A number without quotation marks is taken as written."""
_TERM: Schema = {**_TEXT, "maxLength": 100}
_LABEL: Schema = {**_TEXT, "maxLength": LONGEST_LABEL}
_SAMPLE: Schema = {**_TEXT, "maxLength": MAX_SAMPLE}
_NAME: Schema = {"type": ["string", "integer"], "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"}
_NORM: Schema = {"type": "string", "pattern": "^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$"}
_SHARE: Schema = {"type": "string", "pattern": r"^(0(?=\.[1-9])|[1-9][0-9]?)(\.[0-9])?%$"}
_DATE: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_DURATION: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,4}[mhd]$"}


def policy_schema(vocabulary: Vocabulary) -> Schema:
    """Return the schema of a policy file; types, lists and rules are those of the vocabulary."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Postgate policy",
        **_policy(),
        "$defs": {
            "texts": _one_or_list(_TERM),
            "localised": _object({"de": _TEXT, "en": _TEXT}, needed=("de", "en")),
            "rule": _rule(vocabulary),
            "condition": {
                "oneOf": [
                    *(_only(kind, _list(_ref("condition"))) for kind in GroupKind),
                    *(_only(module.NAME, _ref(module.NAME)) for module in MATCHERS if Place.WHEN in module.PLACES),
                ]
            },
            "exception": {
                "oneOf": [_only(module.NAME, _ref(module.NAME)) for module in MATCHERS if Place.UNLESS in module.PLACES]
            },
            "sample": {"anyOf": [_SAMPLE, _sample(vocabulary.calendars)]},
            **{module.NAME: _described(module.FIELDS, vocabulary) for module in MATCHERS},
        },
    }


def _policy() -> Schema:
    defaults = [verdict for verdict in Verdict if verdict is not Verdict.REDACT]
    properties = {
        "schema": {"const": 1},
        "policy": _NAME,
        "title": _ref("localised"),
        "owner": _NAME,
        "norms": {"type": "array", "items": _NORM},
        "mode": _enum(Mode),
        "applies_to": _object(
            {
                "platforms": _list(_NAME),
                "kinds": _list(_enum(("all", *PostKind))),
                "groups": _list(_enum(("all",))),
            }
        ),
        "rules": _list(_ref("rule")),
        "default": _enum(defaults),
    }
    enforced = {"properties": {"mode": {"const": Mode.ENFORCE}}, "required": ["mode"]}
    return {
        **_object(properties, needed=("schema", "policy", "title", "owner", "mode", "rules", "default")),
        "if": enforced,
        "then": {"required": ["norms"], "properties": {"norms": {"minItems": 1}}},
    }


def _rule(vocabulary: Vocabulary) -> Schema:
    detailed = {module.NAME: module.FIELDS for module in ACTIONS if module.FIELDS}
    properties = {
        "id": _NAME,
        "title": _ref("localised"),
        "when": _ref("condition"),
        "unless": _list(_ref("exception")),
        "action": _enum(module.NAME for module in ACTIONS),
        **{name: _described(fields, vocabulary) for name, fields in detailed.items()},
        "message": _ref("localised"),
        "remedy": _ref("localised"),
        "mode": _enum(Mode),
        "hard": {"type": "boolean"},
        "rollout": _SHARE,
        "retain": _NAME if vocabulary.retention is None else _enum(sorted(vocabulary.retention)),
        "known_false_positives": {"type": "array", "items": _TEXT},
        "tests": _list(
            _object({"post": _ref("sample"), "expect": _enum(Verdict)}, needed=("post", "expect")),
        ),
    }
    details = [
        {
            "if": {"properties": {"action": {"const": name}}},
            "then": {"required": [name] if any(field.required for field in fields) else []},
            "else": {"properties": {name: False}},
        }
        for name, fields in detailed.items()
    ]
    needed = ("id", "title", "when", "action", "message", "tests")
    whole = {"mode": {"const": Mode.ENFORCE}, "hard": {"const": False}}
    return {
        **_object(properties, needed=needed),
        "allOf": details,
        "dependentSchemas": {"rollout": {"properties": whole}},
    }


def _sample(calendars: Iterable[str]) -> Schema:
    part = _object({"kind": _enum(PartKind), "text": _SAMPLE}, needed=("kind", "text"))
    consent = _object(
        {"names": _list(_TEXT), "topics": _list(_enum(sorted(TOPICS))), "platforms": _list(_NAME)}, needed=("names",)
    )
    properties = {
        "text": _SAMPLE,
        "parts": _list(part),
        "platform": _NAME,
        "kind": _enum(PostKind),
        "visibility": _enum(WORDS),
        "during": _one_or_many(calendars),
        "thread": _list(_SAMPLE),
        "consents": _list(consent),
        "images": {"type": "integer", "minimum": 0, "maximum": MOST_IMAGES},
        "register": _list({"oneOf": [_customer(), _only(TERM, _TERM)]}),
    }
    holding = [{"required": [name]} for name in ("text", "parts", "kind")]
    return {**_object(properties), "anyOf": holding}


def _customer() -> Schema:
    return {**_object({**dict.fromkeys(TEXTS, _ref("texts")), BORN: _DATE}), "minProperties": 1}


def _described(fields: Iterable[Field], vocabulary: Vocabulary) -> Schema:
    """Return the schema of what a matcher or an action says of itself."""
    fields = tuple(fields)
    properties = {one.name: _value(one, vocabulary) for one in fields}
    return _object(properties, needed=tuple(one.name for one in fields if one.required))


def _value(field: Field, vocabulary: Vocabulary) -> Schema:
    number: Schema = {"type": "integer", "minimum": field.low, "maximum": field.high}
    return {
        FieldKind.CHOICE: _enum(field.choices),
        FieldKind.CHOICES: _one_or_many(field.choices),
        FieldKind.ENTITIES: _one_or_many(vocabulary.entities | vocabulary.planned),
        FieldKind.LEXICONS: _one_or_many(vocabulary.lexicons),
        FieldKind.PATTERNS: _one_or_many(vocabulary.patterns),
        FieldKind.ALLOW_LISTS: _one_or_many(vocabulary.allow_lists),
        FieldKind.CALENDARS: _one_or_many(vocabulary.calendars),
        FieldKind.MATCHER: {"oneOf": [_only(name, _ref(name)) for name in field.choices]},
        FieldKind.TEXTS: _list(_TERM),
        FieldKind.LABEL: _object({"de": _LABEL, "en": _LABEL}, needed=("de", "en")),
        FieldKind.HOSTS: _one_or_list({**_TEXT, "pattern": f"^(?:{HOST.pattern})$"}),
        FieldKind.PARAMETERS: _one_or_list({**_TEXT, "pattern": f"^(?:{PARAMETER.pattern})$"}),
        FieldKind.NAME: _NAME,
        FieldKind.FLAG: {"type": "boolean"},
        FieldKind.INTEGER: number,
        FieldKind.DURATION: _DURATION,
        FieldKind.DISTANCE: {"anyOf": [{"const": str(Within.SENTENCE)}, number]},
        FieldKind.RANGE: {**_object({"from": number, "to": number}), "minProperties": 1},
    }[field.kind]


def _one_or_many(words: Iterable[str]) -> Schema:
    return _one_or_list(_enum(sorted(words)))


def _one_or_list(one: Schema) -> Schema:
    return {"anyOf": [one, _list(one)]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _enum(words: Iterable[str]) -> Schema:
    return {"enum": [str(word) for word in words]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def _only(key: str, value: Schema) -> Schema:
    return _object({str(key): value}, needed=(str(key),))


def _object(properties: Mapping[str, Schema], *, needed: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(needed),
        "additionalProperties": False,
    }
