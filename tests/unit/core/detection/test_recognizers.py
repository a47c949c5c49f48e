from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from proxy.core.detection.recognizers import MOST_ATTEMPTS, RecognizerMatcher, TooManyAttempts
from proxy.core.model import ELSEWHERE, Confidence, Finding, Piece, Recognizer, RuleConfidence, Surface, View
from proxy.core.text.surfaces import surfaces
from tests.recognizers import DEPOT, TAX_ID

KEY = b"k" * 16
BARE = RuleConfidence(bare=Confidence.LOW)
CODE = Recognizer(id="code", entity="OTHER_IDENTIFIER", pattern="[A-Z]{2}-[0-9]{2,4}", confidence=BARE)
IBAN = Recognizer(
    id="iban",
    entity="IBAN_CODE",
    pattern="DE[0-9]{20}",
    boundary="none",
    surface="stream",
    check="iban",
    confidence=RuleConfidence(check=Confidence.HIGH),
)


def _find(text: str, *recognizers: Recognizer) -> list[Finding]:
    return RecognizerMatcher(recognizers, KEY).find(surfaces(0, text))


def _pieces(text: str, *recognizers: Recognizer) -> list[str]:
    return sorted({text[one.span.start : one.span.end] for one in _find(text, *recognizers)})


def test_a_value_and_its_cue() -> None:
    """The span is what the author wrote, groups and all."""
    text = "Depot-Nr. 123 456 78 ist leer"

    (found,) = _find(text, DEPOT)

    assert text[found.span.start : found.span.end] == "123 456 78"
    assert (found.rule, found.entity, found.confidence) == ("de-depot-number", "DEPOT_NUMBER", Confidence.MEDIUM)
    assert (found.view, found.transforms, found.part) == (View.PLAIN, (), 0)


def test_without_its_cue_there_is_nothing() -> None:
    """Where the rule says so."""
    assert _find("Bestellung 123 456 78", DEPOT) == []
    assert _find("Depotnummer 1234567890123", DEPOT) == []


def test_every_spelling_has_one_fingerprint() -> None:
    """So that lists of the house can compare."""
    (one,), (two,) = _find("Depotnummer 12345678", DEPOT), _find("Depotnummer: 1234-5678", DEPOT)

    assert one.fingerprint == two.fingerprint


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("Nummer 86095742719", Confidence.MEDIUM),
        ("Steuer-ID 86095742719", Confidence.HIGH),
        ("Steuer-ID 86095742718", None),
    ],
)
def test_check_and_cue_make_it_surer(text: str, confidence: Confidence | None) -> None:
    """A wrong check digit is no tax number, whatever stands beside it."""
    assert [one.confidence for one in _find(text, replace(TAX_ID, pattern="[0-9]{11}"))] == (
        [] if confidence is None else [confidence]
    )


def test_a_signal_more_never_makes_it_less_sure() -> None:
    """Also where the rule leaves a level out."""
    rule = replace(DEPOT, confidence=RuleConfidence(bare=Confidence.MEDIUM, cue=Confidence.LOW))

    assert [one.confidence for one in _find("Depotnummer 12345678", rule)] == [Confidence.MEDIUM]


def test_letters_for_digits_need_a_check() -> None:
    """`O` for 0 proves itself by the check digit; without one it stays a letter."""
    rule = replace(TAX_ID, pattern="[0-9]{11}")

    (found,) = _find("Steuer-ID 86O95742719", rule)

    assert (found.view, found.transforms) == (View.DEOBFUSCATED, ("T10",))
    assert _find("Steuer-ID 86O95742718", rule) == []
    assert _find("Depotnummer 12O45678", replace(DEPOT, boundary="none")) == []


def test_experimental_rules_are_never_sure() -> None:
    """Their findings are recorded and weigh nothing."""
    (found,) = _find("Depotnummer 12345678", replace(DEPOT, status="experimental"))

    assert found.confidence is Confidence.LOW


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_rules_out_of_force_find_nothing(status: str) -> None:
    """Whatever else they say."""
    assert _find("Depotnummer 12345678", replace(DEPOT, status=status)) == []


def test_the_right_views_are_searched() -> None:
    """Text rules where words stand apart, the others in the view of their name."""
    text = "D E 0 2 1 2 0 3 0 0 0 0 0 0 0 0 2 0 2 0 5 1"
    stream = Surface(name="stream", part=0, text=text.replace(" ", ""))

    assert _pieces("XY-12 und 3", CODE) == ["XY-12"]
    assert [one.rule for one in RecognizerMatcher([IBAN, CODE], KEY).find([stream])] == ["iban"]


