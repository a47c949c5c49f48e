"""
Whether the wrapping keys of a process fit its database: what others exchanged in the meantime, it cannot know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import ConfigurationError, Localised, Problem
from proxy.storage.wrapping_keys import noted

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from proxy.vault.keys import Keys

RETIRED = "wrapping-key-retired"
"""The database takes nothing that the current key wrapped."""
MISSING = "wrapping-key-missing"
"""An exchange goes to a key, or away from one, that is not here."""


def unfit(connection: Connection, keys: Keys) -> str | None:
    """Return why these keys do not fit, or None when they do; reads a few rows."""
    notes = noted(connection)
    retired = {name for name, note in notes.items() if note.retired_at is not None}
    if keys.kek_id() in retired:
        return RETIRED
    return MISSING if set(notes) - retired - keys.ring() else None


def require_usable(connection: Connection, keys: Keys) -> None:
    """
    Refuse a current key that is retired.

    Raises:
        ConfigurationError: nothing could be stored with it.
    """
    if unfit(connection, keys) == RETIRED:
        raise ConfigurationError((_RETIRED,))


_RETIRED = Problem(
    file="keys",
    line=0,
    column=0,
    code=RETIRED,
    message=Localised(
        de="Der Hüllschlüssel (kek) ist ausgemustert: Die Datenbank nimmt nichts mehr, was er verschließt.",
        en="The wrapping key (kek) is retired: the database takes nothing that it wraps.",
    ),
    remedy=Localised(
        de="Den geltenden Schlüssel von einem anderen Knoten holen (postgate key status nennt ihn), dann neu starten.",
        en="Get the current key from another node (postgate key status names it), then start again.",
    ),
)
