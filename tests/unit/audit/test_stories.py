from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.stories import Attempt, Story, story_of
from proxy.gate.lifecycle import State

if TYPE_CHECKING:
    from collections.abc import Sequence


def _leaf(code: str, *refs: str, **data: object) -> dict[str, object]:
    return {"code": code, "data": data, "refs": list(refs)}


def _decided(verdict: str) -> dict[str, object]:
    return _leaf("PG-101", decision=verdict)


INTENT = _leaf("PG-102", attempt="a1")


def _told(*leaves: dict[str, object]) -> Story:
    return story_of((f"r{number}", leaf) for number, leaf in enumerate(leaves))


def _ended(result: str, **more: object) -> dict[str, object]:
    return _leaf("PG-103", attempt="a1", result=result, **more)


def _moved(source: str, target: str) -> dict[str, object]:
    return _leaf("PG-105", **{"from": source, "to": target})


def _said(verdict: str, stage: int, stages: int) -> dict[str, object]:
    return _leaf("PG-202", verdict=verdict, stage=stage, stages=stages)


def _settled(result: str) -> dict[str, object]:
    return _leaf("PG-104", attempt="a1", result=result)


@pytest.mark.parametrize(
    ("leaves", "state"),
    [
        ((), None),
        ((_decided("block"),), State.BLOCKED),
        ((_decided("hold"),), State.HELD),
        ((_decided("redact"),), State.REPLACED),
        ((_decided("allow"), INTENT), State.INTENT),
        ((_decided("allow"), INTENT, _ended("published")), State.PUBLISHED),
        ((_decided("allow"), INTENT, _ended("rejected")), State.REJECTED_UPSTREAM),
        ((_decided("allow"), INTENT, _ended("not_sent")), State.FAILED),
        ((_decided("allow"), INTENT, _ended("unknown")), State.UNKNOWN),
        ((_decided("allow"), INTENT, _ended("unknown"), _settled("published")), State.PUBLISHED),
        ((_decided("allow"), INTENT, _ended("unknown"), _settled("rejected")), State.REJECTED_UPSTREAM),
        ((_decided("allow"), INTENT, _ended("unknown"), _settled("absent")), State.ABSENT),
        ((_decided("allow"), INTENT, _ended("unknown"), _settled("undetermined")), State.UNKNOWN),
        ((_decided("allow"), _moved("intent", "scheduled"), _moved("scheduled", "blocked")), State.BLOCKED),
        ((_decided("hold"), _moved("held", "failed")), State.FAILED),
        ((_decided("allow"), _moved("intent", "failed")), State.FAILED),
        ((_decided("allow"), _moved("intent", "scheduled")), State.SCHEDULED),
        ((_decided("allow"), _moved("intent", "queued")), State.QUEUED),
        ((_decided("allow"), _moved("intent", "scheduled"), _decided("allow"), INTENT), State.INTENT),
        ((_decided("allow"), _moved("intent", "scheduled"), _moved("scheduled", "withdrawn")), State.WITHDRAWN),
        ((_decided("allow"), _moved("intent", "scheduled"), _moved("scheduled", "scheduled")), State.SCHEDULED),
        ((_decided("allow"), INTENT, _ended("not_sent", again_at="2026-11-23T09:00:00.000000Z")), State.QUEUED),
        ((_decided("hold"), _said("approve", 1, 2)), State.HELD),
        ((_decided("hold"), _said("approve", 1, 2), _said("approve", 2, 2)), State.APPROVED),
        ((_decided("hold"), _said("approve", 1, 1), _decided("hold"), INTENT), State.INTENT),
        ((_decided("hold"), _said("reject", 1, 2)), State.REJECTED),
        ((_decided("hold"), _said("return", 1, 2)), State.REJECTED),
        ((_decided("hold"), _decided("allow")), State.HELD),
    ],
)
def test_records_lead_to_a_state(leaves: Sequence[dict[str, object]], state: State | None) -> None:
    """As the life cycle has it; a later decision moves nothing by itself."""
    story = _told(*leaves)

    assert (story.state, story.flaw) == (state, None)


