"""Making a recorded decision again. All texts are invented."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.audit.leaf import build
from proxy.core.model import Verdict
from proxy.gate.examine import examine
from proxy.gate.recorded import Recorded
from proxy.gate.records import content_of, decided
from proxy.gate.redecide import recorded_post, redecide
from proxy.gate.work import Actor, SealedContent
from tests.factories import make_draft, make_post
from tests.fakes.consent_house import NAMED, ConsentHouse
from tests.fakes.gate_house import GateHouse
from tests.fakes.limits import WIDE
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle

if TYPE_CHECKING:
    from proxy.core.model import Decision, Post, Scan
    from proxy.gate.filing import KeptKey
    from proxy.gate.redecide import Redecided

SEALED = SealedContent(key="k", nonce=b"n", ciphertext=b"c", mac="m", dek_sha256="d", retention="published-3y")


async def _recorded(house: GateHouse, text: str) -> Recorded:
    """Submit a post, and return what was recorded of it, opened."""
    kept: list[tuple[Post, Scan, Decision]] = []
    original = house.filing.open_case

    def open_case(post: Post, scan: Scan, decision: Decision, known: KeptKey | None = None) -> object:
        kept.append((post, scan, decision))
        return original(post, scan, decision, known)

    house.filing.open_case = open_case  # type: ignore[method-assign,assignment]
    await house.submit_draft(make_draft(text))
    post, scan, decision = kept[-1]
    record = decided(
        record="r1",
        at=house.clock.now(),
        actor=Actor(kind="employee", ref=post.author),
        post=post,
        scan=scan,
        decision=decision,
        content=SEALED,
    )
    return Recorded(leaf=build(record, node="n1").data, content=content_of(post, scan))


async def _again(house: GateHouse, recorded: Recorded, scanner: ScriptedScanner | None = None) -> Redecided:
    post = recorded_post(recorded, replaces=None)
    return await redecide(
        recorded,
        post,
        house.policies.current(),
        scanner=scanner or house.scanner,
        consents=house.ports.consents,
        thread=(),
    )


@pytest.mark.parametrize("text", ["Meine IBAN steht hier", "Schönes Wochenende!"])
async def test_the_same_detectors_and_policies_decide_the_same(text: str) -> None:
    """Whatever it was."""
    house = GateHouse()
    made = await _again(house, await _recorded(house, text))

    assert made.equal, made.differences
    assert made.uncertain == ()


async def test_what_a_limit_held_is_held_again() -> None:
    """How often was asked then, nobody counts any more; the record says that it was too often."""
    house = GateHouse(limits=replace(WIDE, stopped_per_hour=1))
    await house.submit("Deine IBAN steht dort")
    recorded = await _recorded(house, "Meine IBAN steht hier")
    made = await _again(house, recorded)

    assert json.loads(recorded.leaf)["data"]["decision"] == Verdict.HOLD.value
    assert made.equal, made.differences


async def test_other_detectors_show_in_what_they_find() -> None:
    """The verdict, the rules, the findings; each as it was and as it is."""
    house = GateHouse()
    recorded = await _recorded(house, "Meine IBAN steht hier")
    made = await _again(house, recorded, ScriptedScanner({}))

    fields = {one.field: (one.then, one.now) for one in made.differences}
    assert fields["decision"] == (Verdict.BLOCK.value, Verdict.ALLOW.value)
    assert {"rules", "reasons", "findings"} <= fields.keys()
    assert "steht hier" not in json.dumps([(one.then, one.now) for one in made.differences])


async def test_other_policies_show_in_their_digest() -> None:
    """Also when the verdict is the same."""
    house = GateHouse()
    recorded = await _recorded(house, "Meine IBAN steht hier")
    house.policies.bundle = replace(make_bundle(), digest="f" * 64)
    made = await _again(house, recorded)

    assert [one.field for one in made.differences] == ["policy_digest"]


async def test_a_post_that_answers_another_one_is_uncertain() -> None:
    """Earlier texts are those of today."""
    house = GateHouse()
    recorded = await _recorded(house, "Schönes Wochenende!")
    content = json.loads(recorded.content) | {"reply_to": "17"}
    made = await _again(house, replace(recorded, content=json.dumps(content).encode()))

    assert made.uncertain == ("thread",)


async def test_another_register_is_said_and_is_no_difference_by_itself() -> None:
    """What was found by it may be one; its version alone is none."""
    house = GateHouse()
    house.scanner.register = "v1"
    recorded = await _recorded(house, "Meine IBAN steht hier")
    same = await _again(house, recorded)
    house.scanner.register = "v2"
    made = await _again(house, recorded)

    assert (same.equal, same.uncertain) == (True, ())
    assert (made.equal, made.uncertain) == (True, ("register",))


async def test_a_decision_is_made_again_with_the_consents_that_it_counted_on() -> None:
    """Also when they were taken back since; without them it would be another one."""
    house = ConsentHouse()
    consent = await house.agreed()
    recorded = await _recorded(house, NAMED)
    await house.taken_back(consent)
    made = await _again(house, recorded)
    del house.log.tables.consents[consent]
    without = await _again(house, recorded)

    assert made.equal, made.differences
    assert {"consents", "decision"} <= {one.field for one in without.differences}


async def test_a_record_of_another_kind_is_no_decision() -> None:
    """It says so by a look-up that fails."""
    with pytest.raises(LookupError):
        recorded_post(Recorded(leaf=b"{}", content=b"{}"), replaces=None)


async def test_an_appeal_is_decided_again_as_an_appeal() -> None:
    """It was held for people, whatever the policies say of its text."""
    house = GateHouse()
    case = await examine(house.ports, house.filing, replace(make_post("Meine IBAN steht hier"), appeal_of="r0"))
    record = decided(
        record="r1",
        at=house.clock.now(),
        actor=Actor(kind="employee", ref=case.post.author),
        post=case.post,
        scan=case.scan,
        decision=case.decision,
        content=SEALED,
    )
    recorded = Recorded(leaf=build(record, node="n1").data, content=content_of(case.post, case.scan))
    made = await _again(house, recorded)

    assert (case.decision.verdict, record.data["appeal_of"]) == (Verdict.HOLD, "r0")
    assert made.equal, made.differences
