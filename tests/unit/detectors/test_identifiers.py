from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import View
from proxy.detectors.identifiers import IdentifierDetector, expected_version
from proxy.detectors.port import RulesUnknown
from proxy.detectors.sheet import make_sheet
from proxy.detectors.versions import with_rules
from tests.fakes.detectors import KEY
from tests.recognizers import DEPOT


def _learned(rules: str = "r") -> IdentifierDetector:
    detector = IdentifierDetector(KEY)
    detector.learn(rules, (DEPOT,))
    return detector


def test_numbers_and_people_are_found_in_every_part() -> None:
    """An account number in one part, somebody with a title in another."""
    text = "Bitte auf DE02 1203 0000 0000 2020 51 zahlen."
    found = _learned().find(make_sheet(("Herr Beispielmann ruft an.", text), "r"))

    assert {(0, "PERSON"), (1, "IBAN_CODE")} <= {(finding.part, finding.entity) for finding in found}
    iban = next(finding for finding in found if finding.entity == "IBAN_CODE")
    assert text[iban.span.start : iban.span.end] == "DE02 1203 0000 0000 2020 51"


def test_recognizers_of_the_asked_set_are_searched() -> None:
    """In every part."""
    found = _learned().find(make_sheet(("ja", "Depotnummer 12345678"), "r"))

    assert {(one.rule, one.part, one.span.start, one.span.end) for one in found} == {("de-depot-number", 1, 12, 20)}


def test_recognizers_read_earlier_posts_of_the_thread() -> None:
    """The word was in the last post, the number is in this one."""
    text_rule = replace(DEPOT, surface="text")
    detector = IdentifierDetector(KEY)
    detector.learn("r", (text_rule,))

    (found,) = detector.find(make_sheet(("12345678",), "r", ("Meine Depotnummer lautet",)))

    assert (found.part, found.span.start, found.span.end, found.view) == (0, 0, 8, View.DEOBFUSCATED)


def test_a_set_that_was_never_loaded_is_not_answered() -> None:
    """An unknown digest raises, so the detector is missing."""
    with pytest.raises(RulesUnknown):
        _learned().find(make_sheet(("text",), "never"))


def test_the_two_latest_sets_stay_usable() -> None:
    """Posts under the old rules are answered while new ones are coming; the third last is gone."""
    detector = IdentifierDetector(KEY)
    for rules in ("one", "two", "one", "three"):
        detector.learn(rules, (DEPOT,))

    for rules in ("", "one", "three"):
        detector.find(make_sheet(("12345678",), rules))
    with pytest.raises(RulesUnknown):
        detector.find(make_sheet(("12345678",), "two"))


def test_parent_and_worker_agree_on_the_version() -> None:
    """What the parent expects is what the detector says of itself, under these rules and no others."""
    assert _learned().version("r") == with_rules(expected_version(), "r")
    assert _learned().version("r") != _learned().version("s")