def test_a_group_called_value_is_what_was_found() -> None:
    """The word before it belongs to the pattern, not to the finding."""
    rule = replace(CODE, pattern="(?i)Losung:? (?P<value>[a-zü]+)")

    assert _pieces("Ü! Losung: Grünspan!", rule) == ["Grünspan"]


def test_a_value_that_took_no_part_is_the_whole_match() -> None:
    """An optional group may be absent or empty; the match is found all the same."""
    absent = replace(CODE, pattern="[A-Z]{2}-[0-9]{4}|XY(?P<value>[0-9]{4})")
    empty = replace(CODE, pattern="[A-Z]{2}-[0-9]{4}(?P<value>[a-z]*)")

    assert _pieces("Nr. AB-1234 ist da", absent) == ["AB-1234"]
    assert _pieces("Nr. AB-1234 ist da", empty) == ["AB-1234"]


def test_a_failed_boundary_goes_on_behind_it() -> None:
    """Umlauts before a place move bytes, not characters."""
    assert _pieces("ÄAB-12 ÖCD-345 EF-67", CODE) == ["EF-67"]
    assert _pieces("(AB-12)(CD-34)", CODE) == ["AB-12", "CD-34"]


@pytest.mark.parametrize("text", ["Flug AB-12 landet", "Gate AB-12"])
def test_exclusions_take_a_match_back(text: str) -> None:
    """When one of them covers it, with the words around it."""
    rule = replace(CODE, exclude=("Flug [A-Z]{2}-[0-9]+", "Gate AB-12"))

    assert _pieces(text, rule) == []
    assert _pieces("Akte AB-12", rule) == ["AB-12"]


def test_exclusions_of_grouped_rules_read_the_text_as_well() -> None:
    """Their authors think in the text as people see it."""
    assert _pieces("Depotnummer oder Tel. 0301 234567", replace(DEPOT, exclude=("Tel[.]? [0-9 ]+",))) == []


def test_too_many_matches_are_no_answer() -> None:
    """A rule gives up loudly: the post was not looked at to the end."""
    text = "AB-12 " * (MOST_ATTEMPTS + 1)

    assert len(_find(text[: 6 * MOST_ATTEMPTS], CODE)) == MOST_ATTEMPTS
    with pytest.raises(TooManyAttempts):
        _find(text, CODE)
    with pytest.raises(TooManyAttempts):
        _find("xAB-12 " * (MOST_ATTEMPTS + 1), CODE)


def test_a_long_number_is_one_attempt() -> None:
    """The rest of a word that failed is jumped over."""
    assert _find("Depotnummer " + "1" * 20_000, DEPOT) == []


def _joined(text: str, *pieces: Piece) -> Surface:
    return Surface(name="joined", part=ELSEWHERE, text=text, pieces=pieces, transforms=("T14",))


def test_the_cue_in_an_earlier_post_counts() -> None:
    """The number alone says nothing, the thread does; it is found in the post at hand."""
    rule = replace(DEPOT, surface="text")
    text = "Meine Depotnummer:\n12345678"
    view = _joined(text, Piece(part=ELSEWHERE, base=0, end=18), Piece(part=2, base=19, end=27))

    (found,) = RecognizerMatcher([rule], KEY).find([view])

    assert (found.part, found.span.start, found.span.end, found.view) == (2, 0, 8, View.DEOBFUSCATED)


def test_a_value_in_one_part_needs_no_second_finding() -> None:
    """Its own views have it; a value of an earlier post is not this post's."""
    pieces = (Piece(part=ELSEWHERE, base=0, end=5), Piece(part=0, base=6, end=11))
    assert RecognizerMatcher([CODE], KEY).find([_joined("AB-12\nCD-34", *pieces)]) == []

    rule = replace(DEPOT, surface="text")
    elsewhere = (Piece(part=ELSEWHERE, base=0, end=20), Piece(part=0, base=21, end=23))
    assert RecognizerMatcher([rule], KEY).find([_joined("Depotnummer 12345678\nja", *elsewhere)]) == []


