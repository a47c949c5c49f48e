"""
A twin of the codes of OAuth: one gateway token is valid, and nothing is kept.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from proxy.core.errors import UnknownToken
from proxy.gate.oauth_ports import Login, LoginRefused

if TYPE_CHECKING:
    from proxy.gate.oauth_ports import Asked, Shown

VALID = "pgt_valid"
LOGIN = Login(
    access="access-of-a-login",
    scopes="read write",
    created_at=datetime(2026, 11, 30, tzinfo=UTC),
    expires_at=datetime(2026, 12, 1, tzinfo=UTC),
)


class ScriptedAuthorizations:
    """Gives a code for one token and remembers what it was bound to."""

    def __init__(self) -> None:
        self.bound: dict[str, str] = {}
        self.ended: list[str] = []

    async def code(self, token: str | None, asked: Asked, *, door: str) -> str:
        """Return a code for the valid token."""
        assert door
        if token != VALID:
            raise UnknownToken(found="another token")
        code = f"code-{len(self.bound)}"
        self.bound[code] = asked.binding
        return code

    async def redeem(self, shown: Shown, *, door: str) -> Login:
        """Return a login when the code is shown as it was bound."""
        assert door
        if self.bound.pop(shown.code, None) != shown.binding:
            raise LoginRefused("invalid_grant", expected="a code", found="another one")
        return LOGIN

    async def end(self, access: str, *, door: str) -> None:
        """Remember which login ended."""
        assert door
        self.ended.append(access)
