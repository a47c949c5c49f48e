"""
What the API shows of the audit log: every endpoint with its parameters. What is not listed is refused.

Nothing here counts, ranks or filters by person: employees are not to be watched through it.
"""

from __future__ import annotations

from enum import StrEnum

from proxy.web.api_table import ApiEndpoint
from proxy.web.api_types import RecordAlone, RecordPage

SCOPE = "audit"
"""What a token must allow."""


class AuditAct(StrEnum):
    """What an endpoint does; its name in logs."""

    RECORDS = "audit.records"
    RECORD = "audit.record"
    PROOF = "audit.proof"
    CHECKPOINT = "audit.checkpoint"
    KEY = "audit.key"
    TILE = "audit.tile"


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
        answers="200: `records`, `size`, `checkpoint`, `cursor` for the next page",
        gives=RecordPage,
    ),
    ApiEndpoint(
        act=AuditAct.RECORD,
        method="GET",
        path="/v1/audit/records/{id}",
        scopes=(SCOPE,),
        does="One record, by its id or its place.",
        answers="200: `seq`, `leaf_hash`, `leaf`, `checkpoint`",
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
        does="The newest signed checkpoint.",
        answers="200: a signed note (c2sp.org/tlog-checkpoint)",
    ),
    ApiEndpoint(
        act=AuditAct.KEY,
        method="GET",
        path="/v1/audit/key",
        scopes=(SCOPE,),
        does="The verifier key of the log; get it on another way, too, before you trust it.",
        answers="200: a line of text (c2sp.org/signed-note)",
    ),
    ApiEndpoint(
        act=AuditAct.TILE,
        method="GET",
        path="/v1/audit/tile/{rest}",
        scopes=(SCOPE,),
        does="A piece of the tree, or of the records (`entries/...`), which goes on record like a search.",
        answers="200: bytes (c2sp.org/tlog-tiles)",
    ),
)
