"""
Which records there are and what each may hold: the whole leaf, nothing more, nothing less.

Codes and types are stable for ever: a new field is optional, a changed meaning is a new code. The writer refuses what
is not here, and the verifiers report it. A code is added in one place, in the module of `kinds` for its first digit;
its schema (`schemas/CODE.json`) and the reference page are made from that.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from proxy.audit.kinds.access import ACCESS
from proxy.audit.kinds.compiled import compiled
from proxy.audit.kinds.fields import Field, Members, entry, flaw, number, text, texts
from proxy.audit.kinds.log import LOG
from proxy.audit.kinds.nodes import NODES
from proxy.audit.kinds.orders import ORDERS
from proxy.audit.kinds.policies import POLICIES
from proxy.audit.kinds.posts import POSTS
from proxy.audit.kinds.reviews import REVIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import SchemaValidator

    from proxy.audit.kinds.fields import RecordType

RECORDS: Mapping[str, RecordType] = {**POSTS, **REVIEWS, **POLICIES, **ACCESS, **LOG, **ORDERS, **NODES}
VERSION = 1
"""Of the form of a leaf."""
ALGORITHM = "A256GCM"
"""How content is encrypted."""
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", re.ASCII)
_AROUND: Mapping[str, Field] = {
    "actor": entry(
        "Who caused it.",
        "kind ref",
        kind=text("`employee`, `service`, `operator` (command line) or `system`."),
        ref=text("A pseudonym, never a name."),
    ),
    "at": text("When, RFC 3339 in UTC with six digits, for display; the order is the place in the log.", like=_AT),
    "content": entry(
        "Encrypted content of the record, if there is any.",
        "alg class ct_sha256 dek_sha256 mac size",
        **{
            "alg": text("How it is encrypted.", only=ALGORITHM),
            "class": text("How long it is kept, such as `blocked-30d`."),
            "ct_sha256": text("SHA-256 of the encrypted bytes, hexadecimal."),
            "dek_sha256": text("SHA-256 of the key, hexadecimal: no second key opens it to another text."),
            "mac": text("Keyed hash of the post, equal in all records about the same text."),
            "size": number("How many encrypted bytes."),
        },
    ),
    "id": text("Random id of the record."),
    "node": text("The node that wrote it."),
    "on_behalf_of": text("Pseudonym of the one for whom somebody acted."),
    "refs": texts("Ids of earlier records that it follows from."),
    "subject": entry(
        "What it is about.",
        "",
        "account post",
        account=text("Id of the account, such as `mastodon:presse`."),
        post=text("Id of the post."),
    ),
    "trace": text("Id for tracing."),
    "v": number("Version of this form.", only=VERSION),
}
_MAY_BE_NULL = frozenset({"content", "on_behalf_of", "trace"})


@cache
def leaf_of(code: str) -> Members:
    """Return what the leaves of a code may have."""
    kind = RECORDS[code]
    own = {
        "code": text("The record code.", only=code),
        "data": Field(kind=dict, says="What happened.", inside=kind.data),
        "type": text("The record's type, fixed by its code.", only=kind.name),
    }
    fields = dict(sorted({**_AROUND, **own}.items()))
    return Members(fields=fields, needed=frozenset(fields) - _MAY_BE_NULL, there=_MAY_BE_NULL)


def complaint(code: object, name: object, data: Mapping[str, object]) -> str | None:
    """Return what is wrong with a record's code, type or fields, in our words only; None when nothing is."""
    kind = RECORDS.get(code) if isinstance(code, str) else None
    if kind is None:
        return "a code outside the catalogue"
    if name != kind.name:
        return f"{code} with another type"
    wrong = flaw(kind.data, data)
    return None if wrong is None else f"{code} {wrong}"


def leaf_complaint(leaf: Mapping[str, object]) -> str | None:
    """Return what is wrong with a whole leaf, in our words only; None when nothing is."""
    code, data = leaf.get("code"), leaf.get("data")
    if isinstance(code, str) and code in RECORDS and _compiled(code).isinstance_python(leaf):
        return None
    wrong = complaint(code, leaf.get("type"), data) if isinstance(data, dict) else "a leaf without data"
    if wrong is not None:
        return wrong
    wrong = flaw(leaf_of(str(code)), leaf)
    return None if wrong is None else f"a leaf {wrong}"


@cache
def _compiled(code: str) -> SchemaValidator:
    return compiled(leaf_of(code))
