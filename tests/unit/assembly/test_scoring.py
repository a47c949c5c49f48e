"""Scoring with the real detectors and the starter policies, house by house."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from proxy.assembly.scoring import Scoring, mutate, score
from proxy.core.errors import ConfigurationError
from proxy.core.model import Verdict
from proxy.scoring.endurance import Plan
from tests.examples import make_example

ORGANISATIONS = Path("tests/corpus/organisations")
LEAK = make_example()
DONATION = replace(make_example("Spenden bitte an DE84 9999 9999 0000 1234 50.", leak=False), id="donation")
ELSEWHERE = replace(DONATION, id="elsewhere", organisation="insurer")


@pytest.mark.blocking
async def test_each_house_judges_its_own_posts_with_its_own_profile() -> None:
    """The bank's donation account is a stranger's account in an insurer's post."""
    told: list[int] = []
    scoring = Scoring(organisations=ORGANISATIONS, ner=(), jobs=1)
    outcomes = await score(scoring, [ELSEWHERE, LEAK, DONATION], done=lambda: told.append(1))

    assert {one.example.id: one.verdict for one in outcomes} == {
        LEAK.id: Verdict.BLOCK,
        "donation": Verdict.ALLOW,
        "elsewhere": Verdict.BLOCK,
    }
    assert len(told) == 3
    assert all(one.missing == () for one in outcomes)


@pytest.mark.blocking
async def test_without_a_profile_nothing_is_the_houses_own() -> None:
    """The donation account is an account like any other."""
    (outcome,) = await score(Scoring(organisations=None, ner=(), jobs=1), [DONATION])

    assert outcome.verdict is Verdict.BLOCK


@pytest.mark.blocking
async def test_disguised_posts_are_judged_the_same_way() -> None:
    """Zero-width characters hide no IBAN."""
    scoring = Scoring(organisations=ORGANISATIONS, ner=(), jobs=1)
    trials = await mutate(scoring, [LEAK], lambda: Plan(seed=1, rounds=[0]))
    verdicts = {trial.transform: trial.disguised.verdict for trial in trials}

    assert verdicts["T2 invisible"] is Verdict.BLOCK


@pytest.mark.blocking
async def test_a_profile_with_a_mistake_ends_the_scoring(tmp_path: Path) -> None:
    """Half a profile would judge other posts than the figures say."""
    shutil.copytree(ORGANISATIONS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "bank.yaml").write_text("schema: 1\nsurprise: 1\n")
    with pytest.raises(ConfigurationError):
        await score(Scoring(organisations=tmp_path, ner=(), jobs=1), [LEAK])
