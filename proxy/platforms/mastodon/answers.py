"""
What a client reads: decisions, outcomes and errors in the shape of Mastodon's API.

No answer holds a matched value or text of a post; only a held post's `params.text` gives the author's own text back,
because clients show it in their list of scheduled posts. Policy answers are never 401 (clients drop their token), 429
(Mastodon.py waits and sends again) or 5xx (others send again).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from proxy.core.errors import (
    EndpointDenied,
    GateUnavailable,
    Localised,
    OutcomeUnknown,
    RequestTooSlow,
    TextTooLong,
    UnknownToken,
)
from proxy.core.model import PartKind, Verdict
from proxy.gate.results import Blocked, Held, NotSent, Published, Rejected, Spooled, Unknown
from proxy.gate.wire import WireAnswer
from proxy.platforms.mastodon.addresses import dump_json

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.errors import PostgateError
    from proxy.core.model import Decision, Part, Post
    from proxy.gate.outcome import Outcome
    from proxy.gate.results import Result
    from proxy.platforms._wire.strict_json import JsonValue

Headers: TypeAlias = tuple[tuple[str, str], ...]

JSON_TYPE = ("content-type", "application/json; charset=utf-8")
RETRY_SECONDS = 5
_REJECTED_AS_IS = frozenset({400, 403, 404, 410, 413, 415, 422})
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
_NOT_SENT = Localised(
    de="Die Plattform ist nicht erreichbar. Es wurde nichts veröffentlicht.",
    en="The platform cannot be reached. Nothing was published.",
)


class Answers:
    """Builds answers in the language of the door."""

    def __init__(self, *, language: str, door: str, held_reply: str) -> None:
        self._language = language
        self._door = door
        self._held_reply = held_reply

    def result(self, name: str, result: Result) -> WireAnswer:
        """Return the answer to a submission at the endpoint of this name."""
        match result:
            case Published():
                return _published(result)
            case Blocked():
                return self._stopped(result.decision, result.decision_id, _NOT_TAKEN)
            case Held():
                return self._held(name, result)
            case Spooled():
                headers = _verdict(result.decision_id, Verdict.ALLOW)
                return json_answer(200, self.media_object(result.media_id, result.post.parts), headers)
            case Rejected() | NotSent() | Unknown():
                return self._failed(result)

    def media_object(self, media_id: str, parts: tuple[Part, ...]) -> dict[str, JsonValue]:
        """Return an image of the spool as MediaAttachment; only its owner's token can read the address."""
        description = next((part.text for part in parts if part.kind is PartKind.ALT_TEXT), None)
        address = f"{self._door}/api/v1/media/{media_id}/content"
        return {
            "id": media_id,
            "type": "image",
            "url": address,
            "preview_url": address,
            "remote_url": None,
            "text_url": None,
            "meta": {},
            "description": description,
            "blurhash": None,
        }

    def refusal(self, error: PostgateError, limit: int | None) -> WireAnswer:
        """Return an error; `limit` is the platform's number of characters, if known."""
        text = error.text.pick(self._language)
        match error:
            case UnknownToken():
                return json_answer(401, {"error": "The access token is invalid", "error_description": text})
            case TextTooLong():
                words = f"Text character limit of {limit} exceeded" if limit is not None else text
                return json_answer(422, {"error": f"Validation failed: {words}"})
            case OutcomeUnknown():
                return self._told(422, _UNKNOWN.pick(self._language), error.decision_id)
            case GateUnavailable() | RequestTooSlow():
                return json_answer(error.status, {"error": text}, (("retry-after", str(RETRY_SECONDS)),))
            case EndpointDenied():
                return json_answer(422, {"error": _with_detail(text, error)})
            case _:
                return json_answer(error.status, {"error": _with_detail(text, error)})

    def _stopped(self, decision: Decision, decision_id: str, unless_blocked: Localised = _HELD) -> WireAnswer:
        """Answer a block, and what a person would have to decide where the platform has no shape for that."""
        text = self._reasons(decision, decision_id)
        if decision.verdict is not Verdict.BLOCK:
            text = f"{unless_blocked.pick(self._language)} {text}"
        word = "Blocked" if decision.verdict is Verdict.BLOCK else "Held"
        headers = _verdict(decision_id, decision.verdict)
        return json_answer(422, {"error": text}, headers, reason=f"{word} by policy {_plain(decision_id)}")

    def _held(self, name: str, result: Held) -> WireAnswer:
        if name != "status.create" or self._held_reply == "error":
            return self._stopped(result.decision, result.decision_id)
        return json_answer(200, scheduled_status(result), _verdict(result.decision_id, Verdict.HOLD))

    def _failed(self, result: Rejected | NotSent | Unknown) -> WireAnswer:
        match result:
            case Rejected():
                return self._rejected(result.outcome, result.decision_id)
            case NotSent():
                return self._told(502, _NOT_SENT.pick(self._language), result.decision_id)
            case Unknown():
                return self._told(422, _UNKNOWN.pick(self._language), result.decision_id)

    def _rejected(self, outcome: Outcome, decision_id: str) -> WireAnswer:
        status = outcome.upstream_status or 422
        if outcome.reason == "rate_limited":
            wait = outcome.retry_after if outcome.retry_after is not None else 60
            return self._told(429, _BUSY.pick(self._language), decision_id, (("retry-after", str(wait)),))
        if outcome.reason == "credential":
            return self._told(422, _CREDENTIAL.pick(self._language), decision_id)
        text = _REJECTED.pick(self._language).format(status=status)
        return self._told(status if status in _REJECTED_AS_IS else 422, text, decision_id)

    def _told(self, status: int, text: str, decision_id: str, headers: Headers = ()) -> WireAnswer:
        """Return our own words with the decision they belong to."""
        if not decision_id:
            return json_answer(status, {"error": text}, headers)
        error = f"{text} ({_DECISION.pick(self._language)}: {decision_id})"
        return json_answer(status, {"error": error}, (*headers, ("x-postgate-decision", _plain(decision_id))))

    def _reasons(self, decision: Decision, decision_id: str) -> str:
        messages = dict.fromkeys(reason.message.pick(self._language) for reason in decision.reasons)
        rules = dict.fromkeys(reason.rule for reason in decision.reasons)
        return (
            f"{' '.join(messages)} ({_RULES.pick(self._language)}: {', '.join(rules)}; "
            f"{_DECISION.pick(self._language)}: {decision_id})"
        )


