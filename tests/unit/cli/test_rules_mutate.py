"""`postgate rules score --mutate`: what disguises leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.assembly.scoring import Scoring
from proxy.cli.rules_mutate import show_mutations
from tests.examples import make_example
from tests.unit.cli.test_rules_score import ORGANISATIONS

if TYPE_CHECKING:
    from proxy.scoring.corpus import Example

SCORING = Scoring(organisations=ORGANISATIONS, ner=(), jobs=1)
TEXT = "Meine IBAN: DE02 1203 0000 0000 2020 51 bei der Bank"
HIDDEN_TEXT_SIGN = "DE02 1203"


def _example(split: str = "dev") -> Example:
    return make_example(TEXT, split=split)


@pytest.mark.blocking
def test_a_table_has_one_line_for_each_transform(capsys: pytest.CaptureFixture[str]) -> None:
    """With the seed, so that the run can be repeated."""
    show_mutations(SCORING, [_example()], seed=3, minutes=None, misses=False)
    printed = capsys.readouterr().out

    assert "what disguises leave (seed 3)" in printed
    assert all(f"T{number} " in printed for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14))


@pytest.mark.blocking
def test_more_minutes_mean_more_rounds(capsys: pytest.CaptureFixture[str]) -> None:
    """At least one round is finished, whatever the time."""
    show_mutations(SCORING, [_example()], seed=3, minutes=0.001, misses=False)

    assert "T2 invisible" in capsys.readouterr().out


@pytest.mark.blocking
def test_what_slips_through_is_listed_without_locked_texts(capsys: pytest.CaptureFixture[str]) -> None:
    """Disguised texts of the locked part are texts of the locked part."""
    show_mutations(SCORING, [_example("locked")], seed=3, minutes=None, misses=True)
    printed = capsys.readouterr().out

    assert "body:" not in printed
