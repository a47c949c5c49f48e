from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from proxy.core.detection.register.restricted import ENTITY, RULE, RestrictedMatcher
from proxy.core.model import Confidence, View
from proxy.detectors.sheet import make_sheet
from tests.register_tables import REGISTER_KEY, restricted_of

TABLE = restricted_of("alpenblick", "projekt nordstern", "projektnordstern", "haus am see der", window=(10, 20))
"""Invented."""


def _find(*texts: str, minute: int = 15) -> list[str]:
    matcher = RestrictedMatcher(TABLE, register_key=REGISTER_KEY, fingerprint_key=b"k" * 32, minute=lambda: minute)
    sheet = make_sheet(texts, "")
    found = matcher.find([part.surfaces for part in sheet.parts], sheet.joined)
    assert {(one.rule, one.entity, one.confidence, one.detector) for one in found} <= {
        (RULE, ENTITY, Confidence.HIGH, "register")
    }
    return [texts[one.part][one.span.start : one.span.end] for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Über Alpenblick", ["Alpenblick"]),
        ("ALPENBLICKS Zukunft", ["ALPENBLICKS"]),
        ("Projekt Nordstern läuft", ["Projekt Nordstern"]),
        ("Projekt-Nordstern", ["Projekt-Nordstern"]),
        ("#ProjektNordstern", ["ProjektNordstern"]),
        ("projektnordstern", ["projektnordstern"]),
        ("Projekt\n• Nordsterns", ["Projekt\n• Nordsterns"]),
        ("Haus am See der Stille", ["Haus am See der"]),
        ("Projekt" + " " * 20 + "Nordstern", []),
        ("Projekt Südstern", []),
        ("漢字", []),
    ],
)
def test_an_entry_is_found_however_its_words_stand_together(text: str, found: list[str]) -> None:
    """Apart, hyphened, run together, in the genitive; of a longer entry the first four words count."""
    assert _find(text) == found


@pytest.mark.parametrize(("minute", "hits"), [(9, 0), (10, 1), (20, 1), (21, 0)])
def test_an_entry_counts_in_its_window(minute: int, hits: int) -> None:
    """Both ends included."""
    assert len(_find("Alpenblick", minute=minute)) == hits


def test_an_entry_over_two_parts_is_found_once() -> None:
    """What stands in one part alone is found there."""
    assert _find("Projekt", "Nordstern") == ["Nordstern"]
    assert _find("Alpenblick", "ja") == ["Alpenblick"]


def test_what_had_to_be_dug_out_says_so() -> None:
    """By its view."""
    matcher = RestrictedMatcher(TABLE, register_key=REGISTER_KEY, fingerprint_key=b"k" * 32, minute=lambda: 15)
    sheet = make_sheet(("Alpen\u200bblick",), "")
    (found,) = matcher.find([part.surfaces for part in sheet.parts])

    assert (found.view, found.transforms) == (View.DEOBFUSCATED, ("T2",))


@given(st.lists(st.text("bcdefst", min_size=1, max_size=9), min_size=1, max_size=4))
@example(["haus", "am", "see", "der"])
@example(["a", "b", "c", "d"])
def test_an_entry_is_found_wherever_it_is_cut(words: list[str]) -> None:
    """Whichever word of a post begins it, and however short: no look at beginnings costs a finding."""
    table = restricted_of("".join(words), " ".join(words))
    matcher = RestrictedMatcher(table, register_key=REGISTER_KEY, fingerprint_key=b"k" * 32, minute=lambda: 15)
    text = f"Xxxxx {' '.join(words)}"
    sheet = make_sheet((text,), "")

    found = {
        (one.span.start, one.span.end) for one in matcher.find([part.surfaces for part in sheet.parts], sheet.joined)
    }

    assert (len("Xxxxx "), len(text)) in found
