"""
A post as its author sees it: where it is, why, who acts next by when, and what would let it out.

Nobody is named: those who act next are a role and a queue.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proxy.core.model import Localised
from proxy.core.policy.reasons import LIMIT
from proxy.gate.explained import said
from proxy.gate.lifecycle import WAITING, State
from proxy.gate.post_rows import PostRow, Words, kept_row
from proxy.gate.records import stamp
from proxy.gate.replay import decision_id
from proxy.gate.review_words import REASONS

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.api_ports import OwnPost
    from proxy.gate.appeal import Appeal
    from proxy.gate.native import Native
    from proxy.gate.ports import Policies
    from proxy.gate.post_views import PostView, PostViews
    from proxy.gate.review_words import Words as ReviewerWords

AUTHOR, REVIEWER, GATEWAY, OPERATOR = "author", "reviewer", "gateway", "operator"
"""Roles that a post may wait for."""

_REVIEW = Localised(
    de="Eine Person der Warteschlange {queue} entscheidet, Stufe {stage} von {stages}. Sie können den Beitrag "
    "zurückziehen, ändern und neu senden.",
    en="A person of the queue {queue} decides, stage {stage} of {stages}. You may withdraw the post, change it and "
    "send it again.",
)
_NEXT: dict[State, tuple[str, Localised]] = {
    State.BLOCKED: (
        AUTHOR,
        Localised(
            de="Ändern Sie, was die Regeln nennen, und senden Sie den Beitrag neu, oder erheben Sie Einspruch.",
            en="Change what the rules name and send the post again, or appeal.",
        ),
    ),
    State.REPLACED: (
        AUTHOR,
        Localised(
            de="An seiner Stelle steht ein Beitrag mit ersetzten Wörtern.",
            en="A post with words replaced stands in its place.",
        ),
    ),
    State.HELD: (REVIEWER, Localised(de="Eine Person entscheidet.", en="A person decides.")),
    State.APPROVED: (
        GATEWAY,
        Localised(
            de="Freigegeben; er wird noch einmal geprüft und dann gesendet.",
            en="Approved; it is looked at once more and then sent.",
        ),
    ),
    State.SCHEDULED: (
        GATEWAY,
        Localised(
            de="Er wird zu seiner Zeit noch einmal geprüft und dann gesendet.",
            en="At its time it is looked at once more and then sent.",
        ),
    ),
    State.QUEUED: (
        GATEWAY,
        Localised(
            de="Die Plattform nimmt ihn zurzeit nicht; er wird von selbst noch einmal gesendet.",
            en="The platform does not take it at the moment; it is sent again by itself.",
        ),
    ),
    State.INTENT: (GATEWAY, Localised(de="Er wird gerade gesendet.", en="It is being sent.")),
    State.UNKNOWN: (
        OPERATOR,
        Localised(
            de="Er ist vielleicht veröffentlicht. Senden Sie ihn nicht noch einmal; der Betrieb klärt es.",
            en="It may have been published. Do not send it again; the operators find out.",
        ),
    ),
    State.ABSENT: (
        OPERATOR,
        Localised(
            de="Er ist nicht veröffentlicht; der Betrieb entscheidet, ob er noch einmal gesendet wird.",
            en="It is not published; the operators decide whether it is sent again.",
        ),
    ),
    State.REJECTED_UPSTREAM: (
        AUTHOR,
        Localised(
            de="Die Plattform hat ihn abgelehnt. Ändern Sie ihn und senden Sie ihn neu.",
            en="The platform refused it. Change it and send it again.",
        ),
    ),
    State.REJECTED: (
        AUTHOR,
        Localised(
            de="Eine Person hat ihn nicht freigegeben. Lesen Sie, was sie schreibt, und senden Sie ihn geändert neu.",
            en="A person did not approve it. Read what they write, and send it again, changed.",
        ),
    ),
    State.EXPIRED: (
        AUTHOR,
        Localised(
            de="Seine Zeit ist abgelaufen. Senden Sie ihn neu, wenn er noch gilt.",
            en="Its time is over. Send it again if it still holds.",
        ),
    ),
    State.FAILED: (
        AUTHOR,
        Localised(
            de="Er wurde nicht gesendet. Senden Sie ihn neu, wenn er noch gilt.",
            en="It was not sent. Send it again if it still holds.",
        ),
    ),
    State.RECALLING: (
        AUTHOR,
        Localised(
            de="Ob die Plattform ihn gelöscht hat, ist nicht bekannt. Nehmen Sie ihn noch einmal zurück.",
            en="It is not known whether the platform has deleted it. Take it back once more.",
        ),
    ),
    State.RECALL_FAILED: (
        AUTHOR,
        Localised(
            de="Die Plattform hat ihn nicht gelöscht. Nehmen Sie ihn noch einmal zurück, oder löschen Sie ihn dort.",
            en="The platform did not delete it. Take it back once more, or delete it there.",
        ),
    ),
}
"""Who acts next, and what that means to the author; a state that is not here is an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """Who acts next."""

    role: str
    """`author`, `reviewer`, `gateway` or `operator`."""
    message: Words
    queue: str | None = None
    stage: int | None = None
    stages: int | None = None
    until: str | None = None
    """By when, or not before when, RFC 3339 in UTC."""
    expires_at: str | None = None
    """After that it is not sent any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule that decided, in its own words for authors."""

    rule: str
    title: Words | None
    message: Words | None
    remedy: Words | None = None
    """What would make a post pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerSays:
    """What a reviewer wrote to the author."""

    at: str
    verdict: str
    """`approve`, `reject` or `return`."""
    reason: Words | None = None
    comment: str | None = field(default=None, repr=False)
    remarks: tuple[tuple[int, int, int, str], ...] = field(default=(), repr=False)
    """Part, first and last place in it, and what is said of that."""
    suggestion: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    """Part, and how it could read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostStatus:
    """Everything about one post that its author may know."""

    post: PostRow
    next: Next | None
    """None: nobody; that is the end."""
    rules: tuple[RuleRow, ...] = ()
    reviewers: tuple[ReviewerSays, ...] = ()
    may_appeal: bool = False
    appeal: str | None = None
    """Name of the decision on the appeal against this one."""
    appeal_of: str | None = None
    """Name of the decision that this post appeals against."""
    may_withdraw: bool = False


