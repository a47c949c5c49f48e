"""Units of work: everything about one decision becomes durable together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from proxy.core.model import Obligation, Verdict
from proxy.core.policy.actions.redact import RedactSpec
from proxy.gate.examine import examine, redacted
from proxy.gate.filing import Case, Filing, Terms
from proxy.gate.lifecycle import State
from proxy.gate.replay import KEY_LIFE, Claim
from proxy.gate.retention import Retention, RetentionTerms
from proxy.gate.review_changes import OpenReview
from proxy.gate.wire import WireAnswer
from proxy.gate.work import GuardTwin, OpenAttempt, ReserveKey, StoreAnswer, StoreKey, StorePost, Work
from tests.factories import make_decision, make_grant, make_post, make_scan
from tests.fakes.clock import START
from tests.fakes.gate_house import GateHouse
from tests.policies import make_bundle, make_policy, make_rule

PRINCIPAL = make_grant().principal
KEYED = Claim(scope="s", key="k", fingerprint="f")
WITHOUT_KEY = replace(KEYED, key=None)
ANSWER = WireAnswer(status=422, body=b"{}")


async def _case(house: GateHouse, text: str = "Hallo") -> Case:
    return await examine(house.ports, house.filing, make_post(text))


def _kinds(work: Work) -> list[type]:
    return [type(change) for change in work.changes]


def _posts(work: Work) -> list[StorePost]:
    return [change for change in work.changes if isinstance(change, StorePost)]


async def test_an_intent_is_guarded_as_a_twin_and_by_its_key() -> None:
    """An equal post on its way is looked for before anything is kept; with a key, the key is reserved too."""
    house = GateHouse()
    case, intent = await _case(house), house.filing.intent()

    assert _kinds(house.filing.allowed(case, PRINCIPAL, KEYED, intent)) == [
        GuardTwin, StoreKey, StorePost, ReserveKey, OpenAttempt,
    ]  # fmt: skip
    assert _kinds(house.filing.allowed(case, PRINCIPAL, WITHOUT_KEY, intent)) == [
        GuardTwin, StoreKey, StorePost, OpenAttempt,
    ]  # fmt: skip


async def test_decision_and_intent_belong_together() -> None:
    """The intent names its decision, its attempt and the content; the receipt will be for this content alone."""
    house = GateHouse()
    case, intent = await _case(house), house.filing.intent()
    work = house.filing.allowed(case, PRINCIPAL, KEYED, intent)

    assert [record.code for record in work.records] == ["PG-101", "PG-102"]
    assert work.records[1].refs == (case.record,)
    assert (work.post, work.mac) == (case.post.id, case.mac)
    assert work.records[1].data["mac"] == case.mac
    assert _posts(work)[0].state is State.INTENT


async def test_a_lease_ends_after_its_terms() -> None:
    """After the lease anybody may say that the attempt's outcome is unknown."""
    house = GateHouse()
    intent = house.filing.intent()

    assert intent.lease_until == START + timedelta(seconds=60)
    assert intent.claimed == house.clock.monotonic()


async def test_a_key_is_kept_for_a_day() -> None:
    """Clients repeat a request within hours, not weeks."""
    house = GateHouse()
    work = house.filing.blocked(await _case(house, "IBAN"), PRINCIPAL, KEYED, ANSWER)
    (reserved,) = [change for change in work.changes if isinstance(change, ReserveKey)]

    assert reserved.expires_at - reserved.created_at == KEY_LIFE == timedelta(hours=24)
    assert (reserved.scope, reserved.fingerprint) == (KEYED.scope, KEYED.fingerprint)


@pytest.mark.parametrize(("claim", "kept"), [(KEYED, True), (WITHOUT_KEY, False)])
async def test_answers_are_kept_for_those_with_a_key(claim: Claim, kept: bool) -> None:
    """Who sent no key cannot ask again, so nothing is kept for them."""
    house = GateHouse(bundle=make_bundle(make_policy(make_rule(action=Verdict.HOLD))))
    case = await _case(house, "IBAN")
    held = house.filing.held(case, PRINCIPAL, claim, review=house.filing.review(case), answer=ANSWER)
    blocked = house.filing.blocked(case, PRINCIPAL, claim, ANSWER)

    assert (StoreAnswer in _kinds(held), StoreAnswer in _kinds(blocked)) == (kept, kept)


