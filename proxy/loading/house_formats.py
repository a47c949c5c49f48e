"""
The house's own numbers and hosts as recognizers: read from its profile, searched for like any rule.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.detection.dialect import GAP, mask_pattern
from proxy.core.detection.registry import CHECKS
from proxy.core.model import Confidence, Recognizer, RuleConfidence
from proxy.loading.validation import Fields, items_of, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.loading.strict_yaml import Node

CUES = {
    "CLAIM_NUMBER": ("Schadennummer", "Schadensnummer", "Schaden-Nr", "Schadennr", "claim number", "claim no"),
    "CONTRACT_NUMBER": ("Vertragsnummer", "Vertrags-Nr", "Vertragsnr", "contract number", "contract no"),
    "CUSTOMER_NUMBER": (
        *("Kundennummer", "Kunden-Nr", "Kundennr", "Kd.-Nr", "Kd-Nr", "KdNr"),
        *("Kunde", "Kundin", "Partner", "Partnernummer", "Partnernr", "Mitglied", "Versicherungsnehmer"),
        *("customer number", "customer no", "customer id", "client number", "customer", "client", "partner", "member"),
    ),
    "DEPOT_NUMBER": (
        *("Depotnummer", "Depot-Nr", "Depotnr", "Depot", "Wertpapier", "Wertpapierservice"),
        *("Dividende", "Ausschüttung", "Aktien"),
        *("custody account", "securities account", "shares", "portfolio", "dividend"),
    ),
    "POLICY_NUMBER": (
        *("Versicherungsscheinnummer", "Versicherungsscheinnr", "Versicherungsnummer", "Versicherungs-Nr"),
        *("Policennummer", "Policen-Nr", "VS-Nr", "VSNR", "policy number", "policy no"),
    ),
}
"""Words that speak for a number of the house, besides those that it names itself."""
_PLACE = re.compile(r"\\.|[#A]")
_FEWEST_PLACES = 4
_TELLING_DIGITS = 5
"""Digits behind letters of the house that are enough by themselves."""
_NO_NUMBER = ("[^1-9]+",)
"""A number of zeros only is a placeholder, and letters alone are a word."""
_SPOKEN_GAP = " {0,2}(?:(?:binde|schräg)?strich|minus|dash|hyphen|slash|punkt|dot) {0,2}"
_HOST = r"(?:[a-z0-9_-]+\.)*"
_SCHEME = r"(?:[a-z][a-z0-9+.-]{1,9}://)?"
_REST = r"(?::[0-9]{1,5})?(?:/[^ \t\r\n<>\"]*)?"


def read_formats(fields: Fields) -> tuple[Recognizer, ...]:
    """Return what `identifier_formats` describes; two recognizers a format, the second for numbers that are spread."""
    node = fields.get("identifier_formats")
    found: list[Recognizer] = []
    for number, item in enumerate([] if node is None else items_of(fields.report, node, empty=True), start=1):
        inner = Fields.of(fields.report, item)
        if inner is not None:
            found += _format(inner, number)
    return tuple(found)


def internal_hosts(domains: Sequence[str]) -> tuple[Recognizer, ...]:
    """Return what finds hosts of internal domains, the domains themselves included."""
    return tuple(
        Recognizer(
            id=f"house/internal-domain-{number}",
            entity="INTERNAL_URL",
            pattern=f"(?i){_SCHEME}{_HOST}{re.escape(domain)}{_REST}",
            confidence=RuleConfidence(bare=Confidence.HIGH),
        )
        for number, domain in enumerate(domains, start=1)
    )


def _format(fields: Fields, number: int) -> list[Recognizer]:
    before = fields.report.errors
    entity = fields.choice("entity", tuple(CUES))
    mask = _mask(fields)
    cues = _cues(fields)
    check = fields.choice("check", ("none", *sorted(check.NAME for check in CHECKS)), default="none")
    fields.close()
    if entity is None or mask is None or fields.report.errors > before:
        return []
    return [
        Recognizer(
            id=f"house/{entity.lower().replace('_', '-')}-{number}" + ("-spread" if grouped else ""),
            entity=entity,
            pattern=_pattern(mask, grouped=grouped),
            surface="grouped" if grouped else "text",
            check=None if check == "none" else check,
            cues=(*cues, *CUES[entity]),
            forms="stem",
            boundary="field",
            exclude=_NO_NUMBER,
            confidence=_confidence(mask, checked=check != "none", grouped=grouped),
        )
        for grouped in (False, True)
    ]


def _pattern(mask: str, *, grouped: bool) -> str:
    """Return the pattern of a mask; with letters that tell enough, look-alikes pass for digits, and words for gaps."""
    pattern = mask_pattern(mask, grouped=grouped)
    if not _telling(mask):
        return pattern
    return pattern.replace("[0-9]", "[0-9OILSBQZ]").replace(GAP, f"(?:{GAP}|{_SPOKEN_GAP})")


def _telling(mask: str) -> bool:
    letters = any(character.isalpha() for character in _PLACE.sub("", mask))
    return letters and _places(mask).count("#") >= _TELLING_DIGITS


def _mask(fields: Fields) -> str | None:
    node = fields.need("mask")
    mask = None if node is None else text_of(fields.report, node, limit=64)
    if mask is not None and len(_places(mask)) < _FEWEST_PLACES:
        fields.report.add("bad-mask", node)
        return None
    return mask


def _cues(fields: Fields) -> tuple[str, ...]:
    node: Node | None = fields.get("cues")
    found = []
    for item in [] if node is None else items_of(fields.report, node, empty=True):
        text = text_of(fields.report, item, limit=100)
        if text is not None and not any(character.isalnum() for character in text):
            fields.report.add("bad-cue", item)
        elif text is not None:
            found.append(text)
    return tuple(found)


def _places(mask: str) -> list[str]:
    return [place for place in _PLACE.findall(mask) if len(place) == 1]


def _confidence(mask: str, *, checked: bool, grouped: bool) -> RuleConfidence:
    """
    Return how sure a number is.

    Letters of the house before enough digits say enough, unless a check has to. Digits alone need a cue or a check,
    and digits that were put together from pieces (dates have those too) a cue.
    """
    high = Confidence.HIGH
    if any(character.isalpha() for character in _PLACE.sub("", mask)):
        bare = (Confidence.MEDIUM if checked else high) if _telling(mask) else Confidence.LOW
        return RuleConfidence(bare=bare, cue=high, check=high, cue_and_check=high)
    return RuleConfidence(cue=high, check=None if grouped else high, cue_and_check=high)
