"""
What every look-up of one's own posts and accounts promises: one's own, or nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import Conflict, NotFound
from proxy.gate.lifecycle import State
from proxy.gate.request_changes import TakeBackRequest
from proxy.gate.work import RemoveAccount, RevokeToken, StoreAccount, StoreActor, StoreToken
from proxy.identity.tokens import draw
from tests.logins import noted
from tests.works import ACCOUNT, AUTHOR, Sample, allowed, blocked, ended, new_id, of_request

if TYPE_CHECKING:
    from proxy.core.model import Principal
    from proxy.gate.work import Change
    from tests.stores import Ports

OTHER = "mastodon:vorstand"


async def test_a_post_is_found_by_its_decision_and_author(ports: Ports) -> None:
    """With its state and the platform's id; another author, and a record that decides nothing, find nothing."""
    sample, stopped = Sample(), Sample()
    await ports.audit.commit(allowed(sample))
    before = await ports.own.by_decision(sample.decision, author=AUTHOR.ref)
    await ports.audit.commit(ended(sample))
    await ports.audit.commit(blocked(stopped))

    found = await ports.own.by_decision(sample.decision, author=AUTHOR.ref)
    other = await ports.own.by_decision(stopped.decision, author=AUTHOR.ref)

    assert before is not None
    assert (before.state, before.platform_id) == (State.INTENT, None)
    assert found is not None
    assert (found.id, found.account, found.state, found.platform_id) == (sample.post, ACCOUNT, State.PUBLISHED, "115")
    assert (found.verdict, found.decision_record, found.operation) == ("allow", sample.decision, "status.create")
    assert other is not None
    assert (other.verdict, other.state) == ("block", State.BLOCKED)
    assert await ports.own.by_decision(sample.decision, author="a_andere") is None
    assert await ports.own.by_decision(sample.intent, author=AUTHOR.ref) is None
    assert await ports.own.by_decision("unbekannt", author=AUTHOR.ref) is None


async def test_the_posts_of_a_request_are_found_by_it(ports: Ports) -> None:
    """Oldest first; those of others, of other requests and of none are not among them."""
    first, second, other, alone = Sample(), Sample(), Sample(), Sample()
    for sample, request in ((first, "q1"), (second, "q1"), (other, "q2"), (alone, None)):
        await ports.audit.commit(of_request(allowed(sample), request))
    await ports.audit.commit(ended(first))
    found = await ports.own.of_request("q1", author=AUTHOR.ref)

    assert [(one.id, one.state, one.request) for one in found] == [
        (first.post, State.PUBLISHED, "q1"),
        (second.post, State.INTENT, "q1"),
    ]
    assert await ports.own.of_request("q1", author="a_andere") == ()
    assert await ports.own.of_request("unbekannt", author=AUTHOR.ref) == ()
    one = await ports.own.by_decision(alone.decision, author=AUTHOR.ref)
    assert one is not None
    assert one.request is None


async def test_a_request_is_taken_back_once_and_heeded_ever_after(ports: Ports) -> None:
    """The second loses; a post of it that may go out is not stored, posts of other requests and of none are."""
    kept, late, other, alone = Sample(), Sample(), Sample(), Sample()
    await ports.audit.commit(of_request(allowed(kept), "q1"))
    before = await ports.own.taken_back("q1")
    await ports.audit.commit(noted(ports, TakeBackRequest(request="q1", record="r1")))
    with pytest.raises(Conflict, match="taken-back"):
        await ports.audit.commit(noted(ports, TakeBackRequest(request="q1", record="r2")))
    with pytest.raises(Conflict, match="request"):
        await ports.audit.commit(of_request(allowed(late), "q1"))
    await ports.audit.commit(of_request(allowed(other), "q2"))
    await ports.audit.commit(of_request(allowed(alone), None))

    assert (before, await ports.own.taken_back("q1"), await ports.own.taken_back("q2")) == (None, "r1", None)
    assert [one.id for one in await ports.own.of_request("q1", author=AUTHOR.ref)] == [kept.post]
    assert await ports.own.by_decision(alone.decision, author=AUTHOR.ref) is not None


