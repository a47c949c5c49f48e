"""
Answers in the shape of LinkedIn's API. Its Python client raises nothing: people read `status_code` and `message`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.gate.wire import WireAnswer
from proxy.platforms._wire import answers
from proxy.platforms._wire.answers import BLOCKED, JSON_TYPE, PENDING, UNCLEAR, json_answer, verdict_of
from proxy.platforms.linkedin.fields import image_urn

if TYPE_CHECKING:
    from proxy.gate.results import Opened, Spooled
    from proxy.platforms._wire.answers import Problem
    from proxy.platforms._wire.strict_json import JsonValue

PASSED = ("x-restli-id", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")
_CODES = {
    BLOCKED: "POLICY_BLOCK",
    PENDING: "PENDING_REVIEW",
    UNCLEAR: "OUTCOME_UNKNOWN",
    "unknown_token": "INVALID_ACCESS_TOKEN",
    "text_too_long": "FIELD_LENGTH_TOO_LONG",
}
_SERVICE_ERROR = 100


class Answers(answers.Answers):
    """Builds answers in the language of the door."""

    def __init__(self, *, language: str, door: str) -> None:
        super().__init__(language=language, stopped=422, too_long=400)
        self._door = door

    def problem(self, problem: Problem) -> WireAnswer:
        """Return `{"status": .., "code": .., "message": ..}`."""
        value: JsonValue = {
            "status": problem.status,
            "serviceErrorCode": _SERVICE_ERROR,
            "code": _CODES.get(problem.word) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", problem.word).upper(),
            "message": problem.text,
        }
        return json_answer(problem.status, value, problem.headers, reason=problem.reason)

    def opened(self, name: str, result: Opened) -> WireAnswer:  # noqa: ARG002  one endpoint announces
        """Return the image's name, and our own address to which it is sent."""
        address = f"{self._door}/dms-uploads/{result.media_id}"
        return json_answer(200, {"value": {"uploadUrl": address, "image": image_urn(result.media_id)}})

    def spooled(self, name: str, result: Spooled) -> WireAnswer:  # noqa: ARG002  every upload gets the same
        """Return that an image was taken."""
        return WireAnswer(status=201, headers=(JSON_TYPE, *verdict_of(result.decision_id, Verdict.ALLOW)), body=b"{}")
