"""
From the answers of the pools to one Scan, trusting no answer more than it proves.

A detector completed when it says so, in the version that was expected, and everything it reported lies inside the post.
The stage `combination` comes last, here, and looks at what all others found: it completes only if they all did.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from proxy.core.detection.combination import NAME as COMBINATION
from proxy.core.detection.combination import SUSPECT, combine
from proxy.core.detection.merge import merge
from proxy.core.model import UNTOLD, Confidence, DetectorId, Finding, Scan, Span, Statement, View
from proxy.detectors.config import CLASSIFIER
from proxy.detectors.signals import agreed, obfuscations
from proxy.detectors.surfaces import NAME as SURFACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from proxy.core.model import Part
    from proxy.detectors.messages import Answer
    from proxy.detectors.port import Described


def collect(
    parts: Sequence[Part],
    expected: frozenset[DetectorId],
    answers: Iterable[Answer],
    thread: Sequence[str] = (),
    *,
    named: Callable[[str], str] | None = None,
) -> Scan:
    """
    Put the answers together; findings of a detector that did not complete still count, if they lie in the post.

    `named` gives the fingerprint of a company's name.
    """
    completed: set[DetectorId] = set()
    findings: list[Finding] = []
    sentences: tuple[tuple[Span, ...], ...] = ()
    described: Described | None = None
    for answer in answers:
        inside, done = _trusted(answer, parts, expected)
        if any(one.name == SURFACES for one in done):
            sentences, described = answer.sentences, answer.described
        findings += inside
        completed |= done
    together = partial(_together, parts, sentences, thread, named, expected=frozenset(one.name for one in expected))
    merged, combined = together(findings)
    last = next((detector for detector in expected if detector.name == COMBINATION), None)
    if last is not None and combined and completed == expected - {last}:
        completed.add(last)
    open_to_authors = [finding for finding in findings if finding.entity not in UNTOLD]
    return Scan(
        findings=_with_hidden(merged),
        expected=expected,
        completed=frozenset(completed),
        sentences=sentences,
        stated=_stated(merged),
        links=None if described is None else described.links,
        languages=None if described is None else described.languages,
        told=None if len(open_to_authors) == len(findings) else _with_hidden(together(open_to_authors)[0]),
    )


def _together(
    parts: Sequence[Part],
    sentences: Sequence[Sequence[Span]],
    thread: Sequence[str],
    named: Callable[[str], str] | None,
    findings: Sequence[Finding],
    *,
    expected: frozenset[str],
) -> tuple[tuple[Finding, ...], bool]:
    """Return findings with what they say together, and whether that could be found out."""
    merged = merge(agreed(findings))
    if COMBINATION not in expected:
        return merged, False
    if CLASSIFIER not in expected:
        merged = (*merged, *_unjudged(parts, merged))
    combined = _combined(parts, sentences, merged, thread, named)
    # Merging twice changes nothing, so nothing new needs no merging.
    return merged if combined is None or combined is merged else merge(combined), combined is not None


def _with_hidden(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    hidden = obfuscations(findings)
    return merge((*findings, *hidden)) if hidden else findings


def _trusted(
    answer: Answer, parts: Sequence[Part], expected: frozenset[DetectorId]
) -> tuple[list[Finding], set[DetectorId]]:
    """Return the findings of an answer that lie in the post, and the detectors that it proves to have completed."""
    inside = [finding for finding in answer.findings if _inside(finding.part, finding.span, parts)]
    unfit = {finding.detector for finding in answer.findings if not _inside(finding.part, finding.span, parts)}
    if not (_cover(answer.sentences, parts) and _fits(answer.described, parts)):
        unfit.add(SURFACES)
    return inside, {one.detector for one in answer.completed if one.detector.name not in unfit} & expected


def _unjudged(parts: Sequence[Part], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """
    Return the suspicion under which a post with findings stands that nobody is configured to judge as a whole.

    It covers every part whole: a rule that asks for it in one sentence must not depend on where the findings stand.
    """
    return tuple(
        Finding(
            rule=f"{COMBINATION}/not-judged",
            entity=SUSPECT,
            confidence=Confidence.LOW,
            part=number,
            span=Span(start=0, end=len(part.text)),
            detector=COMBINATION,
        )
        for number, part in enumerate(parts)
        if part.text and findings
    )


def _combined(
    parts: Sequence[Part],
    sentences: Sequence[Sequence[Span]],
    findings: Sequence[Finding],
    thread: Sequence[str],
    named: Callable[[str], str] | None,
) -> tuple[Finding, ...] | None:
    """Return what the findings say together, None if that could not be found out."""
    try:
        return combine([part.text for part in parts], sentences, findings, thread, named=named)
    except Exception:  # noqa: BLE001 - the stage is missing then, and the findings stay as they are
        return None


def _stated(findings: Sequence[Finding]) -> tuple[Statement, ...]:
    """Return which lists speak in plain sight; disguised or denied words state nothing."""
    return tuple(
        Statement(lexicon=finding.rule, part=finding.part, span=finding.span)
        for finding in findings
        if finding.entity == "WORDS" and finding.view is View.PLAIN and not finding.negated
    )


def nothing(expected: frozenset[DetectorId]) -> Scan:
    """Return the scan of a post that nobody looked at: everything is missing."""
    return Scan(findings=(), expected=expected, completed=frozenset())


def _inside(part: int, span: Span, parts: Sequence[Part]) -> bool:
    return 0 <= part < len(parts) and 0 <= span.start < span.end <= len(parts[part].text)


def _fits(described: Described, parts: Sequence[Part]) -> bool:
    return len(described.languages) == len(parts) and all(
        _inside(link.part, link.span, parts) for link in described.links
    )


def _cover(sentences: Sequence[Sequence[Span]], parts: Sequence[Part]) -> bool:
    return len(sentences) == len(parts) and all(
        _inside(part, span, parts) for part, spans in enumerate(sentences) for span in spans
    )
