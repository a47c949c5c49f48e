"""
What the gate needs from the world, as protocols with one to four methods.

Each port has an in-memory twin in `tests/fakes/` and one contract suite over all implementations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from proxy.core.release import ReleasedPost
from proxy.gate.outcome import Outcome, OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proxy.core.errors import PostgateError
    from proxy.core.model import Account, DetectorId, Part, Post, Principal, Receipt, Scan, Verdict
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.lifecycle import State
    from proxy.gate.results import Result
    from proxy.gate.retention import Retention
    from proxy.gate.wire import Draft, Endpoint, UpstreamAnswer, WireAnswer, WireRequest
    from proxy.gate.work import SealedContent, StoreKey, Work

__all__ = [
    "Accounts",
    "Answers",
    "AuditLog",
    "Clock",
    "DataKey",
    "DoorPlatform",
    "EarlierPost",
    "Envelope",
    "Grant",
    "Identity",
    "Ids",
    "MediaSpool",
    "Observer",
    "Outcome",
    "OutcomeKind",
    "Policies",
    "Posts",
    "Publisher",
    "Reader",
    "Refusals",
    "ReleasedPost",
    "Scanner",
    "SpooledMedia",
    "StoredPost",
]


class Clock(Protocol):
    """Time as an argument."""

    def now(self) -> datetime:
        """Return wall time in UTC, for display and expiry."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never jump and count suspension (CLOCK_BOOTTIME), for deadlines."""
        ...


class Ids(Protocol):
    """Randomness as an argument."""

    def __call__(self) -> str:
        """Return a fresh UUID in lower case, with at least 74 random bits."""
        ...


class Scanner(Protocol):
    """All configured detectors behind one deadline."""

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        """Return the detectors, with versions, that must complete before `bundle` may allow anything; never empty."""
        ...

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        """
        Look at every part with every detector. Never raises for a broken detector: it is missing in the Scan.

        `thread` holds earlier texts of the same thread, oldest first, so that what is spread over posts shows.
        """
        ...

    async def load(self, bundle: PolicyBundle) -> None:
        """Bring the word lists of a bundle to every worker before the bundle is used; earlier ones stay usable."""
        ...


class Policies(Protocol):
    """The bundle in force."""

    def current(self) -> PolicyBundle:
        """Return the bundle in force; there always is one."""
        ...


class AuditLog(Protocol):
    """The append side of the log. Reading is another interface."""

    async def commit(self, work: Work) -> Receipt:
        """
        Make a unit of work durable; return only after COMMIT reached the disk.

        Cancelling the caller never cancels the commit.

        Raises:
            Conflict: a conditional change lost; nothing of this work was kept.
            AuditBusy: the queue is full; nothing was kept.
            AuditUnavailable: nothing is known to be kept, nothing may be sent.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPost:
    """What is kept of an earlier post for somebody who asks again."""

    id: str
    state: State
    fingerprint: str = field(repr=False)
    decision_record: str
    answer_nonce: bytes | None = field(default=None, repr=False)
    answer: bytes | None = field(default=None, repr=False)
    """Sealed answer; None while there is none."""
    key: str = ""
    """Id of the post's data key."""
    wrapped_key: bytes | None = field(default=None, repr=False)
    """The wrapped data key; None after erasure."""
    kek_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPost:
    """What was recorded of a post that is on the platform, sealed."""

    record: str
    """Id of the record of its decision."""
    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)
    key: str
    """Id of its data key."""
    wrapped_key: bytes | None = field(repr=False)
    """The wrapped data key; None after erasure."""
    kek_id: str


class Posts(Protocol):
    """Reads of the post table."""

    async def on_platform(self, *, author: str, account: str, platform_id: str) -> tuple[EarlierPost, ...]:
        """Return a post of this author and account by the platform's id: as first written, then as last edited."""
        ...

    async def by_key(self, scope: str, key: str, now: datetime) -> StoredPost | None:
        """Return the post that holds an unexpired idempotency key of this scope."""
        ...

    async def open_twin(self, scope: str, fingerprint: str) -> StoredPost | None:
        """Return an equal post of the same scope that is `intent` or `unknown`, if there is one."""
        ...

    async def overdue_attempts(self, now: datetime) -> list[tuple[str, str, str, str]]:
        """Return (attempt id, post id, intent record id, account) of attempts without outcome whose lease is over."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """The data key of one post, in memory only."""

    id: str
    secret: bytes = field(repr=False)


class Envelope(Protocol):
    """Seal and open bytes: one random data key per post, wrapped by the installation's key."""

    def new_key(self, *, key_id: str, post: str, retention: Retention, now: datetime) -> tuple[DataKey, StoreKey]:
        """Draw a data key; the second value is the change that keeps it, wrapped."""
        ...

    def mac(self, key: DataKey, canonical: bytes) -> str:
        """Return HMAC-SHA-256 over the canonical post under a key derived from the data key, in hexadecimal."""
        ...

    def seal_content(self, key: DataKey, *, record: str, plain: bytes, mac: str, retention: str) -> SealedContent:
        """Encrypt the content of one record, bound to the record's id."""
        ...

    def seal(self, key: DataKey, *, place: str, plain: bytes) -> tuple[bytes, bytes]:
        """Encrypt bytes bound to a place such as `answer:POST`; return nonce and ciphertext."""
        ...

    def unwrap(self, *, key_id: str, wrapped: bytes, kek_id: str) -> DataKey:
        """
        Return a data key that `new_key` wrapped.

        Raises:
            SealBroken: wrapped by another key, for another id, or changed.
        """
        ...

    def open_content(self, key: DataKey, *, record: str, nonce: bytes, ciphertext: bytes) -> bytes:
        """
        Decrypt what `seal_content` made.

        Raises:
            SealBroken: another key, another record, or changed bytes.
        """
        ...

    def open(self, *, key_id: str, wrapped: bytes, kek_id: str, place: str, nonce: bytes, ciphertext: bytes) -> bytes:
        """
        Decrypt what `seal` made.

        Raises:
            SealBroken: wrong key, wrong place, or changed bytes.
        """
        ...

    def digest(self, purpose: str, value: bytes) -> str:
        """Return HMAC-SHA-256 under the installation's pepper, separated by purpose, in hexadecimal."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledMedia:
    """An image of the gateway's own spool, opened; or, without data, one that is on the platform already."""

    id: str
    mime: str
    parts: tuple[Part, ...] = field(repr=False)
    """Alt text and file name, slots without prefix."""
    data: bytes = field(repr=False)
    decision: str
    """Id of the record that decided it as it is."""


