"""
Answers in the shape of X's API.

xdk for Python shows the status line alone, xdk for TypeScript `message` of the body, tweepy `errors[].message`: the
reason stands in all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.platforms._wire import answers
from proxy.platforms._wire.answers import BLOCKED, PENDING, json_answer, verdict_of
from proxy.platforms._wire.numbers import to_number

if TYPE_CHECKING:
    from proxy.gate.results import Opened, Spooled
    from proxy.gate.wire import WireAnswer
    from proxy.platforms._wire.answers import Problem
    from proxy.platforms._wire.strict_json import JsonValue

PASSED = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset", "retry-after")
_DAY = 86_400
_TITLES = {
    BLOCKED: "Blocked by policy",
    PENDING: "Pending review",
    "unknown_token": "Unauthorized",
    "text_too_long": "Forbidden",
}


class Answers(answers.Answers):
    """Builds answers in the language of the door."""

    def __init__(self, *, language: str) -> None:
        super().__init__(language=language, stopped=403, too_long=403)

    def problem(self, problem: Problem) -> WireAnswer:
        """Return a problem document with the list of errors beside it."""
        value: JsonValue = {
            "title": _TITLES.get(problem.word, problem.word),
            "detail": problem.text,
            "type": "about:blank",
            "status": problem.status,
            "message": problem.text,
            "errors": [{"message": problem.text}],
        }
        return json_answer(problem.status, value, problem.headers, reason=problem.reason)

    def opened(self, name: str, result: Opened) -> WireAnswer:  # noqa: ARG002  one endpoint announces
        """Return the id under which pieces are sent."""
        return json_answer(200, {"data": media_object(result.media_id)})

    def spooled(self, name: str, result: Spooled) -> WireAnswer:
        """Return an upload, a piece of one, or that an alt text was taken."""
        number = to_number(result.media_id)
        headers = verdict_of(result.decision_id, Verdict.ALLOW)
        if name == "media.append":
            return json_answer(200, {"data": {}}, headers)
        if name == "media.metadata":
            return json_answer(200, {"data": {"id": number}}, headers)
        if name.endswith(".v1"):
            value: JsonValue = {
                "media_id": int(number),
                "media_id_string": number,
                "media_key": f"3_{number}",
                "expires_after_secs": _DAY,
            }
            return json_answer(200, value, headers)
        return json_answer(200, {"data": media_object(result.media_id)}, headers)


def media_object(media_id: str) -> dict[str, JsonValue]:
    """Return an image of the spool as X describes it."""
    number = to_number(media_id)
    return {"id": number, "media_key": f"3_{number}", "expires_after_secs": _DAY}
