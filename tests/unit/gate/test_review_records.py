"""Records of reviews are those of the catalogue, whole."""

from __future__ import annotations

from datetime import timedelta

from proxy.audit.catalogue import complaint
from proxy.gate.review_looking import Purpose
from proxy.gate.reviewing import Ballot, Judgement, Verdict
from tests.fakes.clock import START
from tests.fakes.review_house import ReviewHouse, person


async def test_every_step_is_a_record_of_the_catalogue() -> None:
    """With who did it, for whom, about which post, and after which decision."""
    house = ReviewHouse(a_ben="review", a_carla="deputy")
    name, sample = await house.held(), await house.sampled()
    await house.delegating.begin("a_carla", until=START + timedelta(days=1), since=None, queue=None, by=person("a_ben"))
    carla = person("a_carla", "deputy")
    await house.looking.show(name, by=carla)
    await house.looking.reveal(name, by=carla, purpose=Purpose.APPEAL, case="B-7")
    await house.reviewing.vote(name, Ballot(verdict=Verdict.APPROVE, reason="fine", false_alarm=True), by=carla)
    await house.reviewing.judge(sample, Judgement.MISSED, by=carla, reason="claim")

    found = {one.code: one for one in house.log.records}
    codes = ["PG-202", "PG-204", "PG-205", "PG-207", "PG-208"]
    assert [complaint(code, found[code].type, found[code].data) for code in codes] == [None] * 5
    decided = found["PG-202"]
    review = house.log.tables.reviews[name].opened
    assert (decided.actor.ref, decided.on_behalf_of, decided.subject.post) == ("a_carla", "a_ben", review.post)
    assert decided.refs == (review.decision_record,)
    assert decided.data == {
        "review": name,
        "stage": 1,
        "stages": 1,
        "verdict": "approve",
        "reason": "fine",
        "policy_digest": review.policy_digest,
        "mac": review.mac,
        "false_alarm": True,
        "bulk": False,
    }
    assert found["PG-205"].data == {"review": name, "spans": 1, "purpose": "appeal", "case": "B-7"}
    assert found["PG-208"].data == {"review": sample, "verdict": "missed", "reason": "claim"}
    assert found["PG-208"].on_behalf_of == "a_ben"
