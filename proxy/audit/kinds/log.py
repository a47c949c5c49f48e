"""
Records of the log itself: how it begins and ends, who looked into it, what was taken out.
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
    "from_log": number("Log of the first of them; log 1 where nothing is said."),
    "to_log": number("Log of the last of them; log 1 where nothing is said."),
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

_END = {
    "origin": text("Name of that log."),
    "size": number("How many records it had."),
    "root": text("Root of its tree, hexadecimal."),
}
_ORDER = {
    "order": text("Id of the order."),
    "case": text("Number of the house's own file."),
    "reason": text("Why, as a short word such as `yearly`."),
    "role": text("Role of whoever confirmed it: `audit`, `privacy` or `legal`."),
    "second": text("Pseudonym of whoever opened the order: the other one of the two people."),
}
_ORDERED = "order case reason role second"

LOG: Mapping[str, RecordType] = {
    "PG-501": record(
        "log.opened",
        Localised(
            de="Zwei Personen haben angeordnet, in einem neuen Protokoll fortzufahren; das ist sein erster Eintrag.",
            en="Two people ordered to go on in a new log; this is its first record.",
        ),
        f"previous {_ORDERED}",
        previous=entry(
            "The last checkpoint of the log before; after a restored backup the last one that is known.",
            "origin size root note",
            **_END,
            note=text("The signed note of that checkpoint."),
        ),
        restored_from=entry(
            "After a restored backup: how far the log goes that was put back. What follows, up to `previous`, is lost.",
            "origin size root",
            **_END,
        ),
        code=text("After a restored backup: keyed code over both, by which the gateway knows what it wrote itself."),
        **_ORDER,
    ),
    "PG-502": record(
        "log.closed",
        Localised(
            de="Zwei Personen haben das Protokoll geschlossen; das ist sein letzter Eintrag.",
            en="Two people closed the log; this is its last record.",
        ),
        f"next {_ORDERED}",
        next=text("Name of the log that follows."),
        **_ORDER,
    ),
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
