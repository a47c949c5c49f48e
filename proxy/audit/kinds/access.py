"""
Records of access: tokens of the gateway, accounts of platforms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.kinds.fields import number, record, text, texts
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.audit.kinds.fields import RecordType

_TOKEN = {
    "token_prefix": text("First characters of the token, by which people recognise it."),
    "scopes": texts("What it may be used for."),
    "expires_at": text("Until when it is valid, RFC 3339 in UTC."),
    "reason": text("Why, in the operator's words."),
    "count": number("How many this record stands for."),
}
_ACCOUNT = text("Id of the account, such as `mastodon:presse`.")
_WHY = text("Why, in the operator's words.")

ACCESS: Mapping[str, RecordType] = {
    "PG-401": record(
        "login.succeeded",
        Localised(
            de="Ein Programm hat sich mit einem Zugangstoken angemeldet oder die Anmeldung erneuert.",
            en="A program logged in with an access token, or renewed its login.",
        ),
        "method token_prefix",
        method=text(
            "`password`: with the token itself; `code`: with a code that a person got for it on our page; `renewal`: "
            "with what the last login gave out for that."
        ),
        **_TOKEN,
    ),
    "PG-403": record(
        "token.issued",
        Localised(de="Ein Zugangstoken wurde ausgegeben.", en="An access token was issued."),
        "token_prefix scopes expires_at",
        **_TOKEN,
    ),
    "PG-404": record(
        "token.revoked",
        Localised(de="Ein Zugangstoken wurde widerrufen.", en="An access token was revoked."),
        "token_prefix",
        **_TOKEN,
    ),
    "PG-406": record(
        "login.ended",
        Localised(de="Eine Anmeldung wurde beendet.", en="A login was ended."),
        "method token_prefix",
        method=text("`logout`: the program ended it; `reuse`: somebody used what had been used to renew it already."),
        **_TOKEN,
    ),
    "PG-407": record(
        "account.added",
        Localised(de="Ein Konto einer Plattform wurde aufgenommen.", en="An account of a platform was added."),
        "account",
        account=_ACCOUNT,
        platform=text("The platform."),
        door=text("The door through which it is used."),
        reason=_WHY,
    ),
    "PG-408": record(
        "account.removed",
        Localised(
            de="Ein Konto wurde entfernt; seine Zugangsdaten sind vernichtet.",
            en="An account was removed; its credential is destroyed.",
        ),
        "account",
        account=_ACCOUNT,
        reason=_WHY,
    ),
    "PG-409": record(
        "credential.rotated",
        Localised(
            de="Der Schlüssel, der alle anderen verschließt, wird getauscht: begonnen, neu verschlossen, ausgemustert.",
            en="The key that wraps all others is exchanged: begun, wrapped anew, retired.",
        ),
        "step kek_id from_kek_ids",
        step=text("How far: begun, wrapped (one record a batch) or retired."),
        kek_id=text("Name of the wrapping key that wraps from now on; it says nothing about the key."),
        from_kek_ids=texts("Names of the wrapping keys that are left or, at the end, retired."),
        keys=number("Keys of posts and of other contents that were wrapped anew; at the end all of this run."),
        credentials=number("Keys of platform credentials that were wrapped anew."),
        names=number("Keys of names that were wrapped anew."),
        bundles=number("Keys of bundles of policies that were wrapped anew."),
        reason=_WHY,
    ),
}
"""Codes PG-401 to PG-499."""
