"""
What a client reads: decisions, outcomes and errors in our words; a platform puts them into its own shape.

No answer holds a matched value or text of a post. Policy answers are never 401 (clients drop their token), 429 (some
wait and send again) or 5xx (others send again).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from proxy.core.errors import (
    EndpointDenied,
    GateUnavailable,
    Localised,
    OutcomeUnknown,
    RequestTooSlow,
    TextTooLong,
)
from proxy.core.model import Verdict
from proxy.gate.results import (
    Blocked,
    Held,
    NotSent,
    Opened,
    Published,
    Queued,
    Rejected,
    Scheduled,
    Spooled,
    Unknown,
)
from proxy.gate.wire import WireAnswer
from proxy.platforms._wire.values import dump_json

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.core.model import Decision
    from proxy.gate.outcome import Outcome
    from proxy.gate.results import Result
    from proxy.platforms._wire.strict_json import JsonValue

Headers: TypeAlias = tuple[tuple[str, str], ...]

JSON_TYPE = ("content-type", "application/json; charset=utf-8")
RETRY_SECONDS = 5
BLOCKED = "PolicyBlock"
PENDING = "PendingReview"
UNCLEAR = "OutcomeUnknown"
REJECTED = "PlatformRejected"
NOT_SENT = "NotSent"
RATE_LIMITED = "RateLimited"
WAITING = "Waiting"
_NO_CONTENT = 204
_REJECTED_AS_IS = frozenset({400, 403, 404, 410, 413, 415, 422})
_PHRASE_LENGTH = 128
_NO_RULE_TEXT = re.compile(r"[^0-9A-Za-z._/-]")
_NO_HEADER_TEXT = re.compile(r"[^0-9A-Za-z._-]")

_RULES = Localised(de="Regel", en="Rule")
_DECISION = Localised(de="Entscheidung", en="Decision")
_NOT_TAKEN = Localised(
    de="Das Bild wurde nicht angenommen und nicht gespeichert; über ein Bild allein entscheidet keine Person.",
    en="The image was not taken and is not kept; no person decides about an image alone.",
)
_HELD = Localised(
    de="Der Beitrag wartet auf eine Prüfung durch eine Person und ist noch nicht veröffentlicht.",
    en="The post waits for a person to look at it and is not published yet.",
)
_WAITS = Localised(
    de="Der Beitrag ist erlaubt, wird später gesendet und vorher noch einmal geprüft. Bitte nicht erneut senden.",
    en="The post is allowed, will be sent later and is checked once more before. Do not send it again.",
)
_UNKNOWN = Localised(
    de="OutcomeUnknown: Der Beitrag ist möglicherweise schon veröffentlicht. Bitte nicht erneut senden.",
    en="OutcomeUnknown: The post may have been published. Do not send it again.",
)
_REJECTED = Localised(
    de="Die Plattform hat abgelehnt (HTTP {status}). Es wurde nichts veröffentlicht.",
    en="The platform refused (HTTP {status}). Nothing was published.",
)
_CREDENTIAL = Localised(
    de="Die Plattform nimmt die Anmeldung des Gateways nicht an. Es wurde nichts veröffentlicht; bitte den Betrieb "
    "verständigen.",
    en="The platform does not accept the gateway's login. Nothing was published; please tell your operators.",
)
_BUSY = Localised(
    de="Die Plattform nimmt gerade keine weiteren Beiträge an. Es wurde nichts veröffentlicht.",
    en="The platform takes no more posts at the moment. Nothing was published.",
)
_NOT_FOR_ACCOUNT = Localised(
    de="Das Gateway sendet diese Anfrage nicht: Sie nennt, was dem Konto nicht gehört oder auf der Plattform nicht da "
    "ist. Es wurde nichts veröffentlicht.",
    en="The gateway does not send this request: it names what is not the account's own or is not on the platform. "
    "Nothing was published.",
)
_NOT_SENT = Localised(
    de="Die Plattform ist nicht erreichbar. Es wurde nichts veröffentlicht.",
    en="The platform cannot be reached. Nothing was published.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a client does not get what it asked for, in our own words."""

    status: int
    word: str
    """Bounded vocabulary: the names above, or the code of an error."""
    text: str = field(repr=False)
    decision_id: str = ""
    headers: Headers = ()
    reason: str | None = None
    """HTTP reason phrase, ASCII: some clients show nothing else."""


