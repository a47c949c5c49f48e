"""
What the API shows of the audit log: every endpoint with its parameters. What is not listed is refused.

Nothing here counts, ranks or filters by person: employees are not to be watched through it.
"""

from __future__ import annotations

from enum import StrEnum

from proxy.web.api_table import ApiEndpoint
from proxy.web.api_types import CasesAnswer, HoldsAnswer, RecordAlone, RecordPage

SCOPE = "audit"
"""What a token must allow."""
ORDERING = ("privacy", "legal")
"""What will do as well, to see orders: their people order them."""


class AuditAct(StrEnum):
    """What an endpoint does; its name in logs."""

    RECORDS = "audit.records"
    RECORD = "audit.record"
    PROOF = "audit.proof"
    CHECKPOINT = "audit.checkpoint"
    KEY = "audit.key"
    TILE = "audit.tile"
    CASES = "audit.cases"
    HOLDS = "audit.holds"


AUDIT_ENDPOINTS = (
    ApiEndpoint(
        act=AuditAct.RECORDS,
        method="GET",
        path="/v1/audit/records",
        scopes=(SCOPE,),
        parameters=(
            *("from", "to", "order", "limit", "cursor"),
            *("code", "platform", "account", "decision", "rule", "policy_digest", "post", "entity", "outcome"),
        ),
        needed=("from", "to"),
        does="Records of a time, `to` being the first moment too late; the search goes on record before.",
        answers="200: `records`, `log`, `size`, `checkpoint`, `cursor` for the next page",
        gives=RecordPage,
    ),
    ApiEndpoint(
        act=AuditAct.RECORD,
        method="GET",
        path="/v1/audit/records/{id}",
        scopes=(SCOPE,),
        does="One record, by its id or its place (`15`, or `2:15` in log 2).",
        answers="200: `log`, `seq`, `leaf_hash`, `leaf`, `checkpoint`",
        gives=RecordAlone,
    ),
    ApiEndpoint(
        act=AuditAct.PROOF,
        method="GET",
        path="/v1/audit/records/{id}/proof",
        scopes=(SCOPE,),
        does="The proof that a record is in the log, with the record in it, as `postgate audit prove` writes it.",
        answers="200: a `.tlog-proof` file (c2sp.org/tlog-proof)",
    ),
    ApiEndpoint(
        act=AuditAct.CHECKPOINT,
        method="GET",
        path="/v1/audit/checkpoint",
        scopes=(SCOPE,),
        parameters=("log",),
        does="The newest signed checkpoint, or that of one log.",
        answers="200: a signed note (c2sp.org/tlog-checkpoint)",
    ),
    ApiEndpoint(
        act=AuditAct.KEY,
        method="GET",
        path="/v1/audit/key",
        scopes=(SCOPE,),
        parameters=("log",),
        does="The verifier key of the open log, or of another one; get it on another way, too, before you trust it.",
        answers="200: a line of text (c2sp.org/signed-note)",
    ),
    ApiEndpoint(
        act=AuditAct.TILE,
        method="GET",
        path="/v1/audit/tile/{rest}",
        scopes=(SCOPE,),
        parameters=("log",),
        does=(
            "A piece of the tree of the open log or of another one, or of its records (`entries/...`), which goes on "
            "record like a search."
        ),
        answers="200: bytes (c2sp.org/tlog-tiles)",
    ),
    ApiEndpoint(
        act=AuditAct.CASES,
        method="GET",
        path="/v1/audit/cases",
        scopes=(SCOPE, *ORDERING),
        does="The cases that may be used now, as `postgate audit orders` shows them; the look goes on record before.",
        answers="200: `cases`, `checkpoint`",
        gives=CasesAnswer,
    ),
    ApiEndpoint(
        act=AuditAct.HOLDS,
        method="GET",
        path="/v1/audit/holds",
        scopes=(SCOPE, *ORDERING),
        does="The holds that count, as `postgate audit orders` shows them; the look goes on record before.",
        answers="200: `holds`, `checkpoint`",
        gives=HoldsAnswer,
    ),
)
