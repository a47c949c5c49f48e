from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import Confidence
from proxy.detectors.ner import Entity, NerDetector
from proxy.detectors.sheet import make_sheet
from tests.fakes.detectors import KEY

if TYPE_CHECKING:
    from proxy.detectors.port import PartViews


class FakeBackend:
    name = "fake"
    version = "7"

    def find(self, part: PartViews) -> list[Entity]:
        start = part.normalised.text.find("Anna Beispiel")
        if start < 0:
            return []
        return [Entity(kind="PERSON", start=start, end=start + 13, confidence=Confidence.MEDIUM)]


def test_a_backends_ranges_become_findings_in_the_authors_text() -> None:
    """Rule and detector carry the backend's name, fingerprints are keyed, invisible characters are inside the span."""
    detector = NerDetector(FakeBackend(), KEY)
    text = "Mit Anna\u200b Beispiel!"

    (found,) = detector.find(make_sheet(("leer", text), "r"))

    assert (found.rule, found.detector, found.entity) == ("ner/fake", "ner:fake", "PERSON")
    assert (found.part, text[found.span.start : found.span.end]) == (1, "Anna\u200b Beispiel")
    assert found.fingerprint == fingerprint(KEY, "PERSON", "Anna Beispiel")
    assert (detector.name, detector.version("r")) == ("ner:fake", "7")
