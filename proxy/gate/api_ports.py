"""
What the gate needs from the world for posts that come over the API, as protocols with one or two methods.

A platform module does not read the API's format: it turns what is wanted into the request that one of its own clients
would have sent, and reads that as it reads any other, with the same table and the same limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Account, PostId, Principal
    from proxy.gate.lifecycle import State
    from proxy.gate.ports import Grant
    from proxy.gate.wire import Endpoint, WireRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """An image that a post uses: one of the gateway's own spool, or one at an address."""

    id: str = ""
    """Of the upload; empty: it has an address."""
    url: str | None = field(default=None, repr=False)
    """Where the platform fetches it."""
    alt: str | None = field(default=None, repr=False)
    """Its description; None: that of the upload."""
    mime: str = ""
    """Told by `Target`, as are the bytes."""
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One new post, whatever the platform."""

    text: str = field(repr=False)
    media: tuple[Attached, ...] = ()
    part: int = 0
    """Place in its thread, from 0."""
    reply_to: str | None = field(default=None, repr=False)
    """The platform's id of the post that it answers; None: of none, or that is not on the platform yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What a platform takes over the API."""

    threads: bool = True
    """Whether posts may follow as answers."""
    images: int = 4
    """Most of one post."""
    by_address: bool = False
    """Whether the platform fetches images from an address instead of taking uploads."""
    needs_image: bool = False
    alt_apart: bool = False
    """Whether descriptions go with the uploads of images; otherwise the composed request has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A request, and what no client of the platform could say in one."""

    request: WireRequest
    endpoint: Endpoint | None = None
    """None: what the table says of the request; an endpoint of the gateway's own is in no table of requests."""
    options: tuple[tuple[str, bool | int | str | None], ...] = ()
    """Of the platform module's own, for whoever builds the request to the platform."""


class Composer(Protocol):
    """What a platform's own client would send."""

    makes: frozenset[str]
    """Operations of the posts it composes: those that can be taken back."""
    offers: Offers

    async def compose(self, wanted: Wanted, account: Account) -> Composed:
        """
        Return the request that makes a new post of an account.

        Raises:
            GateUnavailable: what the request has to name, such as the account, cannot be told at the moment.
        """
        ...

    async def recall(self, platform_id: str, account: Account) -> WireRequest:
        """
        Return the request that takes a post of an account back.

        Raises:
            GateUnavailable: as above.
        """
        ...

    def limits(self) -> tuple[WireRequest, ...]:
        """Return reads by whose answers the platform's door learns its limits; the first that is answered is enough."""
        ...


class Mandates(Protocol):
    """Which accounts a person or service may post to over the API."""

    async def grant(self, by: Principal, account: str, *, to_check: bool = False) -> Grant:
        """
        Return the grant for an account.

        The token presented is for it or, with the scope `submit`, its holder has another living token to post to it.
        With the scope `check` it is any account, `to_check` only. Nothing is cached.

        Raises:
            NotFound: there is no such account, or it is somebody else's.
            GateUnavailable: the database does not answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPost:
    """What is kept of a post for its author; no text."""

    id: PostId
    account: str
    operation: str
    state: State
    verdict: str
    decision_record: str
    created_at: datetime
    platform_id: str | None = None
    request: str | None = None
    """Id of the request over the API that asked for it; None: it came another way."""


class OwnPosts(Protocol):
    """Reads of the post table for authors; all of them raise GateUnavailable when the database does not answer."""

    async def by_decision(self, record: str, *, author: str) -> OwnPost | None:
        """
        Return the post of an author by the record of its decision; None where there is none, or it is another's.
        """
        ...

    async def of_request(self, request: str, *, author: str) -> tuple[OwnPost, ...]:
        """Return all posts that a request of an author asked for, oldest first; of a redacted one what replaced it."""
        ...

    async def taken_back(self, request: str) -> str | None:
        """Return the record by which all posts of a request are taken back; None: they are not."""
        ...
