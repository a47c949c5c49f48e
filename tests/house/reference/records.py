"""
Reference for those who read the log or meet an error: records and codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.catalogue import MOST_FINDINGS, RECORDS
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

_KINDS = {str: "text", int: "number", list: "list", dict: "object", bool: "true or false"}
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
    rows = [
        (
            code(name),
            code(kind.name),
            ", ".join(f"`{field}` {_KINDS[kind.fields[field]]}" for field in sorted(kind.required)),
            ", ".join(f"`{field}` {_KINDS[kind.fields[field]]}" for field in sorted(set(kind.fields) - kind.required)),
        )
        for name, kind in RECORDS.items()
    ]
    broken = ", ".join(code(reason) for reason in REASONS)
    return page(
        "Audit records",
        f"""
Every record the log may hold, with the fields of its `data`.
Codes and types stay as they are for ever: a new field is optional, a changed meaning gets a new code.
The writer refuses a record that is not listed here, and `postgate audit verify` reports one.
A record has at most {MOST_BYTES:,} bytes and at most {MOST_FINDINGS} rows of findings; one more row may count the rest.
What surrounds `data`, and what is hashed: [the audit log](../explanation/audit-log.md).
""",
        table(("code", "type", "always", "if there is something to say"), rows),
        f"""
## Reasons of a failed verification

{broken}.

## Stored states of a post

{codes(State)}.
What becomes of an attempt to send: {codes(OutcomeKind)}.
""",
    )


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


def _family(kind: type[PostgateError]) -> Iterator[type[PostgateError]]:
    yield kind
    for inner in kind.__subclasses__():
        yield from _family(inner)
