"""The types of answers are those that are given: real rows fit, and nothing but their keys."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from pydantic import BaseModel, ValidationError

from proxy.core.errors import OutcomeUnknown, PostgateError, TextTooLong, UnknownToken
from proxy.gate.policy_refusals import FailingTests, ProposalRefused
from proxy.gate.post_rows import PostRow
from proxy.gate.targets import TargetRefused
from proxy.web import api_types
from proxy.web.api_answers import refusal
from proxy.web.api_types import Answer, PostsAnswer, Refusal

KINDS = [kind for kind in vars(api_types).values() if isinstance(kind, type) and issubclass(kind, BaseModel)]


@pytest.mark.parametrize(
    "error",
    [
        PostgateError(),
        UnknownToken(),
        ProposalRefused(why="same"),
        FailingTests(names=("a",)),
        OutcomeUnknown(),
        TargetRefused(TextTooLong(), target="a:b", shape=b'{"error": "x"}'),
    ],
    ids=lambda error: error.code,
)
def test_every_refusal_is_one(error: PostgateError) -> None:
    """With all that it says."""
    said = json.loads(refusal(error).body)

    assert Refusal.model_validate(said).model_dump(exclude_unset=True) == said


def test_a_row_is_one() -> None:
    """As the API writes it."""
    rows = [asdict(PostRow(status="published"))]

    assert PostsAnswer.model_validate({"posts": rows}).posts == [PostRow(status="published")]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if issubclass(kind, Answer)], ids=lambda kind: kind.__name__)
def test_no_type_has_more_than_its_keys(kind: type[Answer]) -> None:
    """But a record of the log, whose leaf has a type of its own."""
    with pytest.raises(ValidationError) as caught:
        kind.model_validate({"another": 1})

    assert "extra_forbidden" in {one["type"] for one in caught.value.errors()}