ReadWords = Callable[[str], Awaitable[tuple[ReviewerSays, ...]]]
"""Returns what reviewers wrote about a post, by its id."""


def reviewer_says(words: ReviewerWords) -> ReviewerSays:
    """Return a reviewer's word as its author reads it."""
    reason = None if words.reason is None else REASONS.get(words.reason)
    return ReviewerSays(
        at=stamp(words.at),
        verdict=words.verdict,
        reason=_words(reason),
        comment=words.said.comment,
        remarks=tuple((one.part, one.start, one.end, one.text) for one in words.said.remarks),
        suggestion=tuple((one.part, one.text) for one in words.said.suggestion),
    )


async def no_words(post: str) -> tuple[ReviewerSays, ...]:  # noqa: ARG001  the callable's signature
    """Return nothing: nobody writes."""
    return ()


class ShowStatus:
    """Shows posts to their authors."""

    def __init__(
        self, *, native: Native, views: PostViews, policies: Policies, appeal: Appeal, words: ReadWords = no_words
    ) -> None:
        self._native = native
        self._views = views
        self._policies = policies
        self._appeal = appeal
        self._words = words

    async def __call__(self, name: str, *, by: Principal) -> PostStatus:
        """
        Return what is known of a post of one's own, by the name of its decision.

        Raises:
            NotFound: there is none, or it is somebody else's.
            GateUnavailable: the database does not answer.
        """
        own = await self._native.own(name, by=by)
        view = await self._views.view(own.id)
        appeal = await self._appeal.of(own, by=by) if own.state is State.BLOCKED else None
        stopped = own.verdict != "allow" or own.state in {State.BLOCKED, State.HELD}
        return PostStatus(
            post=_row(own, view),
            next=_next(own.state, view),
            rules=self._rules(view.rules) if stopped else (),
            reviewers=await self._words(own.id),
            may_appeal=own.state is State.BLOCKED and appeal is None and view.appeal_of is None,
            appeal=appeal,
            appeal_of=None if view.appeal_of is None else decision_id(view.appeal_of),
            may_withdraw=own.state in WAITING,
        )

    def _rules(self, names: tuple[str, ...]) -> tuple[RuleRow, ...]:
        return tuple(
            RuleRow(rule=one.rule, title=_words(one.title), message=_words(one.message), remedy=_words(one.remedy))
            for one in said(names, self._policies.current())
        )


def _row(own: OwnPost, view: PostView) -> PostRow:
    row = kept_row(own)
    due = None if view.review is None or _limited(view) else view.review.due_at
    return replace(row, due_at=_stamp(due), send_at=_stamp(view.send_at or view.not_before))


def _next(state: State, view: PostView) -> Next | None:
    if state not in _NEXT:
        return None
    role, text = _NEXT[state]
    review, expires = view.review, _stamp(view.expires_at)
    if review is None or state is not State.HELD or _limited(view):
        until = _stamp(view.not_before or view.send_at) if state in WAITING else None
        return Next(role=role, message=Words(de=text.de, en=text.en), until=until, expires_at=expires)
    facts = {"queue": review.queue, "stage": review.stage, "stages": review.stages}
    return Next(
        role=role,
        message=Words(de=_REVIEW.de.format(**facts), en=_REVIEW.en.format(**facts)),
        queue=review.queue,
        stage=review.stage,
        stages=review.stages,
        until=_stamp(review.due_at),
        expires_at=expires,
    )


def _limited(view: PostView) -> bool:
    """Return whether a limit is all that the author hears: whose queue it is, and until when, would say more."""
    return view.rules == (LIMIT,)


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)


def _words(text: Localised | None) -> Words | None:
    return None if text is None else Words(de=text.de, en=text.en)
