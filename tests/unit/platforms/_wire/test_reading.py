"""Reads: listed, with checked parameters, with the account's credential and nothing of the client's request."""

from __future__ import annotations

import pytest

from proxy.core.errors import GateUnavailable, NotFound, UnknownField
from proxy.core.model import Account
from proxy.gate.wire import Endpoint, EndpointClass, UpstreamAnswer, WireRequest
from proxy.platforms._wire.reading import UpstreamReader
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.mastodon.table import TABLE
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.fault_upstream import FaultUpstream

ACCOUNT = Account(id="mastodon:presse", platform="mastodon", door="mastodon")
GONE = Account(id="mastodon:gone", platform="mastodon", door="mastodon")


async def read(
    upstream: FaultUpstream, path: str, query: str = "", *, account: Account | None = ACCOUNT
) -> UpstreamAnswer:
    """Read once."""
    return await read_endpoint(upstream, TABLE.find("GET", path), path, query, account=account)


async def read_endpoint(
    upstream: FaultUpstream, endpoint: Endpoint, path: str, query: str = "", *, account: Account | None = ACCOUNT
) -> UpstreamAnswer:
    """Read an endpoint once, with headers that a client might send."""
    client = UpstreamClient(upstream.origin, allow_private=True, limits=Limits(total_s=0.3, answer_bytes=10_000))
    reader = UpstreamReader(client, table=TABLE, accounts=MemoryAccounts(presse="platform-token"), agent="postgate/1")
    headers = (("authorization", "Bearer pgt_gateway"), ("cookie", "a=b"), ("x-forwarded-for", "1.2.3.4"))
    request = WireRequest(method="GET", path=path, query=query, headers=headers)
    try:
        return await reader.read(endpoint, request, account)
    finally:
        await client.close()


async def test_reads_with_the_account() -> None:
    """The platform sees its own token, our agent and the checked parameters."""
    async with FaultUpstream(behaviours=[fault.answer(200, b"[]", ("Link", "x"))]).running() as upstream:
        answer = await read(upstream, "/api/v1/accounts/115/statuses", "limit=5&exclude_replies=1")
    assert (answer.status, answer.body, answer.headers["link"]) == (200, b"[]", "x")
    (seen,) = upstream.seen
    assert seen.path == "/api/v1/accounts/115/statuses?exclude_replies=true&limit=5"
    assert seen.headers["authorization"] == "Bearer platform-token"
    assert set(seen.headers) == {"host", "user-agent", "accept", "accept-encoding", "authorization", "connection"}


async def test_public_reads_need_no_account() -> None:
    """The description of the instance is read without any token."""
    async with FaultUpstream(behaviours=[fault.answer(200)]).running() as upstream:
        await read(upstream, "/api/v1/instance/", account=None)
    assert upstream.seen[0].path == "/api/v1/instance"
    assert "authorization" not in upstream.seen[0].headers


async def test_other_reads_without_account_or_row_do_not_exist() -> None:
    """No account, no private read; no row of the table, no read at all."""
    async with FaultUpstream(behaviours=[fault.answer(200)]).running() as upstream:
        with pytest.raises(NotFound):
            await read(upstream, "/api/v1/timelines/home", account=None)
        for name in ("status.create", "unheard.of"):
            with pytest.raises(NotFound):
                await read_endpoint(upstream, Endpoint(name=name, cls=EndpointClass.READ), "/x")
    assert upstream.seen == []


async def test_unknown_parameters_are_refused_before_anything_is_sent() -> None:
    """Search text never leaves in a read."""
    async with FaultUpstream(behaviours=[fault.answer(200)]).running() as upstream:
        with pytest.raises(UnknownField):
            await read(upstream, "/api/v1/timelines/home", "q=Mustermann")
    assert upstream.seen == []


@pytest.mark.parametrize(
    "behaviour",
    [
        fault.close(),
        fault.hang(),
        fault.endless(),
        fault.raw(b"garbage"),
        fault.answer(200, b"[]", ("Content-Encoding", "gzip")),
    ],
)
async def test_a_broken_platform_is_unavailable(behaviour: fault.Behaviour) -> None:
    """No usable answer, one request, one clear error."""
    async with FaultUpstream(behaviours=[behaviour]).running() as upstream:
        with pytest.raises(GateUnavailable):
            await read(upstream, "/api/v1/timelines/home")
    assert len(upstream.seen) == 1


async def test_an_account_without_credential_is_unavailable() -> None:
    """Nothing is read in nobody's name."""
    async with FaultUpstream(behaviours=[fault.answer(200)]).running() as upstream:
        with pytest.raises(GateUnavailable):
            await read(upstream, "/api/v1/timelines/home", account=GONE)
    assert upstream.seen == []
