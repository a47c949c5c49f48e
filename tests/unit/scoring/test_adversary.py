"""The adversarial run over a scripted scanner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Part, Scan, Verdict, View
from proxy.scoring.adversary import Disguise, Resistance, Target, disguises, resist
from tests.examples import IBAN, LEAK
from tests.factories import make_finding, make_part, make_post
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.policy.bundle import PolicyBundle

WITHOUT_SPACES = IBAN.replace(" ", "")


class Seasoned(ScriptedScanner):
    """Sees the number also where other white space stands in it, but nothing else."""

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        scan = await super().scan(parts, bundle, thread)
        seen = [
            replace(make_finding(part=number, start=0, end=len(part.text)), view=View.DEOBFUSCATED)
            for number, part in enumerate(parts)
            if WITHOUT_SPACES in "".join(part.text.split()) and IBAN not in part.text
        ]
        return replace(scan, findings=(*scan.findings, *seen))


def _target(text: str = LEAK, sample: str = "1", *, expected: Verdict = Verdict.BLOCK) -> Target:
    return Target(
        rule="sample/iban",
        sample=sample,
        post=make_post(parts=(make_part(text),)),
        bundle=make_bundle(make_policy(make_rule(action=expected))),
        expected=expected,
    )


async def _run(scanner: ScriptedScanner, *targets: Target, seed: int = 1) -> tuple[list[Disguise], Resistance]:
    tried = await disguises(targets, scanner, seed=seed, width=4)
    (one,) = await resist(targets, tried, scanner, width=4)
    return tried, one


async def test_what_was_found_is_disguised_with_every_transform_that_fits() -> None:
    """The rest of the post stays; nothing that shows a text is in a representation."""
    tried, one = await _run(ScriptedScanner({IBAN: "IBAN_CODE"}), _target())

    assert {disguise.transform.split()[0] for disguise in tried} >= {
        "T1",
        "T2",
        "T6",
        "T9",
        "T12",
        "T13",
        "T14",
        "pair",
    }
    assert all(disguise.post.parts != make_post(LEAK).parts for disguise in tried)
    assert (one.rule, one.samples, one.caught.of) == ("sample/iban", 1, len(tried))
    assert IBAN not in repr((tried, one))


async def test_what_is_still_found_counts_as_caught() -> None:
    """And what is not is named by sample and transform."""
    blind = (await _run(ScriptedScanner({IBAN: "IBAN_CODE"}), _target()))[1]
    seasoned = (await _run(Seasoned({IBAN: "IBAN_CODE"}), _target()))[1]

    assert ("1", "T3 spaces") in blind.slipped
    assert ("1", "T3 spaces") not in seasoned.slipped
    assert seasoned.caught.hits > blind.caught.hits
    assert all(len(one.slipped) == one.caught.of - one.caught.hits for one in (blind, seasoned))


async def test_samples_that_are_not_caught_undisguised_say_nothing() -> None:
    """They fail as tests; neither do those that are disguised already."""
    unseen = await _run(ScriptedScanner({}), _target())
    hidden = await _run(Seasoned({IBAN: "IBAN_CODE"}), _target(LEAK.replace(IBAN, IBAN.replace(" ", "  "))))

    assert (unseen[0], unseen[1].caught.of) == ([], 0)
    assert (hidden[0], hidden[1].samples) == ([], 0)


async def test_a_weaker_verdict_than_expected_is_none() -> None:
    """A sample that has to be blocked is not caught by a rule that holds."""
    weaker = replace(_target(), bundle=_target(expected=Verdict.HOLD).bundle)

    assert (await _run(ScriptedScanner({IBAN: "IBAN_CODE"}), weaker))[0] == []


async def test_a_missing_detector_catches_nothing() -> None:
    """The gate would hold such a post, but not because of the rule."""
    scanner = ScriptedScanner({IBAN: "IBAN_CODE"})
    target = _target(expected=Verdict.HOLD)
    tried = await disguises([target], scanner, seed=1, width=4)
    scanner.missing = {"presidio"}
    (one,) = await resist([target], tried, scanner, width=4)

    assert one.caught.hits == sum(IBAN in disguise.post.parts[0].text for disguise in tried) < one.caught.of


async def test_a_seed_repeats_the_run() -> None:
    """Another seed draws other disguises; the order of answers does not matter."""
    targets = _target(), _target(f"Konto {IBAN}", "2")
    scanner = ScriptedScanner({IBAN: "IBAN_CODE"})
    first, again, other = [await disguises(targets, scanner, seed=seed, width=4) for seed in (7, 7, 8)]

    assert first == again != other
    assert {one.target.sample for one in first} == {"1", "2"}


async def test_every_try_is_told() -> None:
    """For a progress bar."""
    scanner, steps = ScriptedScanner({IBAN: "IBAN_CODE"}), list[None]()
    tried = await disguises([_target()], scanner, seed=1, width=1)
    await resist([_target()], tried, scanner, width=1, done=lambda: steps.append(None))

    assert len(steps) == len(tried)
