"""What only watches changes nothing of what leaves: rules in monitor mode, and posts outside a sample, at the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.core.policy.policy import Mode
from tests.factories import make_draft
from tests.fakes.fast_loop import run_fast
from tests.fakes.gate_house import GateHouse
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle, make_policy
from tests.property.test_policy import policies, rules

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.policy import Policy, Rule

WORDS = {"IBAN": "IBAN_CODE", "Muster": "PERSON", "post@": "EMAIL_ADDRESS"}
texts = st.lists(st.sampled_from([*WORDS, "Guten", "Morgen"]), min_size=1, max_size=5).map(" ".join)


async def _world(bundle: PolicyBundle, submitted: list[str]) -> dict[str, object]:
    """Return everything that came out of a gate, without what it says about rules that only watch."""
    house = GateHouse(bundle=bundle, scanner=ScriptedScanner(WORDS))
    answers = [await house.submit_draft(make_draft(text)) for text in submitted]
    records = [
        {key: value for key, value in record.data.items() if key != "would_have"} for record in house.log.records
    ]
    return {
        "answers": answers,
        "sent": [(released.post, released.post.canonical(), media) for released, media in house.publisher.published],
        "states": house.states,
        "records": records,
    }


@pytest.mark.req("PAIN-09")
@settings(max_examples=60)
@given(policies, st.lists(rules, min_size=1, max_size=3), st.lists(texts, min_size=1, max_size=3))
def test_what_leaves_is_the_same_with_and_without_rules_that_watch(
    chosen: list[Policy], watching: list[Rule], submitted: list[str]
) -> None:
    """Byte by byte, with the same answers, states and records."""
    silent = [replace(rule, id=f"watch-{number}", mode=Mode.MONITOR) for number, rule in enumerate(watching)]
    first, *others = chosen
    inside = [replace(first, rules=(*first.rules, *silent)), *others]
    beside = [*chosen, make_policy(*silent, identifier="watch", mode=Mode.MONITOR)]

    async def compare() -> None:
        without = await _world(make_bundle(*chosen), submitted)
        for variant in (inside, beside):
            assert await _world(make_bundle(*variant), submitted) == without

    run_fast(compare())
