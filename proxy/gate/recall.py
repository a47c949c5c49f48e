"""
Taking a published post back: on record before the platform is asked, and what the platform said on record after it.

The deletion is an act of its own, decided, recorded and sent as any other; the records of the recall stand around it.
A recall whose outcome is not known, or that the platform refused, may be asked for again: a deletion can be repeated.
A post that may have been published cannot be taken back before somebody has found out: its id is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, Localised, NotFound, OutcomeUnknown, PostgateError, StillInProgress
from proxy.gate import recall_records, records
from proxy.gate.lifecycle import Event, State
from proxy.gate.outcome import OutcomeKind
from proxy.gate.post_rows import RowAnswers, kept_row
from proxy.gate.replay import decision_id
from proxy.gate.results import Published, Rejected, Unknown
from proxy.gate.send import move_post
from proxy.gate.work import Subject, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from proxy.core.model import Principal
    from proxy.gate.api_ports import Mandates, OwnPost
    from proxy.gate.native import Native
    from proxy.gate.ports import AuditLog, Clock, Grant, Ids
    from proxy.gate.post_rows import PostRow
    from proxy.gate.results import Result
    from proxy.gate.shield import Shield
    from proxy.gate.submit import Submit
    from proxy.gate.targets import Target
    from proxy.gate.wire import Endpoint, WireAnswer
    from proxy.gate.work import AuditRecord, Change

_GONE = frozenset({404, 410})
_MAY_BE_TAKEN_BACK = frozenset({State.PUBLISHED, State.RECALLING, State.RECALL_FAILED})
_MOVES = {"recalled": Event.RECALL_GONE, "gone_already": Event.RECALL_GONE, "refused": Event.RECALL_REFUSED}


class NotPublished(PostgateError):
    """A post that is not on the platform, or is no new post, cannot be taken back; nothing was changed."""

    code = "not_published"
    status = 409
    text = Localised(
        de="Nur ein veröffentlichter Beitrag lässt sich zurücknehmen. Es wurde nichts geändert.",
        en="Only a published post can be taken back. Nothing was changed.",
    )


class _Heard(RowAnswers):
    """Remembers what became of the deletion."""

    def __init__(self) -> None:
        self.result: Result | None = None

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:
        """Remember a result."""
        self.result = result
        return super().answer(endpoint, result)


class Recall:
    """Takes posts of one's own back."""

    def __init__(
        self,
        *,
        native: Native,
        submit: Submit,
        targets: Mapping[str, Target],
        mandates: Mandates,
        audit: AuditLog,
        clock: Clock,
        ids: Ids,
        shield: Shield,
        faults: Callable[[str], None],
    ) -> None:
        self._native = native
        self._submit = submit
        self._targets = targets
        """By door name."""
        self._mandates = mandates
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._shield = shield
        self._faults = faults

    async def __call__(self, name: str, *, by: Principal) -> PostRow:
        """
        Take a post back, by the name of its decision; return what is known of it then.

        Raises:
            NotFound: there is no such post of one's own, or no such door on this node.
            NotPublished: it is not on the platform, or it is no new post.
            OutcomeUnknown: it may be published.
            StillInProgress: it is being sent, or taken back by another request.
            AuditUnavailable: that it is taken back could not be recorded; the platform was not asked.
        """
        await self.take(await self._native.own(name, by=by), by=by)
        return kept_row(await self._native.own(name, by=by))

    async def take(self, post: OwnPost, *, by: Principal, action: str | None = None) -> tuple[str, str]:
        """
        Take a post of one's own back; return what became of the deletion, and why, as the record says it.

        `action` is the record by which all posts of its request are taken back, where it is one of them.

        Raises:
            PostgateError: as above.
        """
        grant = await self._mandates.grant(by, post.account)
        target = self._targets.get(grant.account.door)
        if target is None:
            raise NotFound(expected="an account of a door of this gateway", found="another door's")
        platform_id = _taken_back(post, target)
        return await self._shield.run(self._carried_out(post, grant, target, platform_id, action))

    async def _carried_out(
        self, post: OwnPost, grant: Grant, target: Target, platform_id: str, action: str | None
    ) -> tuple[str, str]:
        endpoint, draft = await target.recall(platform_id, grant)
        attempt, intent = self._ids(), self._ids()
        actor = records.actor_of(grant.principal)
        try:
            await self._commit(
                recall_records.recall_intent(
                    record=intent, at=self._clock.now(), by=actor, about=_about(post), attempt=attempt, action=action
                ),
                move_post(post.id, post.state, Event.RECALL),
            )
        except Conflict:
            raise StillInProgress from None
        heard = _Heard()
        try:
            await self._submit(endpoint, draft, grant, heard)
        except OutcomeUnknown:
            heard.result = None
        self._faults("recall_sent")
        result, reason = _said(heard.result)
        event = _MOVES.get(result)
        await self._commit(
            recall_records.recall_outcome(
                record=self._ids(),
                at=self._clock.now(),
                about=_about(post),
                intent=intent,
                said={"attempt": attempt, "result": result, "reason": reason},
                action=action,
            ),
            *(() if event is None else (move_post(post.id, State.RECALLING, event),)),
        )
        return result, reason

    async def _commit(self, record: AuditRecord, *changes: Change) -> None:
        await self._audit.commit(Work(records=(record,), changes=changes))


def _taken_back(post: OwnPost, target: Target) -> str:
    """Return the platform's id of a post that can be taken back."""
    if post.state is State.UNKNOWN:
        raise OutcomeUnknown(decision_id=decision_id(post.decision_record))
    if post.state is State.INTENT:
        raise StillInProgress
    if post.state not in _MAY_BE_TAKEN_BACK or post.operation not in target.makes or post.platform_id is None:
        raise NotPublished(expected="a new post that is published", found=post.state.value)
    return post.platform_id


def _said(result: Result | None) -> tuple[str, str]:
    """Return what became of a deletion, in the words of the record, and why."""
    match result:
        case Published():
            return "recalled", ""
        case Rejected() if result.outcome.upstream_status in _GONE:
            return "gone_already", ""
        case None:
            return "unknown", ""
        case Unknown():
            return "unknown", result.outcome.reason
        case _:
            outcome = getattr(result, "outcome", None)
            return "refused", "policy" if outcome is None else outcome.reason or OutcomeKind.NOT_SENT.value


def _about(post: OwnPost) -> Subject:
    return Subject(account=post.account, post=post.id)
