"""Several rules hold one post: it waits on the strictest terms of all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from proxy.core.model import Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.obligations import due
from proxy.gate.review import ReviewTerms, review_terms
from tests.factories import make_decision
from tests.fakes.clock import START
from tests.policies import make_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

holds = st.builds(
    HoldSpec,
    queue=st.sampled_from(["press", "legal"]),
    stages=st.integers(1, 3),
    due=st.one_of(st.none(), st.integers(300, 90_000)),
    escalate_to=st.sampled_from(["board", "compliance"]),
)
rules = st.dictionaries(st.sampled_from(["a/one", "a/two", "b/one", "b/two"]), holds, min_size=1)
settings = st.integers(300, 90_000)


def _terms(held: Mapping[str, HoldSpec], setting: int) -> ReviewTerms:
    matched = {name: make_rule(action=spec) for name, spec in held.items()}
    decision = replace(make_decision(verdict=Verdict.HOLD), obligations=due(Verdict.HOLD, matched))
    return review_terms(decision, now=START, due=timedelta(seconds=setting))


@given(rules, settings)
def test_most_stages_and_the_earliest_due_time_win(held: dict[str, HoldSpec], setting: int) -> None:
    """Queue and escalation are those of one rule with that many stages; a rule without a due time has the setting's."""
    terms = _terms(held, setting)

    assert terms.stages == max(one.stages for one in held.values())
    assert terms.due_at == START + timedelta(seconds=min(one.due or setting for one in held.values()))
    assert (terms.queue, terms.escalate_to) in {
        (one.queue, one.escalate_to) for one in held.values() if one.stages == terms.stages
    }


@given(rules, holds, settings)
def test_one_more_hold_never_gives_people_less_to_do_or_more_time(
    held: dict[str, HoldSpec], added: HoldSpec, setting: int
) -> None:
    """A further rule can add stages and bring the due time forward, nothing else."""
    before, after = _terms(held, setting), _terms({**held, "c/added": added}, setting)

    assert after.stages >= before.stages
    assert after.due_at <= before.due_at