class MediaSpool(Protocol):
    """Reads of the encrypted spool."""

    async def open(self, media_id: str, *, author: str, account: str) -> SpooledMedia | None:
        """Return an image of this author and account, or None."""
        ...


class Publisher(Protocol):
    """The sending side of one platform account type."""

    async def publish(self, released: ReleasedPost, media: Sequence[SpooledMedia]) -> Outcome:
        """Send once; never raise for what the platform does, never send twice, never follow a redirect."""
        ...


class Reader(Protocol):
    """The reading side of one platform account type."""

    async def read(self, endpoint: Endpoint, request: WireRequest, account: Account | None) -> UpstreamAnswer:
        """
        Fetch a read of the platform's table.

        Raises:
            GateUnavailable: the platform could not be reached or its answer was unusable.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a valid gateway token gives: a principal, and the one account it may post to."""

    principal: Principal
    account: Account


class Identity(Protocol):
    """Who is asking."""

    async def authenticate(self, token: str | None, *, door: str) -> Grant:
        """
        Look a token up; nothing is cached, so a revocation counts on the next request.

        Raises:
            UnknownToken: missing, malformed, unknown, expired, revoked, of another door, or its account was removed.
        """
        ...


class People(Protocol):
    """Which person signs."""

    async def person(self, token: str | None) -> Principal:
        """
        Look up who holds a token, whatever it allows and whether or not it is for an account.

        Raises:
            UnknownToken: missing, malformed, unknown, expired or revoked.
        """
        ...


class Accounts(Protocol):
    """Credentials of platform accounts, for publishers and readers; one may be held open for a minute."""

    async def credential(self, account_id: str) -> str:
        """
        Return the platform credential in clear; never keep or show it.

        Raises:
            SealBroken: it does not open.
            NotFound: the account was removed.
        """
        ...


class Refusals(Protocol):
    """Refused requests, summed per minute so that a flood cannot fill the log."""

    def note(self, *, door: str, reason: str) -> None:
        """Count one refusal; the first of a reason, door and minute is recorded at once."""
        ...


class Observer(Protocol):
    """Numbers for operators: bounded names only, nothing of a post and nobody's name."""

    def stage(self, name: str, seconds: float) -> None:
        """Note how long a stage took: scan, decide, record or publish."""
        ...

    def decided(self, post: Post, scan: Scan, verdict: Verdict) -> None:
        """Note a verdict, what was found and which detectors were missing."""
        ...

    def outcome(self, platform: str, outcome: Outcome) -> None:
        """Note what became of an attempt."""
        ...

    def limit(self, name: str) -> None:
        """Note that somebody has reached a limit (`gate.limits.LIMITS`), and not who."""
        ...


class Answers(Protocol):
    """Words for what became of a submission."""

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:
        """Return what the client that submitted is told."""
        ...


class DoorPlatform(Protocol):
    """The wire side of one platform: endpoint table, parsers, answers. Decides nothing."""

    name: str

    def endpoint(self, method: str, path: str) -> Endpoint:
        """
        Match a request against the table.

        Raises:
            EndpointDenied: not listed.
        """
        ...

    def token(self, request: WireRequest) -> str | None:
        """Return the gateway token where this platform's clients put it."""
        ...

    async def parse(self, endpoint: Endpoint, request: WireRequest) -> Draft:
        """
        Read a write, media or act request completely.

        Raises:
            RefusedRequest: any of its family; nothing is ignored.
        """
        ...

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:
        """Return what the client's platform would have answered."""
        ...

    def media(self, kept: SpooledMedia) -> WireAnswer:
        """Return an image of the gateway's own spool as the platform would describe it."""
        ...

    def refuse(self, error: PostgateError) -> WireAnswer:
        """Return an error in the platform's own shape."""
        ...

    def relay(self, endpoint: Endpoint, answer: UpstreamAnswer) -> WireAnswer:
        """Rewrite the platform's answer to a read by field."""
        ...
