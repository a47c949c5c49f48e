"""
Why the wrapping key is not exchanged, in words for the people who wanted it.
"""

from __future__ import annotations

from typing import ClassVar

from proxy.core.errors import Localised, PostgateError


class ExchangeRefused(PostgateError):
    """The exchange of the wrapping key did not come to its end; no key was retired, and everything still opens."""

    code = "exchange_refused"
    status = 409
    text = Localised(
        de="Der Tausch des Hüllschlüssels ist nicht zu Ende. Kein Schlüssel ist ausgemustert, alles lässt sich öffnen.",
        en="The exchange of the wrapping key is not at its end. No key is retired, and everything still opens.",
    )
    REASONS: ClassVar[dict[str, Localised]] = {
        "nothing": Localised(
            de="Es gibt nichts zu tauschen: Alles ist mit dem geltenden Schlüssel verschlossen. Erst auf allen Knoten "
            "einen neuen in Gebrauch nehmen: postgate key draw, dann postgate key use.",
            en="There is nothing to exchange: the current key wraps everything. First put a new one into use on all "
            "nodes: postgate key draw, then postgate key use.",
        ),
        "missing": Localised(
            de="Diese Schlüssel braucht noch etwas, und sie sind nicht hier: {names}. Aus der Sicherung der Schlüssel "
            "zurückholen, dann noch einmal.",
            en="Something still needs these keys, and they are not here: {names}. Restore them from the backup of the "
            "keys, then try again.",
        ),
        "broken": Localised(
            de="Das lässt sich nicht öffnen und deshalb nicht neu verschlossen: {names}. Löschen lassen (postgate "
            "audit erase) oder die Datenbank zurückholen, dann noch einmal; alles andere ist neu verschlossen.",
            en="This does not open, so it was not wrapped anew: {names}. Have it erased (postgate audit erase) or "
            "restore the database, then try again; everything else is wrapped anew.",
        ),
        "still-used": Localised(
            de="Ein Knoten verschließt noch mit einem von diesen Schlüsseln: {names}. Alle Knoten mit dem neuen "
            "Schlüssel starten, dann noch einmal.",
            en="A node still wraps with one of these keys: {names}. Start all nodes with the new key, then try again.",
        ),
    }
    """Stable words for why, each with a sentence."""

    def __init__(self, *, why: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(found=why)
        self.why = why
        words, listed = self.REASONS[why], ", ".join(names)
        self.reason = Localised(de=words.de.format(names=listed), en=words.en.format(names=listed))
