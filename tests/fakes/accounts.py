"""
Twin of the vault: credentials by account id, in clear, for tests alone.
"""

from __future__ import annotations

from proxy.core.errors import NotFound


class MemoryAccounts:
    """A fixed table of credentials."""

    def __init__(self, **credentials: str) -> None:
        self._credentials = {f"mastodon:{name}": token for name, token in credentials.items()}

    async def credential(self, account_id: str) -> str:
        """Return the credential of an account."""
        if account_id not in self._credentials:
            raise NotFound(found="an account that was removed")
        return self._credentials[account_id]
