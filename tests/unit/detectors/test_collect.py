from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from proxy.core.detection.combination import SUSPECT
from proxy.core.model import UNTOLD, Confidence, DetectorId, Finding, Language, Link, Scan, Span, Statement, View
from proxy.detectors.collect import collect, nothing
from proxy.detectors.messages import Answer, Completed
from proxy.detectors.port import Described
from tests.factories import make_part

EXPECTED = frozenset({DetectorId(name="surfaces", version="1"), DetectorId(name="presidio", version="1")})
PARTS = (make_part("0123456789"),)
GERMAN = Described(languages=(Language.DE,))
LINK = Link(part=0, span=Span(start=1, end=9), host="bank.example")


def _answer(
    *,
    versions: dict[str, str],
    findings: tuple[Finding, ...] = (),
    sentences: tuple[tuple[Span, ...], ...] = ((),),
    described: Described = GERMAN,
) -> Answer:
    return Answer(
        post=1,
        completed=tuple(
            Completed(detector=DetectorId(name=name, version=version), micros=1) for name, version in versions.items()
        ),
        faults=(),
        findings=findings,
        sentences=sentences,
        described=described,
    )


def _finding(start: int, end: int, *, part: int = 0, view: View = View.PLAIN) -> Finding:
    return Finding(
        rule="presidio/iban",
        entity="IBAN_CODE",
        confidence=Confidence.HIGH,
        part=part,
        span=Span(start=start, end=end),
        view=view,
        detector="presidio",
    )


def test_all_that_was_expected_and_came_is_complete() -> None:
    """Findings and sentences go into the scan."""
    whole = (Span(start=0, end=10),)
    scan = collect(
        PARTS,
        EXPECTED,
        [_answer(versions={"surfaces": "1", "presidio": "1"}, findings=(_finding(2, 4),), sentences=(whole,))],
    )

    assert scan.complete
    assert scan.findings == (_finding(2, 4),)
    assert scan.sentences == (whole,)


def test_another_version_is_missing() -> None:
    """An answer of code or rules that were not asked for does not count as a look; its findings do."""
    scan = collect(PARTS, EXPECTED, [_answer(versions={"surfaces": "1", "presidio": "2"}, findings=(_finding(2, 4),))])

    assert scan.missing == ("presidio",)
    assert scan.findings == (_finding(2, 4),)


def test_a_detector_nobody_expects_does_not_complete() -> None:
    """`completed` never holds more than `expected`."""
    scan = collect(PARTS, EXPECTED, [_answer(versions={"surfaces": "1", "presidio": "1", "stranger": "1"})])

    assert scan.completed == EXPECTED


def test_an_offset_outside_the_post_makes_its_detector_missing() -> None:
    """A span that is empty, negative or beyond the part, or a part that is not there, is dropped and distrusted."""
    for bad in (_finding(9, 11), _finding(4, 4), _finding(-1, 2), _finding(0, 1, part=1), _finding(0, 1, part=-1)):
        scan = collect(
            PARTS,
            EXPECTED,
            [_answer(versions={"surfaces": "1", "presidio": "1"}, findings=(bad, _finding(2, 4)))],
        )

        assert scan.missing == ("presidio",)
        assert scan.findings == (_finding(2, 4),)


def test_sentences_outside_the_post_make_the_surfaces_missing() -> None:
    """Rules about sentences need them to be right."""
    for sentences in (((Span(start=0, end=11),),), ((), ()), ()):
        scan = collect(PARTS, EXPECTED, [_answer(versions={"surfaces": "1", "presidio": "1"}, sentences=sentences)])

        assert scan.missing == ("surfaces",)
        assert scan.sentences == ()


def test_links_and_languages_come_from_the_surfaces() -> None:
    """Of an answer in which they completed, and of no other: nobody looked is not the same as no link."""
    described = Described(links=(LINK,), languages=(Language.EN,))
    others = _answer(versions={"presidio": "1"}, described=Described())

    scan = collect(PARTS, EXPECTED, [_answer(versions={"surfaces": "1"}, described=described), others])
    unseen = collect(PARTS, EXPECTED, [others])

    assert (scan.links, scan.languages) == ((LINK,), (Language.EN,))
    assert scan.complete
    assert (unseen.links, unseen.languages) == (None, None)


def test_links_and_languages_outside_the_post_make_the_surfaces_missing() -> None:
    """What was said about another post says nothing about this one."""
    outside = replace(LINK, span=Span(start=1, end=11))
    elsewhere = replace(LINK, part=1)
    for described in (
        Described(),
        replace(GERMAN, links=(outside,)),
        replace(GERMAN, links=(elsewhere,)),
        Described(languages=(Language.DE, Language.DE)),
    ):
        scan = collect(PARTS, EXPECTED, [_answer(versions={"surfaces": "1", "presidio": "1"}, described=described)])

        assert scan.missing == ("surfaces",)
        assert (scan.links, scan.languages, scan.sentences) == (None, None, ())