async def test_a_held_post_and_its_review_are_kept_together() -> None:
    """No crash can leave a held post that nobody is asked about."""
    house = GateHouse(bundle=make_bundle(make_policy(make_rule(action=Verdict.HOLD))))
    case = await _case(house, "IBAN")
    review = house.filing.review(case)
    work = house.filing.held(case, PRINCIPAL, KEYED, review=review, answer=ANSWER)
    (opened,) = [change for change in work.changes if isinstance(change, OpenReview)]

    assert [record.code for record in work.records] == ["PG-101", "PG-201"]
    assert (opened.id, opened.due_at) == (review.id, review.terms.due_at)
    assert (opened.author, opened.mac, opened.decision_record) == (PRINCIPAL.ref, case.mac, case.record)
    assert _posts(work)[0].state is State.HELD


async def test_a_redacted_post_is_filed_after_the_one_it_replaces() -> None:
    """Both decisions and both states are one transaction; each content is sealed with its own key."""
    house = GateHouse(bundle=make_bundle(make_policy(make_rule(action=RedactSpec()))))
    original = await _case(house, "Konto IBAN")
    case = await redacted(house.ports, house.filing, original)
    work = house.filing.allowed(case, PRINCIPAL, KEYED, house.filing.intent())
    first, second = work.records[:2]

    assert [post.state for post in _posts(work)] == [State.REPLACED, State.INTENT]
    assert [post.replaces for post in _posts(work)] == [None, original.post.id]
    assert second.refs == (first.id,)
    assert first.content is not None
    assert second.content is not None
    assert first.content.key != second.content.key
    assert (first.content.retention, second.content.retention) == ("blocked-30d", "published-3y")


async def test_a_case_does_not_show_its_text() -> None:
    """Cases pass through every traceback of the gate."""
    case = await _case(GateHouse(), "Kanarienvogel IBAN")

    assert "Kanarienvogel" not in repr(case)
    assert case.key.secret.hex() not in repr(case)


async def test_what_a_client_calls_the_edited_post_is_kept_as_a_digest() -> None:
    """The id in an edit's address is the client's text: neither log nor post table shows it."""
    house = GateHouse()
    case = await examine(house.ports, house.filing, replace(make_post(), edit_of="Mustermann"))
    work = house.filing.allowed(case, PRINCIPAL, KEYED, house.filing.intent())
    (stored,) = _posts(work)

    assert stored.edit_of is not None
    assert stored.edit_of == work.records[0].data["edit_of"]
    assert "Mustermann" not in str([record.data for record in work.records]) + str(stored.edit_of)


@pytest.mark.parametrize(
    ("known", "said"), [(frozenset({("mastodon", "status.create")}), "platform"), (frozenset(), "none")]
)
async def test_an_intent_says_whether_the_platform_knows_a_repetition(
    known: frozenset[tuple[str, str]], said: str
) -> None:
    """Who settles an unclear outcome reads it there."""
    house = GateHouse()
    terms = Terms(replay_safe=known)
    filing = Filing(envelope=house.ports.envelope, clock=house.clock, ids=house.ports.ids, node="n1", terms=terms)
    post = make_post("erfunden")
    case = filing.open_case(post, make_scan(), make_decision(post, Verdict.ALLOW))
    work = filing.allowed(case, PRINCIPAL, WITHOUT_KEY, filing.intent())

    assert [record.data["replay_safe"] for record in work.records if record.code == "PG-102"] == [said]


async def test_a_content_is_kept_as_long_as_a_rule_asks() -> None:
    """Its class stands in the leaf, and its key ends with the time of that class."""
    five = Retention(name="de-wphg-5y", keep=timedelta(days=1827))
    house = GateHouse()
    filing = Filing(
        envelope=house.ports.envelope,
        clock=house.clock,
        ids=house.ports.ids,
        node="n1",
        terms=Terms(retention=RetentionTerms(classes=(five,))),
    )
    post = make_post("erfunden")
    asked = Obligation(name="retain", arguments=(("class", five.name), ("rule", "a/b")))
    decision = replace(make_decision(post, Verdict.BLOCK), obligations=(asked,))
    case = filing.open_case(post, make_scan(), decision)
    (record,) = filing.decided(case, make_grant().principal)

    assert record.content is not None
    assert record.content.retention == five.name
    assert case.store_key is not None
    assert case.store_key.expires_at == case.at + five.keep
    assert record.data["obligations"] == ["retain"]
