from __future__ import annotations

import pytest

from proxy.core.model import Lexicon, LexiconTerm
from proxy.detectors.lexicons import LexiconDetector
from proxy.detectors.port import RulesUnknown
from proxy.detectors.sheet import make_sheet


def _lists(word: str) -> tuple[Lexicon, ...]:
    return (Lexicon(id="claims", language="de", terms=(LexiconTerm(text=word),)),)


def test_words_of_the_asked_set_are_found() -> None:
    """The version is the digest of the set that was used."""
    detector = LexiconDetector()
    detector.load("one", _lists("garantiert"))

    (hit,) = detector.find(make_sheet(("", "Rendite ist garantiert"), "one"))

    assert (hit.rule, hit.entity, hit.part, hit.span.start, hit.span.end) == ("claims", "WORDS", 1, 12, 22)
    assert detector.version("one") == "one"


def test_a_set_that_was_never_loaded_is_not_answered() -> None:
    """An unknown digest raises, so the detector is missing."""
    with pytest.raises(RulesUnknown):
        LexiconDetector().find(make_sheet(("text",), "never"))


def test_the_two_latest_sets_stay_usable() -> None:
    """Posts under the old bundle are answered while the new one is coming; the third last is gone."""
    detector = LexiconDetector()
    for name in ("one", "two", "one", "three"):
        detector.load(name, _lists(name))

    assert len(detector.find(make_sheet(("one",), "one"))) == 1
    assert len(detector.find(make_sheet(("three",), "three"))) == 1
    with pytest.raises(RulesUnknown):
        detector.find(make_sheet(("two",), "two"))
