"""
Answers in the shape of the AT Protocol: `{"error": NAME, "message": TEXT}`.

Clients of this platform read 401 and the name `ExpiredToken` as "log in again, and send the whole request once more":
neither is ever said after something was decided, nor passed on from the platform.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import ExpiredSession, NotFound, TextTooLong, UnknownToken
from proxy.core.model import Verdict
from proxy.platforms._wire import answers
from proxy.platforms._wire.answers import json_answer, verdict_of
from proxy.platforms._wire.strict_json import ANSWER_LIMITS, read_json
from proxy.platforms._wire.values import inside, read_object, without_secrets
from proxy.platforms.bluesky.blobs import blob_object
from proxy.platforms.bluesky.records import POST

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.gate.outcome import Outcome
    from proxy.gate.results import Spooled
    from proxy.gate.session_ports import Profile, SessionTokens
    from proxy.gate.wire import WireAnswer
    from proxy.platforms._wire.answers import Problem
    from proxy.platforms._wire.strict_json import JsonValue

LIMITS = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "ratelimit-policy", "retry-after")
"""Headers of the platform that a client may see."""
STOPPED = 400
_AS_STOPPED = frozenset({403, 409, 422})
"""Statuses that clients of this platform take for something else: no permission, no network."""
_NAMES_OF_LOGINS = frozenset(
    {"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "AccountTakedown", "AccountDeactivated"}
)
_SECRETS = frozenset({"accessJwt", "refreshJwt", "password", "token"})
_SERVERS = "didDoc"
"""Where clients find the address of a server; they demand the field and follow what is in it."""


class Answers(answers.Answers):
    """Builds answers in the language of the door."""

    def __init__(self, *, language: str) -> None:
        super().__init__(language=language, stopped=STOPPED, too_long=STOPPED)

    def problem(self, problem: Problem) -> WireAnswer:
        """Return a name and a text."""
        status = STOPPED if problem.status in _AS_STOPPED else problem.status
        value: JsonValue = {"error": problem.word, "message": problem.text}
        return json_answer(status, value, problem.headers, reason=problem.reason)

    def spooled(self, name: str, result: Spooled) -> WireAnswer:  # noqa: ARG002  every upload gets the same
        """Return an upload as the platform names it."""
        told = dict(result.post.options)
        blob = blob_object(result.media_id, told.get("blob.mimeType"), told.get("blob.size"))
        return json_answer(200, {"blob": blob}, verdict_of(result.decision_id, Verdict.ALLOW))

    def refused(self, error: PostgateError) -> WireAnswer:
        """Return an error."""
        text = error.text.pick(self._language)
        match error:
            case ExpiredSession():
                return json_answer(400, {"error": "ExpiredToken", "message": text})
            case UnknownToken():
                return json_answer(401, {"error": "AuthenticationRequired", "message": text})
            case TextTooLong():
                said = f"Invalid {POST} record: {text} ({error.diagnostics().expected})"
                return json_answer(400, {"error": "InvalidRequest", "message": said})
            case NotFound():
                return json_answer(404, {"error": "NotFound", "message": text})
            case _:
                return self.refusal(error)

    def rejection(self, outcome: Outcome) -> str:
        """Return the platform's own name for a refusal, where clients act on it."""
        return "InvalidSwap" if outcome.reason == "conflict" else super().rejection(outcome)


def session_answer(profile: Profile | None, tokens: SessionTokens | None) -> WireAnswer:
    """Return what the platform would have answered to a login, without anything that leads past the gateway."""
    if profile is None:
        return json_answer(200, {})
    value: dict[str, JsonValue] = {"did": profile.subject, "handle": profile.handle, "active": True}
    if profile.email is not None:
        value["email"] = profile.email
    if tokens is not None:
        value |= {"accessJwt": tokens.access, "refreshJwt": tokens.renewal}
    return json_answer(200, value)


def cleaned(body: bytes) -> JsonValue:
    """
    Return an answer of the platform without credentials and without addresses of servers, at any depth.

    Raises:
        MalformedRequest: it is no JSON that can be read in exactly one way.
    """
    return {} if not body else _without(without_secrets(read_json(body, ANSWER_LIMITS)))


def refuses_login(status: int, body: bytes) -> bool:
    """Return whether an answer says that the gateway's own login is not taken."""
    return status == 401 or (status == 400 and inside(read_object(body), "error") in _NAMES_OF_LOGINS)


def _without(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: {} if key == _SERVERS else _without(item) for key, item in value.items() if key not in _SECRETS}
    if isinstance(value, list):
        return [_without(item) for item in value]
    return value
