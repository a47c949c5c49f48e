"""
Reference of the API's table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import (
    ConfigurationError,
    GateUnavailable,
    MalformedRequest,
    MisdirectedRequest,
    NotFound,
    RequestTooLarge,
    RequestTooSlow,
    UnknownField,
    UnknownToken,
    UnreadableField,
    UnsupportedEncoding,
    WrongMethod,
)
from proxy.gate.policy_refusals import FailingTests, ProposalRefused
from proxy.gate.scopes import ScopeMissing
from proxy.web.api_answers import refusal
from proxy.web.api_table import ENDPOINTS, Said
from proxy.web.audit_endpoints import AUDIT_ENDPOINTS
from tests.house.reference.tables import below, code, codes, page, summary, table

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.web.api_table import ApiEndpoint

_REFUSALS: tuple[PostgateError, ...] = (
    MalformedRequest(),
    UnknownToken(),
    ScopeMissing(),
    NotFound(),
    WrongMethod(),
    RequestTooSlow(),
    ProposalRefused(why="same"),
    RequestTooLarge(),
    UnsupportedEncoding(),
    MisdirectedRequest(),
    UnknownField(),
    UnreadableField(),
    ConfigurationError(()),
    FailingTests(names=()),
    GateUnavailable(),
)
_EXTRA = {"proposal_refused": "`why`", "configuration": "`problems`", "failing_tests": "`tests`"}


def api() -> str:
    """Return the page of the API."""
    endpoints = table(
        ("name", "request", "body", "what it does", "answer"),
        (
            (code(one.act), code(f"{one.method} {one.path}"), _takes(one), one.does, one.answers)
            for one in (*ENDPOINTS, *AUDIT_ENDPOINTS)
        ),
    )
    notes = below(Said)
    words = table(("name", "value", "meaning"), ((code(name), _value(name), text) for name, text in notes.items()))
    refusals = table(
        ("status", "code", "more", "meaning"),
        ((str(refusal(one).status), code(one.code), _EXTRA.get(one.code, ""), summary(type(one))) for one in _REFUSALS),
    )
    reasons = table(
        ("why", "German text", "English text"),
        ((code(why), text.de, text.en) for why, text in sorted(ProposalRefused.REASONS.items())),
    )
    return page(
        "API",
        _INTRO,
        f"## Endpoints\n\n{endpoints}",
        f"## Query and keys\n\n{_WORDS}\n\n{words}",
        f"## Refusals\n\n{_REFUSED}\n\n{refusals}",
        f"## Why a change is refused\n\n{reasons}",
    )


def _takes(endpoint: ApiEndpoint) -> str:
    optional = [name for name in endpoint.keys if name not in endpoint.required]
    notes = [code(endpoint.body)] if endpoint.body else []
    notes += [f"keys {codes(endpoint.required)}"] if endpoint.required else []
    notes += [f"keys {codes(optional)} (optional)"] if optional else []
    notes += [f"query {codes(endpoint.query)} (optional)"] if endpoint.query else []
    notes += [f"query {codes(endpoint.needed)}"] if endpoint.needed else []
    more = [name for name in endpoint.parameters if name not in endpoint.needed]
    notes += [f"query {codes(more)} (optional)"] if more else []
    return ", ".join(notes)


def _value(name: str) -> str:
    return "`true` or `false`" if Said.__dataclass_fields__[name].type == "bool" else "text"


_INTRO = """
The audit log can be read over HTTP as with `postgate audit query`, `show` and `prove`, and every look at records is
itself a record before it is answered; nothing there counts, ranks or filters by person.
Policies can be changed over HTTP as with `postgate policy activate`, `approve`, `rollback`, `retire` and `status`
([commands](cli.md)), under the same rules.
A change by one person alone never comes into force, but for an emergency that is proven to weaken nothing, for a day.
A node listens for it only where its settings have a section `api` ([settings](settings.md)).
It speaks plain HTTP/1.1; where others than this machine may reach it, a proxy that ends TLS belongs in front.

Every request needs `Authorization: Bearer TOKEN` with a gateway token: for `/v1/policies` that of a person who may
change policies (`postgate token issue --scope policy` or `--scope policy-hard`), for `/v1/audit` one of the scope
`audit`; for its cases and holds `privacy` or `legal` will do as well.
All others are refused before their body is read, and go on record (PG-110) under the name `api`.

A package is the zip file that `postgate policy activate` makes: the folders `policies`, `lexicons` and `recognizers`,
`organisation.yaml`, and a file `on_incomplete` that says `hold` or `block`.
Its tests run on the node that is asked, one package at a time; it may have `limits.upload_bytes`.
In an answer `source` is the node's `policies.source`: with `files` nodes do not take over what comes into force here.
People are shown by their pseudonyms.
"""
_WORDS = "Names come once and in this spelling; what an endpoint does not list is refused."
_REFUSED = """
A refusal is `{"error": {"code": ..., "message": {"de": ..., "en": ...}}}`, with more where the table says so.
`problems` lists mistakes and warnings with `file`, `line`, `column`, `code`, `warning`, `message` and `remedy`.
`tests` are names as `postgate policy test` shows them.
No answer repeats text of a file.
After 503 the same request may come again; `Retry-After` says when.
""".strip()
