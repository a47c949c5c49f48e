"""Nobody asks the gate oftener than the limits say; beyond them people decide, in words that do not say why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable
from proxy.core.model import Part, PartKind, PostKind, Verdict
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.gate.limits import GRAIN_S, KEPT_S, LimitTerms, TooManyChecks, held_at_limit
from proxy.gate.wire import Draft, Endpoint, EndpointClass, Upload
from tests.factories import make_decision, make_draft, make_grant
from tests.fakes.gate_house import GateHouse
from tests.fakes.limits import MemoryCounts, make_limits
from tests.fakes.native_house import BOARD, PRESS, NativeHouse, anna, entry, native_bundle
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proxy.gate.limits import Counted
    from proxy.gate.questions import CheckRow

NARROW = LimitTerms(checks_per_minute=5, stopped_per_hour=2, register_hits_per_hour=1)
MEDIA = Endpoint(name="media.create", cls=EndpointClass.MEDIA)
OTHER = replace(anna(), ref="a_andere")


class _Early(MemoryCounts):
    """Reads what was there before anybody counted."""

    async def read(self, counted: Sequence[Counted], *, now: datetime) -> tuple[int, ...]:
        """Return nothing."""
        del now
        return (0,) * len(counted)


def _limited(house: GateHouse) -> list[object]:
    return [record.data["limit"] for record in house.log.records if record.code == "PG-607"]


def _picture(alt: str) -> Draft:
    """Return an upload with a description."""
    part = Part(kind=PartKind.ALT_TEXT, slot="description", text=alt)
    upload = Upload(slot="file", mime="image/png", data=b"an invented picture")
    return Draft(operation="media.create", kind=PostKind.MEDIA, parts=(part,), uploads=(upload,))


def _register_house(terms: LimitTerms = NARROW) -> NativeHouse:
    """Return a house where `Stammkunde` is a hit of the register, for which one rule looks beside account numbers."""
    house = NativeHouse(limits=replace(terms, stopped_per_hour=100))
    house.scanner.words = {"IBAN": "IBAN_CODE", "Stammkunde": "CUSTOMER_RECORD"}
    spec = FindingSpec(entities=("IBAN_CODE", "CUSTOMER_RECORD"))
    house.policies.bundle = make_bundle(make_policy(make_rule(when=spec), kinds=frozenset(PostKind)))
    return house


async def test_beyond_the_limit_everything_is_held() -> None:
    """The post that goes beyond it, and then every other; what was stopped before is not changed by it."""
    house = NativeHouse(limits=NARROW)
    rows = [(await house.order(entry(text)))[0] for text in ("IBAN", "Moin", "Mensch", "IBAN", "Kunde", "Moin")]

    assert [row.status for row in rows] == ["blocked", "published", "held", "held", "held", "held"]
    assert [row.rules for row in rows] == [
        ("sample/iban",), (), ("sample/person",), *[("gate/limit",)] * 3,
    ]  # fmt: skip
    assert rows[3].messages[0].en == "A limit was reached. A person decides about the post."
    assert len({(row.messages, row.due_at) for row in rows[3:]}) == 1
    assert house.sent == ["Moin"]


async def test_the_record_says_what_a_limit_held() -> None:
    """What the rules said, and that a limit was reached: the latter once, without a name."""
    house = NativeHouse(limits=NARROW)
    for text in ("IBAN", "IBAN", "IBAN", "Kunde", "Moin"):
        await house.order(entry(text))
    decided = [record.data for record in house.log.records if record.code == "PG-101"]

    assert [(data["decision"], data["reasons"]) for data in decided[2:]] == [
        ("hold", ["sample/iban", "gate/limit"]),
        ("hold", ["sample/kunde", "gate/limit"]),
        ("hold", ["gate/limit"]),
    ]
    assert [data.get("told") for data in decided[2:]] == [["gate/limit"], ["gate/limit"], None]
    assert _limited(house) == ["stopped"]
    (record,) = [record for record in house.log.records if record.code == "PG-607"]
    assert (record.actor.ref, record.subject.account, record.subject.post) == ("a_erfunden", PRESS, None)
    assert house.observer.limits == ["stopped"]


async def test_an_author_sees_of_a_held_post_that_a_limit_was_reached() -> None:
    """Neither whose queue it is in nor until when: both depend on the rules that matched."""
    house = NativeHouse(limits=replace(NARROW, stopped_per_hour=1))
    await house.order(entry("IBAN"))
    (row,) = await house.order(entry("Mensch"))
    status = await house.status(str(row.decision_id), by=anna())

    assert status.next is not None
    assert (status.next.role, status.next.queue, status.next.until, status.post.due_at) == (
        "reviewer",
        None,
        None,
        None,
    )
    assert status.next.message.en == "A person decides."
    assert [(rule.rule, rule.message and rule.message.de) for rule in status.rules] == [
        ("gate/limit", "Eine Obergrenze ist erreicht. Ein Mensch entscheidet über den Beitrag."),
    ]


async def test_a_limit_is_that_of_one_principal_and_ends() -> None:
    """Somebody else goes on; and after the hour everybody."""
    house = NativeHouse(limits=NARROW)
    for _ in range(3):
        await house.order(entry("IBAN"))
    other, own = await house.order(entry("Moin"), by=OTHER), await house.order(entry("Moin"))
    house.clock.advance(KEPT_S)
    later = await house.order(entry("Moin"))

    assert [rows[0].status for rows in (other, own, later)] == ["published", "held", "published"]


async def test_many_posts_of_one_request_are_as_many() -> None:
    """A thread, or several accounts, go no further than single posts."""
    house = NativeHouse(limits=NARROW)
    rows = await house.order(entry("IBAN"), entry("IBAN", "IBAN", account=BOARD))

    assert sorted(rule for row in rows for rule in row.rules) == ["gate/limit", "sample/iban", "sample/iban"]


async def test_an_act_is_not_held_by_a_limit() -> None:
    """Nobody is kept from deleting."""
    house = GateHouse(limits=NARROW)
    for _ in range(4):
        await house.submit("IBAN")
    await house.submit_draft(replace(make_draft("115"), kind=PostKind.ACT))

    assert house.states == ["blocked", "blocked", "held", "held", "published"]


async def test_an_image_counts_too() -> None:
    """Its texts are looked at as those of a post; beyond the limit none is kept."""
    house = GateHouse(bundle=native_bundle(), limits=NARROW)
    for alt in ("IBAN", "IBAN", "Moin"):
        await house.media.take(MEDIA, _picture(alt), make_grant(), house.platform)
    kept = len(house.log.tables.media)
    for alt in ("IBAN", "Moin"):
        await house.media.take(MEDIA, _picture(alt), make_grant(), house.platform)

    assert (kept, len(house.log.tables.media), _limited(house)) == (1, 1, ["stopped"])


async def test_hits_of_the_register_have_a_limit_of_their_own() -> None:
    """For all accounts; what another rule stops as well does not count, or the limit would tell of the hit."""
    house = _register_house()
    for text in ("IBAN Stammkunde", "IBAN", "Stammkunde"):
        (row,) = await house.order(entry(text))
        assert row.rules == ("sample/iban",)
    (second,), (clean,) = await house.order(entry("Stammkunde")), await house.order(entry("Moin"))
    (elsewhere,) = await house.order(entry("Moin", account=BOARD))

    assert (second.rules, clean.status, elsewhere.status) == (("gate/limit",), "held", "held")
    assert _limited(house) == ["register", "register"], "noted once for each account"


async def test_hits_of_the_register_are_counted_for_an_account_too() -> None:
    """Several people do not get further together than the account; their other accounts are not held."""
    house = _register_house(replace(NARROW, register_hits_per_hour=2, account_register_hits_per_hour=1))
    people = [replace(anna(), ref="a_eine"), replace(anna(), ref="a_andere")]
    first, second = [(await house.order(entry("Stammkunde"), by=by))[0] for by in people]
    (clean,) = await house.order(entry("Moin"), by=people[0])
    (elsewhere,) = await house.order(entry("Moin", account=BOARD), by=people[0])

    assert (first.rules, second.rules) == (("sample/iban",), ("gate/limit",))
    assert (clean.status, elsewhere.status) == ("held", "published")
    assert _limited(house) == ["account", "account"], "noted once for each of them"


async def test_questions_about_customers_count_as_posts_do() -> None:
    """Or asking would be the way round."""
    house = _register_house()

    async def ask(text: str) -> CheckRow:
        (row,) = await house.questions.check([entry(text)], by=anna())
        return row

    rows = [await ask(text) for text in ("Stammkunde", "Stammkunde", "Moin", "IBAN")]
    (posted,) = await house.order(entry("Moin"))

    assert [(row.verdict, row.rules) for row in rows] == [("block", ("sample/iban",)), *[("hold", ("gate/limit",))] * 3]
    assert posted.status == "held"


async def test_nobody_asks_too_often() -> None:
    """What is refused does not count; but somebody who was refused is looked at by people for a minute."""
    house = NativeHouse(limits=NARROW)
    await house.questions.check([entry("x", "x", "x")], by=anna())
    for _ in range(3):
        with pytest.raises(TooManyChecks):
            await house.questions.check([entry("x", "x", "x")], by=anna())
    (held,) = await house.order(entry("Moin"))
    await house.questions.check([entry("x", "x")], by=anna())
    await house.questions.check([entry("x", "x", "x")], by=OTHER)
    house.clock.advance(60 + GRAIN_S)
    await house.questions.check([entry("x", "x", "x")], by=anna())
    (later,) = await house.order(entry("Moin"))

    assert (held.status, later.status) == ("held", "published")
    assert _limited(house) == ["checks", "checks"], "of the questions, and of the post that followed"


async def test_two_who_ask_at_once_do_not_ask_more() -> None:
    """Both may have read the same count: it is what they made of it that counts."""
    house = NativeHouse()
    limits = make_limits(house.ports, NARROW, counts=_Early())
    await limits.admit(anna(), 5)
    with pytest.raises(TooManyChecks):
        await limits.admit(anna(), 1)


async def test_counts_that_cannot_be_read_count_as_reached() -> None:
    """Visibly: the post waits for people, and an alarm says why."""
    house = NativeHouse(limits=NARROW)
    house.counts.down = True
    (row,) = await house.order(entry("Moin"))
    with pytest.raises(TooManyChecks):
        await house.questions.check([entry("Moin")], by=anna())

    assert (row.status, row.rules) == ("held", ("gate/limit",))
    assert _limited(house) == []
    assert house.observer.limits == ["unreadable", "unreadable"]


async def test_a_reached_limit_that_cannot_be_recorded_lets_nothing_pass() -> None:
    """It is recorded the next time."""
    house = NativeHouse(limits=NARROW)
    for _ in range(2):
        await house.order(entry("IBAN"))
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await house.order(entry("IBAN"))
    house.log.down = False
    await house.order(entry("IBAN"))

    assert _limited(house) == ["stopped"]


async def test_the_canary_at_the_doors_has_no_limit() -> None:
    """It exists in this process alone, and nobody asks anything by it."""
    house = GateHouse(limits=NARROW)
    limits = make_limits(house.ports, NARROW, counts=house.counts, exempt=frozenset({"canary"}))
    for _ in range(5):
        assert (await limits.answered(make_decision(), make_grant("canary"))).verdict is Verdict.ALLOW

    assert house.counts.rows == {}


async def test_counts_are_forgotten_within_the_hour() -> None:
    """And a count names nobody."""
    house = NativeHouse(limits=NARROW)
    await house.order(entry("IBAN"))
    ((name, _),) = house.counts.rows
    house.clock.advance(KEPT_S - GRAIN_S)
    await house.limits.forget()
    kept = len(house.counts.rows)
    house.clock.advance(GRAIN_S)
    await house.limits.forget()

    assert (kept, len(house.counts.rows)) == (1, 0)
    assert "a_erfunden" not in name
    assert timedelta(seconds=KEPT_S) < timedelta(hours=1)


def test_a_limit_holds_whatever_the_rules_say() -> None:
    """What they said stays on record; that policies looked is nothing to say."""
    held = {verdict: held_at_limit(make_decision(verdict=verdict)) for verdict in Verdict}

    assert {one.verdict for one in held.values()} == {Verdict.HOLD}
    assert [[reason.rule for reason in held[verdict].reasons] for verdict in (Verdict.ALLOW, Verdict.BLOCK)] == [
        ["gate/limit"],
        ["test/rule", "gate/limit"],
    ]
