"""Number formats and hosts of the house become recognizers that find every spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.recognizers import RecognizerMatcher
from proxy.core.text.surfaces import surfaces
from proxy.loading.house_formats import CUES, internal_hosts, read_formats
from proxy.loading.strict_yaml import Mapping, parse
from proxy.loading.validation import Fields, Report

if TYPE_CHECKING:
    from proxy.core.model import Recognizer


def _read(text: str) -> tuple[tuple[Recognizer, ...], list[str]]:
    node, problems = parse(f"identifier_formats: [{{{text}}}]".encode(), "organisation.yaml")
    assert isinstance(node, Mapping)
    assert problems == []
    report = Report(file="organisation.yaml")
    found = read_formats(Fields(report, node))
    return found, [problem.code for problem in report.problems]


def _found(recognizers: tuple[Recognizer, ...], text: str) -> set[tuple[str, str]]:
    findings = RecognizerMatcher(recognizers, b"an invented key").find(surfaces(0, text))
    return {(text[one.span.start : one.span.end], one.confidence.value) for one in findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kunde KD-123456 hat gefragt", {("KD-123456", "high")}),
        ("kd 123456", {("kd 123456", "high")}),
        ("KD123456", {("KD123456", "high")}),
        ("KD-12 34 56", {("KD-12 34 56", "high")}),
        ("KD-12O45I", {("KD-12O45I", "high")}),
        ("KD Strich eins zwei drei vier fünf sechs", {("KD Strich eins zwei drei vier fünf sechs", "high")}),
        ("KD-B33SQ6", {("KD-B33SQ6", "high")}),
        ("Kunde_KD-123456_neu.pdf", {("KD-123456", "high")}),
        ("XKD-123456 und KD-1234567", set()),
        ("KD-000000 oder KD-OOOOOO im Schulungssystem", set()),
        ("KD-Silobo", set()),
    ],
)
def test_letters_of_the_house_before_digits_are_enough(text: str, expected: set[tuple[str, str]]) -> None:
    """In any case, with any separators; not inside something longer, no zeros only, no words."""
    recognizers, codes = _read('entity: CUSTOMER_NUMBER, mask: "KD-######"')

    assert codes == []
    assert _found(recognizers, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Depot 712345678", {("712345678", "high")}),
        ("mein Wertpapierkonto 7 1234 5678", {("7 1234 5678", "high")}),
        ("Telefon 712345678", set()),
        ("712345678", set()),
        ("Depot 812345678", set()),
    ],
)
def test_digits_alone_need_a_cue(text: str, expected: set[tuple[str, str]]) -> None:
    """One of the house's own, or one that everybody uses."""
    recognizers, codes = _read('entity: DEPOT_NUMBER, mask: "7########", cues: [Wertpapierkonto]')

    assert codes == []
    assert _found(recognizers, text) == expected


def test_a_check_speaks_for_digits_alone() -> None:
    """Where they stand together; a number put together from pieces still needs a cue."""
    recognizers, codes = _read('entity: POLICY_NUMBER, mask: "##########", check: luhn')

    assert codes == []
    assert _found(recognizers, "Siehe 1234567897.") == {("1234567897", "high")}
    assert _found(recognizers, "Siehe 1234567890.") == set()
    assert _found(recognizers, "Siehe 12 34 56 78 97.") == set()
    assert _found(recognizers, "Policennummer 12 34 56 78 97.") == {("12 34 56 78 97", "high")}


def test_few_digits_behind_letters_say_little() -> None:
    """Low without a cue, high with one; letters that need a check say less until it passes."""
    few, _ = _read('entity: CLAIM_NUMBER, mask: "S####"')
    checked, _ = _read('entity: CLAIM_NUMBER, mask: "S##########", check: luhn')

    assert _found(few, "S1234") == {("S1234", "low")}
    assert _found(few, "Schadennummer S1234") == {("S1234", "high")}
    assert _found(checked, "S1234567890") == {("S1234567890", "medium")}


def test_every_entity_has_words_of_its_own() -> None:
    """German and English; each format gives two recognizers, whose ids tell them apart."""
    for entity in CUES:
        recognizers, codes = _read(f'entity: {entity}, mask: "######"')
        assert codes == []
        assert [one.id for one in recognizers] == [
            f"house/{entity.lower().replace('_', '-')}-1",
            f"house/{entity.lower().replace('_', '-')}-1-spread",
        ]
        assert {one.surface for one in recognizers} == {"text", "grouped"}
        assert _found(recognizers, f"{CUES[entity][0]}: 482913") == {("482913", "high")}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('entity: IBAN_CODE, mask: "######"', ["bad-choice"]),
        ('entity: CLAIM_NUMBER, mask: "S-###"', ["bad-mask"]),
        ('entity: CLAIM_NUMBER, mask: "\\\\#\\\\#\\\\#\\\\#"', ["bad-mask"]),
        ('entity: CLAIM_NUMBER, mask: "######", check: modulo', ["bad-choice"]),
        ('entity: CLAIM_NUMBER, mask: "######", cues: ["...", Nr]', ["bad-cue"]),
        ('mask: "######"', ["missing-key"]),
        ("entity: CLAIM_NUMBER", ["missing-key"]),
        ('entity: CLAIM_NUMBER, mask: "######", pattern: x', ["unknown-key"]),
    ],
)
def test_mistakes_are_reported(text: str, codes: list[str]) -> None:
    """And the format is left out."""
    assert _read(text) == ((), codes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://wiki.intra.nordlicht.example/x?y=1 lesen", "https://wiki.intra.nordlicht.example/x?y=1"),
        ("siehe INTRA.nordlicht.example!", "INTRA.nordlicht.example"),
        ("intra.nordlicht.example:8443", "intra.nordlicht.example:8443"),
        ("a@mail.intra.nordlicht.example", "mail.intra.nordlicht.example"),
        ("wiki.intra.nord\u200blicht.example", "wiki.intra.nord\u200blicht.example"),
    ],
)
def test_internal_hosts_are_found(text: str, expected: str) -> None:
    """The domain itself and everything below it, with what belongs to the address."""
    assert _found(internal_hosts(["intra.nordlicht.example"]), text) == {(expected, "high")}


def test_other_hosts_are_none_of_them() -> None:
    """A name that only ends alike, and the dot that must be one."""
    recognizers = internal_hosts(["intra.nordlicht.example"])

    for text in ("notintra.nordlicht.example", "intraXnordlicht.example", "www.nordlicht.example"):
        assert _found(recognizers, text) == set()
