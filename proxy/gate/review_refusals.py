"""
Why a step of a review is refused, in words for the people who review.
"""

from __future__ import annotations

from typing import ClassVar

from proxy.core.errors import Localised, PostgateError


class ReviewRefused(PostgateError):
    """A step of a review was not taken; nothing changed."""

    code = "review_refused"
    status = 409
    text = Localised(
        de="Dieser Schritt einer Prüfung wurde nicht angenommen. Es hat sich nichts geändert.",
        en="This step of a review was not taken. Nothing changed.",
    )
    REASONS: ClassVar[dict[str, Localised]] = {
        "no-role": Localised(
            de="Prüfen dürfen nur Menschen mit einem Token dafür (--scope review, review:WARTESCHLANGE oder deputy).",
            en="Only people with a token for it may review (--scope review, review:QUEUE or deputy).",
        ),
        "own-post": Localised(
            de="Das ist ein eigener Beitrag, oder einer des Menschen, der vertreten wird. Jemand anderes muss prüfen.",
            en="This is your own post, or one of the person you stand in for. Somebody else has to review it.",
        ),
        "not-asked": Localised(
            de="Diese Warteschlange ist nicht Ihre, auch nicht in Vertretung.",
            en="This queue is not yours, nor do you stand in for somebody whose it is.",
        ),
        "voted": Localised(
            de="Dieser Mensch hat über diesen Beitrag schon entschieden. Die nächste Stufe braucht einen anderen.",
            en="This person has decided about this post already. The next stage needs another one.",
        ),
        "decided": Localised(
            de="Über diese Stufe hat gerade jemand anderes entschieden. Bitte neu ansehen.",
            en="Somebody else has just decided this stage. Look at it again.",
        ),
        "closed": Localised(
            de="Diese Prüfung ist beendet: entschieden, zurückgezogen, abgelaufen oder vom Gateway neu entschieden.",
            en="This review is over: decided, withdrawn, expired, or decided again by the gateway.",
        ),
        "expired": Localised(
            de="Die Zeit dieses Beitrags ist vorbei; er wird nicht mehr gesendet.",
            en="The time of this post is over; it is not sent any more.",
        ),
        "no-bulk": Localised(
            de="Darüber wird einzeln entschieden: Eine harte Regel hat angehalten, oder es braucht mehrere Menschen.",
            en="This one is decided alone: a hard rule held it, or it needs several people.",
        ),
        "sample": Localised(
            de="Das ist eine Stichprobe oder keine: Stichproben werden bewertet (judge), anderes wird entschieden.",
            en="This is a sample, or it is none: samples are judged (judge), all others are decided.",
        ),
        "no-reason": Localised(
            de="Ablehnen und Zurückgeben brauchen einen Grund, Zurückgeben außerdem Worte für den Autor.",
            en="Rejecting and returning need a reason, and returning needs words for the author.",
        ),
        "case": Localised(
            de="Ein Aktenzeichen besteht aus Buchstaben, Ziffern und . _ / - (höchstens 64), ohne Leerzeichen.",
            en="A case number has letters, digits and . _ / - (64 at most), no blanks.",
        ),
        "no-span": Localised(
            de="Eine Anmerkung steht außerhalb des Textes, auf den sie sich bezieht.",
            en="A remark lies outside the text that it is about.",
        ),
        "no-text": Localised(
            de="Der Text dieses Beitrags wurde gelöscht oder ist nicht der, über den entschieden wurde.",
            en="The text of this post was erased, or is not the one that was decided.",
        ),
        "deputy": Localised(
            de="Diese Person kann nicht vertreten: Sie braucht ein eigenes Token mit --scope review oder deputy.",
            en="This person cannot stand in: they need a token of their own with --scope review or deputy.",
        ),
        "period": Localised(
            de="Eine Vertretung beginnt frühestens jetzt, endet nach ihrem Beginn und dauert höchstens 92 Tage.",
            en="A delegation begins now at the earliest, ends after it begins and lasts at most 92 days.",
        ),
        "delegation": Localised(
            de="Diese Vertretung gibt es nicht, sie ist beendet, oder sie gehört einem anderen.",
            en="There is no such delegation, it has ended, or it is somebody else's.",
        ),
    }

    def __init__(self, *, why: str) -> None:
        super().__init__(found=why)
        self.why = why
        """One of `REASONS`."""

    @property
    def reason(self) -> Localised:
        """Return why, and what to do."""
        return self.REASONS[self.why]
