"""Merging keeps the best of nested findings of one kind and touches nothing else."""

from __future__ import annotations

from itertools import permutations

from proxy.core.detection.merge import merge
from proxy.core.model import Confidence, Finding, Span, View

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


def _finding(start: int, end: int, confidence: Confidence = MEDIUM, entity: str = "PERSON", **more: object) -> Finding:
    values: dict[str, object] = {"rule": "test/rule", "part": 0, "view": View.PLAIN, **more}
    return Finding(entity=entity, confidence=confidence, span=Span(start=start, end=end), **values)  # type: ignore[arg-type]


def _always(findings: list[Finding]) -> tuple[Finding, ...]:
    """Merge in every order; the result is the same."""
    results = {merge(order) for order in permutations(findings)}
    assert len(results) == 1
    return results.pop()


def test_nothing_stays_nothing() -> None:
    """No findings, no result."""
    assert merge([]) == ()


def test_the_more_confident_of_nested_findings_stays() -> None:
    """Confidence counts before length, inside and outside."""
    sure, unsure = _finding(2, 5, HIGH), _finding(0, 9, LOW)
    assert _always([sure, unsure]) == (sure,)
    sure, unsure = _finding(0, 9, HIGH), _finding(2, 5, LOW)
    assert _always([sure, unsure]) == (sure,)


def test_then_the_plain_view_then_the_longer() -> None:
    """What ordinary reading shows is no evasion; of two equals the longer says more."""
    plain, undone = _finding(2, 5), _finding(0, 9, view=View.DEOBFUSCATED)
    assert _always([plain, undone]) == (plain,)
    short, long = _finding(2, 5), _finding(0, 9)
    assert _always([short, long]) == (long,)


def test_equal_spans_are_one_finding() -> None:
    """Two recognizers that agree give one finding, always the same one."""
    first, second = _finding(0, 4, rule="a/rule"), _finding(0, 4, rule="b/rule")
    assert _always([first, second]) == (first,)


def test_neighbours_and_crossing_spans_stay() -> None:
    """Only what lies inside another meets it."""
    findings = [_finding(0, 4), _finding(3, 8), _finding(8, 9)]
    assert _always(findings) == tuple(findings)


def test_a_middle_one_that_goes_takes_nobody_along() -> None:
    """A finding that is itself removed removes no other."""
    left, around, right = _finding(0, 5), _finding(0, 20), _finding(10, 15, HIGH)
    assert _always([left, around, right]) == (left, right)


def test_other_entities_parts_and_word_lists_stay_side_by_side() -> None:
    """A person inside a relation, another part, another list: each is its own kind."""
    findings = [
        _finding(0, 9, HIGH),
        _finding(0, 9, HIGH, "WORDS", rule="claim-event"),
        _finding(0, 9, HIGH, "WORDS", rule="health"),
        _finding(2, 4, LOW, "LOCATION"),
        _finding(2, 4, LOW, part=1),
    ]
    assert set(_always(findings)) == set(findings)


def test_word_hits_of_one_list_merge() -> None:
    """A word inside a phrase of the same list is one hit."""
    phrase, word = (_finding(0, 9, HIGH, "WORDS", rule="x"), _finding(5, 9, HIGH, "WORDS", rule="x"))
    assert _always([phrase, word]) == (phrase,)


def test_the_result_is_sorted_by_place() -> None:
    """Part, start and end give the order."""
    findings = [_finding(5, 6, part=1), _finding(7, 8), _finding(0, 2), _finding(0, 3, entity="URL")]
    assert [(f.part, f.span.start, f.span.end) for f in merge(findings)] == [(0, 0, 2), (0, 0, 3), (0, 7, 8), (1, 5, 6)]


def test_a_denied_word_hides_no_other() -> None:
    """Both stay: a policy may ask for those that nothing denies."""
    denied = _finding(0, 9, HIGH, "WORDS", negated=True)
    claimed = _finding(2, 5, HIGH, "WORDS")

    assert set(_always([denied, claimed])) == {denied, claimed}
