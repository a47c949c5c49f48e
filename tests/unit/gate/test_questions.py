"""What the gate would say: the decision and the policies' words, no place and no match; and nothing is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.errors import AuditUnavailable, NotFound
from proxy.gate.limits import TooManyChecks
from proxy.gate.steps import STEP_S
from proxy.gate.targets import TargetRefused
from tests.fakes.native_house import BOARD, ELSEWHERE, PRESS, NativeHouse, anna, entry
from tests.policies import make_bundle, make_policy, make_rule

TOOL = replace(anna("check"), kind="service", ref="a_werkzeug", account=None)


@pytest.mark.parametrize(
    ("text", "verdict", "rules"),
    [
        ("Moin", "allow", ()),
        ("Kunde", "redact", ("sample/kunde",)),
        ("Mensch", "hold", ("sample/person",)),
        ("IBAN Mensch", "block", ("sample/iban",)),
    ],
)
async def test_a_question_gets_the_verdict_and_the_words(text: str, verdict: str, rules: tuple[str, ...]) -> None:
    """What a person asks about a draft is not recorded."""
    house = NativeHouse()
    (row,) = await house.questions.check([entry(text)], by=anna())

    assert (row.target, row.part, row.verdict, row.rules, row.check_id) == (PRESS, 0, verdict, rules, None)
    assert [words.en for words in row.messages] == [f"rule {rule.partition('/')[2]}" for rule in rules]
    assert (house.sent, house.log.codes(), house.log.tables.posts) == ([], [], {})


async def test_what_a_program_asks_is_on_record() -> None:
    """As a decision with sealed content, but of no post: nothing can be sent by it."""
    house = NativeHouse()
    rows = await house.questions.check([entry("IBAN Zwielicht"), entry("Moin", account=BOARD)], by=TOOL)
    first, second = house.log.records

    assert house.log.codes() == ["PG-108", "PG-108"]
    assert [row.check_id for row in rows] == [f"d-{first.id}", f"d-{second.id}"]
    assert (first.actor.ref, first.actor.kind, first.subject.post, first.subject.account) == (
        "a_werkzeug", "service", None, PRESS,
    )  # fmt: skip
    assert (first.data["decision"], second.data["decision"]) == ("block", "allow")
    assert first.content is not None
    assert "Zwielicht" not in repr(first)
    assert {key.post for key in house.log.tables.data_keys.values()} == {first.id, second.id}
    assert house.log.tables.posts == {}


async def test_a_program_gets_no_answer_that_is_not_recorded() -> None:
    """It would act on it."""
    house = NativeHouse()
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await house.questions.check([entry("Moin")], by=TOOL)


async def test_a_thread_is_asked_about_as_a_whole() -> None:
    """Each part with those before it."""
    house = NativeHouse()
    rows = await house.questions.check([entry("eins", "zwei", "IBAN")], by=anna())

    assert [(row.part, row.verdict) for row in rows] == [(0, "allow"), (1, "allow"), (2, "block")]
    assert house.scanner.threads == [(), ("eins",), ("eins", "zwei")]


async def test_what_is_missing_is_no_allow() -> None:
    """An incomplete look holds, as it would hold the post."""
    house = NativeHouse()
    house.scanner.missing = {"presidio"}
    (row,) = await house.questions.check([entry("Moin")], by=anna())

    assert (row.verdict, row.rules) == ("hold", ("gate/incomplete-scan",))


async def test_a_rule_that_is_rolled_out_counts_for_every_question() -> None:
    """Or asking would tell which posts it passes over."""
    house = NativeHouse()
    house.policies.bundle = make_bundle(make_policy(make_rule(rollout=1)))
    verdicts = {(await house.questions.check([entry(f"IBAN {number}")], by=anna()))[0].verdict for number in range(20)}

    assert verdicts == {"block"}


@pytest.mark.parametrize("took", [0.0, 0.01, 0.249, 0.25, 0.3, 1.1])
@pytest.mark.parametrize("text", ["Moin", "IBAN"])
async def test_an_answer_comes_on_a_step(took: float, text: str) -> None:
    """Whatever was found, and however long it took to find it."""
    house = NativeHouse()
    house.scanner.on_scan = lambda: house.clock.advance(took)
    await house.questions.check([entry(text)], by=anna())

    (pause,) = house.pauses
    steps = (took + pause) / STEP_S
    assert 0 < pause <= STEP_S
    assert steps == pytest.approx(round(steps))


async def test_a_refusal_comes_on_a_step_too() -> None:
    """An account that is not there, one of another node, a text that is too long."""
    house = NativeHouse()
    for wanted in (entry("x", account="mastodon:nie"), entry("x", account=ELSEWHERE), entry("x" * 501)):
        with pytest.raises((NotFound, TargetRefused)):
            await house.questions.check([wanted], by=TOOL)

    assert house.pauses == [STEP_S] * 3
    assert house.scanner.scanned == []


async def test_nobody_asks_too_often() -> None:
    """Every post counts; one principal's questions end before another's."""
    house = NativeHouse()
    for _ in range(2):
        await house.questions.check([entry(*("x",) * 15), entry(*("x",) * 15, account=BOARD)], by=anna())
    with pytest.raises(TooManyChecks):
        await house.questions.check([entry("x")], by=anna())

    await house.questions.check([entry("x")], by=TOOL)
