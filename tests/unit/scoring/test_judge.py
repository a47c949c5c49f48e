"""Judging examples with the gate's own decision."""

from __future__ import annotations

from proxy.core.model import Verdict
from proxy.scoring.judge import judge, judge_all
from tests.examples import make_example
from tests.fakes.gate_house import GateHouse
from tests.fakes.scanner import ScriptedScanner


async def test_a_leak_is_stopped_by_its_rule() -> None:
    """The outcome says which rule, and which findings made it match."""
    house = GateHouse()
    outcome = await judge(make_example(), house.scanner, house.policies)

    assert (outcome.verdict, outcome.rules, outcome.blamed, outcome.stopped) == (
        Verdict.BLOCK,
        ("sample/iban",),
        frozenset({0}),
        True,
    )


async def test_a_clean_post_passes() -> None:
    """Nothing found, nothing blamed."""
    house = GateHouse()
    outcome = await judge(make_example("Guten Morgen", leak=False), house.scanner, house.policies)

    assert (outcome.verdict, outcome.rules, outcome.stopped) == (Verdict.ALLOW, (), False)


async def test_no_answer_counts_as_allow() -> None:
    """A leak that only the missing detector held was not caught."""
    house = GateHouse(scanner=ScriptedScanner(missing=["presidio"]))
    outcome = await judge(make_example(), house.scanner, house.policies)

    assert (outcome.verdict, outcome.missing) == (Verdict.ALLOW, ("presidio",))


async def test_what_was_found_in_spite_of_a_missing_detector_counts() -> None:
    """The policy's own rule spoke."""
    house = GateHouse(scanner=ScriptedScanner({"IBAN": "IBAN_CODE"}, missing=["presidio"]))
    outcome = await judge(make_example(), house.scanner, house.policies)

    assert outcome.verdict is Verdict.BLOCK


async def test_a_clean_post_held_for_a_missing_detector_counts_against_us() -> None:
    """What the author meets is a hold, whatever the reason."""
    house = GateHouse(scanner=ScriptedScanner(missing=["presidio"]))
    outcome = await judge(make_example("Guten Morgen", leak=False), house.scanner, house.policies)

    assert outcome.verdict is Verdict.HOLD


async def test_outcomes_come_in_the_order_of_the_examples() -> None:
    """Many at a time, none lost, each told."""
    house, told = GateHouse(), []
    examples = [make_example(text, leak=text.endswith("IBAN")) for text in ("a", "IBAN", "b", "c IBAN")]
    outcomes = await judge_all(examples, house.scanner, house.policies, width=2, done=lambda: told.append(1))

    assert [one.example for one in outcomes] == examples
    assert [one.stopped for one in outcomes] == [False, True, False, True]
    assert len(told) == 4
