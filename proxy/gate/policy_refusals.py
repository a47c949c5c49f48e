"""
Why a change of policies is refused, in words for the people who make it.
"""

from __future__ import annotations

from typing import ClassVar

from proxy.core.errors import Localised, PostgateError


class FailingTests(PostgateError):
    """Tests of proposed policies fail; nothing was proposed."""

    code = "failing_tests"
    status = 422
    text = Localised(
        de="Nichts vorgeschlagen: Prüfungen der Richtlinien schlagen fehl.",
        en="Nothing was proposed: tests of the policies fail.",
    )

    def __init__(self, *, names: tuple[str, ...]) -> None:
        super().__init__(found=f"{len(names)} failing tests")
        self.names = names
        """As `postgate policy test` calls them."""


class ProposalRefused(PostgateError):
    """A change of policies was not taken; what is in force stays in force."""

    code = "proposal_refused"
    status = 409
    text = Localised(
        de="Die Änderung der Richtlinien wurde nicht angenommen. In Kraft bleibt, was in Kraft ist.",
        en="The change of policies was not taken. What is in force stays in force.",
    )
    REASONS: ClassVar[dict[str, Localised]] = {
        "same": Localised(
            de="Genau diese Richtlinien sind schon in Kraft.", en="Exactly these policies are in force already."
        ),
        "same-person": Localised(
            de="Diese Person hat schon unterschrieben. Eine andere muss zustimmen.",
            en="This person has signed already. Another one has to approve.",
        ),
        "expired": Localised(
            de="Der Vorschlag ist abgelaufen. Bitte neu vorschlagen.", en="The proposal has expired. Propose it again."
        ),
        "overtaken": Localised(
            de="Inzwischen sind andere Richtlinien in Kraft als die verglichenen. Bitte neu vorschlagen.",
            en="Other policies are in force now than those it was compared with. Propose it again.",
        ),
        "not-stricter": Localised(
            de=(
                "Im Notfall darf eine Person allein nur verschärfen, und hier ist nicht bewiesen, dass nichts schwächer"
                " wird. Ohne --emergency vorschlagen und von einer zweiten Person zustimmen lassen."
            ),
            en=(
                "In an emergency one person alone may only make things stricter, and here it is not proven that nothing"
                " gets weaker. Propose it without --emergency and let a second person approve."
            ),
        ),
        "emergency-unsigned": Localised(
            de="Der letzte Notfall dieser Person ist noch von niemandem gegengezeichnet. Erst zustimmen lassen.",
            en="Nobody has signed the last emergency of this person yet. Let somebody approve it first.",
        ),
        "never-in-force": Localised(
            de="Es gibt keine früheren Richtlinien, die dafür in Frage kommen.",
            en="There are no earlier policies to go back to.",
        ),
        "retired": Localised(de="Diese Richtlinien sind ausgemustert.", en="These policies are retired."),
        "in-force": Localised(
            de="Diese Richtlinien sind in Kraft. Zuerst andere in Kraft setzen.",
            en="These policies are in force. Put others into force first.",
        ),
        "no-role": Localised(
            de="Dieses Token erlaubt nicht, Richtlinien vorzuschlagen oder ihnen zuzustimmen (--scope policy).",
            en="This token does not allow to propose or approve policies (--scope policy).",
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
