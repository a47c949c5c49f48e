"""
Who may see a post, and what else its author chose, in words; values that only machines need have none.

Options carry no free text: they are numbers, truths and members of closed sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Option = bool | int | str | None
_REPLIES = Localised(de="Antworten dürfen", en="may answer")

_NAMES: Mapping[str, Localised] = {
    "visibility": Localised(de="Sichtbar für", en="visible to"),
    "sensitive": Localised(de="als heikel gekennzeichnet", en="marked as sensitive"),
    "language": Localised(de="Sprache", en="language"),
    "reply_settings": _REPLIES,
    "reply_control": _REPLIES,
    "quote_approval_policy": Localised(de="Zitieren dürfen", en="may quote"),
    "poll.expires_in": Localised(de="Umfrage endet nach Sekunden", en="poll ends after seconds"),
    "poll.duration_minutes": Localised(de="Umfrage endet nach Minuten", en="poll ends after minutes"),
    "poll.multiple": Localised(de="Umfrage mit Mehrfachwahl", en="poll with several choices"),
    "poll.hide_totals": Localised(de="Umfrage zeigt Zwischenstände nicht", en="poll hides its counts until it ends"),
    "distribution.feedDistribution": Localised(de="Verteilung", en="distribution"),
    "isReshareDisabledByAuthor": Localised(de="Weiterteilen nicht erlaubt", en="must not be shared on"),
    "paid_partnership": Localised(de="als bezahlte Partnerschaft gekennzeichnet", en="marked as a paid partnership"),
    "made_with_ai": Localised(de="als mit KI gemacht gekennzeichnet", en="marked as made with AI"),
    "for_super_followers_only": Localised(de="nur für zahlende Folgende", en="for paying followers only"),
    "share_with_followers": Localised(de="mit Folgenden geteilt", en="shared with followers"),
    "nullcast": Localised(de="nur als Anzeige, nicht im Profil", en="as an advertisement only, not on the profile"),
    "no_story": Localised(de="ohne Meldung im Verlauf", en="without a story on the timeline"),
}
"""By slot."""
_EVERYBODY = Localised(de="alle", en="everybody")
_FOLLOWERS = Localised(de="Folgende", en="followers")
_FOLLOWED = Localised(de="wem das Konto folgt", en="whom the account follows")
_MENTIONED = Localised(de="wer genannt wird", en="who is mentioned")
_WORDS: Mapping[str, Localised] = {
    "public": _EVERYBODY,
    "PUBLIC": _EVERYBODY,
    "everyone": _EVERYBODY,
    "unlisted": Localised(de="alle, aber nicht in öffentlichen Listen", en="everybody, but not in public lists"),
    "private": _FOLLOWERS,
    "followers": _FOLLOWERS,
    "direct": _MENTIONED,
    "nobody": Localised(de="niemand", en="nobody"),
    "following": _FOLLOWED,
    "accounts_you_follow": _FOLLOWED,
    "mentionedUsers": _MENTIONED,
    "mentioned_only": _MENTIONED,
    "subscribers": Localised(de="wer abonniert hat", en="subscribers"),
    "verified": Localised(de="bestätigte Konten", en="verified accounts"),
    "CONNECTIONS": Localised(de="Kontakte", en="connections"),
    "LOGGED_IN": Localised(de="alle, die angemeldet sind", en="everybody who is logged in"),
    "CONTAINER": Localised(de="Mitglieder der Gruppe", en="members of the group"),
    "MAIN_FEED": Localised(de="im Verlauf der Folgenden", en="in the feed of followers"),
    "NONE": Localised(de="nur auf der eigenen Seite", en="on the own page only"),
}
"""By value."""
_YES, _NO = Localised(de="ja", en="yes"), Localised(de="nein", en="no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a post."""

    slot: str
    value: Option
    says: Localised | None
    """Name and value in words; None: for machines only."""


def choices(options: Iterable[tuple[str, Option]]) -> tuple[Choice, ...]:
    """Return the options of a post in their order."""
    return tuple(Choice(slot=slot, value=value, says=_said(slot, value)) for slot, value in options)


def _said(slot: str, value: Option) -> Localised | None:
    name = _NAMES.get(slot)
    if name is None or value is None:
        return None
    if isinstance(value, bool):
        word = _YES if value else _NO
    else:
        word = _WORDS.get(str(value), Localised(de=str(value), en=str(value)))
    return Localised(de=f"{name.de}: {word.de}", en=f"{name.en}: {word.en}")
