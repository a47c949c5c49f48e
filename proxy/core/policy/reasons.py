"""
The gate's own reasons, in words for the author.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from proxy.core.model import Localised, Reason, Verdict

if TYPE_CHECKING:
    from proxy.core.policy.policy import Policy

INCOMPLETE_SCAN = "gate/incomplete-scan"
NO_POLICY = "gate/no-policy"
DEFAULT = "gate/default"
NOT_REDACTABLE = "gate/not-redactable"
NOT_CLEAN = "gate/redaction-not-clean"
LIMIT = "gate/limit"
TOPIC_CLOSED = "gate/topic-closed"
_CHECKED = Localised(
    de="Geprüft, keine Regel dieser Richtlinie trifft zu.",
    en="Checked, no rule of this policy matches.",
)
_NO_TEXT = Localised(
    de="Aktion ohne eigenen Text: Es gilt die Vorgabe dieser Richtlinie.",
    en="An act without text of its own: the default of this policy applies.",
)


def incomplete_scan(verdict: Verdict) -> Reason:
    """Say that not everything was checked."""
    return Reason(
        rule=INCOMPLETE_SCAN,
        verdict=verdict,
        message=Localised(
            de="Der Beitrag konnte nicht vollständig geprüft werden.",
            en="The post could not be checked completely.",
        ),
    )


def no_policy() -> Reason:
    """Say that no policy in force names this platform and kind of post."""
    return Reason(
        rule=NO_POLICY,
        verdict=Verdict.HOLD,
        message=Localised(
            de="Für diese Art von Beitrag auf dieser Plattform gilt noch keine Richtlinie.",
            en="No policy covers this kind of post on this platform yet.",
        ),
    )


def default(verdict: Verdict) -> Reason:
    """Say that the policies let nothing pass by themselves."""
    return Reason(
        rule=DEFAULT,
        verdict=verdict,
        message=Localised(
            de="Nach den Richtlinien geht kein Beitrag ohne Prüfung durch einen Menschen hinaus."
            if verdict is Verdict.HOLD
            else "Nach den Richtlinien sind Beiträge derzeit gesperrt.",
            en="By the policies no post leaves without a look by a person."
            if verdict is Verdict.HOLD
            else "By the policies posts are stopped at the moment.",
        ),
    )


def not_redactable() -> Reason:
    """Say that a label cannot take the place of what was found."""
    return Reason(
        rule=NOT_REDACTABLE,
        verdict=Verdict.HOLD,
        message=Localised(
            de="Die betroffene Stelle kann nicht automatisch ersetzt werden.",
            en="The place in question cannot be replaced automatically.",
        ),
    )


def not_clean() -> Reason:
    """Say that replacing was not enough."""
    return Reason(
        rule=NOT_CLEAN,
        verdict=Verdict.HOLD,
        message=Localised(
            de="Der Beitrag ist auch nach dem Ersetzen nicht unbedenklich.",
            en="The post is not clean even after replacing.",
        ),
    )


def limit_reached() -> Reason:
    """Say that a limit against probing was reached, and not which."""
    return Reason(
        rule=LIMIT,
        verdict=Verdict.HOLD,
        message=Localised(
            de="Eine Obergrenze ist erreicht. Ein Mensch entscheidet über den Beitrag.",
            en="A limit was reached. A person decides about the post.",
        ),
    )


def topic_closed(verdict: Verdict) -> Reason:
    """Say that nobody writes about this now, and neither about what nor why."""
    return Reason(
        rule=TOPIC_CLOSED,
        verdict=verdict,
        message=Localised(de="Dieses Thema ist derzeit gesperrt.", en="This topic is closed at present."),
    )


def looked(policy: Policy, *, text: bool) -> Reason:
    """Say that a policy looked and found nothing against the post."""
    return _looked(policy.id, text=text)


@lru_cache(maxsize=4096)
def _looked(policy: str, *, text: bool) -> Reason:
    """Return one value again and again: nearly every post gets one of every policy."""
    return Reason(rule=f"{policy}/*", verdict=Verdict.ALLOW, message=_CHECKED if text else _NO_TEXT)


def unevaluated(message: Localised) -> Localised:
    """Say that a rule could not be evaluated and therefore counts."""
    return Localised(
        de=f"{message.de} (Die Regel konnte nicht ausgewertet werden und gilt deshalb als zutreffend.)",
        en=f"{message.en} (The rule could not be evaluated and therefore counts as matched.)",
    )
