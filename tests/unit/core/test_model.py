"""The nouns: order of verdicts, spans, surfaces, scans, canonical bytes, and no text in a representation."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from itertools import permutations

import pytest

from proxy.core import model
from proxy.core.model import (
    Confidence,
    Decision,
    DetectorId,
    Finding,
    Lexicon,
    LexiconTerm,
    Part,
    PartKind,
    Post,
    PostId,
    PostKind,
    Scan,
    Span,
    Surface,
    Verdict,
    strictest,
)

SECRET = "Die Kundin Erika Beispiel kündigt"
A, B = DetectorId(name="a", version="1"), DetectorId(name="b", version="1")


def _post(**changes: object) -> Post:
    post = Post(
        id=PostId("post-1"),
        platform="mastodon",
        account="mastodon:presse",
        author="a-1",
        operation="status.create",
        kind=PostKind.POST,
        parts=(Part(kind=PartKind.BODY, slot="status", text=SECRET),),
        options=(("sensitive", False),),
    )
    return replace(post, **changes)  # type: ignore[arg-type]  # a table of field values


def test_verdicts_are_ordered_weakest_first() -> None:
    """Allow < redact < hold < block."""
    assert [verdict.rank for verdict in (Verdict.ALLOW, Verdict.REDACT, Verdict.HOLD, Verdict.BLOCK)] == [0, 1, 2, 3]


@pytest.mark.parametrize("order", list(permutations(Verdict)))
def test_the_strictest_verdict_wins_in_any_order(order: tuple[Verdict, ...]) -> None:
    """Order never matters."""
    assert strictest(order) is Verdict.BLOCK


def test_no_verdict_is_not_an_allow() -> None:
    """Nothing to compare is an error: nothing checked is never a pass."""
    with pytest.raises(ValueError, match="empty"):
        strictest([])


def test_confidence_is_ordered() -> None:
    """Low < medium < high."""
    assert [confidence.rank for confidence in (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("expected", "completed", "missing", "complete"),
    [
        ({A, B}, {A, B}, (), True),
        ({A, B}, {A}, ("b",), False),
        ({A, B}, set(), ("a", "b"), False),
        (set(), set(), (), False),
        ({A}, {DetectorId(name="a", version="2")}, ("a",), False),
        ({A}, {A, B}, (), True),
    ],
)
def test_a_scan_is_complete_only_when_every_expected_detector_looked(
    expected: set[DetectorId], completed: set[DetectorId], missing: tuple[str, ...], complete: bool
) -> None:
    """Missing is expected minus completed, version included; with nothing expected nothing is complete."""
    scan = Scan(findings=(), expected=frozenset(expected), completed=frozenset(completed))

    assert scan.missing == missing
    assert scan.complete is complete


def test_a_decision_names_the_detectors_that_did_not_look() -> None:
    """The decision repeats what was missing in its scan."""
    decision = Decision(
        post=PostId("post-1"),
        verdict=Verdict.BLOCK,
        reasons=(),
        matched=(),
        would_have=(),
        obligations=(),
        policy_digest="p",
        rules_digest="r",
        organisation_digest="o",
        expected=frozenset({A, B}),
        completed=frozenset({B}),
    )

    assert decision.missing == ("a",)


def test_canonical_bytes_are_plain_ascii_json() -> None:
    """The bytes parse as JSON, are ASCII, and hold the author's text unchanged."""
    document = json.loads(_post().canonical().decode("ascii"))

    assert ["body", "status", SECRET] in document[5]
    assert ["sensitive", False] in document[4]


@pytest.mark.parametrize("changes", [{"id": PostId("post-2")}, {"author": "a-2"}])
def test_who_and_when_do_not_change_the_canonical_bytes(changes: dict[str, object]) -> None:
    """The same content by another person or at another time is the same content."""
    assert _post(**changes).canonical() == _post().canonical()


@pytest.mark.parametrize(
    "changes",
    [
        {"platform": "bluesky"},
        {"account": "mastodon:karriere"},
        {"operation": "status.edit"},
        {"kind": PostKind.REPLY},
        {"parts": (Part(kind=PartKind.BODY, slot="status", text="anders"),)},
        {"parts": (Part(kind=PartKind.ALT_TEXT, slot="status", text=SECRET),)},
        {"parts": (Part(kind=PartKind.BODY, slot="other", text=SECRET),)},
        {"options": (("sensitive", True),)},
        {"options": ()},
        {"media": ("m-1",)},
    ],
    ids=str,
)
def test_everything_the_reader_sees_changes_the_canonical_bytes(changes: dict[str, object]) -> None:
    """Two posts that would look different on the platform never have equal bytes."""
    assert _post(**changes).canonical() != _post().canonical()


@pytest.mark.parametrize(
    "value",
    [
        Part(kind=PartKind.BODY, slot="status", text=SECRET),
        _post(),
        Surface(name="original", part=0, text=SECRET),
    ],
    ids=lambda value: type(value).__name__,
)
def test_representations_show_no_text_of_a_post(value: object) -> None:
    """I7: what would stand in a traceback or log line carries no word of the author."""
    assert all(word not in repr(value) for word in SECRET.split())


def test_a_finding_has_no_place_for_the_matched_text() -> None:
    """A finding says where and what kind, never what; its fingerprint stays out of representations."""
    finding = Finding(
        rule="presidio/iban",
        entity="IBAN_CODE",
        confidence=Confidence.HIGH,
        part=0,
        span=Span(start=0, end=4),
        fingerprint="0123abcd",
    )

    assert "0123abcd" not in repr(finding)
    assert not {"text", "value", "match", "matched"} & {field.name for field in fields(finding)}


def test_lexicons_have_plain_defaults() -> None:
    """A term without a form is a whole word as written."""
    lexicon = Lexicon(id="service-words", language="de", terms=(LexiconTerm(text="Kunde"),))

    assert lexicon.terms[0].forms == "exact"
    assert lexicon.exclude == ()


@pytest.mark.parametrize(
    "noun",
    [
        noun
        for noun in (getattr(model, name) for name in model.__all__)
        if isinstance(noun, type) and is_dataclass(noun)
    ],
    ids=str,
)
def test_the_nouns_are_frozen_slotted_and_keyword_only(noun: type) -> None:
    """Values cannot be changed, extended or filled by position."""
    assert is_dataclass(noun)
    assert noun.__dataclass_params__.frozen  # type: ignore[attr-defined]  # set by the decorator
    assert "__slots__" in vars(noun)
    assert all(field.kw_only for field in fields(noun))


def test_a_part_cannot_be_changed() -> None:
    """Assigning to a field raises."""
    part = Part(kind=PartKind.BODY, slot="status", text=SECRET)
    with pytest.raises(FrozenInstanceError):
        part.text = "anders"  # type: ignore[misc]  # that is the point
