"""The mutation run over a scripted gate."""

from __future__ import annotations

from dataclasses import replace

from proxy.core.model import Confidence, Finding, Span, Verdict, View
from proxy.scoring.endurance import Plan, Trial, endure, slipped, survival
from proxy.scoring.figures import Share
from tests.examples import IBAN, LEAK, make_example, make_outcome
from tests.fakes.gate_house import GateHouse
from tests.fakes.scanner import ScriptedScanner

CLEAN = replace(make_example("Guten Morgen 1234", leak=False), id="clean-1")
AT = LEAK.index(IBAN)


def _house(**words: str) -> GateHouse:
    return GateHouse(scanner=ScriptedScanner({IBAN: "IBAN_CODE", **words}))


async def _trials(house: GateHouse, plan: Plan) -> list[Trial]:
    return await endure([make_example(), CLEAN], house.scanner, house.policies, width=4, plan=plan)


async def test_every_fitting_transform_is_tried_once_a_round() -> None:
    """A leak with a number: all but those for addresses and names; a clean post: those that fit a whole text."""
    trials = await _trials(_house(), Plan(seed=1, rounds=[0]))
    leak = [trial.transform for trial in trials if trial.plain.example.leak]
    clean = [trial.transform for trial in trials if not trial.plain.example.leak]

    assert {name.split()[0] for name in leak} >= {f"T{number}" for number in range(1, 15)} - {"T11"}
    assert {"T14 parts", "T14 thread"} <= set(leak)
    assert len(set(leak)) == len(leak)
    assert not {"T11 contact-words", "T9 number-words", "T13 rot13"} & set(clean)


async def test_only_what_is_caught_undisguised_is_disguised() -> None:
    """A leak that no rule knows or that is disguised already, and a clean post that is flagged, say nothing."""
    unknown = replace(make_example("Frau Muster", ("PERSON", "Frau Muster")), id="2")
    already = replace(make_example(evasion=("T9",)), id="3")
    house = _house(Guten="PHONE_NUMBER")
    trials = await endure(
        [unknown, already, CLEAN], house.scanner, house.policies, width=4, plan=Plan(seed=1, rounds=[0])
    )

    assert trials == []


async def test_a_seed_repeats_the_run_and_rounds_differ() -> None:
    """What slipped through can be looked at again."""
    first = await _trials(_house(), Plan(seed=7, rounds=[0]))
    again = await _trials(_house(), Plan(seed=7, rounds=[0]))
    other = await _trials(_house(), Plan(seed=7, rounds=[1]))

    assert [trial.disguised.example for trial in first] == [trial.disguised.example for trial in again]
    assert [trial.disguised.example for trial in first] != [trial.disguised.example for trial in other]


async def test_a_sample_tries_fewer() -> None:
    """For a test that must end soon."""
    all_of_them = await _trials(_house(), Plan(seed=1, rounds=range(3)))
    some = await _trials(_house(), Plan(seed=1, rounds=range(3), sample=0.2))

    assert 0 < len(some) < len(all_of_them) / 2


async def test_the_figures_say_what_is_left() -> None:
    """A scanner that knows one spelling catches nothing in disguise but what leaves the spelling alone."""
    trials = await _trials(_house(), Plan(seed=1, rounds=[0]))
    figures = {one.transform: one for one in survival(trials)}

    assert figures["T2 invisible"].posts == Share(hits=0, of=1)
    assert figures["T2 invisible"].places == Share(hits=0, of=1)
    assert figures["T2 invisible"].clean == Share(hits=0, of=1)
    assert next(iter(figures)).startswith("T1 ")
    assert [name for name in figures if name.startswith("pair")] == list(figures)[-1:]


def _found(view: View = View.DEOBFUSCATED, entity: str = "IBAN_CODE") -> Finding:
    return Finding(
        rule="r", entity=entity, confidence=Confidence.HIGH, part=0, span=Span(start=AT, end=AT + 5), view=view
    )


def _trial(*findings: Finding, transform: str = "T2 invisible", verdict: Verdict = Verdict.BLOCK) -> Trial:
    example = make_example()
    return Trial(
        transform=transform,
        plain=make_outcome(example, Verdict.BLOCK, [_found(View.PLAIN)]),
        disguised=make_outcome(example, verdict, findings),
    )


def test_a_finding_has_to_say_that_it_was_disguised() -> None:
    """Ordinary typography is plain, an evasion is not."""
    evasive = survival([_trial(_found()), _trial(_found(View.PLAIN))])
    ordinary = survival([_trial(_found(), transform="T3 spaces"), _trial(_found(View.PLAIN), transform="T3 spaces")])

    assert evasive[0].views == Share(hits=1, of=2)
    assert ordinary[0].views == Share(hits=1, of=2)
    assert survival([_trial(_found(), transform="pair case + invisible")])[0].views == Share(hits=1, of=1)
    assert survival([_trial(_found(View.PLAIN), transform="T14 lines")])[0].views == Share(hits=1, of=1)


def test_a_leak_slips_through_when_it_is_allowed() -> None:
    """Found or not, what counts is whether it appears."""
    assert slipped(_trial(_found(), verdict=Verdict.ALLOW))
    assert not slipped(_trial(verdict=Verdict.HOLD))


def test_a_clean_post_slips_when_its_disguise_is_a_find() -> None:
    """A new finding of medium confidence, or a hold; a word of a list is none."""
    plain = make_outcome(CLEAN)

    def trial(*findings: Finding, verdict: Verdict = Verdict.ALLOW) -> Trial:
        return Trial(transform="T2 invisible", plain=plain, disguised=make_outcome(CLEAN, verdict, findings))

    assert slipped(trial(_found(entity="OBFUSCATION")))
    assert slipped(trial(verdict=Verdict.HOLD))
    assert not slipped(trial(_found(entity="WORDS")))
    assert not slipped(trial(replace(_found(), confidence=Confidence.LOW)))
    assert survival([trial(_found()), trial()])[0].clean == Share(hits=1, of=2)
