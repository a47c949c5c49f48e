"""
Answers to reads: the platform's object without credentials, and of its errors only the kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import MalformedRequest
from proxy.gate.wire import WireAnswer
from proxy.platforms._wire.answers import JSON_TYPE, RETRY_SECONDS, Problem
from proxy.platforms._wire.values import dump_json, pick_headers, read_answer

if TYPE_CHECKING:
    from collections.abc import Collection

    from proxy.gate.wire import UpstreamAnswer
    from proxy.platforms._wire.answers import Answers

_FAILURES = {
    400: "The request is not valid",
    403: "This action is not allowed",
    404: "Not found",
    410: "Gone",
    422: "Validation failed",
    429: "Too many requests",
}


def relay(answers: Answers, answer: UpstreamAnswer, passed: Collection[str]) -> WireAnswer:
    """Return the platform's answer to a read in its own shape; `passed` are the headers a client may see."""
    headers = pick_headers(answer.headers.items(), passed)
    if answer.status in _FAILURES:
        words = _FAILURES[answer.status]
        return answers.problem(Problem(status=answer.status, word="ReadFailed", text=words, headers=headers))
    try:
        value = read_answer(answer.body) if 200 <= answer.status < 300 else None
    except MalformedRequest:
        value = None
    if not isinstance(value, dict | list):
        wait = (("retry-after", str(RETRY_SECONDS)),)
        words = "The platform gave no usable answer"
        return answers.problem(Problem(status=502, word="ReadFailed", text=words, headers=wait))
    return WireAnswer(status=200, body=dump_json(value), headers=(JSON_TYPE, *headers))
