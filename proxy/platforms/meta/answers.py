"""
Answers in the shape of Meta's Graph API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.platforms._wire import answers
from proxy.platforms._wire.answers import BLOCKED, PENDING, UNCLEAR, json_answer, plain, verdict_of
from proxy.platforms._wire.numbers import to_number

if TYPE_CHECKING:
    from proxy.gate.results import Spooled
    from proxy.gate.wire import WireAnswer
    from proxy.platforms._wire.answers import Problem
    from proxy.platforms._wire.strict_json import JsonValue

PASSED = ("x-app-usage", "x-page-usage", "x-business-use-case-usage", "retry-after")
_REFUSED = 368
"""Meta's code for an action that is not allowed because of what it says."""
_TOKEN = 190
_CODES = {"unknown_token": _TOKEN, "RateLimited": 4, "not_found": 100, "text_too_long": 100}
_TITLES = {BLOCKED: "Blocked by policy", PENDING: "Pending review", UNCLEAR: "OutcomeUnknown"}


class Answers(answers.Answers):
    """Builds answers in the language of the door."""

    def __init__(self, *, language: str) -> None:
        super().__init__(language=language, stopped=400, too_long=400)

    def problem(self, problem: Problem) -> WireAnswer:
        """Return `{"error": {..}}`; clients show its message."""
        error: JsonValue = {
            "message": problem.text,
            "type": "OAuthException",
            "code": _CODES.get(problem.word, _REFUSED),
            "is_transient": False,
            "error_user_title": _TITLES.get(problem.word, problem.word),
            "error_user_msg": problem.text,
            "fbtrace_id": plain(problem.decision_id) or "postgate",
        }
        return json_answer(problem.status, {"error": error}, problem.headers, reason=problem.reason)

    def spooled(self, name: str, result: Spooled) -> WireAnswer:  # noqa: ARG002  containers alone are kept
        """Return the id of a container of the gateway's own."""
        headers = verdict_of(result.decision_id, result.decision.verdict)
        return json_answer(200, {"id": to_number(result.media_id)}, headers)