@pytest.mark.parametrize(
    ("leaves", "flaw"),
    [
        ((_ended("published"),), "PG-103 is not possible in the state none"),
        ((_decided("block"), _ended("published")), "PG-103 is not possible in the state blocked"),
        ((_decided("maybe"),), "PG-101 is not possible in the state none"),
        ((_decided("allow"), _settled("published")), "PG-104 is not possible in the state intent"),
        ((_decided("allow"), _ended("perhaps"), _ended("published")), "PG-103 is not possible in the state intent"),
        ((_decided("hold"), _leaf("PG-105", **{"from": "intent", "to": "blocked"})), "PG-105 is not possible"),
        ((_decided("hold"), _leaf("PG-105", **{"from": "held", "to": "eaten"})), "PG-105 is not possible"),
        ((_decided("hold"), _moved("held", "queued")), "PG-105 is not possible in the state held"),
        ((_decided("hold"), _moved("held", "approved"), _moved("approved", "intent")), "PG-105 is not possible"),
        ((_decided("allow"), INTENT, _moved("intent", "scheduled")), "PG-105 is not possible in the state intent"),
        ((_decided("hold"), _ended("not_sent", again_at="x")), "PG-103 cannot be tried again in the state held"),
        ((_decided("allow"), INTENT, _ended("published", again_at="x")), "PG-103 cannot be tried again"),
        ((_decided("allow"), _said("approve", 1, 1)), "PG-202 is not possible in the state intent"),
    ],
)
def test_a_record_that_its_state_does_not_allow_is_a_flaw(leaves: Sequence[dict[str, object]], flaw: str) -> None:
    """The first one is told."""
    assert flaw in str(_told(*leaves).flaw)


def test_attempts_and_reviews_are_told() -> None:
    """With the records they come from."""
    story = _told(_decided("allow"), INTENT, _leaf("PG-102", attempt="a2"), _ended("unknown"))
    held = _told(_decided("hold"), _leaf("PG-201", "r0"))

    assert story.attempts == {
        "a1": Attempt(intent="r1", result="unknown", outcome="r3"),
        "a2": Attempt(intent="r2"),
    }
    assert (story.decisions, held.reviews) == ({"r0"}, {"r0"})


ANYTHING = st.recursive(st.none() | st.text(max_size=3) | st.integers(), lambda inner: st.lists(inner, max_size=2))


@given(
    st.lists(
        st.fixed_dictionaries(
            {"code": st.sampled_from(["PG-101", "PG-102", "PG-103", "PG-104", "PG-105", "PG-201", "PG-202", "PG-604"])},
            optional={
                "data": ANYTHING | st.dictionaries(st.sampled_from(["attempt", "result", "from", "to"]), ANYTHING),
                "refs": ANYTHING,
            },
        ),
        max_size=5,
    )
)
def test_no_leaf_stops_the_story(leaves: list[dict[str, Any]]) -> None:
    """Whatever stands in a database that somebody changed."""
    assert isinstance(_told(*leaves), Story)


BEGUN = _leaf("PG-106", attempt="r1")


def _taken_back(result: str) -> dict[str, object]:
    return _leaf("PG-107", attempt="r1", result=result)


@pytest.mark.parametrize(
    ("leaves", "state"),
    [
        ((BEGUN,), State.RECALLING),
        ((BEGUN, _taken_back("recalled")), State.RECALLED),
        ((BEGUN, _taken_back("gone_already")), State.RECALLED),
        ((BEGUN, _taken_back("refused")), State.RECALL_FAILED),
        ((BEGUN, _taken_back("unknown")), State.RECALLING),
        ((BEGUN, _taken_back("unknown"), BEGUN, _taken_back("recalled")), State.RECALLED),
        ((BEGUN, _taken_back("refused"), BEGUN), State.RECALLING),
    ],
)
def test_a_published_post_is_taken_back(leaves: Sequence[dict[str, object]], state: State) -> None:
    """Again after a refusal, and while it is not known what became of it."""
    story = _told(_decided("allow"), INTENT, _ended("published"), *leaves)

    assert (story.state, story.flaw) == (state, None)


def test_what_is_not_published_is_not_taken_back() -> None:
    """Nor taken back twice."""
    held = _told(_decided("hold"), BEGUN)
    twice = _told(_decided("allow"), INTENT, _ended("published"), BEGUN, _taken_back("recalled"), BEGUN)

    assert held.flaw == "PG-106 is not possible in the state held"
    assert twice.flaw == "PG-106 is not possible in the state recalled"
