"""
Why a register is not built or not to be relied on, in words for the people who wanted it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from proxy.core.errors import Localised, PostgateError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.register.tally import Tally

__all__ = ["BROKEN", "RegisterRefused"]


class RegisterRefused(PostgateError):
    """The register was not built; the file of before is as it was."""

    code = "register_refused"
    status = 409
    text = Localised(
        de="Das Register wurde nicht gebaut. Die bisherige Datei ist unverändert.",
        en="The register was not built. The file of before is unchanged.",
    )
    REASONS: ClassVar[dict[str, Localised]] = {
        "bad-rows": Localised(
            de="Zu viele fehlerhafte Zeilen: {bad} von {rows}, erlaubt sind {limit} %. Quelle oder Zuordnung "
            "berichtigen oder --bad-rows anheben.",
            en="Too many bad rows: {bad} of {rows}, {limit} % are allowed. Correct the source or the mapping, or raise "
            "--bad-rows.",
        ),
        "no-entries": Localised(
            de="In den Quellen steht nichts, was ins Register gehört. Quelle und Zuordnung prüfen.",
            en="The sources hold nothing that belongs into the register. Check the source and the mapping.",
        ),
        "missing-columns": Localised(
            de="{source}: Diese Spalten der Zuordnung gibt es nicht: {columns}.",
            en="{source}: these columns of the mapping do not exist: {columns}.",
        ),
        "quotes": Localised(
            de="{source}, Zeile {line}: Ein Anführungszeichen wird nicht geschlossen. Die Quelle berichtigen, oder "
            "quote und delimiter der Zuordnung.",
            en="{source}, line {line}: a quote is not closed. Correct the source, or quote and delimiter of the "
            "mapping.",
        ),
        "changed": Localised(
            de="{source}: Die Datei hat sich während des Baus verändert. Noch einmal, wenn sie fertig ist.",
            en="{source}: the file changed during the build. Try again when it is complete.",
        ),
        "unreadable": Localised(
            de="{source}: Die Datei lässt sich nicht lesen.", en="{source}: the file cannot be read."
        ),
        "no-parquet": Localised(
            de="{source}: Für Parquet fehlt pyarrow. Installieren: pip install 'postgate[register]'.",
            en="{source}: pyarrow, which reads Parquet, is missing. Install it: pip install 'postgate[register]'.",
        ),
        "unknown-source": Localised(
            de="Die Zuordnung beschreibt keine Quelle {source}. Es gibt: {columns}.",
            en="The mapping describes no source {source}. There are: {columns}.",
        ),
        "missing-source": Localised(
            de="Für diese Quellen der Zuordnung fehlt --source NAME=DATEI: {columns}.",
            en="These sources of the mapping have no --source NAME=FILE: {columns}.",
        ),
        "running": Localised(
            de="Hier läuft schon ein Bau mit demselben Ziel. Sein Ende abwarten.",
            en="A build with the same target is running here. Wait for its end.",
        ),
        "worker": Localised(
            de="Ein Arbeitsprozess ist beendet worden ({source}), vielleicht aus Mangel an Speicher. Derselbe Befehl "
            "setzt den Bau fort.",
            en="A worker process ended ({source}), perhaps for want of memory. The same command continues the build.",
        ),
        "disk": Localised(
            de="Neben dem Ziel lässt sich nicht schreiben ({source}). Platz schaffen; derselbe Befehl setzt den "
            "Bau fort.",
            en="Beside the target nothing can be written ({source}). Make room; the same command continues the build.",
        ),
        "too-many": Localised(
            de="Mehr als 4 294 967 295 Schlüssel passen in kein Register. Die Quellen teilen.",
            en="No register holds more than 4,294,967,295 keys. Divide the sources.",
        ),
    }
    """Stable words for why, each with a sentence."""
    _PASSING: ClassVar[frozenset[str]] = frozenset({"disk", "running", "worker"})

    def __init__(self, why: str, tallies: Sequence[tuple[str, Tally]] = (), /, **values: str) -> None:
        super().__init__(found=why)
        self.why = why
        self.tallies = tuple(tallies)
        """What was counted in each source, where it is the reason."""
        words = self.REASONS[why]
        self.reason = Localised(de=words.de.format(**values), en=words.en.format(**values))

    @property
    def final(self) -> bool:
        """Return whether the same command would end the same way: nothing of the build is kept."""
        return self.why not in self._PASSING


BROKEN = {
    "not-a-register": Localised(de="Die Datei ist kein Register.", en="The file is no register."),
    "cut": Localised(
        de="Die Datei ist kürzer oder länger, als sie sagt. Noch einmal übertragen.",
        en="The file is shorter or longer than it says. Transfer it again.",
    ),
    "altered": Localised(
        de="Der Inhalt ist nicht der, der unterschrieben wurde. Noch einmal übertragen oder neu bauen.",
        en="The content is not what was signed. Transfer it again, or build it anew.",
    ),
    "unsorted": Localised(
        de="Die Schlüssel liegen nicht in ihrer Ordnung. Neu bauen.", en="The keys are out of order. Build it anew."
    ),
    "format": Localised(
        de="Dieses Format liest diese Version nicht. Mit derselben Version bauen.",
        en="This version does not read this format. Build it with the same version.",
    ),
    "other-key": Localised(
        de="Das Register ist mit einem anderen Schlüssel gebaut. Mit dem Schlüssel des Gateways bauen.",
        en="The register was built with another key. Build it with the gateway's.",
    ),
    "signature": Localised(
        de="Die Unterschrift ist nicht die des angegebenen Schlüssels.",
        en="The signature is not that of the key that was named.",
    ),
    "too-old": Localised(
        de="Das Register ist zu alt. Den nächtlichen Lauf prüfen.",
        en="The register is too old. Check the nightly run.",
    ),
    "not-yet": Localised(
        de="Das Register ist in der Zukunft gebaut. Die Uhren beider Maschinen prüfen.",
        en="The register was built in the future. Check the clocks of both machines.",
    ),
    "unreadable": Localised(de="Die Datei lässt sich nicht lesen.", en="The file cannot be read."),
    "other": Localised(
        de="Das ist nicht das erwartete Register.",
        en="This is not the register that was expected.",
    ),
}
"""What each code of a `BrokenRegister` means, and what to do."""