class Answers(ABC):
    """Builds answers in the language of a door."""

    def __init__(self, *, language: str, stopped: int, too_long: int) -> None:
        self._language = language
        self._status = stopped
        """HTTP status of what the policy stopped; clients of the platform must neither retry nor log out."""
        self._too_long = too_long
        """HTTP status that the platform itself has for a text that is too long."""

    @abstractmethod
    def problem(self, problem: Problem) -> WireAnswer:
        """Return a problem in the platform's shape."""

    def opened(self, name: str, result: Opened) -> WireAnswer:  # noqa: ARG002  not every platform takes pieces
        """Return what the platform would have answered to the announcement of an upload in pieces."""
        return json_answer(200, {"id": result.media_id})

    @abstractmethod
    def spooled(self, name: str, result: Spooled) -> WireAnswer:
        """Return what the platform would have answered to an upload."""

    def result(self, name: str, result: Result) -> WireAnswer:  # noqa: PLR0911  one answer a kind of result
        """Return the answer to a submission at the endpoint of this name."""
        match result:
            case Published():
                return self.published(name, result)
            case Blocked():
                return self.stopped(result.decision, result.decision_id, _NOT_TAKEN)
            case Held():
                return self.held(name, result)
            case Scheduled():
                return self.scheduled(name, result)
            case Spooled():
                return self.spooled(name, result)
            case Opened():
                return self.opened(name, result)
            case Rejected() | NotSent() | Unknown() | Queued():
                return self._failed(result)

    def published(self, name: str, result: Published) -> WireAnswer:  # noqa: ARG002  platforms differ by endpoint
        """Return the platform's own object, with verdict and decision."""
        headers = (JSON_TYPE, *result.outcome.answer_headers, *marks(result))
        status = result.outcome.upstream_status or 200
        body = b"" if status == _NO_CONTENT else result.outcome.answer or b"{}"
        return WireAnswer(status=status, body=body, headers=headers)

    def rejection(self, outcome: Outcome) -> str:  # noqa: ARG002  some platforms have names that clients act on
        """Return the word for a refusal of the platform."""
        return REJECTED

    def held(self, name: str, result: Held) -> WireAnswer:  # noqa: ARG002  one platform has a shape for it
        """Return that a post waits for a person."""
        return self.stopped(result.decision, result.decision_id)

    def scheduled(self, name: str, result: Scheduled) -> WireAnswer:  # noqa: ARG002  one platform has a shape for it
        """Return that a post waits for the time that its author chose."""
        return self._told(self._status, WAITING, _WAITS, result.decision_id)

    def refusal(self, error: PostgateError) -> WireAnswer:
        """Return an error."""
        text = error.text.pick(self._language)
        if isinstance(error, OutcomeUnknown):
            return self._told(self._status, UNCLEAR, _UNKNOWN, error.decision_id)
        if isinstance(error, GateUnavailable | RequestTooSlow):
            wait = (("retry-after", str(RETRY_SECONDS)),)
            return self.problem(Problem(status=error.status, word=error.code, text=text, headers=wait))
        status = self._status if isinstance(error, EndpointDenied) else error.status
        status = self._too_long if isinstance(error, TextTooLong) else status
        return self.problem(Problem(status=status, word=error.code, text=_with_detail(text, error)))

    def stopped(self, decision: Decision, decision_id: str, unless_blocked: Localised = _HELD) -> WireAnswer:
        """Answer a block, and what a person would have to decide where the platform has no shape for that."""
        text = self.why(decision, decision_id, unless_blocked)
        blocked = decision.verdict is Verdict.BLOCK or unless_blocked is not _HELD
        word = "Blocked" if decision.verdict is Verdict.BLOCK else "Held"
        return self.problem(
            Problem(
                status=self._status,
                word=BLOCKED if blocked else PENDING,
                text=text,
                decision_id=decision_id,
                headers=verdict_of(decision_id, decision.verdict),
                reason=_phrase(word, decision, decision_id),
            )
        )

    def why(self, decision: Decision, decision_id: str, unless_blocked: Localised = _HELD) -> str:
        """Return why a post was stopped, with rules and decision; before that, what it means unless it is a block."""
        reasons = self._reasons(decision, decision_id)
        return reasons if decision.verdict is Verdict.BLOCK else f"{unless_blocked.pick(self._language)} {reasons}"

    def _failed(self, result: Rejected | NotSent | Unknown | Queued) -> WireAnswer:
        match result:
            case Queued():
                return self._told(self._status, WAITING, _WAITS, result.decision_id)
            case Rejected():
                return self._rejected(result.outcome, result.decision_id)
            case NotSent() if result.outcome.reason == "refused":  # our own doing: nobody should try that again
                return self._told(self._status, NOT_SENT, _NOT_FOR_ACCOUNT, result.decision_id)
            case NotSent():
                return self._told(502, NOT_SENT, _NOT_SENT, result.decision_id)
            case Unknown():
                return self._told(self._status, UNCLEAR, _UNKNOWN, result.decision_id)

    def _rejected(self, outcome: Outcome, decision_id: str) -> WireAnswer:
        status = outcome.upstream_status or self._status
        if outcome.reason == "rate_limited":
            wait = outcome.retry_after if outcome.retry_after is not None else 60
            return self._told(429, RATE_LIMITED, _BUSY, decision_id, (("retry-after", str(wait)),))
        if outcome.reason == "credential":
            return self._told(self._status, REJECTED, _CREDENTIAL, decision_id)
        told = Localised(de=_REJECTED.de.format(status=status), en=_REJECTED.en.format(status=status))
        status = status if status in _REJECTED_AS_IS else self._status
        return self._told(status, self.rejection(outcome), told, decision_id)

    def _told(self, status: int, word: str, words: Localised, decision_id: str, headers: Headers = ()) -> WireAnswer:
        """Return our own words with the decision they belong to."""
        text = words.pick(self._language)
        if decision_id:
            text = f"{text} ({_DECISION.pick(self._language)}: {decision_id})"
            headers = (*headers, ("x-postgate-decision", plain(decision_id)))
        reason = f"{word} {plain(decision_id)}".rstrip()
        return self.problem(
            Problem(status=status, word=word, text=text, decision_id=decision_id, headers=headers, reason=reason)
        )

    def _reasons(self, decision: Decision, decision_id: str) -> str:
        texts = (text for reason in decision.reasons for text in (reason.message, reason.remedy) if text is not None)
        messages = dict.fromkeys(text.pick(self._language) for text in texts)
        rules = dict.fromkeys(reason.rule for reason in decision.reasons)
        return (
            f"{' '.join(messages)} ({_RULES.pick(self._language)}: {', '.join(rules)}; "
            f"{_DECISION.pick(self._language)}: {decision_id})"
        )


