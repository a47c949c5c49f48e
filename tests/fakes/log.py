"""
Twins of the audit log and of what is read beside it: one memory, the same conditions as the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from proxy.audit.writer import prepare
from proxy.core.errors import AuditBusy, AuditUnavailable, Conflict, GateUnavailable
from proxy.core.model import Receipt
from proxy.gate import consent_changes as c
from proxy.gate import key_changes as k
from proxy.gate import order_changes as o
from proxy.gate import policy_changes as p
from proxy.gate import request_changes as t
from proxy.gate import review_changes as r
from proxy.gate import session_changes as s
from proxy.gate import waiting_changes as q
from proxy.gate import work as w
from proxy.gate.api_ports import OwnPost
from proxy.gate.lifecycle import State
from proxy.gate.ports import EarlierPost, StoredPost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from proxy.gate.work import AuditRecord, Change, Work

_OfReviews: TypeAlias = (
    r.OpenReview | r.CastVote | r.AdvanceReview | r.EndReview | r.DropReviews | r.Remind | r.Escalate
)
_MAYBE_SENT = {State.INTENT, State.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryReview:
    """A review as it is now."""

    opened: r.OpenReview
    queue: str
    stage: int = 1
    state: str = "open"
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(slots=True)
class Tables:
    """What the database would hold; changes are made on a copy, so that a loser leaves nothing behind."""

    posts: dict[str, w.StorePost] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    platform_ids: dict[str, str] = field(default_factory=dict)
    answers: dict[str, w.StoreAnswer] = field(default_factory=dict)
    keys: dict[tuple[str, str], w.ReserveKey] = field(default_factory=dict)
    data_keys: dict[str, w.StoreKey] = field(default_factory=dict)
    attempts: dict[str, w.OpenAttempt] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    reviews: dict[str, MemoryReview] = field(default_factory=dict)
    votes: dict[str, r.CastVote] = field(default_factory=dict)
    delegations: dict[str, r.Delegate] = field(default_factory=dict)
    ended_delegations: set[str] = field(default_factory=set)
    outbox: dict[str, q.KeepWaiting] = field(default_factory=dict)
    media: dict[str, w.StoreMedia] = field(default_factory=dict)
    uploads: dict[str, w.NoteUpload] = field(default_factory=dict)
    actors: dict[str, w.StoreActor] = field(default_factory=dict)
    tokens: dict[str, w.StoreToken] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    accounts: dict[str, w.StoreAccount] = field(default_factory=dict)
    bundles: dict[str, p.StoreBundle] = field(default_factory=dict)
    proposals: dict[str, p.OpenProposal] = field(default_factory=dict)
    signatures: dict[tuple[str, str], p.SignProposal] = field(default_factory=dict)
    activations: dict[int, p.ActivateProposal] = field(default_factory=dict)
    retirements: dict[str, p.RetireBundle] = field(default_factory=dict)
    orders: dict[str, o.OpenOrder] = field(default_factory=dict)
    order_posts: set[tuple[str, str]] = field(default_factory=set)
    confirmations: dict[str, o.ConfirmOrder] = field(default_factory=dict)
    wrapping_keys: dict[str, k.NoteWrappingKey] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    sessions: dict[str, s.OpenSession] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    taken_back: dict[str, str] = field(default_factory=dict)
    consents: dict[str, c.AddConsent] = field(default_factory=dict)
    consent_names: set[tuple[str, str]] = field(default_factory=set)
    consent_approvals: dict[str, c.ApproveConsent] = field(default_factory=dict)
    consent_ends: dict[str, c.RevokeConsent] = field(default_factory=dict)

    def copy(self) -> Tables:
        """Return a copy whose changes do not touch this one."""
        return replace(self, **{name: getattr(self, name).copy() for name in self.__slots__})

    def apply(self, change: Change) -> None:  # noqa: PLR0912  one case a kind of change
        """Carry out one change or lose."""
        match change:
            case w.StoreKey():
                self.data_keys[change.id] = change
            case w.StorePost():
                self.posts[change.id] = change
                self.states[change.id] = change.state
            case w.MovePost():
                _require(self.states.get(change.id) is change.source, "post-state")
                if change.target is State.APPROVED:
                    _require(self._is_approved(change.id), "post-state")
                self.states[change.id] = change.target
                if change.platform_id is not None:
                    self.platform_ids[change.id] = change.platform_id
            case w.ReserveKey():
                kept = self.keys.get((change.scope, change.key))
                _require(kept is None or kept.expires_at <= change.created_at, "idempotency")
                self.keys[change.scope, change.key] = change
            case w.FreeKey():
                kept = self.keys.get((change.scope, change.key))
                if kept is not None and kept.post == change.post:
                    del self.keys[change.scope, change.key]
            case w.GuardTwin():
                twins = list(self.open_twins(change.scope, change.fingerprint))
                _require(all(twin.id == change.post for twin in twins), "twin")
            case t.HeedRequest():
                post = self.posts.get(change.post)
                _require(post is not None and post.request not in self.taken_back, "request")
            case t.TakeBackRequest():
                _require(change.request not in self.taken_back, "taken-back")
                self.taken_back[change.request] = change.record
            case w.StoreAnswer():
                self.answers[change.post] = change
            case w.OpenAttempt():
                taken = {(attempt.post, attempt.number) for attempt in self.attempts.values()}
                _require(change.id not in self.attempts and (change.post, change.number) not in taken, "attempt")
                self.attempts[change.id] = change
            case w.CloseAttempt():
                _require(change.id in self.attempts and change.id not in self.results, "attempt")
                self.results[change.id] = change.result
            case q.KeepWaiting():
                self.outbox[change.post] = change
            case q.TakeWaiting():
                row = self.outbox.pop(change.post, None)
                _require(row is not None and (row.send_at, row.tries) == (change.send_at, change.tries), "waiting")
            case q.StopWaiting():
                self.outbox.pop(change.post, None)
            case r.Delegate():
                self.delegations[change.id] = change
            case r.EndDelegation():
                begun = self.delegations.get(change.id)
                _require(begun is not None and begun.person == change.person, "delegation")
                _require(change.id not in self.ended_delegations, "delegation")
                self.ended_delegations.add(change.id)
            case r.OpenReview() | r.CastVote() | r.AdvanceReview() | r.EndReview() | r.DropReviews():
                self._review(change)
            case r.Remind() | r.Escalate():
                self._review(change)
            case w.NoteUpload():
                as_read = {image.decision_record for image in self.media.values() if image.id == change.media}
                _require(change.earlier is None or change.earlier in as_read, "media")
                _require(change.post not in self.uploads, "media")
                self.uploads[change.post] = change
            case w.StoreMedia():
                older = self.media.get(change.id, change)
                _require((older.author, older.account) == (change.author, change.account), "media")
                self.media[change.id] = change
            case w.StoreActor():
                _require(change.ref not in self.actors, "actor")
                self.actors[change.ref] = change
            case w.StoreToken():
                _require(change.account is None or change.account in self.accounts, "account")
                self.tokens[change.id] = change
            case w.RevokeToken():
                _require(change.id in self.tokens and change.id not in self.revoked, "token")
                self.revoked.add(change.id)
            case w.StoreAccount():
                _require(change.id not in self.accounts, "account")
                self.accounts[change.id] = change
            case w.RemoveAccount():
                _require(self.accounts.pop(change.id, None) is not None, "account")
                self.revoked |= {token.id for token in self.tokens.values() if token.account == change.id}
            case p.StoreBundle():
                self.bundles.setdefault(change.digest, change)
            case p.OpenProposal():
                _require(change.id not in self.proposals, "record")
                self.proposals[change.id] = change
            case p.SignProposal():
                _require((change.proposal, change.person) not in self.signatures, "signature")
                self.signatures[change.proposal, change.person] = change
            case p.ActivateProposal():
                people = sum(proposal == change.proposal for proposal, _ in self.signatures)
                needed = self.proposals[change.proposal].needed if change.until is None else 1
                _require(people >= needed and change.number == len(self.activations) + 1, "activation")
                _require(change.digest not in self.retirements, "activation")
                self.activations[change.number] = change
            case p.RetireBundle():
                _require(change.digest not in self.retirements, "retirement")
                self.retirements[change.digest] = change
            case c.AddConsent() | c.NameConsent() | c.ApproveConsent() | c.RevokeConsent():
                self._consent(change)
            case o.OpenOrder():
                self.orders[change.id] = change
            case o.NamePost():
                self.order_posts.add((change.order, change.post))
            case o.ConfirmOrder():
                _require(change.order not in self.confirmations, "confirmation")
                self.confirmations[change.order] = change
            case o.DestroyKey():
                _require(self.data_keys.pop(change.id, None) is not None, "data-key")
                self.answers = {post: kept for post, kept in self.answers.items() if post != change.post}
                self.media = {name: kept for name, kept in self.media.items() if kept.key != change.id}
            case o.ForgetKeys():
                self.keys = {
                    name: replace(kept, fingerprint="") if kept.post == change.post else kept
                    for name, kept in self.keys.items()
                }
            case o.DropExpiredKeys():
                self.keys = {name: kept for name, kept in self.keys.items() if kept.expires_at > change.at}
            case s.OpenSession():
                self.sessions = {
                    name: kept
                    for name, kept in self.sessions.items()
                    if kept.token_id != change.token_id or kept.expires_at > change.created_at
                }
                self.sessions[change.id] = change
            case s.RenewSession():
                login = self.sessions.get(change.id)
                if login is None or login.renewal != change.renewal or change.id in self.ended:
                    raise Conflict(what="session")
                self.sessions[change.id] = replace(login, renewal=change.following)
            case s.EndSession():
                _require(change.id in self.sessions and change.id not in self.ended, "session")
                self.ended.add(change.id)
            case o.EraseActor():
                _require(self.actors.pop(change.ref, None) is not None, "actor")
                self.revoked |= {token.id for token in self.tokens.values() if token.principal == change.ref}
            case k.RewrapDataKey(id=name, wrapped=wrapped, source=source, target=target):
                key = self.data_keys.get(name)
                if key is None or key.kek_id != source:
                    raise Conflict(what="rewrap")
                self.data_keys[name] = replace(key, wrapped=wrapped, kek_id=target)
            case k.RewrapCredential(id=name, wrapped=wrapped, source=source, target=target):
                account = self.accounts.get(name)
                if account is None or account.kek_id != source:
                    raise Conflict(what="rewrap")
                self.accounts[name] = replace(account, credential_key=wrapped, kek_id=target)
            case k.RewrapName(id=name, wrapped=wrapped, source=source, target=target):
                actor = self.actors.get(name)
                if actor is None or actor.kek_id != source:
                    raise Conflict(what="rewrap")
                self.actors[name] = replace(actor, name_key=wrapped, kek_id=target)
            case k.RewrapBundle(id=name, wrapped=wrapped, source=source, target=target):
                bundle = self.bundles.get(name)
                if bundle is None or bundle.kek_id != source:
                    raise Conflict(what="rewrap")
                self.bundles[name] = replace(bundle, package_key=wrapped, kek_id=target)
            case k.NoteWrappingKey():
                before = self.wrapping_keys.setdefault(change.id, change)
                if before.left_at is None:
                    self.wrapping_keys[change.id] = replace(before, left_at=change.left_at)
            case k.RetireWrappingKey():
                used = {key.kek_id for key in self.data_keys.values()} | {one.kek_id for one in self.accounts.values()}
                used |= {one.kek_id for one in self.actors.values()} | {one.kek_id for one in self.bundles.values()}
                note = self.wrapping_keys.get(change.id)
                _require(note is not None and note.left_at is not None, "wrapping-key")
                _require(change.id not in self.retired | used, "wrapping-key")
                self.retired.add(change.id)

    def _consent(self, change: c.ConsentChange) -> None:
        match change:
            case c.AddConsent():
                self.consents[change.id] = change
            case c.NameConsent():
                self.consent_names.add((change.consent, change.name))
            case c.ApproveConsent():
                added = self.consents[change.consent]
                _require(change.consent not in {*self.consent_approvals, *self.consent_ends}, "consent")
                _require(added.person != change.person and added.added_at <= change.at < added.expires_at, "consent")
                self.consent_approvals[change.consent] = change
            case c.RevokeConsent():
                _require(change.consent not in self.consent_ends, "consent")
                self.consent_ends[change.consent] = change

    def _review(self, change: _OfReviews) -> None:
        match change:
            case r.OpenReview():
                _require(change.id not in self.reviews, "record")
                self.reviews[change.id] = MemoryReview(opened=change, queue=change.queue)
            case r.CastVote():
                review = self._open_review(change.review, "vote")
                _require(review.stage == change.stage, "vote")
                _require(review.opened.author not in {change.reviewer, change.on_behalf_of}, "vote")
                said = [one for one in self.votes.values() if one.review == change.review]
                spoken = {person for one in said for person in (one.reviewer, one.on_behalf_of)} - {None}
                _require(spoken.isdisjoint({change.reviewer, change.on_behalf_of}), "vote")
                _require(change.on_behalf_of is None or self._stands_in(change, review.queue), "vote")
                self.votes[change.id] = change
            case r.AdvanceReview():
                review = self._open_review(change.id, "review")
                _require(review.stage == change.stage < review.opened.stages, "review")
                self.reviews[change.id] = replace(review, stage=review.stage + 1)
            case r.EndReview():
                review = self._open_review(change.id, "review")
                self.reviews[change.id] = replace(review, state=change.state, closed_at=change.at)
            case r.DropReviews():
                for name, review in self.reviews.items():
                    waits = (review.opened.post, review.opened.kind, review.state) == (change.post, "hold", "open")
                    if waits:
                        self.reviews[name] = replace(review, state=change.state, closed_at=change.at)
            case r.Remind():
                review = self._open_review(change.id, "review")
                _require(review.reminded_at is None, "review")
                self.reviews[change.id] = replace(review, reminded_at=change.at)
            case r.Escalate():  # pragma: no branch  the last of those that come here
                review = self._open_review(change.id, "review")
                _require(review.escalated_at is None, "review")
                self.reviews[change.id] = replace(review, queue=change.queue, escalated_at=change.at)

    def _open_review(self, name: str, what: str) -> MemoryReview:
        review = self.reviews.get(name)
        if review is None or review.state != "open":
            raise Conflict(what=what)
        return review

    def _stands_in(self, vote: r.CastVote, queue: str) -> bool:
        return any(
            (one.person, one.deputy) == (vote.on_behalf_of, vote.reviewer)
            and one.id not in self.ended_delegations
            and one.since <= vote.at < one.until
            and one.queue in {None, queue}
            for one in self.delegations.values()
        )

    def _is_approved(self, post: str) -> bool:
        """Return whether one review of a post has all its approvals, as the trigger wants it."""
        return any(
            review.opened.stages
            <= sum(vote.review == name and vote.verdict == "approve" for vote in self.votes.values())
            for name, review in self.reviews.items()
            if review.opened.post == post and review.opened.kind == "hold"
        )

    def open_twins(self, scope: str, fingerprint: str) -> Iterator[w.StorePost]:
        """Return equal posts that may be on their way."""
        for post in self.posts.values():
            if (post.scope, post.fingerprint) == (scope, fingerprint) and self.states[post.id] in _MAYBE_SENT:
                yield post


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise Conflict(what=what)


class MemoryAuditLog:
    """Twin of `GroupCommitWriter`: same records, same conditions, nothing on disk."""

    def __init__(self) -> None:
        self.records: list[AuditRecord] = []
        self.tables = Tables()
        self.down = False
        """Whether the store is unfit."""
        self.unreadable = False
        """Whether the store does not answer reads."""
        self.full = False
        """Whether the queue is full."""
        self.on_commit: Callable[[Work], None] = lambda _work: None
        """Called before each unit of work is looked at; may raise."""
        self.on_kept: Callable[[Work], None] = lambda _work: None
        """Called after each unit of work was kept, before its caller hears of it; may raise."""

    async def commit(self, work: Work) -> Receipt:
        """Keep a unit of work or nothing of it."""
        self.on_commit(work)
        if self.down:
            raise AuditUnavailable(found="a twin that is down")
        if self.full:
            raise AuditBusy(found="a twin that is full")
        entry = prepare(work, node="n1")
        known = [record.id for record in self.records]
        first = len(self.records)
        try:
            _require(not {leaf.id for leaf in entry.leaves} & set(known), "record")
            tables = self.tables.copy()
            for change in sorted(work.changes, key=lambda change: not isinstance(change, w.GuardTwin)):
                tables.apply(change)
        except Conflict:
            again = next((record for record in self.records if record == work.records[0]), None)
            if again is None:
                raise
            first = known.index(again.id)
        else:
            self.tables = tables
            self.records += work.records
            self.on_kept(work)
        return Receipt(
            post=work.post,
            mac=work.mac,
            records={
                record.code: record.id
                for record in work.records
                if work.post is None or record.subject.post == work.post
            },
            first_seq=first,
            size=first + len(work.records),
        )

    def lose_next_answer(self) -> None:
        """Keep the next unit of work although its caller will hear that nothing is known."""

        def lose(_work: Work) -> None:
            self.on_kept = lambda _work: None
            raise AuditUnavailable(found="a twin that lost its answer")

        self.on_kept = lose

    def codes(self) -> list[str]:
        """Return the codes of all records in order."""
        return [record.code for record in self.records]


class MemoryPosts:
    """Twin of `SqlPosts` beside a `MemoryAuditLog`."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log
        self.looked_up: list[str] = []
        """Ids of the platform that somebody asked for."""

    async def by_key(self, scope: str, key: str, now: datetime) -> StoredPost | None:
        """Return the post that holds an unexpired idempotency key of this scope."""
        kept = self._tables().keys.get((scope, key))
        return None if kept is None or kept.expires_at <= now else self._stored(kept.post, kept.fingerprint)

    async def open_twin(self, scope: str, fingerprint: str) -> StoredPost | None:
        """Return an equal post of the same scope that is `intent` or `unknown`, if there is one."""
        twin = next(self._tables().open_twins(scope, fingerprint), None)
        return None if twin is None else self._stored(twin.id, fingerprint)

    async def overdue_attempts(self, now: datetime) -> list[tuple[str, str, str, str]]:
        """Return attempts without outcome whose lease is over."""
        tables = self._tables()
        return [
            (attempt.id, attempt.post, attempt.intent_record, tables.posts[attempt.post].account)
            for attempt in sorted(tables.attempts.values(), key=lambda attempt: attempt.lease_until)
            if attempt.id not in tables.results and attempt.lease_until <= now
        ]

    async def on_platform(self, *, author: str, account: str, platform_id: str) -> tuple[EarlierPost, ...]:
        """Return a post of this author and account by the platform's id: as first written, then as last edited."""
        tables = self._tables()
        self.looked_up.append(platform_id)
        found = [
            post
            for post in sorted(tables.posts.values(), key=lambda post: post.created_at)
            if post.kind in {"post", "reply", "message", "edit"}
            and (post.author, post.account, tables.platform_ids.get(post.id)) == (author, account, platform_id)
        ]
        first = [post for post in found if post.kind != "edit"][:1]
        return tuple(self.earlier(post) for post in (*first, *(post for post in found[-1:] if post not in first)))

    def earlier(self, post: w.StorePost) -> EarlierPost:
        """Return what was recorded of a post."""
        (content,) = [record.content for record in self._log.records if record.id == post.decision_record]
        assert content is not None
        key = self._log.tables.data_keys.get(content.key)
        return EarlierPost(
            record=post.decision_record,
            nonce=content.nonce,
            ciphertext=content.ciphertext,
            key=content.key,
            wrapped_key=None if key is None else key.wrapped,
            kek_id="" if key is None else key.kek_id,
        )

    def _tables(self) -> Tables:
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        return self._log.tables

    def _stored(self, post: str, fingerprint: str) -> StoredPost:
        tables = self._log.tables
        kept, answer = tables.posts[post], tables.answers.get(post)
        key = tables.data_keys.get(kept.key)
        return StoredPost(
            id=post,
            state=tables.states[post],
            fingerprint=fingerprint,
            decision_record=kept.decision_record,
            answer_nonce=None if answer is None else answer.nonce,
            answer=None if answer is None else answer.ciphertext,
            key=kept.key,
            wrapped_key=None if key is None else key.wrapped,
            kek_id="" if key is None else key.kek_id,
        )


