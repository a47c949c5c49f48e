"""
Records of the log itself: who looked into it, what was taken out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.kinds.fields import entry, flag, number, record, text
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.audit.kinds.fields import RecordType

_EXTENT = {
    "returned": number("How many records."),
    "from_seq": number("Place of the first of them."),
    "to_seq": number("Place of the last of them."),
    "purpose": text("Why, in the operator's words."),
    "case": text("The case that allows it."),
}
_FILTER = {
    "since": text("First moment, RFC 3339 in UTC."),
    "until": text("First moment that is too late, RFC 3339 in UTC."),
    "code": text("Record code."),
    "platform": text("Platform."),
    "account": text("Account id."),
    "decision": text("Verdict of a decision."),
    "rule": text("Rule that matched."),
    "policy_digest": text("Digest of the policies of a decision."),
    "entity": text("Type of a finding."),
    "outcome": text("What became of an attempt to send."),
    "post": text("Id of a post."),
    "record": text("Id or place of one record."),
    "order": text("Id of an order."),
    "orders": text("Which orders: `standing`, those that wait or count; `holds` or `cases`, those that count."),
    "erasure": text("Id of the order whose erasure was to be proven."),
    "actor": text("Pseudonym whose name was looked for, and is not there."),
    "content": flag("Whether words were looked for in contents; the words are in the record's encrypted content."),
    "oldest_first": flag("Whether the oldest came first."),
}

LOG: Mapping[str, RecordType] = {
    "PG-503": record(
        "log.key_rotated",
        Localised(
            de="Der Schlüssel der Prüfpunkte wurde ersetzt; der nächste trägt die Unterschriften beider.",
            en="The key of the checkpoints was replaced; the next one carries the signatures of both.",
        ),
        "from_key to_key",
        from_key=text("Verifier key of before, as its line."),
        to_key=text("Verifier key from then on, as its line."),
        reason=text("Why, in the operator's words."),
    ),
    "PG-510": record(
        "audit.searched",
        Localised(de="Jemand sah in das Protokoll.", en="Somebody looked into the log."),
        "filter",
        filter=entry("What was looked for.", "", **_FILTER),
        **_EXTENT,
    ),
    "PG-511": record(
        "audit.exported",
        Localised(de="Das Protokoll wurde ausgegeben.", en="The log was exported."),
        "returned manifest_sha256",
        manifest_sha256=text("SHA-256 of the export's MANIFEST, hexadecimal."),
        **_EXTENT,
    ),
}
"""Codes PG-501 to PG-599."""
