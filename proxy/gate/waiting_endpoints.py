"""
What a platform's clients may do with posts that wait in the gateway, by the names that a platform's table gives it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import EndpointDenied, UnreadableField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.gate.ports import Grant
    from proxy.gate.wire import Draft, Endpoint, WireAnswer
    from proxy.gate.withdraw import OwnWaiting, Withdraw

LIST = "waiting.list"
SHOW = "waiting.show"
MOVE = "waiting.move"
CANCEL = "waiting.cancel"


class WaitingShapes(Protocol):
    """How a platform's clients read waiting posts."""

    def waiting(self, posts: Sequence[OwnWaiting]) -> WireAnswer:
        """Return a list of them."""
        ...

    def waits(self, post: OwnWaiting) -> WireAnswer:
        """Return one of them."""
        ...

    def withdrawn(self) -> WireAnswer:
        """Return that one is taken back."""
        ...


class WaitingEndpoints:
    """Answers a client that asks for waiting posts of its author."""

    def __init__(self, withdraw: Withdraw, shapes: WaitingShapes) -> None:
        self._withdraw = withdraw
        self._shapes = shapes

    async def __call__(self, endpoint: Endpoint, draft: Draft, grant: Grant) -> WireAnswer:
        """
        Do what is asked, and return the answer.

        Raises:
            NotFound: there is no such post that waits, or it is somebody else's.
            UnreadableField: no time to send at, or one that is not ahead.
            AuditUnavailable, GateUnavailable: nothing is known to be changed.
        """
        post = dict(endpoint.arguments).get("id", "")
        match endpoint.name:
            case "waiting.list":
                return self._shapes.waiting(await self._withdraw.all(grant))
            case "waiting.show":
                return self._shapes.waits(await self._withdraw.one(post, grant))
            case "waiting.move":
                if draft.send_at is None:
                    raise UnreadableField(expected="a time to send at", found="none")
                return self._shapes.waits(await self._withdraw.move(post, grant, draft.send_at))
            case "waiting.cancel":
                await self._withdraw.cancel(post, grant)
                return self._shapes.withdrawn()
            case _:
                raise EndpointDenied(expected="an endpoint for posts that wait", found="another one")
