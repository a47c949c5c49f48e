"""
The spellings under which finders may see one name of a customer, as keyed fingerprints.

Case, umlauts, titles, order and punctuation are the business of the canonical form. What that cannot know is written
out here: a genitive, and a company without its legal form. Nothing shorter is derived, because a family name alone
belongs to others too; whoever wants it counted has to name it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.detection.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["company_name", "name_forms", "name_prints"]


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PERSON, _COMPANY = "PERSON", "ORGANIZATION"
_LEGAL_FORM = re.compile(
    r",?\s+(?:g?GmbH(?:\s*&\s*Co\.?\s*KG(?:aA)?)?|AG(?:\s*&\s*Co\.?\s*KG)?|SE|KGaA|KG|OHG|GbR|e\.\s?K\.|eG|UG|mbH|Ltd\.?|"
    r"LLP|LLC|Inc\.?|PLC|plc|S\.?A\.?|AB|BV)$"
)
_BEFORE_COMPANY = _listed(
    """
    der die das dem den des ein eine einen einem einer unser unsere unserem unseren unserer unseres mein meine meinem
    meinen meiner wir für mit bei von und heute gestern danke kunde kundin kunden firmenkunde firmenkundin firmenkunden
    geschäftskunde geschäftskundin neukunde neukundin stammkunde stammkundin referenzkunde referenzkundin mandant
    mandantin partner partnerin firma familienunternehmen unternehmen mittelständler betrieb versicherungsnehmer
    versicherungsnehmerin kreditnehmer kreditnehmerin
    the a our my client customer business company firm today yesterday thanks policyholder borrower
    """
)
"""Words that begin with a capital in front of a company and are no part of its name."""


def name_prints(key: bytes, name: str) -> frozenset[str]:
    """
    Return the fingerprints of a name as finders of people and of companies may see it.

    Raises:
        ValueError: as `fingerprint`.
    """
    return frozenset(fingerprint(key, entity, form) for entity, form in name_forms(name))


def name_forms(name: str) -> Iterator[tuple[str, str]]:
    """Yield the entities under which a name may be found, each with a spelling."""
    name = " ".join(name.split())
    for entity in (_PERSON, _COMPANY):
        yield from ((entity, name), (entity, f"{name}s"))
    # Of a company only: the name of its owner may be all that is left, and that is somebody else's consent.
    bare = _LEGAL_FORM.sub("", name)
    if bare != name and " " in bare:
        yield from ((_COMPANY, bare), (_COMPANY, f"{bare}s"))


def company_name(text: str) -> str:
    """Return the name of a company without the words in front of it that only speak of it: `Our client`."""
    words = text.split()
    while len(words) > 1 and words[0].casefold() in _BEFORE_COMPANY:
        words.pop(0)
    return " ".join(words)
