from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import pattern_recognizer
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, IbanRecognizer

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import Confidence
from proxy.detectors.port import LibraryGaveUp
from proxy.detectors.presidio import PresidioDetector, _cards, _ibans
from proxy.detectors.sheet import make_sheet
from tests.fakes.detectors import KEY

if TYPE_CHECKING:
    from proxy.core.model import Finding

DETECTOR = PresidioDetector(KEY)


def _find(*texts: str) -> list[Finding]:
    return list(DETECTOR.find(make_sheet(texts, "r")))


@pytest.mark.parametrize(
    ("text", "rule", "value", "confidence"),
    [
        ("IBAN DE02 1203 0000 0000 2020 51 bitte", "presidio/iban", "DE02 1203 0000 0000 2020 51", Confidence.HIGH),
        ("DE02120300000000202051", "presidio/iban", "DE02120300000000202051", Confidence.HIGH),
        ("DE02\u00a01203\u00a00000\u00a00000\u00a02020\u00a051", "presidio/iban", None, Confidence.HIGH),
        ("Karte 4111 1111 1111 1111", "presidio/credit-card", "4111 1111 1111 1111", Confidence.HIGH),
        ("Karte 3782 822463 10005", "presidio/credit-card", "3782 822463 10005", Confidence.HIGH),
        ("4111111111111111", "presidio/credit-card", None, Confidence.MEDIUM),
        ("12 4111111111111111", "presidio/credit-card", "4111111111111111", Confidence.LOW),
        ("an anna@example.org", "presidio/email", "anna@example.org", Confidence.HIGH),
        ("Tel. 030 23125000", "presidio/phone", "030 23125000", Confidence.MEDIUM),
    ],
)
def test_confidence_is_our_own(text: str, rule: str, value: str | None, confidence: Confidence) -> None:
    """Check digit and grouping prove, form alone does not; ids are stable names."""
    (found,) = _find(text)

    assert (found.rule, found.confidence, found.detector) == (rule, confidence, "presidio")
    assert text[found.span.start : found.span.end] == (value or text)


@pytest.mark.parametrize(
    "text",
    [
        "DE03 1203 0000 0000 2020 51",
        "4111 1111 1111 1112",
        "ISIN DE0007164600 bleibt ein Wertpapier",
        "ISIN DE0005810055 ist keine Zulassung, so richtig ihre ersten Ziffern wären",
        "US37833100 und NHS 943 476 5919",
        "@anna@mastodon.social",
        "1.1.1.1 ist eine Adresse, a.a.a.a.a. nicht",
        "Schönes Wochenende!",
        "",
    ],
)
def test_recognizers_that_are_not_listed_are_off(text: str) -> None:
    """Wrong check digits, securities, foreign numbers, addresses of machines and mentions give nothing."""
    assert _find(text) == []


def test_equal_values_have_equal_fingerprints() -> None:
    """Spelling does not matter, the kind of value does."""
    (spaced,), (compact,) = _find("DE02 1203 0000 0000 2020 51"), _find("DE02120300000000202051")
    (domestic,), (abroad,) = _find("030 23125000"), _find("+49 30 23125000")

    assert spaced.fingerprint == compact.fingerprint == fingerprint(KEY, "IBAN_CODE", "DE02120300000000202051")
    assert domestic.fingerprint == abroad.fingerprint == fingerprint(KEY, "PHONE_NUMBER", "+493023125000")


def test_findings_point_into_the_authors_text() -> None:
    """Invisible characters are inside the span, and the view says that they were undone."""
    text = "IBAN: DE02\u200b1203\u200b0000 0000 2020 51."
    (found,) = _find("erster Teil", text)

    assert found.part == 1
    assert text[found.span.start : found.span.end] == "DE02\u200b1203\u200b0000 0000 2020 51"
    assert found.view == "deobfuscated"
    assert found.transforms


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("schreibt markus%2Eebeling%40t-online%2Ede", "EMAIL_ADDRESS"),
        ("markus.ebeling (at) t-online (punkt) de", "EMAIL_ADDRESS"),
        ("max (at) firma (punkt) example", "EMAIL_ADDRESS"),
        ("von hinten: ed.enilno-t@gnilebe.sukram", "EMAIL_ADDRESS"),
        ("bWF4Lm11c3RlckB3ZWIuZGU=", "EMAIL_ADDRESS"),
        ("null eins sieben eins, drei neun zwo, null null, acht fünf", "PHONE_NUMBER"),
        ("plus vier neun eins sieben eins drei neun zwo null null acht fünf", "PHONE_NUMBER"),
        ("5800293 171 94+ von rechts", "PHONE_NUMBER"),
        ("O171 392OO85 gehört ihm", "PHONE_NUMBER"),
    ],
)
def test_what_somebody_disguised_is_found_in_the_view_that_undoes_it(text: str, entity: str) -> None:
    """Once, at the author's place."""
    found = _find(text)

    assert [finding.entity for finding in found] == [entity]
    assert found[0].span.end <= len(text)


