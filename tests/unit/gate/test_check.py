"""A look without consequences: what would the gate decide?"""

from __future__ import annotations

import pytest

from proxy.core.model import PartKind, Verdict
from proxy.gate.check import Question, body_and_parts, check, opinion_row
from tests.fakes.gate_house import GateHouse
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle, make_policy, make_rule


def _question(text: str, *parts: tuple[str, str]) -> Question:
    return Question(id="7", platform="mastodon", parts=body_and_parts(text, parts))


async def test_a_finding_is_told_by_place_and_rule() -> None:
    """The row has decision, rules and offsets in code points; neither the text nor the match is in it."""
    house, question = GateHouse(), _question("Überweisung an IBAN", ("alt_text", "😀 IBAN"))
    opinion = await check(question, scanner=house.scanner, policies=house.policies, clock=house.clock)
    finding = {"type": "IBAN_CODE", "rule": "scripted/iban_code", "confidence": "high"}

    assert opinion_row(question, opinion) == {
        "id": "7",
        "decision": "block",
        "rules": ["sample/iban"],
        "findings": [{"start": 15, "end": 19, "part": 0} | finding, {"start": 2, "end": 6, "part": 1} | finding],
        "missing": [],
    }


async def test_nothing_is_recorded_or_sent() -> None:
    """A check leaves no trace."""
    house = GateHouse()
    opinion = await check(_question("IBAN"), scanner=house.scanner, policies=house.policies, clock=house.clock)

    assert opinion.decision.verdict is Verdict.BLOCK
    assert (house.log.codes(), house.sent) == ([], [])


async def test_an_allowed_text_names_no_rules() -> None:
    """Which policies looked is no rule that matched."""
    house, question = GateHouse(), _question("Schönes Wochenende!")
    row = opinion_row(
        question, await check(question, scanner=house.scanner, policies=house.policies, clock=house.clock)
    )

    assert (row["decision"], row["rules"], row["findings"]) == ("allow", [], [])


async def test_a_missing_detector_is_named() -> None:
    """An incomplete look is no "allow", and says what is missing."""
    house, question = GateHouse(scanner=ScriptedScanner(missing=["presidio"])), _question("Schönes Wochenende!")
    row = opinion_row(
        question, await check(question, scanner=house.scanner, policies=house.policies, clock=house.clock)
    )

    assert (row["decision"], row["missing"]) == ("hold", ["presidio"])


async def test_earlier_posts_of_the_thread_are_looked_at_too() -> None:
    """What is spread over posts shows only where they stand together."""
    house = GateHouse()
    question = Question(id="7", platform="mastodon", parts=body_and_parts("b"), thread=("a",))
    await check(question, scanner=house.scanner, policies=house.policies, clock=house.clock)

    assert house.scanner.threads == [("a",)]


def test_the_text_is_the_body_and_parts_follow() -> None:
    """Parts keep their order, so that a finding's index means the same to whoever asked."""
    parts = body_and_parts("a", (("poll_option", "b"), ("link", "c")))

    assert [(part.kind, part.slot, part.text) for part in parts] == [
        (PartKind.BODY, "text", "a"),
        (PartKind.POLL_OPTION, "parts.0", "b"),
        (PartKind.LINK, "parts.1", "c"),
    ]


def test_an_unknown_kind_of_part_is_refused() -> None:
    """What is not known is not ignored."""
    with pytest.raises(ValueError, match="footnote"):
        body_and_parts("a", (("footnote", "b"),))


def test_a_question_does_not_show_its_text() -> None:
    """Representations end up in tracebacks."""
    assert "Kanarienvogel" not in repr(_question("Kanarienvogel"))


@pytest.mark.req("FEAT-27")
async def test_a_rule_that_is_being_rolled_out_counts_whatever_the_id() -> None:
    """The id is the caller's: it must not say which posts a rule passes over."""
    house = GateHouse(bundle=make_bundle(make_policy(make_rule(rollout=1))))
    verdicts = set()
    for number in range(50):
        question = Question(id=str(number), platform="mastodon", parts=body_and_parts("IBAN"))
        verdicts.add(
            (await check(question, scanner=house.scanner, policies=house.policies, clock=house.clock)).decision.verdict
        )

    assert verdicts == {Verdict.BLOCK}
