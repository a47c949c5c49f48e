"""Reviews as plain values: nothing but values that JSON has, and no text but where it belongs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from proxy.gate.review_rows import delegation_row, of_many_row, review_row, shown_row, voted_row
from proxy.gate.reviewing import Ballot, Verdict
from tests.fakes.clock import START
from tests.fakes.review_house import AUTHOR, ReviewHouse, person


async def test_rows_are_plain_and_hold_no_text_but_that_of_the_parts() -> None:
    """Times in UTC, people by their pseudonyms."""
    house = ReviewHouse(a_emil="deputy")
    name = await house.held("Das Recht.")
    ben = person("a_ben")
    voted = await house.reviewing.vote(name, Ballot(verdict=Verdict.APPROVE), by=ben)
    (many,) = await house.reviewing.vote_on([await house.held()], Ballot(verdict=Verdict.APPROVE), by=ben)
    (refused,) = await house.reviewing.vote_on(["nothing"], Ballot(verdict=Verdict.APPROVE), by=ben)
    review = await house.reviews.one(name)
    assert review is not None
    row = review_row(review)
    shown = shown_row(await house.looking.show(name, by=person("a_carla")))
    lent = await house.delegating.begin("a_emil", until=START + timedelta(days=1), since=None, queue=None, by=ben)

    assert (row["id"], row["decision_id"], row["author"]) == (name, f"d-{review.decision_record}", AUTHOR)
    assert (row["send_at"], row["expires_at"]) == (None, "2026-11-26T09:00:00.000000Z")
    assert review_row(replace(review, send_at=START))["send_at"] == "2026-11-23T09:00:00.000000Z"
    assert row["votes"] == [
        {
            "stage": 1,
            "verdict": "approve",
            "reviewer": "a_ben",
            "on_behalf_of": None,
            "at": "2026-11-23T09:00:00.000000Z",
        }
    ]
    assert voted_row(voted)["state"] == "held"
    assert (of_many_row(many)["state"], of_many_row(refused)["why"]) == ("approved", "closed")
    assert delegation_row(lent)["until"] == "2026-11-24T09:00:00.000000Z"
    assert "Das" not in json.dumps(row)
    assert "Das" in json.dumps(shown)
