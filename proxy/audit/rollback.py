"""
The error of a log that was taken back: somebody put an older database in its place, or another one.
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
            remedy="put the newest database back; keep this one and the checkpoint, and tell the auditors",
        )
        self.words = Localised(
            de=f"{self.text.de} Der Prüfpunkt nennt {known} Einträge, die Datenbank hat {size}"
            + (". " if shorter else ", aber andere. ")
            + "Die jüngste Datenbank zurückspielen; diese hier und den Prüfpunkt aufheben und die Prüfer verständigen.",
            en=f"{self.text.en} The checkpoint says {known} records, the database has {size}"
            + (". " if shorter else ", but others. ")
            + "Put the newest database back; keep this one and the checkpoint, and tell the auditors.",
        )
        """The same for people, with both sizes and what to do."""
