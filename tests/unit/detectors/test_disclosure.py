"""The judge of whole posts, with the shipped weights."""

from __future__ import annotations

import base64
import shutil
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Confidence, View
from proxy.detectors.disclosure import (
    IDENTIFIER,
    SURER,
    DisclosureDetector,
    as_said,
    confidence_of,
    expected_version,
    whole_text,
)
from proxy.detectors.models import CLASSIFIER
from proxy.detectors.port import ModelAbsent, ModelAltered
from proxy.detectors.sheet import make_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.core.model import Finding

LEAK = "Unser Kunde Thomas Schneider hat heute bei uns den Kredit für sein Haus unterschrieben."
HARMLESS = "Heute Kuchen in der Filiale. Wer kommt vorbei?"


@pytest.fixture(scope="module")
def detector() -> DisclosureDetector:
    """Load our weights once."""
    return DisclosureDetector()


def _found(detector: DisclosureDetector, *texts: str, thread: tuple[str, ...] = ()) -> list[Finding]:
    return detector.find(make_sheet(texts, "r", thread))


@pytest.mark.parametrize(
    ("score", "kind", "confidence"),
    [
        (1.5, "customer", Confidence.MEDIUM),
        (1.4, "customer", Confidence.LOW),
        (1.5, IDENTIFIER, Confidence.LOW),
        (1.5 + SURER, IDENTIFIER, Confidence.MEDIUM),
        (-2.0, IDENTIFIER, Confidence.LOW),
        (-2.1, "insider", None),
    ],
)
def test_numbers_need_more_than_tone(score: float, kind: str, confidence: Confidence | None) -> None:
    """What reads like a post with a number in it is left to the rules for numbers, or has to read very much so."""
    assert confidence_of(score, kind, {Confidence.MEDIUM: 1.5, Confidence.LOW: -2.0}) is confidence


def test_what_rules_decide_about_is_not_read() -> None:
    """Whether an account may be named is for the lists of the house; how a post sounds around it is judged."""
    text = "Spenden an DE84 9999 9999 0000 1234 50 oder hilfe@tierheim.example."

    assert as_said(text) == "Spenden an … oder …."


def test_a_post_that_gives_something_away_is_found(detector: DisclosureDetector) -> None:
    """One finding, of no more than medium confidence, that says what kind of thing it is and carries no text."""
    (finding,) = _found(detector, LEAK)

    assert (finding.entity, finding.rule, finding.part) == ("DISCLOSURE", "classifier/customer", 0)
    assert finding.confidence in {Confidence.LOW, Confidence.MEDIUM}
    assert finding.fingerprint is None
    assert "Schneider" not in repr(finding)


def test_a_harmless_post_is_not(detector: DisclosureDetector) -> None:
    """Neither is a text without words, nor one without anything."""
    assert [_found(detector, text) for text in (HARMLESS, "👍👍", "", " ")] == [[], [], [], []]


def test_the_sentence_that_says_most_is_marked(detector: DisclosureDetector) -> None:
    """The place is one in the author's own text, in the part and sentence that speak."""
    (finding,) = _found(detector, HARMLESS, f"{HARMLESS} {LEAK}")

    text = f"{HARMLESS} {LEAK}"
    assert finding.part == 1
    assert text[finding.span.start : finding.span.end] == LEAK


def test_parts_and_thread_are_read_together(detector: DisclosureDetector) -> None:
    """What was said before in the thread belongs to what is said now."""
    sheet = make_sheet(("Eins", "Zwei"), "r", ("Null",))

    assert whole_text(sheet) == "Null\nEins\nZwei"
    assert whole_text(make_sheet(("Eins",), "r")) == "Eins"


def test_what_was_encoded_is_read_by_itself(detector: DisclosureDetector) -> None:
    """Base64 hides nothing: the finding covers the fragment and says how it was hidden."""
    hidden = base64.b64encode(LEAK.encode()).decode()

    views = {(one.view, one.transforms) for one in _found(detector, f"Schaut mal: {hidden}")}

    assert (View.DEOBFUSCATED, ("T13",)) in views


