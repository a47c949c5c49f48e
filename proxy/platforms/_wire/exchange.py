"""
One request with the account's credential, and nothing of the client's in its headers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.errors import PostgateError

if TYPE_CHECKING:
    from proxy.gate.ports import Accounts

_TOKEN = re.compile(r"[!-~]{1,4096}", re.ASCII)


class NoCredential(Exception):
    """The account's credential cannot be used; nothing was sent."""

    reason = "credential"


def request_headers(agent: str, *, token: str | None, content_type: str | None, key: str | None) -> dict[str, str]:
    """Return all headers of a request; there is no other place that adds one."""
    headers = {"User-Agent": agent, "Accept": "application/json", "Accept-Encoding": "identity"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if content_type is not None:
        headers["Content-Type"] = content_type
    if key is not None:
        headers["Idempotency-Key"] = key
    return headers


async def open_credential(accounts: Accounts, account_id: str) -> str:
    """
    Return the account's token, fit for a header.

    Raises:
        NoCredential: it does not open, the account was removed, or it is no token.
    """
    try:
        token = await accounts.credential(account_id)
    except PostgateError:
        raise NoCredential from None
    if not _TOKEN.fullmatch(token):
        raise NoCredential
    return token
