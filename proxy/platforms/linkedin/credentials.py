"""
Credentials of accounts: in whose name an account writes, and the token for it.

One token of LinkedIn often opens several pages and the person who manages them. An account of the gateway is the ones
that its credential lists, and no other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.platforms._wire.exchange import NoCredential
from proxy.platforms.linkedin.fields import AUTHOR

if TYPE_CHECKING:
    from proxy.gate.ports import Accounts

CREDENTIAL = re.compile(rf"({AUTHOR}(?:,{AUTHOR}){{0,9}}) ([!-~]{{4,4096}})", re.ASCII)
"""URNs, separated by commas, a space, an access token."""


class Authors:
    """
    Reads credentials. Stands in for `gate.ports.Accounts`: what it gives out is the token.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def credential(self, account_id: str) -> str:
        """
        Return the token.

        Raises:
            NoCredential: the credential has another shape.
            PostgateError: it does not open.
        """
        return (await self._read(account_id))[1]

    async def of(self, account_id: str) -> frozenset[str]:
        """
        Return the URNs in whose name an account may write.

        Raises:
            NoCredential, PostgateError: as `credential`.
        """
        return frozenset((await self._read(account_id))[0].split(","))

    async def first(self, account_id: str) -> str:
        """
        Return the URN in whose name an account writes where nobody names another.

        Raises:
            NoCredential, PostgateError: as `credential`.
        """
        return (await self._read(account_id))[0].split(",")[0]

    async def _read(self, account_id: str) -> tuple[str, str]:
        match = CREDENTIAL.fullmatch(await self._accounts.credential(account_id))
        if match is None:
            raise NoCredential
        return match[1], match[2]