def test_what_is_encoded_is_read_where_it_stands() -> None:
    """A riddle says what it says; a date or a name alone stays hidden, which is a sign by itself."""
    riddle, date = (base64.b64encode(text).decode() for text in (b"Wer das liest, ist neugierig", b"16.09.1969"))

    assert as_said(f"Am Montag: {riddle} - und weiter") == "Am Montag: Wer das liest, ist neugierig - und weiter"
    assert as_said(f"Geheimcode: {date}.") == f"Geheimcode: {date}."
    assert as_said("Nichts dahinter") == "Nichts dahinter"


@pytest.mark.parametrize(
    "text",
    [
        "So sieht eine IBAN aus: DE89 3704 0044 0532 0130 00",
        "Das Rätsel der Woche: SGFsbG8sIHdpZSBnZWh0IGVzIGRpcj8= – wer löst es?",
        "LEI für den Verein verlängert, Antwort nach einer Stunde: 5299000J2N45DDNE4Y28. Das nenne ich Service.",
        "Revert von Commit 9fceb02d0ae598e95dc970b74767f19372d61af8, weil der Test nur bei Vollmond grün war.",
    ],
)
def test_codes_of_nobody_are_no_disclosure(text: str, detector: DisclosureDetector) -> None:
    """By its looks alone a code gives nothing away."""
    assert [one for one in _found(detector, text) if one.confidence is Confidence.MEDIUM] == []


@pytest.mark.parametrize(
    "text",
    [
        "Die Kundin zahlt auf DE89 3704 0044 0532 0130 00, sie ist mit drei Raten hinten.",
        "Kunde Petersen, LEI 529900T8BM49AURSDO55, hat die Kreditlinie gezogen.",
        "Geheimcode für die Feier unserer Chefin: MTYuMDkuMTk2OQ==. Kein Passwort, ihr erster Schrei. Anna, lies weg!",
        "Unsere Kundin U2FiaW5lIEtydXNlLU11c3Rlcg== hat ihren Kredit nicht mehr bedienen können.",
        "Commit 9fceb02d0ae598e95dc970b74767f19372d61af8: unser Kunde Thomas Schneider ist pleite, Kredit gekündigt.",
    ],
)
def test_a_code_of_nobody_excuses_nothing(text: str, detector: DisclosureDetector) -> None:
    """What is told around it counts as before."""
    assert Confidence.MEDIUM in {one.confidence for one in _found(detector, text)}


def test_what_is_too_long_to_be_read_to_its_end_is_suspect(detector: DisclosureDetector) -> None:
    """A post that the first look cannot clear and the second cannot finish is `low` at least."""
    endless = "Der Kunde hat seinen Kredit. Die Kundin hat ihr Konto. " * 400

    assert [one.confidence in {Confidence.LOW, Confidence.MEDIUM} for one in _found(detector, endless)] == [True]


def test_a_quiet_disclosure_is_found(detector: DisclosureDetector) -> None:
    """No list has these words; the second look understands them."""
    quiet = "Der Herr Brandauer von gegenüber kann die Raten nicht mehr zahlen, das Haus kommt wohl unter den Hammer."

    assert [one.confidence for one in _found(detector, quiet)] == [Confidence.MEDIUM]


def test_the_version_is_that_of_code_and_weights(detector: DisclosureDetector) -> None:
    """Parent and worker agree, whatever the word lists."""
    assert detector.version("r") == detector.version("other") == expected_version()


def test_absent_or_altered_weights_are_no_detector(tmp_path: Path) -> None:
    """Without the sealed files there is nobody who judges, and that shows."""
    with pytest.raises(ModelAbsent):
        DisclosureDetector(str(tmp_path))
    copy = tmp_path / "copy"
    shutil.copytree(CLASSIFIER.locate(), copy)
    (copy / "weights.bin").write_bytes(b"\0" * 10)
    with pytest.raises(ModelAltered):
        DisclosureDetector(str(copy))
