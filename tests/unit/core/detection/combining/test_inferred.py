"""Inferred customers: a role and a mark that leave one person only."""

from __future__ import annotations

import pytest

from proxy.core.detection.combining.inferred import inferred
from proxy.core.model import Confidence, View
from tests.scenes import mark, scene_of

KREDIT = ("contract-topic", "Kredit")


def _sure(text: str, role: str, *found: tuple[str, str]) -> list[Confidence]:
    return [finding.confidence for finding in inferred(scene_of(text, found=[("quasi-identifier", role), *found]))]


@pytest.mark.parametrize(
    "text",
    [
        "Der Zahnarzt aus Musterstadt wollte Kredit.",
        "In Musterstadt will der Zahnarzt Kredit.",
        "Ein Zahnarzt, 58, wollte Kredit.",
        "Zahnarzt, 58, wollte Kredit.",
        "Unser örtlicher Zahnarzt, den alle kennen, wollte Kredit.",
        "Der Zahnarzt wollte Kredit. Der einzige im Ort.",
        "Die Frau, also des Zahnarzts Frau, der Zahnarzts Witwe, wollte Kredit.",
    ],
)
def test_a_role_with_a_mark_is_somebody(text: str) -> None:
    """A place before or after, an age, a mark, a family."""
    assert _sure(text, "Zahnarzt", KREDIT) == [Confidence.MEDIUM]


@pytest.mark.parametrize(
    "text",
    [
        "Mein Zahnarzt aus Musterstadt wollte Kredit.",
        "Als Zahnarzt in Musterstadt braucht man Kredit.",
        "Der Zahnarzt wollte Kredit.",
        "Guten Zahnarzt in Musterstadt gefunden, Kredit abbezahlt.",
        "Die Frage, was ein guter, netter, teurer, alter Zahnarzt in Musterstadt wollte: Kredit.",
    ],
)
def test_a_role_alone_is_nobody(text: str) -> None:
    """Nor is the author's own dentist, or dentists in general."""
    assert _sure(text, "Zahnarzt", KREDIT) == []


def test_without_a_contract_nothing_is_said() -> None:
    """A story about somebody in town is no secret of ours; an explanation is no story."""
    assert _sure("Der Zahnarzt aus Musterstadt singt.", "Zahnarzt") == []
    assert _sure("Was zahlt der Zahnarzt aus Musterstadt für Kredit?", "Zahnarzt", KREDIT) == []
    assert _sure("Laut Zeitung will der Zahnarzt aus Musterstadt Kredit.", "Zahnarzt", KREDIT) == []


def test_illness_or_damage_of_a_customer_makes_it_high() -> None:
    """With words that say the relation."""
    text = "Der Zahnarzt aus Musterstadt ist Kunde, nach dem Unfall."

    assert _sure(text, "Zahnarzt", ("customer-relation", "Kunde"), ("claim-event", "Unfall")) == [Confidence.HIGH]
    assert _sure(text, "Zahnarzt", ("customer-relation", "Kunde")) == [Confidence.MEDIUM]


def test_who_hides_a_role_means_somebody() -> None:
    """The words around a disguised one cannot be read here."""
    text = "d e r Z a h n a r z t wollte Kredit"
    hidden = mark([text], "quasi-identifier", "Z a h n a r z t", view=View.DEOBFUSCATED)

    assert len(list(inferred(scene_of(text, found=[KREDIT], extra=[hidden])))) == 1


def test_a_role_in_no_sentence_is_nobody() -> None:
    """Nothing breaks."""
    stray = mark(["", "Zahnarzt"], "quasi-identifier", "Zahnarzt")

    assert list(inferred(scene_of("x", extra=[stray]))) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Eine Kundin aus Musterstadt, 34, kam.", 1),
        ("Eine Kundin aus Musterstadt, 34, und ein Mann.", 1),
        ("Eine Kundin aus Musterstadt kam.", 0),
        ("Laut Zeitung kam eine Kundin aus Musterstadt, 34.", 0),
        ("Die Kundin kam.", 0),
    ],
)
def test_somebody_without_a_role_needs_two_marks(text: str, count: int) -> None:
    """And words that say the relation; one finding a sentence."""
    assert len(list(inferred(scene_of(text, found=[("customer-relation", "Kundin")])))) == count
    assert not list(inferred(scene_of(text)))