@pytest.mark.parametrize(
    ("texts", "entity", "parts"),
    [
        (("Umfrage", "+49 171", "3920085"), "PHONE_NUMBER", {1}),
        (("max.muster@", "web.de"), "EMAIL_ADDRESS", {0}),
        (("max.muster", "@web.de"), "EMAIL_ADDRESS", {0}),
    ],
)
def test_what_is_dealt_out_over_parts_is_found(texts: tuple[str, ...], entity: str, parts: set[int]) -> None:
    """At the largest piece, counted with its signs, and undone; of two as large at the first."""
    found = _find(*texts)

    assert {(finding.entity, finding.part, finding.view.value) for finding in found} == {
        (entity, part, "deobfuscated") for part in parts
    }


def test_the_rest_of_a_number_begun_earlier_in_the_thread_is_found() -> None:
    """In this post, whose part it is."""
    (found,) = DETECTOR.find(make_sheet(("3920085 ist der Rest",), "r", ("Erst +49 171",)))

    assert (found.entity, found.part, found.span.start, found.span.end) == ("PHONE_NUMBER", 0, 0, 7)


@pytest.mark.parametrize(
    "texts",
    [
        ("Heute um 10 at Marktplatz punkt 12, bis 12.05.2026",),
        ("Umsatz 4.815.162.300 Euro, Vorjahr 3.900.100.200",),
        ("030", "040", "089", "0221"),
        ("Danke", "@anna.bsky.social"),
        ("Am 02.02.2020, einem Palindrom",),
        ("Countdown: neun acht sieben sechs fünf vier drei zwei eins null",),
        ("Welches Jahr?", "2024", "2025", "2026", "2027"),
    ],
)
def test_ordinary_posts_stay_clean_in_every_view(texts: tuple[str, ...]) -> None:
    """Prices, dates, options and mentions."""
    assert _find(*texts) == []


def test_a_pattern_that_timed_out_is_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    """Presidio skips the pattern with a warning; here that makes the detector incomplete, and the text stays silent."""
    text = "DE02 1203 0000 0000 2020 51 Kanarienvogel 4111 1111 1111 1111"
    detector = PresidioDetector(KEY)
    before = pattern_recognizer.REGEX_TIMEOUT_SECONDS
    pattern_recognizer.REGEX_TIMEOUT_SECONDS = 1e-9  # type: ignore[assignment]  # whole seconds are too long
    try:
        with pytest.raises(LibraryGaveUp):
            detector.find(make_sheet((text,), "r"))
    finally:
        pattern_recognizer.REGEX_TIMEOUT_SECONDS = before

    assert "Kanarienvogel" not in caplog.text
    assert detector.find(make_sheet((text,), "r"))


def test_what_presidio_logs_about_a_text_reaches_no_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its logger has one handler, which counts; a value that is no number is logged as it stands."""
    PresidioDetector(KEY)

    assert not IbanRecognizer(supported_language="de").validate_result("Kanarienvogel?")

    assert "Kanarienvogel" not in caplog.text + "".join(capfd.readouterr())


def test_none_of_presidios_configuration_or_language_models_is_used() -> None:
    """Two processes give the same ids and versions, with sockets refused and no engine, registry or model built."""
    code = """
import os, sys
os.environ["REGEX_TIMEOUT_SECONDS"] = "1"
from proxy.detectors.sandbox import close_sandbox
close_sandbox()
from proxy.detectors.presidio import PresidioDetector
from proxy.detectors.sheet import make_sheet
import presidio_analyzer.pattern_recognizer as patterns, presidio_analyzer as p, spacy
def refuse(*a, **k): raise SystemExit(9)
p.AnalyzerEngine.__init__ = p.RecognizerRegistry.__init__ = spacy.load = refuse
assert patterns.REGEX_TIMEOUT_SECONDS == 1
d = PresidioDetector(b"k" * 32)
found = d.find(make_sheet(("DE02 1203 0000 0000 2020 51 a@frisch.beispiel.de 030 23125000",), "r"))
print(d.version("r"), [(f.rule, f.span.start, f.fingerprint) for f in found])
"""
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]

    assert runs[0] == runs[1]
    assert all(rule in runs[0] for rule in ("presidio/iban", "presidio/email", "presidio/phone"))


DIGITS = st.text(alphabet="0123456789 -ABDE.x\n", max_size=40)
KNOWN = st.sampled_from(["DE02 1203 0000 0000 2020 51", "4111 1111 1111 1111", "4111111111111111", "3782 822463 10005"])


@given(st.lists(DIGITS | KNOWN, max_size=4).map("".join))
def test_not_asking_recognizers_that_cannot_match_changes_nothing(text: str) -> None:
    """What the shortcuts let through is all there is."""
    iban, card = IbanRecognizer(supported_language="de"), CreditCardRecognizer(supported_language="de")

    assert {hit[:2] for hit in _ibans(iban, text)} == {(r.start, r.end) for r in iban.analyze(text, ["IBAN_CODE"])}
    assert {hit[:2] for hit in _cards(card, text)} == {(r.start, r.end) for r in card.analyze(text, ["CREDIT_CARD"])}
