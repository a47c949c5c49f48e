"""What reviews may be asked and told over the API: the words are those of the gate, mistakes are told by place."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from proxy.core.errors import RefusedRequest
from proxy.gate.review_looking import Purpose
from proxy.gate.review_words import REASONS
from proxy.gate.reviewing import Judgement, Verdict
from proxy.web.post_types import Body, read_content
from proxy.web.review_types import NewDelegation, NewJudgement, NewReveal, NewVote, NewVotes, Reason

CANARY = "Zwielichtkanarie"


def test_the_words_are_those_of_the_gate() -> None:
    """What the gate knows and the API does not, or the other way, would be a gap."""
    assert set(get_args(Reason)) == set(REASONS)
    assert set(get_args(NewVote.model_fields["verdict"].annotation)) == {one.value for one in Verdict}
    assert set(get_args(NewReveal.model_fields["purpose"].annotation)) == {one.value for one in Purpose}
    assert set(get_args(NewJudgement.model_fields["judgement"].annotation)) == {one.value for one in Judgement}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (NewVote, {"verdict": "maybe"}),
        (NewVote, {"verdict": "reject", "reason": CANARY}),
        (NewVote, {"verdict": "reject", "false_alarm": True}),
        (NewVote, {"verdict": "approve", "comment": ""}),
        (NewVote, {"verdict": "return", "remarks": [{"part": 0, "start": -1, "end": 2, "text": CANARY}]}),
        (NewVote, {"verdict": "return", "suggestion": [{"part": 0, "text": CANARY, "more": 1}]}),
        (NewVotes, {"verdict": "return", "reviews": ["a"]}),
        (NewVotes, {"verdict": "approve", "reviews": []}),
        (NewReveal, {"purpose": "curiosity"}),
        (NewReveal, {"purpose": "decision", "case": "two words"}),
        (NewDelegation, {"deputy": "a_x", "until": "2026-12-01T00:00:00"}),
        (NewDelegation, {"deputy": "a_x", "until": "9999-12-31T23:59:59-23:59"}),
        (NewDelegation, {"deputy": "a_x", "until": "2026-12-01T00:00:00Z", "since": "0001-01-01T00:00:00+23:00"}),
        (NewDelegation, {"deputy": "a x", "until": "2026-12-01T00:00:00Z"}),
        (NewJudgement, {}),
    ],
)
def test_a_mistake_is_refused_without_its_text(kind: type[Body], content: dict[str, Any]) -> None:
    """Whatever it is."""
    with pytest.raises(RefusedRequest) as refused:
        read_content(kind, content)

    assert CANARY not in f"{refused.value!r} {refused.value.diagnostics()}"


def test_the_place_of_a_mistake_is_named() -> None:
    """As far as it is ours."""
    with pytest.raises(RefusedRequest) as refused:
        read_content(NewVote, {"verdict": "return", "remarks": [{"part": 0, "start": 0, "end": 1, "text": ""}]})

    assert refused.value.diagnostics().expected.startswith("remarks.0.text: ")


def test_what_was_written_is_not_shown_by_accident() -> None:
    """Representations hold no words."""
    vote = read_content(NewVote, {"verdict": "reject", "comment": CANARY})

    assert CANARY not in repr(vote)
