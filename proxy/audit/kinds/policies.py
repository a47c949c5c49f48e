"""
Records of policies, word lists and settings: proposed, put into force, not readable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.kinds.fields import number, record, text, texts
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.audit.kinds.fields import RecordType

_DIGEST = text("Digest of the bundle of policies.")
_STEP = {
    "digest": _DIGEST,
    "from_digest": text("Digest of the bundle that was in force before."),
    "proposal": text("Id of the proposal."),
    "signed_by": texts("Pseudonyms of the people who signed so far."),
    "needed": number("How many signatures it needs."),
    "rules_changed": number("How many rules differ from the bundle in force."),
    "direction": text("What the changes do to verdicts: `weaker`, `unclear`, `stricter` or `neutral`."),
    "expires_at": text("Until when the proposal may be signed, or the bundle is in force, RFC 3339 in UTC."),
}
_FILES = {
    "digest": text("Digest of the files."),
    "error_code": text("What kind of mistake it was."),
    "entries": number("About how many entries there are."),
    "version": text("Version of the files."),
}
_CONSENT = {
    "consent": text("Id of the consent; decisions that counted on it name it."),
    "evidence": text("Reference of what the customer signed, in the house's own files."),
    "owner": text("The role that answers for it."),
    "topics": texts("What a post may speak of besides; empty for nothing but that somebody is a customer."),
    "platforms": texts("Where it counts."),
    "since": text("From when it counts, RFC 3339 in UTC."),
    "until": text("When it is over, RFC 3339 in UTC."),
}

POLICIES: Mapping[str, RecordType] = {
    "PG-301": record(
        "policy.submitted",
        Localised(de="Jemand schlug Richtlinien vor.", en="Somebody proposed policies."),
        "digest proposal signed_by needed",
        **_STEP,
    ),
    "PG-302": record(
        "policy.approved",
        Localised(de="Jemand billigte vorgeschlagene Richtlinien.", en="Somebody approved proposed policies."),
        "digest proposal signed_by needed",
        **_STEP,
    ),
    "PG-303": record(
        "policy.activated",
        Localised(de="Richtlinien traten in Kraft.", en="Policies came into force."),
        "digest",
        **_STEP,
    ),
    "PG-304": record(
        "policy.rolled_back",
        Localised(de="Frühere Richtlinien traten wieder in Kraft.", en="Earlier policies came into force again."),
        "digest proposal signed_by",
        **_STEP,
    ),
    "PG-305": record(
        "policy.emergency",
        Localised(
            de="Jemand verschärfte Richtlinien allein, im Notfall und für begrenzte Zeit.",
            en="Somebody made policies stricter alone, in an emergency and for a limited time.",
        ),
        "digest proposal signed_by expires_at",
        **_STEP,
    ),
    "PG-306": record(
        "policy.load_failed",
        Localised(
            de="Dateien mit Richtlinien waren nicht lesbar; die bisherigen gelten weiter.",
            en="Policy files could not be read; those before stay in force.",
        ),
        "error_code",
        **_FILES,
    ),
    "PG-307": record(
        "register.built",
        Localised(
            de="Ein neues Register ist in Kraft, oder eine Datei dafür wurde abgelehnt.",
            en="A new register is in force, or a file for one was refused.",
        ),
        "version",
        version=text("Version of the register in force."),
        built_at=text("When its older file was built, RFC 3339 in UTC."),
        entries=number("Customers and entries of lists together, rounded down to two digits."),
        error_code=text("Why a new file was refused; the version is then that of before, which stays in force."),
    ),
    "PG-308": record(
        "list.changed",
        Localised(de="Eine Liste des Hauses änderte sich.", en="A list of the house changed."),
        "digest",
        **_FILES,
    ),
    "PG-309": record(
        "config.loaded", Localised(de="Einstellungen wurden gelesen.", en="Settings were read."), "digest", **_FILES
    ),
    "PG-310": record(
        "policy.retired",
        Localised(
            de="Niemand darf zu diesen Richtlinien zurückkehren.", en="Nobody may go back to these policies any more."
        ),
        "digest",
        digest=_DIGEST,
    ),
    "PG-311": record(
        "consent.added",
        Localised(
            de="Jemand trug eine Einwilligung ein; sie zählt noch nicht.",
            en="Somebody added a consent; it does not count yet.",
        ),
        "consent evidence owner since until",
        **_CONSENT,
    ),
    "PG-312": record(
        "consent.approved",
        Localised(
            de="Eine zweite Person gab eine Einwilligung frei; sie zählt in ihrer Zeit.",
            en="A second person approved a consent; it counts in its time.",
        ),
        "consent evidence owner since until",
        **_CONSENT,
    ),
    "PG-313": record(
        "consent.revoked",
        Localised(de="Eine Einwilligung zählt nicht mehr.", en="A consent counts no more."),
        "consent reason",
        consent=_CONSENT["consent"],
        evidence=_CONSENT["evidence"],
        reason=text("Why: `withdrawn`, `ended` or `mistake`."),
    ),
}
"""Codes PG-301 to PG-399."""
