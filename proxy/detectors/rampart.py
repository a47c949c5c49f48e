"""
The backend `rampart`: a small German and English token classifier on ONNX Runtime.

Its kinds of numbers are unreliable and become OTHER_IDENTIFIER; its e-mail and web addresses are left to better
finders.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.model import Confidence
from proxy.detectors.models import RAMPART
from proxy.detectors.ner import Entity
from proxy.detectors.ner_versions import rampart_version
from proxy.detectors.onnx_tokens import TokenClassifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.detectors.onnx_tokens import Word
    from proxy.detectors.port import PartViews

NAME_THRESHOLD = 0.3
THRESHOLD = 0.5

_NAMES = frozenset({"GIVEN_NAME", "SURNAME"})
_STREET = frozenset({"STREET_NAME", "BUILDING_NUMBER", "SECONDARY_ADDRESS", "ZIP_CODE"})
_PLACES = frozenset({"CITY", "STATE"})
_NUMBERS = frozenset(
    {"BANK_ACCOUNT", "DRIVERS_LICENSE", "GOVERNMENT_ID", "PASSPORT", "PHONE", "ROUTING_NUMBER", "TAX_ID"},
)
_FAMILIES = {
    **dict.fromkeys(_NAMES, "name"),
    **dict.fromkeys(_STREET | _PLACES, "address"),
    **dict.fromkeys(_NUMBERS, "number"),
}
"""Labels whose words may belong to one finding. What is not here is not used."""
_GLUE = {
    "name": re.compile(r"[ \u00a0]?[-'’.]?[ \u00a0]?"),
    "address": re.compile(r"[\s,./-]{0,3}"),
    "number": re.compile(r"[ ./-]?"),
}
"""What may stand between two words of one finding."""


class Rampart:
    """Names, addresses and numbers in German and English."""

    name = "rampart"

    def __init__(self, path: str | None = None) -> None:
        root = RAMPART.locate(path)
        self._classifier = TokenClassifier(root, "onnx/model_q4.onnx", _threshold)
        self.version = rampart_version()

    def find(self, parts: Sequence[PartViews]) -> list[list[Entity]]:
        """Return the entities of every part."""
        return [self._find_in(part.normalised.text) for part in parts]

    def _find_in(self, text: str) -> list[Entity]:
        words = self._classifier.words(text)
        return [entity for group in groups(words, text) for entity in entities(group)]


def _threshold(label: str) -> float:
    """Return how sure the model must be; what is in no family is never sure enough."""
    if label not in _FAMILIES:
        return 2.0
    return NAME_THRESHOLD if label in _NAMES else THRESHOLD


def groups(words: Sequence[Word], text: str) -> Iterator[list[Word]]:
    """Yield runs of words that belong to one person, address or number."""
    group: list[Word] = []
    for word in words:
        if group and not _continues(group, word, text):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _continues(group: list[Word], word: Word, text: str) -> bool:
    last = group[-1]
    family = _FAMILIES[word.label]
    if family != _FAMILIES[last.label] or _GLUE[family].fullmatch(text, last.end, word.start) is None:
        return False
    # "Anna Meier Peter Schulz": a new given name after a family name is a new person.
    return not (word.begins and word.label == "GIVEN_NAME" and last.label == "SURNAME")


def entities(group: Sequence[Word]) -> Iterator[Entity]:
    """Yield what a run of words amounts to."""
    labels = {word.label for word in group}
    start, end = group[0].start, group[-1].end
    match _FAMILIES[group[0].label]:
        case "name":
            whole = labels >= _NAMES
            yield Entity(kind="PERSON", start=start, end=end, confidence=Confidence.MEDIUM if whole else Confidence.LOW)
        case "address" if labels & _STREET:
            exact = {"STREET_NAME", "BUILDING_NUMBER"} <= labels
            yield Entity(
                kind="ADDRESS", start=start, end=end, confidence=Confidence.MEDIUM if exact else Confidence.LOW
            )
        case "address":
            yield Entity(kind="LOCATION", start=start, end=end)
        case _:
            yield Entity(kind="OTHER_IDENTIFIER", start=start, end=end)
