"""
The reading side: listed reads with checked parameters, the account's credential, nothing of the client's request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from proxy.core.errors import GateUnavailable, NotFound
from proxy.gate.wire import EndpointClass, UpstreamAnswer
from proxy.platforms._wire.exchange import NoCredential, open_credential, request_headers
from proxy.platforms._wire.parsing import pass_headers, read_parameters
from proxy.platforms._wire.upstream import Unclear, Unsent

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from proxy.core.model import Account
    from proxy.gate.ports import Accounts
    from proxy.gate.wire import Endpoint, WireRequest
    from proxy.platforms._wire.table import Table
    from proxy.platforms._wire.upstream import UpstreamClient


class UpstreamReader:
    """Reads what a door's table lists from one origin."""

    def __init__(
        self,
        client: UpstreamClient,
        *,
        table: Table,
        accounts: Accounts,
        agent: str,
        passed: Mapping[str, re.Pattern[str]] | None = None,
    ) -> None:
        self._client = client
        self._table = table
        self._accounts = accounts
        self._agent = agent
        self._passed = passed or {}
        """Headers of the client, in lower case, that the platform gets too, and what they may hold."""

    async def read(self, endpoint: Endpoint, request: WireRequest, account: Account | None) -> UpstreamAnswer:
        """
        Fetch a read of the table.

        Raises:
            RefusedRequest: an unknown parameter, or one of the wrong kind.
            GateUnavailable: the platform could not be reached or its answer was unusable.
        """
        row = self._table.by_name.get(endpoint.name)
        if row is None or row.cls is not EndpointClass.READ or (account is None and not row.public):
            raise NotFound(expected="a read of the platform's table", found="another endpoint")
        query = urlencode(read_parameters(row, request))
        path = row.fill(dict(endpoint.arguments))
        try:
            token = None if account is None else await open_credential(self._accounts, account.id)
            headers = request_headers(self._agent, token=token, content_type=None, key=None)
            headers |= pass_headers(request, self._passed)
            reply = await self._client.send("GET", f"{path}?{query}" if query else path, headers=headers, body=None)
        except (NoCredential, Unsent, Unclear):
            raise GateUnavailable(found="the platform could not be read") from None
        if not reply.readable:
            raise GateUnavailable(found="an answer of the platform in an encoding nobody asked for")
        return UpstreamAnswer(status=reply.status, headers=dict(reply.headers), body=reply.body)
