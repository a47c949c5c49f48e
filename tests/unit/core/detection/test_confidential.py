"""Terms that only the house knows are found in every spelling of words, and nothing of them can be read."""

from __future__ import annotations

import pytest

from proxy.core.detection.confidential import ENTITY, LOOK, ConfidentialMatcher, look, pieces
from proxy.core.detection.fingerprint import digester, fingerprint
from proxy.core.model import Confidence, House, Surface, View
from proxy.core.text.joining import joined
from proxy.core.text.surfaces import surfaces

KEY = b"an invented key"
TERMS = ("Projekt Seeadler", "Bluefin", "Kormoran 2.0", "Über")
HOUSE = House(
    terms=frozenset(fingerprint(KEY, ENTITY, term) for term in TERMS),
    starts=frozenset(fingerprint(KEY, ENTITY, term) for term in ("Projekt", "Kormoran")),
    looks=frozenset(digester(KEY, LOOK)(look(term)) for term in TERMS),
)
MATCHER = ConfidentialMatcher(HOUSE, KEY)


def _found(text: str) -> set[str]:
    return {text[finding.span.start : finding.span.end] for view in surfaces(0, text) for finding in MATCHER.find(view)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Heute startet Projekt Seeadler.", "Projekt Seeadler"),
        ("PROJEKT SEEADLER", "PROJEKT SEEADLER"),
        ("Der Start des Projekts Seeadler", "Projekts Seeadler"),
        ("die Leitung von Projekt Seeadlers Team", "Projekt Seeadlers"),
        ("#ProjektSeeadler", "ProjektSeeadler"),
        ("#projektseeadler", "projektseeadler"),
        ("projekt-seeadler2027", "projekt-seeadler"),
        ("Projekt\nSeeadler", "Projekt\nSeeadler"),
        ("das BlueFin-Team", "BlueFin"),
        ("Bluefins Zahlen", "Bluefins"),
        ("Bluefin's numbers", "Bluefin"),
        ("Blu\u200befin", "Blu\u200befin"),
        ("B l u e f i n", "B l u e f i n"),
        ("Kormoran2.0 ist da", "Kormoran2.0"),
        ("Kormoran 2.0", "Kormoran 2.0"),
        ("UEBER ist geheim", "UEBER"),
        ("bIuef1n!", "bIuef1n"),
        ("B1uefin", "B1uefin"),
        ("Kormoran zwei-null", "Kormoran zwei-null"),
        ("und zwar nifeulB", "nifeulB"),
        ("reldaeeS tkejorP geht los", "reldaeeS tkejorP"),
    ],
)
def test_a_term_is_found_however_it_is_written(text: str, expected: str) -> None:
    """Case, hyphens, capitals inside words, digits, a genitive and de-obfuscation make no difference."""
    assert expected in _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ein Seeadler kreist hoch oben am Himmel.",
        "Unser Projekt hilft Seeadlern.",
        "Projekt. Danach noch vieles mehr. Seeadler",
        "Blue Fin ist ein Fisch.",
        "Der Kormoran taucht 2 Minuten.",
        "Kormoran 2.1",
        "",
        "123 456",
    ],
)
def test_parts_of_terms_and_neighbours_are_no_terms(text: str) -> None:
    """A word alone, other words in between, or another number is something else."""
    assert _found(text) == set()


def test_a_finding_says_that_it_is_sure_and_where() -> None:
    """High, under the house's own rule, with the digest that the house knows."""
    (view,) = (view for view in surfaces(0, "Bluefin") if view.name == "normalised")
    (finding,) = MATCHER.find(view)

    assert (finding.rule, finding.entity, finding.confidence) == (
        "house/confidential-term",
        "CONFIDENTIAL_TERM",
        Confidence.HIGH,
    )
    assert finding.fingerprint in HOUSE.terms
    assert (finding.view, finding.transforms, finding.part) == (View.PLAIN, (), 0)


def test_a_term_over_two_parts_is_found() -> None:
    """In the view of all parts together; it is pointed at where most of it stands."""
    parts = [Surface(name="normalised", part=number, text=text) for number, text in enumerate(("Projekt", "Seeadler"))]
    found = [finding for view in joined(parts) for finding in MATCHER.find(view)]

    assert [(one.part, one.span.start, one.span.end, one.view) for one in found] == [(1, 0, 8, View.DEOBFUSCATED)]


def test_views_without_words_are_not_searched() -> None:
    """Nor is anything where the house keeps nothing to itself."""
    for name in ("grouped", "stream"):
        assert MATCHER.find(Surface(name=name, part=0, text="Bluefin")) == []
    assert ConfidentialMatcher(House(), KEY).find(Surface(name="normalised", part=0, text="Bluefin")) == []


def test_what_only_looks_disguised_is_no_term() -> None:
    """Letters and digits are mixed in many a word."""
    assert _found("Das G4nze im W3b, und B1uefin") == {"B1uefin"}


def test_what_stands_in_one_text_alone_is_no_crossing() -> None:
    """A view of several parts shows only what goes from one to another."""
    parts = [surfaces(0, "Bluefin")[0], surfaces(1, "x")[0]]

    assert [finding for view in joined(parts) for finding in MATCHER.find(view)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Projekt Seeadler", ["projekt", "seeadler"]),
        ("ProjektSeeadler", ["projekt", "seeadler"]),
        ("ABCProjekt", ["abc", "projekt"]),
        ("GmbHs", ["gmb", "hs"]),
        ("Straße4b", ["strasse", "4", "b"]),
        ("Größe_x-1", ["groesse", "x", "1"]),
        ("…", []),
        ("\ufc5e", []),  # a letter that is nothing but marks
    ],
)
def test_texts_are_cut_into_pieces(text: str, expected: list[str]) -> None:
    """At everything but letters and digits, between the two, and before capitals."""
    assert [piece.text for piece in pieces(text)] == expected


def test_another_key_finds_nothing_and_nothing_is_shown() -> None:
    """Digests are worth nothing without the key, and stand in no representation."""
    other = ConfidentialMatcher(HOUSE, b"another key")

    assert other.find(Surface(name="normalised", part=0, text="Bluefin")) == []
    assert repr(HOUSE) == "House()"


def test_hostile_texts_cost_few_digests_a_character() -> None:
    """However letters, digits and capitals alternate, no piece begins more than a handful of rows."""
    asked = 0

    def count(_value: str) -> str:
        nonlocal asked
        asked += 1
        return ""

    matcher = ConfidentialMatcher(HOUSE, KEY)
    object.__setattr__(matcher, "_digest", count)
    for text in ("a1" * 5000, "Abc" * 3000, "Projekt " * 1000, "xs" * 5000, "abc1s" * 2000, "Abxy" * 7500):
        asked = 0
        matcher.find(Surface(name="normalised", part=0, text=text))
        assert asked <= 4 * len(text)
