"""
Why an order is refused, in words for the people who give it.
"""

from __future__ import annotations

from typing import ClassVar

from proxy.core.errors import Localised, PostgateError


class OrderRefused(PostgateError):
    """An order was not taken; nothing was destroyed, held, released or opened."""

    code = "order_refused"
    status = 409
    text = Localised(
        de="Der Auftrag wurde nicht angenommen. Es wurde nichts gelöscht und nichts geöffnet.",
        en="The order was not taken. Nothing was erased and nothing was opened.",
    )
    REASONS: ClassVar[dict[str, Localised]] = {
        "no-role": Localised(
            de="Dafür braucht es das Token eines Menschen mit einer dieser Rollen: audit, privacy, legal.",
            en="This needs the token of a person with one of these roles: audit, privacy, legal.",
        ),
        "no-lead": Localised(
            de="Eine der beiden Personen braucht die Rolle privacy für Löschung und Einsicht, legal für Sperren.",
            en="One of the two people needs the role privacy for erasures and cases, legal for holds.",
        ),
        "same-person": Localised(
            de="Wer einen Auftrag eröffnet hat, kann ihn nicht selbst bestätigen.",
            en="Whoever opened an order cannot confirm it.",
        ),
        "case-number": Localised(
            de="Das Aktenzeichen besteht aus Buchstaben, Ziffern und . _ / - (höchstens 64), ohne Leerzeichen.",
            en="A case number has letters, digits and . _ / - (64 at most), no blanks.",
        ),
        "basis": Localised(
            de="Die Rechtsgrundlage ist ein Kürzel wie gdpr-17-1-b: Kleinbuchstaben, Ziffern, Punkt und Bindestrich.",
            en="The legal basis is a short word such as gdpr-17-1-b: small letters, digits, dot and hyphen.",
        ),
        "target": Localised(
            de="Zu diesem Auftrag gehört ein anderes Ziel: Beiträge oder eine Person für eine Löschung; für eine "
            "Sperre auch ein Konto und eine Zeit; bei Freigabe und Einsicht keines.",
            en="This order takes another target: posts or a person for an erasure; for a hold also an account and a "
            "time; none for a release or a case.",
        ),
        "too-many": Localised(de="Höchstens 200 Beiträge in einem Auftrag.", en="At most 200 posts in one order."),
        "nothing-found": Localised(
            de="Dazu ist nichts gespeichert, das sich löschen ließe.", en="Nothing is kept of it that could be erased."
        ),
        "legal-hold": Localised(
            de="Eine Sperre verbietet das Löschen (Aufbewahrung für ein Verfahren). Erst die Sperre freigeben.",
            en="A legal hold forbids erasing. Release the hold first.",
        ),
        "open-posts": Localised(
            de="Mindestens ein Beitrag ist noch unterwegs oder wartet auf eine Entscheidung. Danach noch einmal.",
            en="At least one post is on its way or waits for a decision. Try again afterwards.",
        ),
        "needed-image": Localised(
            de="Ein Beitrag, der noch unterwegs ist oder auf eine Entscheidung wartet, zeigt eines der Bilder. Danach "
            "noch einmal.",
            en="A post that is on its way or waits for a decision shows one of the images. Try again afterwards.",
        ),
        "grown": Localised(
            de="Seit der Auftrag eröffnet wurde, ist etwas dazugekommen, eine Bearbeitung oder ein Text eines Bildes. "
            "Bitte neu eröffnen, damit beide sehen, was gelöscht wird.",
            en="Something was added since the order was opened, an edit or a text of an image. Open it again, so that "
            "both of you see what is erased.",
        ),
        "no-hold": Localised(
            de="Es gibt keine Sperre mit dieser Kennung, oder sie ist schon freigegeben.",
            en="There is no hold of this id, or it is released already.",
        ),
        "expired": Localised(
            de="Der Auftrag ist abgelaufen. Bitte neu eröffnen.", en="The order has expired. Open it again."
        ),
        "confirmed": Localised(de="Der Auftrag ist schon bestätigt.", en="The order is confirmed already."),
        "not-made-here": Localised(
            de="Dieser Auftrag wurde nicht vom Gateway angelegt. Bitte die Sicherheit verständigen.",
            en="This order was not made by the gateway. Tell your security team.",
        ),
        "no-case": Localised(
            de="Dafür braucht es eine bestätigte Einsicht (postgate audit case), die nicht älter als 30 Tage ist.",
            en="This needs a confirmed case (postgate audit case) that is not older than 30 days.",
        ),
        "no-content": Localised(
            de="Dafür braucht es das Token eines Menschen mit der Rolle content.",
            en="This needs the token of a person with the role content.",
        ),
        "no-key": Localised(
            de="Auf diesem Knoten fehlt der Schlüssel für Prüfpunkte. Auf einem Knoten bestätigen, der ihn hat.",
            en="This node has no key for checkpoints. Confirm on a node that has it.",
        ),
        "not-restored": Localised(
            de="Die Datenbank hat alles, was über das Protokoll bekannt ist: Es fehlt nichts. Also ohne --restored.",
            en="The database has everything that is known of the log: nothing is missing. Open it without --restored.",
        ),
        "restored": Localised(
            de="Die Datenbank ist älter als die bekannten Prüfpunkte; ihr Protokoll nimmt nichts mehr auf. Möglich ist "
            "nur: postgate audit rotate --restored, und dessen Bestätigung.",
            en="The database is older than the known checkpoints; its log takes nothing any more. All that is possible "
            "is postgate audit rotate --restored, and its confirmation.",
        ),
        "sink-unread": Localised(
            de="Eine Ablage für Prüfpunkte ist nicht lesbar; sie könnte mehr wissen. Erst erreichbar machen, oder aus "
            "audit.sinks nehmen.",
            en="A sink of checkpoints cannot be read; it may know more. Make it reachable first, or take it out of "
            "audit.sinks.",
        ),
        "overtaken": Localised(
            de="Inzwischen hat sich geändert, worum es geht. Bitte noch einmal versuchen.",
            en="What this is about has changed in the meantime. Try again.",
        ),
    }

    def __init__(self, *, why: str) -> None:
        super().__init__(found=why)
        self.why = why
        """A key of `REASONS`."""

    @property
    def reason(self) -> Localised:
        """Return the reason in words."""
        return self.REASONS[self.why]