def json_answer(status: int, value: JsonValue, headers: Headers = (), *, reason: str | None = None) -> WireAnswer:
    """Return an answer with a JSON body."""
    return WireAnswer(status=status, body=dump_json(value), headers=(JSON_TYPE, *headers), reason=reason)


def scheduled_status(result: Held) -> dict[str, JsonValue]:
    """Return a held post as ScheduledStatus; the time is when its review is due."""
    post = result.post
    due = moment(result.due_at)
    params: dict[str, JsonValue] = {
        "text": _text(post, "status") or "",
        "scheduled_at": due,
        "poll": _poll(post),
        "media_ids": list(post.media) or None,
        "sensitive": _option(post, "sensitive"),
        "spoiler_text": _text(post, "spoiler_text"),
        "visibility": _option(post, "visibility"),
        "language": _option(post, "language"),
        "in_reply_to_id": _text(post, "in_reply_to_id"),
        "application_id": 0,
        "idempotency": None,
        "with_rate_limit": False,
    }
    return {"id": result.review_id, "scheduled_at": due, "params": params, "media_attachments": []}


def moment(at: datetime) -> str:
    """Return a time as Mastodon writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _published(result: Published) -> WireAnswer:
    verdict = Verdict.REDACT if result.redacted else Verdict.ALLOW
    headers = (JSON_TYPE, *result.outcome.answer_headers, *_verdict(result.decision_id, verdict))
    return WireAnswer(status=200, body=result.outcome.answer or b"{}", headers=headers)


def _verdict(decision_id: str, verdict: Verdict) -> Headers:
    return ("x-postgate-decision", _plain(decision_id)), ("x-postgate-verdict", verdict.value)


def _plain(decision_id: str) -> str:
    """Return what may stand in a header or a reason phrase."""
    return _NO_HEADER_TEXT.sub("", decision_id)


def _with_detail(text: str, error: PostgateError) -> str:
    """Add what to do, or the listed field that was wrong; both are our own words, never the client's."""
    told = error.diagnostics()
    detail = told.remedy or told.expected
    return f"{text} ({error.code}: {detail})" if detail else f"{text} ({error.code})"


def _text(post: Post, slot: str) -> str | None:
    return next((part.text for part in post.parts if part.slot == slot), None)


def _option(post: Post, slot: str) -> JsonValue:
    return dict(post.options).get(slot)


def _poll(post: Post) -> JsonValue:
    options: list[JsonValue] = [part.text for part in post.parts if part.kind is PartKind.POLL_OPTION]
    if not options:
        return None
    return {
        "options": options,
        "expires_in": _option(post, "poll.expires_in"),
        "multiple": _option(post, "poll.multiple") or False,
        "hide_totals": _option(post, "poll.hide_totals") or False,
    }
