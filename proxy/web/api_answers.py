"""
How the API answers: JSON, and every refusal as one object with a stable code and words in German and English.

Nothing of a request stands in an answer but what its sender has to mend: places in files, and names of tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from proxy.core.errors import (
    ConfigurationError,
    EndpointDenied,
    Localised,
    OutcomeUnknown,
    PostgateError,
    TextTooLong,
    UnknownField,
    UnknownToken,
    UnreadableField,
    WrongMethod,
)
from proxy.gate.limits import MINUTE_S, TooManyChecks
from proxy.gate.policy_refusals import FailingTests, ProposalRefused
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.targets import TargetRefused
from proxy.gate.wire import WireAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.errors import Problem

_JSON = ("content-type", "application/json; charset=utf-8")
_MISTAKES = 422
_WRONG_FILES = Localised(
    de="Die Dateien der Richtlinien haben Fehler. Es wurde nichts geändert.",
    en="The files of the policies have mistakes. Nothing was changed.",
)


def success(status: int, content: Mapping[str, object]) -> WireAnswer:
    """Return an answer with plain values."""
    return WireAnswer(status=status, body=orjson.dumps(content), headers=(_JSON,))


def refusal(error: PostgateError) -> WireAnswer:
    """Return the answer to a request that was refused or failed."""
    said: dict[str, object] = {"code": error.code, "message": _both(error.text)}
    status, headers = error.status, [_JSON]
    match error:
        case ProposalRefused() | ReviewRefused():
            said |= {"why": error.why, "message": _both(error.reason)}
        case FailingTests():
            said |= {"tests": list(error.names)}
        case ConfigurationError():
            status = _MISTAKES
            said |= {"message": _both(_WRONG_FILES), "problems": [_problem_row(one) for one in error.problems]}
        case TooManyChecks():
            headers.append(("retry-after", str(MINUTE_S)))
        case UnknownToken():
            headers.append(("www-authenticate", "Bearer"))
        case WrongMethod():
            headers.append(("allow", error.diagnostics().expected))
        case TargetRefused():
            return _target_refusal(error)
        case OutcomeUnknown():
            said |= {"decision_id": error.decision_id or None}
        case EndpointDenied() | UnknownField() | UnreadableField() | TextTooLong():
            said |= {"expected": error.diagnostics().expected, "remedy": error.diagnostics().remedy}
        case _:
            pass
    return WireAnswer(status=status, body=orjson.dumps({"error": said}), headers=tuple(headers))


def _target_refusal(error: TargetRefused) -> WireAnswer:
    """Return why a post does not fit one of its platforms, and what that platform would have answered."""
    answer = refusal(error.error)
    said = orjson.loads(answer.body)["error"] | {"target": error.target, "platform": orjson.loads(error.shape)}
    return WireAnswer(status=answer.status, body=orjson.dumps({"error": said}), headers=answer.headers)


def _problem_row(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "warning": problem.warning,
        "message": _both(problem.message),
        "remedy": _both(problem.remedy),
    }


def _both(text: Localised) -> dict[str, str]:
    return {"de": text.de, "en": text.en}
