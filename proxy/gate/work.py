"""
Units of work: what one transaction changes, as data.

There is no second way to write state. A `Work` holds business changes and audit records; the writer commits all of it
or nothing, and only then hands out a Receipt. Changes with a condition name what they compare, so that the loser of a
race learns which condition failed (`Conflict.what`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.gate.consent_changes import ConsentChange
from proxy.gate.key_changes import (
    NoteWrappingKey,
    RetireWrappingKey,
    RewrapBundle,
    RewrapCredential,
    RewrapDataKey,
    RewrapName,
)
from proxy.gate.order_changes import (
    ConfirmOrder,
    DestroyKey,
    DropExpiredKeys,
    EraseActor,
    ForgetKeys,
    NamePost,
    OpenOrder,
)
from proxy.gate.policy_changes import ActivateProposal, OpenProposal, RetireBundle, SignProposal, StoreBundle
from proxy.gate.request_changes import RequestChange
from proxy.gate.review_changes import ReviewChange
from proxy.gate.session_changes import SessionChange
from proxy.gate.waiting_changes import WaitingChange

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import PostId
    from proxy.gate.lifecycle import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who caused a record: a pseudonym, never a name."""

    kind: str
    """`employee`, `service`, `operator` (command line) or `system`."""
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a record is about."""

    account: str | None = None
    post: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedContent:
    """Encrypted content of a record, and what its leaf says of it."""

    key: str
    """Id of the data key, one per post."""
    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)
    mac: str
    """HMAC-SHA-256 of the canonical post under a key derived from the data key, hexadecimal."""
    dek_sha256: str
    retention: str
    """Retention class, such as `blocked-30d`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One record before it has a place in the log. `data` holds str, int, bool, None, list and dict only."""

    id: str
    code: str
    """`PG-101` ..."""
    type: str
    """`post.decided` ..."""
    at: datetime
    """Wall time, UTC, for display; order is the place in the log."""
    actor: Actor
    subject: Subject = Subject()
    data: dict[str, object] = field(default_factory=dict)
    refs: tuple[str, ...] = ()
    content: SealedContent | None = None
    on_behalf_of: str | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreKey:
    """Keep the wrapped data key of a post."""

    id: str
    post: str
    wrapped: bytes = field(repr=False)
    kek_id: str
    retention: str
    created_at: datetime
    expires_at: datetime
    """When it may be destroyed, and what it seals with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePost:
    """Insert a new post in its first state."""

    id: PostId
    platform: str
    account: str
    author: str
    kind: str
    operation: str
    state: State
    mac: str
    scope: str
    """Digest of principal, account and door, as in ReserveKey and GuardTwin."""
    fingerprint: str = field(repr=False)
    """HMAC of the canonical post under the installation's pepper, for the twin check."""
    decision_record: str
    key: str
    created_at: datetime
    replaces: str | None = None
    edit_of: str | None = None
    """Keyed digest of the platform's id of the post that is edited."""
    request: str | None = None
    """Id of the request over the API that asked for it, perhaps with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePost:
    """Compare-and-set the state of a post. Loses with `Conflict("post-state")`."""

    id: str
    source: State
    target: State
    platform_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveKey:
    """Reserve an idempotency key for a post. Loses with `Conflict("idempotency")` while the key is kept."""

    scope: str
    """Digest of principal, account and door."""
    key: str = field(repr=False)
    """HMAC of the client's key."""
    fingerprint: str = field(repr=False)
    post: PostId
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeKey:
    """Forget an idempotency key whose post certainly was not taken, so that the client may try again with it."""

    scope: str
    key: str = field(repr=False)
    post: PostId


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardTwin:
    """Refuse a post whose equal twin of the same scope is `intent` or `unknown`. Loses with `Conflict("twin")`."""

    scope: str
    fingerprint: str = field(repr=False)
    post: PostId


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAnswer:
    """Keep the sealed answer to a post for clients that ask again."""

    post: PostId
    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAttempt:
    """Open an attempt with its lease, in the transaction of its intent."""

    id: str
    post: str
    number: int
    owner: str
    """Node that sends."""
    lease_until: datetime
    intent_record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAttempt:
    """Give an attempt its one outcome. Loses with `Conflict("attempt")` when it has one."""

    id: str
    result: str
    outcome_record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMedia:
    """Keep or replace an image and its texts in the encrypted spool."""

    id: str
    account: str
    author: str
    mime: str
    size: int
    key: str
    image_nonce: bytes = field(repr=False)
    image: bytes = field(repr=False)
    texts_nonce: bytes = field(repr=False)
    texts: bytes = field(repr=False)
    """Sealed JSON list of `[part kind, slot, text]`."""
    decision_record: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteUpload:
    """Note of which image a decision is, kept or not. Loses with `Conflict("media")` when it is not as it was read."""

    media: str
    post: str
    earlier: str | None
    """Id of the record that decided the image as it was read; None for a new image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreActor:
    """Keep a person or service under its pseudonym; the name only sealed and as keyed digest."""

    ref: str
    kind: str
    name_digest: str = field(repr=False)
    name_nonce: bytes = field(repr=False)
    name: bytes = field(repr=False)
    name_key: bytes = field(repr=False)
    kek_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreToken:
    """Keep a gateway token as digest."""

    id: str
    digest: str = field(repr=False)
    prefix: str
    principal: str
    account: str | None
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    """Revoke a token for good. Loses with `Conflict("token")` when unknown or revoked."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAccount:
    """Keep a platform account and its sealed credential. Loses with `Conflict("account")` when it exists."""

    id: str
    platform: str
    door: str
    credential_nonce: bytes = field(repr=False)
    credential: bytes = field(repr=False)
    credential_key: bytes = field(repr=False)
    kek_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAccount:
    """Remove an account: its credential is destroyed, its tokens die. Loses with `Conflict("account")`."""

    id: str
    at: datetime


Change = (
    StoreKey
    | StorePost
    | MovePost
    | ReserveKey
    | FreeKey
    | GuardTwin
    | StoreAnswer
    | OpenAttempt
    | CloseAttempt
    | StoreMedia
    | NoteUpload
    | StoreActor
    | StoreToken
    | RevokeToken
    | StoreAccount
    | RemoveAccount
    | StoreBundle
    | OpenProposal
    | SignProposal
    | ActivateProposal
    | RetireBundle
    | ConsentChange
    | OpenOrder
    | NamePost
    | ConfirmOrder
    | DestroyKey
    | ForgetKeys
    | DropExpiredKeys
    | EraseActor
    | RewrapDataKey
    | RewrapCredential
    | RewrapName
    | RewrapBundle
    | NoteWrappingKey
    | RetireWrappingKey
    | RequestChange
    | SessionChange
    | ReviewChange
    | WaitingChange
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One transaction: all of it becomes durable, or nothing."""

    records: tuple[AuditRecord, ...]
    changes: tuple[Change, ...] = ()
    post: PostId | None = None
    """The post that the Receipt is for; the Receipt then lists only records whose subject is this post."""
    mac: str = ""
    """Code of that post's content, copied into the Receipt."""