async def _holding(ports: Ports, *wanted: tuple[str | None, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Keep two accounts and a person with tokens; return id and token of each."""
    now = ports.clock.now()
    accounts = [
        StoreAccount(
            id=account,
            platform="mastodon",
            door=account.partition(":")[2],
            credential_nonce=b"n",
            credential=b"c",
            credential_key=b"k",
            kek_id="kek",
            created_at=now,
        )
        for account in (ACCOUNT, OTHER)
    ]
    actor = StoreActor(
        ref=AUTHOR.ref,
        kind="employee",
        name_digest="d",
        name_nonce=b"n",
        name=b"x",
        name_key=b"k",
        kek_id="kek",
        created_at=now,
    )
    tokens = [(new_id(), draw()) for _ in wanted]
    stored = [
        StoreToken(
            id=name,
            digest=ports.envelope.digest("gateway-token", token.encode()),
            prefix=token[:8],
            principal=AUTHOR.ref,
            account=account,
            scopes=scopes,
            created_at=now,
            expires_at=now + timedelta(days=1),
        )
        for (name, token), (account, scopes) in zip(tokens, wanted, strict=True)
    ]
    changes: tuple[Change, ...] = (*accounts, actor, *stored)
    await ports.audit.commit(noted(ports, *changes))
    return tokens


async def _may(ports: Ports, by: Principal, account: str, *, to_check: bool = False) -> bool:
    try:
        grant = await ports.mandates.grant(by, account, to_check=to_check)
    except NotFound:
        return False
    assert (grant.principal, grant.account.id, grant.account.door) == (by, account, account.partition(":")[2])
    return True


async def test_a_token_to_post_is_for_its_own_account(ports: Ports) -> None:
    """Though its holder has another one for another account."""
    (_, token), _ = await _holding(ports, (ACCOUNT, ("post",)), (OTHER, ("post",)))
    by = await ports.people.person(token)

    assert by.account == ACCOUNT
    assert [await _may(ports, by, account) for account in (ACCOUNT, OTHER, "mastodon:nie")] == [True, False, False]


async def test_a_token_to_submit_is_for_the_accounts_of_its_holders_other_tokens(ports: Ports) -> None:
    """While they live: what was revoked, is over, or allows something else counts for nothing."""
    (_, token), (post, _), _ = await _holding(ports, (None, ("submit",)), (ACCOUNT, ("post",)), (OTHER, ("audit",)))
    by = await ports.people.person(token)
    before = [await _may(ports, by, account) for account in (ACCOUNT, OTHER)]
    stranger = await _may(ports, replace(by, ref="a_andere"), ACCOUNT)
    await ports.audit.commit(noted(ports, RevokeToken(id=post, at=ports.clock.now())))

    assert (before, stranger, await _may(ports, by, ACCOUNT)) == ([True, False], False, False)


async def test_a_mandate_ends_with_its_time_and_its_account(ports: Ports) -> None:
    """Nothing is remembered."""
    (_, token), _ = await _holding(ports, (None, ("submit",)), (ACCOUNT, ("post",)))
    by = await ports.people.person(token)
    own = replace(by, scopes=frozenset({"post"}), account=ACCOUNT)
    ports.clock.advance(86_400)
    over = await _may(ports, by, ACCOUNT)
    still = await _may(ports, own, ACCOUNT)
    await ports.audit.commit(noted(ports, RemoveAccount(id=ACCOUNT, at=ports.clock.now())))

    assert (over, still, await _may(ports, own, ACCOUNT)) == (False, True, False)


async def test_who_may_check_may_ask_about_every_account_and_post_to_none(ports: Ports) -> None:
    """One that is not there is not there for them either."""
    (_, token), (_, other) = await _holding(ports, (None, ("check",)), (ACCOUNT, ("post",)))
    by, poster = await ports.people.person(token), await ports.people.person(other)

    asked = [await _may(ports, by, account, to_check=True) for account in (ACCOUNT, OTHER, "mastodon:nie")]
    assert asked == [True, True, False]
    assert [await _may(ports, by, account) for account in (ACCOUNT, OTHER)] == [False, False]
    assert [await _may(ports, poster, account, to_check=True) for account in (ACCOUNT, OTHER)] == [True, False]


@pytest.mark.parametrize("scopes", [("policy",), ("audit",), ("check",)])
async def test_other_scopes_post_nowhere(ports: Ports, scopes: tuple[str, ...]) -> None:
    """Whoever may look may not speak."""
    (_, token), _ = await _holding(ports, (None, scopes), (ACCOUNT, ("post",)))

    assert not await _may(ports, await ports.people.person(token), ACCOUNT)