def test_what_was_hidden_adds_an_obfuscation() -> None:
    """The finding under the disguise stays."""
    scan = collect(
        PARTS,
        EXPECTED,
        [_answer(versions={"surfaces": "1", "presidio": "1"}, findings=(_finding(2, 4, view=View.DEOBFUSCATED),))],
    )

    assert [finding.entity for finding in scan.findings] == ["IBAN_CODE", "OBFUSCATION"]


def test_no_answer_is_nothing_completed() -> None:
    """Nobody looked, so everything is missing."""
    assert collect(PARTS, EXPECTED, []).missing == ("presidio", "surfaces")
    assert nothing(EXPECTED).missing == ("presidio", "surfaces")


LAST = DetectorId(name="combination", version="9")
TOLD = (make_part("Anna Beispiel ist Kundin."),)


def _told(*hits: Finding, missing: str = "") -> Scan:
    versions = {one.name: one.version for one in EXPECTED if one.name != missing}
    person = replace(_finding(0, 13), entity="PERSON")
    word = replace(_finding(18, 24), entity="WORDS", rule="customer-relation")
    whole = (Span(start=0, end=25),)
    return collect(
        TOLD, EXPECTED | {LAST}, [_answer(versions=versions, findings=(person, word, *hits), sentences=(whole,))]
    )


def test_the_last_stage_puts_everything_together() -> None:
    """It completes after all others did, and its findings are in the scan."""
    scan = _told()

    assert scan.complete
    assert "CUSTOMER_RELATION" in {finding.entity for finding in scan.findings}


@pytest.mark.parametrize("entity", sorted(UNTOLD))
def test_what_follows_from_a_hit_is_kept_apart_from_what_authors_may_hear(entity: str) -> None:
    """What is told is what a register that knows nobody would find, whatever the hit raises, adds or hides."""
    without = _told()
    hit = replace(_finding(0, 13, view=View.DEOBFUSCATED), entity=entity, rule="register/name-and-attribute")
    known = _told(hit)

    assert known.told == without.findings
    assert without.told is None
    assert known.complete
    if entity == "CUSTOMER_RECORD":
        (sure,) = (one.confidence for one in known.findings if one.entity == "CUSTOMER_RELATION")
        (told,) = (one.confidence for one in known.told if one.entity == "CUSTOMER_RELATION")
        assert (sure, told) == (Confidence.HIGH, Confidence.MEDIUM)
    assert "OBFUSCATION" in {one.entity for one in known.findings} - {one.entity for one in known.told}


def test_where_anybody_is_missing_the_last_stage_is_missing_too() -> None:
    """It still works with what is there."""
    scan = _told(missing="presidio")

    assert scan.missing == ("combination", "presidio")
    assert "CUSTOMER_RELATION" in {finding.entity for finding in scan.findings}


def test_nobody_is_put_together_who_was_not_asked_for() -> None:
    """Without the stage among the expected ones findings stay as they are."""
    answer = _answer(
        versions={one.name: one.version for one in EXPECTED},
        findings=(replace(_finding(0, 5), entity="WORDS", rule="health"),),
    )

    assert {finding.entity for finding in collect(PARTS, EXPECTED, [answer]).findings} == {"WORDS"}


def test_a_last_stage_that_cannot_work_is_missing() -> None:
    """Findings stay as they are; the post is held."""
    versions = {one.name: one.version for one in EXPECTED}
    word = replace(_finding(0, 5), entity="WORDS", rule="health")
    answer = _answer(versions=versions, findings=(word,))
    scan = collect(PARTS, EXPECTED | {LAST}, [answer], (cast("str", 7),))

    assert [one for one in scan.findings if one.entity != SUSPECT] == [word]
    assert scan.missing == ("combination",)


def test_what_stands_in_plain_sight_is_stated() -> None:
    """Not what is disguised or denied, and no other finding."""
    word = replace(_finding(0, 2), entity="WORDS", rule="risk-warning")
    findings = (
        word,
        replace(word, span=Span(start=3, end=5), negated=True),
        replace(word, span=Span(start=6, end=8), view=View.DEOBFUSCATED),
        _finding(8, 9),
    )
    scan = collect(PARTS, EXPECTED, [_answer(versions={}, findings=findings)])

    assert scan.stated == (Statement(lexicon="risk-warning", part=0, span=Span(start=0, end=2)),)


def test_a_post_that_nobody_judges_as_a_whole_is_suspected() -> None:
    """Without the classifier among the detectors weak evidence counts: less equipment never lets more pass."""
    versions = {one.name: one.version for one in EXPECTED}
    answer = _answer(versions=versions, findings=(_finding(0, 5),))

    alone = collect(PARTS, EXPECTED | {LAST}, [answer])
    judged = collect(PARTS, EXPECTED | {LAST, DetectorId(name="classifier", version="c1")}, [answer])

    assert {one.rule for one in alone.findings if one.entity == SUSPECT} == {"combination/not-judged"}
    assert [one.span for one in alone.findings if one.entity == SUSPECT] == [
        Span(start=0, end=len(part.text)) for part in PARTS
    ]
    assert [one for one in judged.findings if one.entity == SUSPECT] == []
    assert "classifier" in judged.missing
