"""Values of reviews: whose word a vote is, and when a delegation counts."""

from __future__ import annotations

from datetime import timedelta

from proxy.gate.review_ports import Delegation, Vote
from tests.fakes.clock import START


def test_a_vote_is_the_word_of_its_hand_and_of_whom_it_stood_in_for() -> None:
    """One or two people."""
    own = Vote(record="r", stage=1, reviewer="a_ben", on_behalf_of=None, verdict="approve", at=START)
    lent = Vote(record="r", stage=1, reviewer="a_ben", on_behalf_of="a_carla", verdict="approve", at=START)

    assert own.people == {"a_ben"}
    assert lent.people == {"a_ben", "a_carla"}


def test_a_delegation_counts_from_its_beginning_and_ends_at_its_end() -> None:
    """Not a moment longer."""
    until = START + timedelta(days=1)
    one = Delegation(id="d", person="a_ben", deputy="a_carla", queue=None, since=START, until=until)

    moments = [START - timedelta(seconds=1), START, until - timedelta(seconds=1), until]
    assert [one.counts(moment) for moment in moments] == [False, True, True, False]