def test_backwards_only_checks_count() -> None:
    """Every number is another one backwards; a proof, or a check with a cue, is needed."""
    rule = replace(TAX_ID, pattern="[0-9]{11}")
    weak = replace(DEPOT, surface="text", pattern="9[0-9]{6}")

    def found(text: str) -> list[Confidence]:
        plain = Surface(name="normalised", part=0, text=text)
        backwards = Surface(name="reversed", part=0, text=text[::-1])
        return [one.confidence for one in RecognizerMatcher([rule, weak], KEY).find([plain, backwards])]

    assert found("Steuer-ID 91724759068") == [Confidence.HIGH]
    assert found("Nummer 91724759068") == []
    assert found("Depotnummer 1234569") == []


def test_backwards_counts_as_forwards_where_somebody_says_so() -> None:
    """In the view `mirrored` a cue is enough, as it is in the text."""
    rule = replace(DEPOT, surface="text", pattern="9[0-9]{6}")
    plain = Surface(name="normalised", part=0, text="Depotnummer 1234569 umgedreht")
    mirrored = Surface(name="mirrored", part=0, text=plain.text[::-1])

    assert [one.confidence for one in RecognizerMatcher([rule], KEY).find([plain, mirrored])] == [Confidence.MEDIUM]


def test_what_passes_a_check_needs_no_cue_nearby() -> None:
    """Where the rule says so: a cue anywhere counts, unless the check fails."""
    rule = replace(TAX_ID, pattern="[0-9]{11}", anywhere=True)
    far = "Die Steuer-ID!\n\n" + "Wort " * 40

    assert [one.confidence for one in _find(f"{far} 86095742719", rule)] == [Confidence.HIGH]
    assert _find(f"{far} 86095742718", rule) == []
    assert [one.confidence for one in _find(f"{far} 86095742719", replace(rule, anywhere=False))] == [Confidence.MEDIUM]


def test_who_encodes_a_number_hides_it() -> None:
    """A check that says something by itself is then as good as with a cue."""
    decoded = Surface(name="decoded", part=0, text="86095742719")
    rule = replace(TAX_ID, pattern="[0-9]{11}")

    assert [one.confidence for one in RecognizerMatcher([rule], KEY).find([decoded])] == [Confidence.HIGH]


def test_no_rules_find_nothing() -> None:
    """An empty set is allowed: the other finders look, too."""
    assert _find("Depotnummer 12345678") == []
    assert RecognizerMatcher([DEPOT], KEY).find([Surface(name="grouped", part=0, text="")]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"pattern": "("},
        {"pattern": "a*"},
        {"check": "mod12"},
        {"surface": "view"},
        {"forms": "any"},
        {"exclude": ("(",)},
    ],
)
def test_what_cannot_work_is_refused(change: dict[str, Any]) -> None:
    """When rules are loaded, not when a post comes."""
    with pytest.raises(ValueError, match=r"pattern|check|text|form"):
        RecognizerMatcher([replace(DEPOT, **change)], KEY)


NHS = Recognizer(
    id="nhs",
    entity="UK_NHS",
    pattern="[1-9][0-9]{9}",
    boundary="field",
    surface="grouped",
    check="nhs",
    cues=("NHS",),
    confidence=RuleConfidence(check=Confidence.MEDIUM, cue_and_check=Confidence.HIGH),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NHS clues: a) 677\nb) 669\nc) 9348 and that is it", "677\nb) 669\nc) 9348"),
        ("NHS: first 677, later 669, later 9348", "677, later 669, later 9348"),
        ("NHS: first 8o6, later 574, later 3250", "8o6, later 574, later 3250"),
    ],
)
def test_a_number_dealt_out_between_words_is_put_together(text: str, value: str) -> None:
    """With its check digit and a cue anywhere; that it was put together is said."""
    found = [one for one in _find(text, NHS) if one.view is View.DEOBFUSCATED]

    assert {text[one.span.start : one.span.end] for one in found} == {value}
    assert all("T14" in one.transforms and one.confidence is Confidence.HIGH for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "first 677, later 669, later 9348",
        "NHS: first 677, later 669, later 9349",
        "NHS: first 677, later 669, later 93480",
    ],
)
def test_groups_are_not_put_together_without_cue_or_check(text: str) -> None:
    """Where several numbers stand in a post, some of them pass by chance."""
    assert _find(text, NHS) == []


def test_only_check_digits_say_that_groups_belong_together() -> None:
    """Not a shape, and not a check of the shape."""
    shape = replace(NHS, check=None, confidence=RuleConfidence(cue=Confidence.MEDIUM))
    district = replace(NHS, check="phone-number")

    assert _find("NHS: first 677, later 669, later 9348", shape, district) == []
