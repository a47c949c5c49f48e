"""
Why a log is not started on: it was taken back, or nothing outside the database says that it was not.
"""

from __future__ import annotations

from proxy.core.errors import AuditBroken, Localised


class LogRolledBack(AuditBroken):
    """The audit log does not continue a checkpoint that was signed over it: an older database, or another one."""

    code = "log_rolled_back"
    text = Localised(
        de="Das Prüfprotokoll setzt seinen letzten unterschriebenen Prüfpunkt nicht fort. Es wird nichts angenommen.",
        en="The audit log does not continue its last signed checkpoint. Nothing is accepted.",
    )

    def __init__(self, *, size: int, known: int) -> None:
        """Take the size of the log, and that of the checkpoint it does not continue."""
        shorter = size < known
        super().__init__(
            expected=f"a log that continues the checkpoint of {known} records",
            found=f"{size} records" if shorter else f"{size} records with another root at {known}",
            remedy="put the newest database back; keep this one and the checkpoint, and tell the auditors; "
            "only where there is no newer one: postgate audit rotate --restored",
        )
        self.words = Localised(
            de=f"{self.text.de} Der Prüfpunkt nennt {known} Einträge, die Datenbank hat {size}"
            + (". " if shorter else ", aber andere. ")
            + "Die jüngste Datenbank zurückspielen; diese hier und den Prüfpunkt aufheben und die Prüfer verständigen; "
            "nur wenn es keine jüngere gibt: postgate audit rotate --restored.",
            en=f"{self.text.en} The checkpoint says {known} records, the database has {size}"
            + (". " if shorter else ", but others. ")
            + "Put the newest database back; keep this one and the checkpoint, and tell the auditors; "
            "only where there is no newer one: postgate audit rotate --restored.",
        )
        """The same for people, with both sizes and what to do."""


class NothingRemembered(AuditBroken):
    """The audit log has records, and there is no checkpoint outside the database that it could be compared with."""

    code = "log_unremembered"
    text = Localised(
        de="Außerhalb der Datenbank ist kein Prüfpunkt zu finden, mit dem das Prüfprotokoll verglichen werden könnte.",
        en="No checkpoint is found outside the database that the audit log could be compared with.",
    )

    def __init__(self, *, size: int) -> None:
        """Take the size of the log."""
        super().__init__(
            expected="the last checkpoint in audit.state, or one in a sink that can be read",
            found=f"none; the database has {size} records",
            remedy="put the file back or mount the sink; on a new machine, once: postgate serve --trust-database",
        )
        self.words = Localised(
            de=f"{self.text.de} Die Datenbank hat {size} Einträge; ob es einmal mehr waren, weiß niemand. "
            "Das Verzeichnis audit.state zurückbringen oder die Ablage einhängen. "
            "Nur wenn der Knoten neu auf dieser Maschine ist, einmal: postgate serve --trust-database (wird vermerkt).",
            en=f"{self.text.en} The database has {size} records; whether there were more, nobody knows. "
            "Put the directory audit.state back, or mount the sink. "
            "Only where the node is new on this machine, once: postgate serve --trust-database (goes on record).",
        )
        """The same for people, with what to do."""
