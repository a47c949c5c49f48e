"""
Why a change of the register of consents is refused, in words for the people who make it.
"""

from __future__ import annotations

from typing import ClassVar

from proxy.core.errors import Localised, PostgateError


class ConsentRefused(PostgateError):
    """A change of the register of consents was not taken; nothing was changed."""

    code = "consent_refused"
    status = 409
    text = Localised(
        de="Die Änderung am Einwilligungsregister wurde nicht angenommen. Es wurde nichts geändert.",
        en="The change of the register of consents was not taken. Nothing was changed.",
    )
    REASONS: ClassVar[dict[str, Localised]] = {
        "no-role": Localised(
            de="Mit diesem Token darf niemand Einwilligungen eintragen, freigeben oder widerrufen (--scope policy).",
            en="This token does not allow to add, approve or revoke consents (--scope policy).",
        ),
        "period": Localised(
            de="Eine Einwilligung endet nach ihrem Beginn, in der Zukunft und höchstens fünf Jahre nach heute.",
            en="A consent ends after it begins, in the future, and at most five years from today.",
        ),
        "same-person": Localised(
            de="Diese Person hat die Einwilligung eingetragen. Eine andere muss sie freigeben.",
            en="This person added the consent. Another one has to approve it.",
        ),
        "not-waiting": Localised(
            de="Diese Einwilligung wartet nicht auf eine Freigabe: Sie ist freigegeben, widerrufen oder verfallen.",
            en="This consent does not wait for an approval: it is approved, revoked or lapsed.",
        ),
        "other-names": Localised(
            de="Die Namen sind nicht genau die eingetragenen. Im Nachweis nachsehen und alle Schreibweisen nennen.",
            en="The names are not exactly those that were added. Look into the evidence and give every spelling.",
        ),
        "revoked": Localised(de="Diese Einwilligung ist schon widerrufen.", en="This consent is revoked already."),
    }

    def __init__(self, *, why: str) -> None:
        super().__init__(found=why)
        self.why = why
        """One of `REASONS`."""

    @property
    def reason(self) -> Localised:
        """Return why, and what to do."""
        return self.REASONS[self.why]
