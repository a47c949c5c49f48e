"""`postgate review approve`, `reject`, `return` and `judge`: what people say, and what they are told."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.held_posts import hold
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.blocking


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return an empty installation."""
    return Installation(tmp_path)


def _decided(house: Installation) -> list[dict[str, object]]:
    lines = house.run("audit", "query", "--code", "PG-202", "--json").stdout.splitlines()
    return [json.loads(line)["data"] for line in reversed(lines)]  # the newest comes first


def test_stages_are_approved_by_one_person_after_another(house: Installation) -> None:
    """Who comes second is told so, and who comes twice."""
    ben, carla = house.signer("Ben Beispiel", "review"), house.signer("Carla Beispiel", "review:compliance")
    held = asyncio.run(hold(house, stages=2))

    first = house.run("review", "approve", held.review, "--reason", "fine", token=ben)
    twice = house.run("review", "approve", held.review, token=ben)
    second = house.run("review", "approve", held.review, "--false-alarm", token=carla, language="de")
    late = house.run("review", "reject", held.review, "--reason", "claim", token=carla)

    assert first.output == f"Stage 1 of 2 approved: {held.review}. The next person is asked now.\n"
    assert twice.stderr.startswith("This person has decided about this post already.")
    assert second.output == f"Freigegeben: {held.review}. Er wird vor dem Senden noch einmal geprüft.\n"
    assert late.stderr.startswith("This review is over")
    assert (first.exit_code, twice.exit_code, second.exit_code, late.exit_code) == (0, 1, 0, 1)
    assert [one["false_alarm"] for one in _decided(house)] == [False, True]


def test_a_post_is_sent_back_with_words(house: Installation) -> None:
    """They are content: nothing of them is in the log's own text."""
    ben = house.signer("Ben Beispiel", "review")
    held = asyncio.run(hold(house))
    words = ("--remark", "0:4-10=Wer ist das?", "--suggest", "0=Jemand schreibt.", "--comment", "Bitte ohne Namen.")

    empty = house.run("review", "return", held.review, "--reason", "wording", token=ben)
    beyond = house.run("review", "return", held.review, "--reason", "wording", "--remark", "0:4-99=x", token=ben)
    returned = house.run("review", "return", held.review, "--reason", "wording", *words, token=ben)

    assert empty.stderr.startswith("Rejecting and returning need a reason")
    assert beyond.stderr.startswith("A remark lies outside the text")
    assert returned.output == f"Not approved: {held.review}.\n"
    (decided,) = _decided(house)
    assert (decided["verdict"], decided["reason"], decided["stage"]) == ("return", "wording", 1)


@pytest.mark.parametrize("option", [("--remark", "hier"), ("--suggest", "so")])
def test_words_that_cannot_be_read_are_a_mistake(house: Installation, option: tuple[str, str]) -> None:
    """With an example of what can."""
    done = house.run("review", "return", "r", "--reason", "wording", *option, token="pgt_x")

    assert done.exit_code == 2
    assert "such as 0" in done.stderr


@pytest.mark.req("FEAT-38")
def test_several_are_decided_with_one_word(house: Installation) -> None:
    """Hard ones are not; the exit code says so."""
    ben = house.signer("Ben Beispiel", "review")
    soft, other, hard = (
        asyncio.run(hold(house)),
        asyncio.run(hold(house)),
        asyncio.run(hold(house, hard=True)),
    )

    some = house.run("review", "reject", soft.review, hard.review, "--reason", "claim", token=ben)
    alone = house.run("review", "approve", hard.review, token=ben)
    more = asyncio.run(hold(house))
    both = house.run("review", "approve", other.review, more.review, token=ben)

    assert (some.exit_code, some.stdout) == (1, f"Not approved: {soft.review}.\n")
    assert some.stderr.startswith(f"{hard.review}: This one is decided alone")
    assert (alone.exit_code, both.exit_code, len(both.stdout.splitlines())) == (0, 0, 2)
    assert [one["bulk"] for one in _decided(house)] == [True, False, True, True]


def test_a_held_post_is_not_judged(house: Installation) -> None:
    """Samples are; the gate's own tests judge some."""
    ben = house.signer("Ben Beispiel", "review")
    held = asyncio.run(hold(house))

    done = house.run("review", "judge", held.review, "right", token=ben)
    assert (done.exit_code, done.stderr.partition(":")[0]) == (1, "This is a sample, or it is none")