class MemoryOwnPosts:
    """Twin of `SqlOwnPosts` beside a `MemoryAuditLog`."""

    def __init__(self, log: MemoryAuditLog) -> None:
        self._log = log

    async def by_decision(self, record: str, *, author: str) -> OwnPost | None:
        """Return the post of an author by the record of its decision."""
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        decided = next((one for one in self._log.records if (one.id, one.code) == (record, "PG-101")), None)
        post = None if decided is None else self._log.tables.posts.get(decided.subject.post or "")
        if decided is None or post is None or post.author != author:
            return None
        return self._own(post, decided)

    async def of_request(self, request: str, *, author: str) -> tuple[OwnPost, ...]:
        """Return all posts that a request of an author asked for, oldest first."""
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        tables = self._log.tables
        decided = [(one, tables.posts.get(one.subject.post or "")) for one in self._log.records]
        return tuple(
            self._own(post, record)
            for record, post in decided
            if post is not None
            and record.id == post.decision_record
            and (post.request, post.author) == (request, author)
            and tables.states[post.id] is not State.REPLACED
        )

    async def taken_back(self, request: str) -> str | None:
        """Return the record by which all posts of a request are taken back."""
        if self._log.unreadable:
            raise GateUnavailable(found="a twin that does not answer")
        return self._log.tables.taken_back.get(request)

    def _own(self, post: w.StorePost, decided: AuditRecord) -> OwnPost:
        return OwnPost(
            id=post.id,
            account=post.account,
            operation=post.operation,
            state=self._log.tables.states[post.id],
            verdict=str(decided.data["decision"]),
            decision_record=post.decision_record,
            created_at=post.created_at,
            platform_id=self._log.tables.platform_ids.get(post.id),
            request=post.request,
        )
