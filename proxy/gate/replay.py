"""
Answers to clients that ask again: idempotency keys, equal posts in flight, stored answers.

The gateway owns idempotency: it never relies on the platform's. A key belongs to (principal, account, door); the same
key with the same content gets the stored answer, with another content it is refused. With a fresh key or without one, a
post whose equal twin is still being sent, or may have been sent, is not sent again: some clients draw a key per try.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable, IdempotencyMismatch, OutcomeUnknown, SealBroken, StillInProgress
from proxy.gate.lifecycle import State
from proxy.gate.wire import WireAnswer
from proxy.gate.work import ReserveKey, StoreAnswer

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Post, PostId
    from proxy.gate.ports import Clock, DataKey, Envelope, Grant, Posts, StoredPost

KEY_LIFE = timedelta(hours=24)
"""How long an idempotency key is kept, unless a platform knows better."""
REPLAYED = ("Postgate-Replayed", "true")


_DECISION = "d-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What makes two submissions the same one."""

    scope: str
    key: str | None = field(repr=False)
    """HMAC of the client's idempotency key."""
    fingerprint: str = field(repr=False)
    life: timedelta = KEY_LIFE
    """How long the key is kept."""


def claim_of(
    envelope: Envelope,
    *,
    post: Post,
    grant: Grant,
    key: str | None,
    life: timedelta = KEY_LIFE,
    send_at: datetime | None = None,
) -> Claim:
    """
    Return the claim of a submission; nothing in it can be guessed without the installation's pepper.

    The same text for another time is another submission.
    """
    canonical = post.canonical() + (b"" if send_at is None else f"\0{send_at.isoformat()}".encode())
    return Claim(
        scope=scope_of(envelope, grant),
        key=None if key is None else key_of(envelope, key),
        fingerprint=envelope.digest("post-fingerprint", canonical),
        life=life,
    )


def scope_of(envelope: Envelope, grant: Grant) -> str:
    """Return whose keys belong together: those of a person or service for one account at one door."""
    scope = f"{grant.principal.ref}\0{grant.account.id}\0{grant.account.door}"
    return envelope.digest("idempotency-scope", scope.encode())


def key_of(envelope: Envelope, key: str) -> str:
    """Return what is kept of an idempotency key."""
    return envelope.digest("idempotency-key", key.encode())


def decision_id(record: str) -> str:
    """Return what people call a decision: `d-` and the id of its record."""
    return f"{_DECISION}{record}"


def record_of(name: str) -> str:
    """Return the id of a record by what people call the decision, or by the id itself."""
    return name.removeprefix(_DECISION)


class Replays:
    """Finds the answer that an earlier, equal submission got."""

    def __init__(self, *, posts: Posts, envelope: Envelope, clock: Clock, patience_s: float = 10.0) -> None:
        self._posts = posts
        self._envelope = envelope
        self._clock = clock
        self._patience_s = patience_s

    async def earlier(self, claim: Claim) -> WireAnswer | None:
        """
        Return the stored answer, or None when this submission is the first of its kind.

        Raises:
            IdempotencyMismatch: the key is known with another content.
            OutcomeUnknown: the earlier one may have been published.
            StillInProgress: the earlier one did not end in time.
        """
        return None if claim.key is None else await self._by_key(claim, claim.key)

    async def after_conflict(self, claim: Claim) -> WireAnswer:
        """
        Return the answer of the submission that was first, whose unit of work made this one lose.

        Raises:
            OutcomeUnknown: it may have been published, or it ended between our commit and this look.
            StillInProgress: it did not end in time, or it was seen to end unsent: the same key is free for another try.
            IdempotencyMismatch: as `earlier`.
        """
        answer = None if claim.key is None else await self._by_key(claim, claim.key, lost=True)
        if answer is None:
            raise OutcomeUnknown(decision_id=await self._twin(claim))
        return answer

    async def _twin(self, claim: Claim) -> str:
        """Return the decision id of the equal post, if it can be found: that there is one is known already."""
        try:
            twin = await self._posts.open_twin(claim.scope, claim.fingerprint)
        except GateUnavailable:
            return ""
        return "" if twin is None else decision_id(twin.decision_record)

    async def _by_key(self, claim: Claim, key: str, *, lost: bool = False) -> WireAnswer | None:
        deadline = self._clock.monotonic() + self._patience_s
        seen = False
        while True:
            stored = await self._posts.by_key(claim.scope, key, self._clock.now())
            if stored is None and lost and seen:
                raise StillInProgress  # only a post that was certainly not taken gives its key back
            if stored is None:
                return None
            seen = True
            if stored.fingerprint != claim.fingerprint:
                raise IdempotencyMismatch
            if stored.answer is not None and stored.answer_nonce is not None:
                return self._open(stored, stored.answer_nonce, stored.answer)
            if stored.state is not State.INTENT:
                raise OutcomeUnknown(decision_id=decision_id(stored.decision_record))
            if self._clock.monotonic() >= deadline:
                raise StillInProgress
            await asyncio.sleep(0.05)

    def _open(self, stored: StoredPost, nonce: bytes, ciphertext: bytes) -> WireAnswer:
        unclear = OutcomeUnknown(decision_id=decision_id(stored.decision_record))
        if stored.wrapped_key is None:
            raise unclear
        try:
            plain = self._envelope.open(
                key_id=stored.key,
                wrapped=stored.wrapped_key,
                kek_id=stored.kek_id,
                place=f"answer:{stored.id}",
                nonce=nonce,
                ciphertext=ciphertext,
            )
            answer = unpack(plain)
        except SealBroken:
            raise unclear from None  # whatever the answer was: nobody may be told that nothing was sent
        return replace(answer, headers=(*answer.headers, REPLAYED))


def reserved(claim: Claim, post: PostId, at: datetime) -> tuple[ReserveKey, ...]:
    """Return the change that reserves the key of a submission for its post, where it has one."""
    if claim.key is None:
        return ()
    return (
        ReserveKey(
            scope=claim.scope,
            key=claim.key,
            fingerprint=claim.fingerprint,
            post=post,
            created_at=at,
            expires_at=at + claim.life,
        ),
    )


def stored_answer(envelope: Envelope, *, key: DataKey, post: Post, answer: WireAnswer) -> StoreAnswer:
    """Return the change that keeps an answer, sealed with the post's own key."""
    nonce, ciphertext = envelope.seal(key, place=f"answer:{post.id}", plain=pack(answer))
    return StoreAnswer(post=post.id, nonce=nonce, ciphertext=ciphertext)


def pack(answer: WireAnswer) -> bytes:
    """Return an answer as bytes."""
    return json.dumps(
        {
            "body": base64.b64encode(answer.body).decode("ascii"),
            "headers": [list(header) for header in answer.headers],
            "reason": answer.reason,
            "status": answer.status,
        }
    ).encode("ascii")


def unpack(plain: bytes) -> WireAnswer:
    """
    Return the answer that `pack` wrote.

    Raises:
        SealBroken: the bytes are not such an answer.
    """
    try:
        row = json.loads(plain)
        return WireAnswer(
            status=int(row["status"]),
            reason=None if row["reason"] is None else str(row["reason"]),
            headers=tuple((str(name), str(value)) for name, value in row["headers"]),
            body=base64.b64decode(row["body"], validate=True),
        )
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise SealBroken(expected="a stored answer", found="bytes of another shape") from None
