from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import Confidence
from proxy.detectors.ner import LONGEST_TOGETHER, Entity, NerDetector, person_confidence
from proxy.detectors.port import LooksAhead, WrongShape
from proxy.detectors.sheet import make_sheet
from tests.fakes.detectors import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.detectors.port import PartViews


class FakeBackend:
    name = "fake"
    version = "7"

    def __init__(self, *, forgets: bool = False) -> None:
        self.calls: list[int] = []
        self._forgets = forgets

    def find(self, parts: Sequence[PartViews]) -> list[list[Entity]]:
        self.calls.append(len(parts))
        found = [list(_annas(part.normalised.text)) for part in parts]
        return found[1:] if self._forgets else found


def _annas(text: str) -> Iterator[Entity]:
    start = text.find("Anna Beispiel")
    if start >= 0:
        yield Entity(kind="PERSON", start=start, end=start + 13, confidence=Confidence.MEDIUM)


def test_a_backends_ranges_become_findings_in_the_authors_text() -> None:
    """Rule and detector carry the backend's name, fingerprints are keyed, invisible characters are inside the span."""
    detector = NerDetector(FakeBackend(), KEY)
    text = "Mit Anna\u200b Beispiel!"

    (found,) = detector.find(make_sheet(("leer", text), "r"))

    assert (found.rule, found.detector, found.entity) == ("ner/fake", "ner:fake", "PERSON")
    assert (found.part, text[found.span.start : found.span.end]) == (1, "Anna\u200b Beispiel")
    assert found.fingerprint == fingerprint(KEY, "PERSON", "Anna Beispiel")
    assert (detector.name, detector.version("r")) == ("ner:fake", "7")


def test_posts_of_a_batch_are_looked_at_together() -> None:
    """One call for all of them, the same findings as alone, and nothing is kept afterwards."""
    backend = FakeBackend()
    detector = NerDetector(backend, KEY)
    sheets = [make_sheet((text, "leer"), "r") for text in ("Anna Beispiel", "niemand", "Hier Anna Beispiel")]
    alone = [NerDetector(FakeBackend(), KEY).find(sheet) for sheet in sheets]

    assert isinstance(detector, LooksAhead)
    detector.prepare(sheets)
    assert [detector.find(sheet) for sheet in sheets] == alone
    assert backend.calls == [6]
    detector.prepare(())
    assert detector.find(sheets[0]) == alone[0]
    assert backend.calls == [6, 2]


def test_long_texts_wait_for_their_turn() -> None:
    """What takes its time has the deadline of its own post."""
    backend = FakeBackend()
    detector = NerDetector(backend, KEY)
    sheet = make_sheet(("x" * (LONGEST_TOGETHER + 1),), "r")

    detector.prepare([sheet])
    assert backend.calls == []
    assert detector.find(sheet) == []
    assert backend.calls == [1]


def test_an_answer_for_fewer_parts_is_none() -> None:
    """Otherwise findings would lie in the wrong part, or a part would count as looked at."""
    detector = NerDetector(FakeBackend(forgets=True), KEY)

    with pytest.raises(WrongShape):
        detector.find(make_sheet(("a", "b"), "r"))
    with pytest.raises(WrongShape):
        detector.prepare([make_sheet(("a", "b"), "r")])


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("Anna Meier", "medium"),
        ("Lê Minh", "medium"),
        ("Anna", "low"),
        ("Anna M.", "low"),
        ("a. D.", "low"),
        ("", "low"),
    ],
)
def test_two_names_are_surer_than_one(text: str, confidence: str) -> None:
    """An initial is no second name."""
    assert person_confidence(text).value == confidence
