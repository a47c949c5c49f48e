"""Inside topics: two of topic, secrecy and issuer."""

from __future__ import annotations

import pytest

from proxy.core.detection.combining.insider import topics
from proxy.core.model import Confidence
from tests.scenes import mark, scene_of

TOPIC, SECRET = ("insider", "Kapitalerhöhung"), ("not-public-yet", "geheim")
MEDIUM, HIGH = Confidence.MEDIUM, Confidence.HIGH


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Die Kapitalerhöhung kommt.", [TOPIC], []),
        ("Die Kapitalerhöhung kommt, geheim.", [TOPIC, SECRET], [MEDIUM]),
        ("Die Kapitalerhöhung der Havelstahl AG kommt.", [TOPIC], [MEDIUM]),
        ("Die Kapitalerhöhung der havelstahl ag.", [TOPIC], [MEDIUM]),
        ("Die Kapitalerhöhung der Havelstahl AG, geheim.", [TOPIC, SECRET], [HIGH]),
        ("Die Kapitalerhöhung bei X7, geheim.", [TOPIC, SECRET, ("INSTRUMENT", "X7")], [HIGH]),
        ("Laut Mitteilung die Kapitalerhöhung der Havelstahl AG.", [TOPIC], []),
        ("Laut Mitteilung die Kapitalerhöhung, nichts ist geheim.", [TOPIC, SECRET], []),
        ("Laut Mitteilung Kapitalerhöhung der Havelstahl AG, geheim.", [TOPIC, SECRET], [HIGH]),
        ("Es ist geheim.", [SECRET], []),
    ],
)
def test_two_of_three(text: str, found: list[tuple[str, str]], expected: list[Confidence]) -> None:
    """What is public already counts only if all three are there."""
    assert [finding.confidence for finding in topics(scene_of(text, found=found))] == expected


def test_a_hit_in_no_sentence_is_no_topic() -> None:
    """Nothing breaks."""
    scene = scene_of("x", extra=[mark(["", "Fusion"], "insider", "Fusion")])

    assert list(topics(scene)) == []
