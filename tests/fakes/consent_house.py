"""
A gate that holds posts in which a customer is named, and knows one who agreed. All people are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.matchers.finding import FindingSpec
from tests.consents import PRINT, make_consent_draft, make_register, officer
from tests.fakes.waiting_house import WaitingHouse
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle

NAMED = "Anna Beispiel ist Kundin"
OTHER = "Ben Beispiel ist Kunde"


def excusing() -> PolicyBundle:
    """Return a bundle that holds posts in which a customer is named who did not agree to it."""
    rule = make_rule(
        "named-customer",
        when=FindingSpec(entities=("CUSTOMER_RELATION",)),
        unless=(ConsentSpec(covers=("name", "platform", "topic")),),
        action=Verdict.HOLD,
    )
    return make_bundle(make_policy(rule))


class ConsentHouse(WaitingHouse):
    """A gate with a register of consents."""

    def __init__(self) -> None:
        super().__init__(bundle=excusing())
        self.scanner.words = {"Anna Beispiel": "CUSTOMER_RELATION", "Ben Beispiel": "CUSTOMER_RELATION"}
        self.scanner.fingerprints = {"Anna Beispiel": PRINT, "Ben Beispiel": "b" * 32}
        self.register = make_register(
            self.consents,
            audit=self.log,
            digest=self.ports.envelope.digest,
            clock=self.clock,
            ids=self.ports.ids,
        )

    async def agreed(self, **values: object) -> str:
        """Let the register have a consent of Anna Beispiel; return its id."""
        (kept,) = await self.register.add([make_consent_draft(**values)], by=officer("a_anna"))
        await self.register.approve([(kept.consent.id, kept.consent.names)], by=officer("a_ben"))
        return kept.consent.id

    async def taken_back(self, consent: str) -> None:
        """Let a consent count no more."""
        await self.register.revoke(consent, reason="withdrawn", by=officer("a_anna"))

    @property
    def decisions(self) -> list[tuple[object, object]]:
        """Return the verdict of every decision, and the consents that it counted on."""
        return [(one.data["decision"], one.data.get("consents")) for one in self.log.records if one.code == "PG-101"]
