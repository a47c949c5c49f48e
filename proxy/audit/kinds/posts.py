"""
Records of posts: decided, sent, waiting for a person; and requests that did not come so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.kinds.fields import MOST_FINDINGS, number, record, rows, text, texts
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.audit.kinds.fields import Field, RecordType


def _matched(says: str) -> Field:
    return rows(
        says,
        "rule verdict",
        rule=text("Policy and rule, as `policy/rule`."),
        verdict=text("What the rule asks for: `allow`, `redact`, `hold` or `block`."),
        rollout=text("Share of the posts for which the rule counts so far, such as `10%`."),
    )


_ATTEMPT = text("Id of the attempt to send.")
_UPSTREAM_ID = text("The platform's id of the post.")
_ACTION = text("Record id of the PG-109 that it is part of, where all posts of a request are taken back.")
_MAC = text("Keyed hash of the post, equal in all records about the same text.")

_DECIDED: Mapping[str, Field] = {
    "phase": text("When it was looked at: `submit`, `redacted`, `release` or `recheck`."),
    "decision": text("The verdict: `allow`, `redact`, `hold` or `block`."),
    "kind": text("What kind of post it is."),
    "platform": text("The platform it is for."),
    "operation": text("What the client asked the platform for."),
    "rules": _matched("Rules that matched and count, with what each asks for."),
    "reasons": texts("Rules that decided; `gate/...` are reasons of the gate itself."),
    "told": texts("What its author was told instead of these reasons, where something must not be told."),
    "would_have": _matched("Rules that matched and only watch."),
    "findings": rows(
        "What was found, counted by rule and type; never the text.",
        "rule entity count confidence",
        most=MOST_FINDINGS + 1,
        rule=text("The detection rule; `more` in the row that counts the rest."),
        entity=text("The type, such as `IBAN_CODE`."),
        count=number("How often."),
        confidence=text("The highest confidence among them."),
    ),
    "expected": texts("Detectors that had to look."),
    "completed": texts("Detectors that looked to the end."),
    "detectors": rows(
        "Versions of the expected detectors.",
        "name version",
        name=text("The detector."),
        version=text("Its version."),
    ),
    "policy_digest": text("Digest of the policies in force."),
    "rules_digest": text("Digest of the detection rules and word lists in force."),
    "organisation_digest": text("Digest of the organisation profile in force."),
    "register_version": text("Version of the register of customers that was asked."),
    "calendars": texts("Calendars of the house that were running."),
    "consents": texts("Ids of the consents without which another rule would have matched."),
    "obligations": texts("What the decision asks the gate to do besides."),
}
"""What a decision says, on a post or on a question."""

POSTS: Mapping[str, RecordType] = {
    "PG-101": record(
        "post.decided",
        Localised(de="Über einen Beitrag wurde entschieden.", en="A post was decided."),
        "phase decision rules findings expected completed policy_digest rules_digest",
        **_DECIDED,
        removed=texts(
            "What was taken out of an uploaded image: `exif`, `xmp`, `iptc`, `text`, `preview` or `other`; never what "
            "stood there."
        ),
        edit_of=text("Keyed digest of the platform's id of the post that is edited."),
        appeal_of=text("Id of the decision that is appealed against."),
        request=text("Id of the request over the API that asked for the post; other posts may have the same."),
    ),
    "PG-102": record(
        "post.intent",
        Localised(
            de="Ein Beitrag darf gesendet werden; ab jetzt kann ein Byte hinausgehen.",
            en="A post may be sent; from now on a byte may leave.",
        ),
        "attempt attempt_no decided lease_until mac",
        attempt=_ATTEMPT,
        attempt_no=number("The how many-th attempt to send the post, from 1."),
        decided=text("Record id of the decision that allows it."),
        approvals=texts("Record ids of the approvals that it needed."),
        replay_safe=text("Whether the platform knows a repeated post: `none` or `platform`."),
        lease_until=text("Until when the attempt may run, RFC 3339 in UTC."),
        mac=_MAC,
    ),
    "PG-103": record(
        "post.outcome",
        Localised(de="Was aus einem Sendeversuch wurde.", en="What became of an attempt to send."),
        "attempt result",
        attempt=_ATTEMPT,
        result=text("`published`, `rejected`, `not_sent` or `unknown`."),
        reason=text("Why, in a word; empty when there is nothing to say."),
        upstream_status=number("HTTP status of the platform's answer."),
        upstream_id=_UPSTREAM_ID,
        ms=number("Milliseconds until the answer."),
        again_at=text("When it is tried again, RFC 3339 in UTC; without it there is no other attempt."),
    ),
    "PG-104": record(
        "post.reconciled",
        Localised(
            de="Ein ungeklärter Sendeversuch wurde nachträglich geklärt.",
            en="An attempt whose outcome was unknown was settled later.",
        ),
        "attempt result method",
        attempt=_ATTEMPT,
        result=text("`published`, `rejected`, `absent` or `undetermined`."),
        method=text("How: `lookup`, `replay`, `late` or `person`."),
        upstream_id=_UPSTREAM_ID,
    ),
    "PG-105": record(
        "post.moved",
        Localised(
            de="Ein Beitrag wechselte seinen Zustand, ohne dass ein anderer Eintrag es sagt.",
            en="A post changed its state, and no other record says so.",
        ),
        "from to",
        **{
            "from": text("State before."),
            "to": text("State after."),
            "reason": text("Why, in a word."),
            "send_at": text("When it is to be sent, RFC 3339 in UTC."),
            "action": _ACTION,
        },
    ),
    "PG-106": record(
        "post.recall_intent",
        Localised(
            de="Ein veröffentlichter Beitrag soll zurückgenommen werden; ab jetzt kann die Plattform gefragt werden.",
            en="A published post is to be taken back; from now on the platform may be asked.",
        ),
        "attempt",
        attempt=text("Id of the attempt to take it back."),
        action=_ACTION,
    ),
    "PG-107": record(
        "post.recall_outcome",
        Localised(de="Was aus einer Rücknahme wurde.", en="What became of taking a post back."),
        "attempt result",
        attempt=text("Id of the attempt to take it back."),
        result=text("`recalled`, `gone_already`, `refused` or `unknown`."),
        reason=text("Why, in a word; empty when there is nothing to say."),
        action=_ACTION,
    ),
    "PG-108": record(
        "post.checked",
        Localised(
            de="Ein Programm hat gefragt, wie entschieden würde; es gibt keinen solchen Beitrag.",
            en="A program asked what the decision would be; there is no such post.",
        ),
        "phase decision rules findings expected completed policy_digest rules_digest",
        **_DECIDED,
    ),
    "PG-109": record(
        "request.taken_back",
        Localised(
            de="Alle Beiträge einer Anfrage werden zurückgenommen; `action` der Einträge dazu nennt diesen.",
            en="All posts of a request are taken back; `action` of the records of that names this one.",
        ),
        "request",
        request=text("Id of the request over the API that asked for the posts."),
    ),
    "PG-110": record(
        "request.refused",
        Localised(
            de="Anfragen wurden vor einer Entscheidung abgewiesen.", en="Requests were refused before a decision."
        ),
        "door reason count",
        door=text("The door at which they came."),
        reason=text("`auth`, `malformed`, `endpoint`, `field`, `size`, `rate` or `busy`."),
        count=number("How many this record stands for."),
        first_at=text("When the first of them came, RFC 3339 in UTC."),
    ),
}
"""Codes PG-101 to PG-199."""
