"""
Reference for those who read the log or meet an error: records and codes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.audit.catalogue import RECORDS, leaf_of
from proxy.audit.kinds.fields import MOST_FINDINGS
from proxy.audit.leaf import MOST_BYTES
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.verify import REASONS
from proxy.core.errors import PostgateError
from proxy.core.model import Verdict
from proxy.core.policy import reasons
from proxy.gate.lifecycle import State
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.loading.messages import CATALOGUE
from tests.house.reference.tables import below, code, codes, page, summary, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.audit.kinds.fields import Members

_KINDS = {str: "text", int: "number", bool: "true or false", list: "list", dict: "object"}
_GATE_REASONS = (
    reasons.INCOMPLETE_SCAN,
    reasons.NO_POLICY,
    reasons.DEFAULT,
    reasons.NOT_REDACTABLE,
    reasons.NOT_CLEAN,
)
_GATE_TEXTS = {
    reasons.INCOMPLETE_SCAN: reasons.incomplete_scan(Verdict.HOLD),
    reasons.NO_POLICY: reasons.no_policy(),
    reasons.DEFAULT: reasons.default(Verdict.HOLD),
    reasons.NOT_REDACTABLE: reasons.not_redactable(),
    reasons.NOT_CLEAN: reasons.not_clean(),
}


def audit_records() -> str:
    """Return the page of all audit records."""
    broken = ", ".join(code(reason) for reason in REASONS)
    return page(
        "Audit records",
        f"""
Every record the log may hold, with everything in it.
Codes and types stay as they are for ever: a new field is optional, a changed meaning gets a new code.
The writer refuses a record that is not listed here, and `postgate audit verify` reports one.
The same as JSON Schema (2020-12), one file a code: `proxy/audit/schemas`.
A record has at most {MOST_BYTES:,} bytes and at most {MOST_FINDINGS} rows of findings; one more row may count the rest.
What is hashed, and how: [the audit log](../explanation/audit-log.md).
""",
        table(
            ("code", "type", "when, in English", "in German"),
            ((code(name), code(kind.name), kind.says.en, kind.says.de) for name, kind in RECORDS.items()),
        ),
        "## What surrounds `data`",
        _fields(_around()),
        *(f"## {name}\n\n{code(kind.name)}: {kind.says.en}\n\n{_fields(kind.data)}" for name, kind in RECORDS.items()),
        f"""
## Reasons of a failed verification

{broken}.

## Stored states of a post

{codes(State)}.
What becomes of an attempt to send: {codes(OutcomeKind)}.
""",
    )


def _around() -> Members:
    """Return the members of a leaf, without what `data` has in it."""
    members = leaf_of("PG-101")
    return replace(members, fields={**members.fields, "data": replace(members.fields["data"], inside=None)})


def _fields(members: Members) -> str:
    return table(("field", "kind", "", "meaning"), _rows_of(members, ""))


def _rows_of(members: Members, above: str) -> Iterator[tuple[str, ...]]:
    for name, one in members.fields.items():
        kind = "list of texts" if one.kind is list and one.inside is None else _KINDS[one.kind]
        there = "always" if name in members.needed else "always, or null" if name in members.there else ""
        yield code(above + name), kind, there, one.says
        if one.inside is not None:
            yield from _rows_of(one.inside, f"{above}{name}[]." if one.kind is list else f"{above}{name}.")


def error_codes() -> str:
    """Return the page of all codes."""
    ours = table(
        ("code", "HTTP", "meaning", "German text", "English text"),
        (
            (code(kind.code), str(kind.status), summary(kind), kind.text.de, kind.text.en)
            for kind in _family(PostgateError)
        ),
    )
    gate = table(
        ("rule", "German text", "English text"),
        ((code(name), _GATE_TEXTS[name].message.de, _GATE_TEXTS[name].message.en) for name in _GATE_REASONS),
    )
    evidence = table(("reason", "what to do"), ((code(name), todo) for name, todo in EvidenceRefused.REASONS.items()))
    files = table(
        ("code", "", "German text", "English text"),
        (
            (code(name), "warning" if one.warning else "", one.message.de, one.message.en)
            for name, one in sorted(CATALOGUE.items())
        ),
    )
    return page(
        "Error codes",
        """
Codes are stable; texts may become better.
No error repeats text of a post or a value from a settings or policy file.
""",
        f"""
## Errors of the gateway

The HTTP status is a hint: a platform may have a shape of its own.
The Mastodon door answers a denied endpoint with 422, and an upstream that cannot be reached with 502.

{ours}
""",
        f"""
## Reasons that the gate gives itself

They stand where a policy's `policy/rule` would stand.

{gate}
""",
        f"""
## Reasons of an outcome

In record PG-103: {codes(_outcome_reasons())}.
""",
        f"""
## Reasons of refused evidence

Why a note, checkpoint, proof or tile of the log is refused: [the tree over the log](../explanation/merkle-tree.md).

{evidence}
""",
        f"""
## Mistakes in files

{files}
""",
    )


def _outcome_reasons() -> list[str]:
    listed = below(Outcome)["reason"].split(": ", 1)[1].rstrip(".").split(", ")
    return sorted({*listed, "calendar", "stale"})


def _place(kind: type[PostgateError]) -> tuple[bool, str]:
    """Return where an error stands among its siblings: as they are defined, those from elsewhere last, by code."""
    elsewhere = kind.__module__ != PostgateError.__module__
    return elsewhere, kind.code if elsewhere else ""


def _family(kind: type[PostgateError]) -> Iterator[type[PostgateError]]:
    yield kind
    for inner in sorted(kind.__subclasses__(), key=_place):
        yield from _family(inner)
