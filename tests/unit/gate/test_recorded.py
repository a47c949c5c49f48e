"""From the record of a decision back to the post. All texts are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.audit.leaf import build
from proxy.core.model import DetectorId, Part, PartKind, Phase, Post, PostKind, Span, View
from proxy.gate import records
from proxy.gate.recorded import Recorded, sample_of
from proxy.gate.work import Actor, SealedContent
from tests.factories import LOOKED, make_decision, make_finding, make_part, make_post, make_scan
from tests.fakes.clock import START

POST = replace(
    make_post(kind=PostKind.REPLY, parts=(make_part("Hallo"), Part(kind=PartKind.LINK, slot="card", text="x.example"))),
    author="a_invented",
    options=(("visibility", "public"), ("sensitive", False)),
    media=("m1",),
    reply_to="17",
)
FOUND = replace(make_finding(start=1, end=3), view=View.DEOBFUSCATED, detector="")


def _recorded(post: Post = POST, *, phase: Phase = Phase.SUBMIT, completed: frozenset[DetectorId] = LOOKED) -> Recorded:
    scan = make_scan(FOUND, completed=completed)
    decision = replace(make_decision(post, completed=completed), phase=phase)
    sealed = SealedContent(key="k", nonce=b"n", ciphertext=b"c", mac="m", dek_sha256="d", retention="published-3y")
    record = records.decided(
        record="r1",
        at=START,
        actor=Actor(kind="employee", ref="a_invented"),
        post=post,
        scan=scan,
        decision=decision,
        content=sealed,
    )
    return Recorded(leaf=build(record, node="n1").data, content=records.content_of(post, scan))


def test_the_post_is_what_it_was() -> None:
    """With everything that policies look at, and the time of its decision."""
    sample = sample_of(_recorded())

    assert sample is not None
    assert (sample.post, sample.at, sample.thread) == (POST, START, ())


def test_what_was_found_and_who_completed_is_known() -> None:
    """A detector that did not complete has nothing to remember."""
    sample = sample_of(_recorded(completed=frozenset({DetectorId(name="presidio", version="1")})))

    assert sample is not None
    assert sample.known is not None
    assert sample.known.findings == (FOUND,)
    assert sample.known.findings[0].span == Span(start=1, end=3)
    assert sample.known.completed == {DetectorId(name="presidio", version="1")}


def test_a_text_that_the_gate_redacted_is_no_post_of_an_author() -> None:
    """The text as the author wrote it has a record of its own."""
    assert sample_of(_recorded(phase=Phase.REDACTED)) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"parts": [["body", "text"]]}'])
def test_another_content_is_refused(content: bytes) -> None:
    """Nothing is guessed."""
    with pytest.raises((LookupError, TypeError, ValueError)):
        sample_of(replace(_recorded(), content=content))


def test_nothing_of_a_record_shows() -> None:
    """It holds the text of a post."""
    assert "Hallo" not in repr(_recorded())
