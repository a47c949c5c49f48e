"""
What became of posts that came over the API, as rows of plain values: never text of a post, never a matched value.

A row is kept, sealed, as the answer to its post, so that whoever asks again with the same key reads the same.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import orjson

from proxy.core.errors import OutcomeUnknown, StillInProgress
from proxy.core.model import Verdict
from proxy.core.policy.told import told
from proxy.gate.lifecycle import State
from proxy.gate.outcome import OutcomeKind
from proxy.gate.records import stamp
from proxy.gate.replay import REPLAYED, decision_id
from proxy.gate.results import Blocked, Held, NotSent, Published, Queued, Rejected, Scheduled, Unknown
from proxy.gate.wire import WireAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.core.errors import Localised, PostgateError
    from proxy.core.model import Decision, Reason
    from proxy.gate.api_ports import OwnPost
    from proxy.gate.filing import Case
    from proxy.gate.outcome import Outcome
    from proxy.gate.results import Result
    from proxy.gate.wire import Endpoint

_STATUS = {
    State.REJECTED_UPSTREAM: "rejected",
    State.REJECTED: "declined",
    State.FAILED: "not_sent",
    State.INTENT: "in_progress",
}
"""Words of rows that are not those of the life cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text for people, in German and English."""

    de: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """One post for one account: what was decided, and what became of it."""

    target: str = ""
    """The account."""
    part: int = 0
    """Place in its thread, from 0."""
    decision_id: str | None = None
    """None: it was not decided, because one before it was not published or the gateway could not."""
    verdict: str | None = None
    """`allow`, `redact` (published with words replaced), `hold` or `block`."""
    status: str
    """
    `published`, `held` (waits for a person), `blocked`, `withheld` (another one that it belongs to may not be sent),
    `rejected` (by the platform), `not_sent`, `unknown` (may be published; do not send it again) or `in_progress`;
    `scheduled` (for the time that was asked for), `queued` (until the platform takes it) or `approved` (by people, and
    about to be sent), all of which are decided once more before; `declined` (by a reviewer), `withdrawn`, `expired` or
    `absent` (was unclear, and is not published); and of what was published `recalling` (it is not known whether the
    platform has deleted it), `recalled` or `recall_failed`.
    """
    platform_id: str | None = None
    """The platform's id, once it is published."""
    reason: str | None = None
    """Why the platform has not got it, in a word, such as `rate_limited`."""
    rules: tuple[str, ...] = ()
    """Rules that stopped it."""
    messages: tuple[Words, ...] = ()
    """What those rules say to its author."""
    remedies: tuple[Words, ...] = ()
    """What would make it pass, as far as those rules say."""
    due_at: str | None = None
    """Until when a person is to look at it, RFC 3339 in UTC."""
    send_at: str | None = None
    """When it is sent, at the earliest, RFC 3339 in UTC."""
    retry_after: int | None = None
    """Seconds after which the platform may take it."""
    replayed: bool = False
    """Whether this is the answer to an earlier, equal request."""


class RowAnswers:
    """Implements `gate.ports.Answers` with rows."""

    def answer(self, endpoint: Endpoint, result: Result) -> WireAnswer:  # noqa: ARG002  the port's signature
        """Return a row as the body of an answer."""
        return WireAnswer(status=200, body=orjson.dumps(asdict(result_row(result))))


def row_of(answer: WireAnswer) -> PostRow:
    """Return the row that `RowAnswers` made, also when it comes from the store."""
    row = orjson.loads(answer.body)
    for name in ("messages", "remedies"):
        row[name] = tuple(Words(**words) for words in row.get(name, ()))
    row["rules"] = tuple(row["rules"])
    return replace(PostRow(**row), replayed=REPLAYED in answer.headers)


def result_row(result: Result) -> PostRow:
    """
    Return the row of a result.

    Raises:
        TypeError: a result of something that is no post.
    """
    match result:
        case Published():
            verdict = Verdict.REDACT if result.redacted else Verdict.ALLOW
            return replace(_outcome_row(result.decision_id, result.outcome), verdict=verdict.value)
        case Blocked():
            return _stopped_row(result.decision_id, result.decision, "blocked")
        case Held():
            row = _stopped_row(result.decision_id, result.decision, "held")
            return replace(row, due_at=stamp(result.due_at))
        case Scheduled():
            row = _stopped_row(result.decision_id, result.decision, "scheduled")
            return replace(row, rules=(), messages=(), remedies=(), send_at=stamp(result.send_at))
        case Queued():
            row = PostRow(decision_id=result.decision_id, verdict=Verdict.ALLOW.value, status="queued")
            return replace(row, reason=result.reason, send_at=stamp(result.not_before))
        case Rejected() | NotSent() | Unknown():
            return replace(_outcome_row(result.decision_id, result.outcome), verdict=Verdict.ALLOW.value)
        case _:
            raise TypeError(type(result).__name__)


def withheld_row(case: Case) -> PostRow:
    """Return the row of a post that was decided and is not sent because of another one."""
    name, verdict = decision_id(case.record), case.decision.verdict
    if verdict is Verdict.ALLOW:
        return PostRow(decision_id=name, verdict=_told(case), status="withheld")
    return _stopped_row(name, told(case.decision), "blocked" if verdict is Verdict.BLOCK else "withheld")


def failed_row(error: PostgateError) -> PostRow:
    """Return the row of a post whose way through the gate ended with an error."""
    match error:
        case OutcomeUnknown():
            return PostRow(decision_id=error.decision_id or None, status="unknown", messages=(words_of(error.text),))
        case StillInProgress():
            return PostRow(status="in_progress", messages=(words_of(error.text),))
        case _:
            return PostRow(status="not_sent", reason=error.code, messages=(words_of(error.text),))


def kept_row(post: OwnPost) -> PostRow:
    """Return the row of a post as the database knows it."""
    return PostRow(
        target=post.account,
        decision_id=decision_id(post.decision_record),
        verdict=post.verdict,
        status=_STATUS.get(post.state, post.state.value),
        platform_id=post.platform_id,
    )


def _told(case: Case) -> str:
    return (Verdict.ALLOW if case.original is None else Verdict.REDACT).value


def _stopped_row(name: str, decision: Decision, status: str) -> PostRow:
    return PostRow(
        decision_id=name,
        verdict=decision.verdict.value,
        status=status,
        rules=tuple(dict.fromkeys(reason.rule for reason in decision.reasons)),
        messages=tuple(dict.fromkeys(words_of(reason.message) for reason in decision.reasons)),
        remedies=remedies_of(decision.reasons),
    )


def _outcome_row(name: str, outcome: Outcome) -> PostRow:
    published = outcome.kind is OutcomeKind.PUBLISHED
    return PostRow(
        decision_id=name,
        status=outcome.kind.value,
        platform_id=outcome.upstream_id if published else None,
        reason=outcome.reason or None,
        retry_after=outcome.retry_after,
    )


def remedies_of(reasons: Iterable[Reason]) -> tuple[Words, ...]:
    """Return what would make a post pass, each text once."""
    return tuple(dict.fromkeys(words_of(reason.remedy) for reason in reasons if reason.remedy is not None))


def words_of(text: Localised) -> Words:
    """Return a text as a row has it."""
    return Words(de=text.de, en=text.en)