def _phrase(word: str, decision: Decision, decision_id: str) -> str:
    """Return decision and rules in one line of ASCII: some clients show nothing else."""
    rules = [_NO_RULE_TEXT.sub("", rule) for rule in dict.fromkeys(reason.rule for reason in decision.reasons)]
    phrase = f"{word} by policy {plain(decision_id)}"
    while rules and len(phrase) + len(", ".join(rules)) + 3 > _PHRASE_LENGTH:
        rules.pop()
    return f"{phrase} ({', '.join(rules)})" if rules else phrase


def json_answer(status: int, value: JsonValue, headers: Headers = (), *, reason: str | None = None) -> WireAnswer:
    """Return an answer with a JSON body."""
    return WireAnswer(status=status, body=dump_json(value), headers=(JSON_TYPE, *headers), reason=reason)


def marks(result: Published) -> Headers:
    """Return the headers that tell verdict and decision of what was published."""
    return verdict_of(result.decision_id, Verdict.REDACT if result.redacted else Verdict.ALLOW)


def verdict_of(decision_id: str, verdict: Verdict) -> Headers:
    """Return the headers that tell a verdict and its decision."""
    return ("x-postgate-decision", plain(decision_id)), ("x-postgate-verdict", verdict.value)


def plain(decision_id: str) -> str:
    """Return what may stand in a header or a reason phrase."""
    return _NO_HEADER_TEXT.sub("", decision_id)


def _with_detail(text: str, error: PostgateError) -> str:
    """Add what to do, or the listed field that was wrong; both are our own words, never the client's."""
    told = error.diagnostics()
    detail = told.remedy or told.expected
    return f"{text} ({error.code}: {detail})" if detail else f"{text} ({error.code})"
