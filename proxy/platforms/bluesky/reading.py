"""
The reading side: listed methods with checked parameters, the gateway's own login, nothing of the client's request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from proxy.core.errors import GateUnavailable, MalformedRequest, NotFound
from proxy.gate.wire import EndpointClass, UpstreamAnswer
from proxy.platforms._wire.body import refuse_overrides
from proxy.platforms._wire.exchange import NoCredential, request_headers
from proxy.platforms._wire.fields import Sink, read_fields
from proxy.platforms._wire.form import read_query
from proxy.platforms._wire.upstream import Unclear, Unsent
from proxy.platforms._wire.values import inside, read_object
from proxy.platforms.bluesky.answers import refuses_login
from proxy.platforms.bluesky.table import BY_NAME, CHAT_PREFIX

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.wire import Endpoint, WireRequest
    from proxy.platforms._wire.body import Tree
    from proxy.platforms._wire.upstream import Reply, UpstreamClient
    from proxy.platforms.bluesky.logins import Login, Logins
    from proxy.platforms.bluesky.table import Method

_LABELERS = re.compile(r"did:[a-z]{1,16}:[A-Za-z0-9._:%-]{1,253}(?:;redact)?(?:, ?did:[A-Za-z0-9._:%;-]{1,270}){0,20}")


class BlueskyReader:
    """Reads from one PDS."""

    def __init__(self, client: UpstreamClient, *, logins: Logins, agent: str, chat: str | None = None) -> None:
        self._client = client
        self._logins = logins
        self._agent = agent
        self._chat = chat

    async def read(self, endpoint: Endpoint, request: WireRequest, account: Account | None) -> UpstreamAnswer:
        """
        Fetch a read of the table.

        Raises:
            RefusedRequest: an unknown parameter, or one of the wrong kind.
            GateUnavailable: the platform could not be reached, or its answer was unusable.
        """
        method = BY_NAME.get(endpoint.name)
        if method is None or method.cls is not EndpointClass.READ or (account is None and not method.public):
            raise NotFound(expected="a read of the platform's table", found="another endpoint")
        parameters = read_parameters(method, request)
        more = _labelers(request)
        if method.path.startswith(CHAT_PREFIX) and self._chat is not None:
            more["atproto-proxy"] = self._chat
        target = f"{method.path}?{urlencode(parameters)}" if parameters else method.path
        try:
            reply, login = await self._fetch(target, more, account)
        except (NoCredential, Unsent, Unclear):
            raise GateUnavailable(found="the platform could not be read") from None
        if not reply.readable:
            raise GateUnavailable(found="an answer of the platform in an encoding nobody asked for")
        if method.wants_actor and login is not None:
            _check_own(login, dict(parameters), reply)
        return UpstreamAnswer(status=reply.status, headers=dict(reply.headers), body=reply.body)

    async def _fetch(self, target: str, more: dict[str, str], account: Account | None) -> tuple[Reply, Login | None]:
        """Read once, and once more with a fresh login when the first one is not taken."""
        if account is None:
            return await self._get(target, more, None), None
        login = await self._logins.of(account.id)
        reply = await self._get(target, more, login.access)
        if refuses_login(reply.status, reply.body):
            self._logins.drop(account.id)
            login = await self._logins.of(account.id)
            reply = await self._get(target, more, login.access)
        return reply, login

    async def _get(self, target: str, more: dict[str, str], token: str | None) -> Reply:
        headers = request_headers(self._agent, token=token, content_type=None, key=None) | more
        return await self._client.send("GET", target, headers=headers, body=None)


def read_parameters(method: Method, request: WireRequest) -> list[tuple[str, str]]:
    """
    Return the validated parameters of a read, ready to be encoded.

    Raises:
        RefusedRequest: a body, an unknown parameter, or a value of the wrong kind.
    """
    refuse_overrides(request)
    if request.body:
        raise MalformedRequest(expected="a read without body", found="a body")
    values: dict[str, Tree] = {}
    for name, value in read_query(request.query, method.lists):
        earlier = values.setdefault(name, [] if name in method.lists else value)
        if isinstance(earlier, list):
            earlier.append(value)
    sink = Sink()
    read_fields(method.fields, values, sink)
    found = [(part.slot, part.text) for part in sink.parts]
    found += [(slot, str(value).lower() if isinstance(value, bool) else str(value)) for slot, value in sink.options]
    return [(slot.partition(".")[0], text) for slot, text in found]


def _labelers(request: WireRequest) -> dict[str, str]:
    """Return the header that names who labels posts, which changes what an answer shows."""
    given = request.header("atproto-accept-labelers")
    if given is None:
        return {}
    if not _LABELERS.fullmatch(given):
        raise MalformedRequest(expected="atproto-accept-labelers: DIDs", found="another value")
    return {"atproto-accept-labelers": given}


def _check_own(login: Login, parameters: dict[str, str], reply: Reply) -> None:
    """Let nobody tell a client that the account is another one: it would write there from then on."""
    profile = login.profile
    asked = parameters.get("actor", "").casefold()
    told = inside(read_object(reply.body), "did")
    own = asked in {profile.subject.casefold(), profile.handle.casefold()}
    if own and 200 <= reply.status < 300 and told != profile.subject:
        raise GateUnavailable(found="an answer about another account")
