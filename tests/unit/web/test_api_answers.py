"""How the API answers: one shape for every refusal, in two languages."""

from __future__ import annotations

import json

import pytest

from proxy.core import errors
from proxy.core.errors import (
    ConfigurationError,
    Localised,
    OutcomeUnknown,
    PostgateError,
    Problem,
    TextTooLong,
    UnknownToken,
)
from proxy.gate.limits import TooManyChecks
from proxy.gate.policy_refusals import FailingTests, ProposalRefused
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.targets import TargetRefused
from proxy.web.api_answers import refusal, success
from proxy.web.api_table import ENDPOINTS, find, paths_of

PROBLEM = Problem(
    file="a.yaml",
    line=3,
    column=1,
    code="unknown-key",
    message=Localised(de="Fehler.", en="Mistake."),
    remedy=Localised(de="Ändern.", en="Change it."),
)


def _all(kind: type[PostgateError]) -> list[type[PostgateError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in _all(child))]


@pytest.mark.parametrize("kind", _all(errors.RefusedRequest) + _all(errors.GateUnavailable))
def test_every_refusal_has_a_code_and_words(kind: type[PostgateError]) -> None:
    """The status of the error tree, its code, and both languages; what was found stays inside."""
    answer = refusal(kind(expected="something", found="Zwielichtkanarie"))
    said = json.loads(answer.body)["error"]

    assert (answer.status, said["code"]) == (kind.status, kind.code)
    assert said["message"] == {"de": kind.text.de, "en": kind.text.en}
    assert b"Zwielichtkanarie" not in answer.body


@pytest.mark.parametrize("why", sorted(ReviewRefused.REASONS))
def test_a_refused_step_of_a_review_says_why(why: str) -> None:
    """In the same way."""
    answer = refusal(ReviewRefused(why=why))
    reason = ReviewRefused.REASONS[why]

    assert answer.status == 409
    assert json.loads(answer.body) == {
        "error": {"code": "review_refused", "message": {"de": reason.de, "en": reason.en}, "why": why}
    }


@pytest.mark.parametrize("why", sorted(ProposalRefused.REASONS))
def test_a_refused_change_says_why(why: str) -> None:
    """A word for programs, and what to do for people."""
    answer = refusal(ProposalRefused(why=why))
    reason = ProposalRefused.REASONS[why]

    assert answer.status == 409
    assert json.loads(answer.body) == {
        "error": {"code": "proposal_refused", "message": {"de": reason.de, "en": reason.en}, "why": why}
    }


def test_mistakes_are_listed_with_their_places() -> None:
    """Not the server's fault: 422, not what the error tree says of a node's own settings."""
    answer = refusal(ConfigurationError((PROBLEM,)))

    assert answer.status == 422
    assert json.loads(answer.body)["error"]["problems"] == [
        {
            "file": "a.yaml",
            "line": 3,
            "column": 1,
            "code": "unknown-key",
            "warning": False,
            "message": {"de": "Fehler.", "en": "Mistake."},
            "remedy": {"de": "Ändern.", "en": "Change it."},
        }
    ]


def test_failing_tests_are_named() -> None:
    """As the command names them."""
    answer = refusal(FailingTests(names=("sample/iban #1",)))

    assert (answer.status, json.loads(answer.body)["error"]["tests"]) == (422, ["sample/iban #1"])


def test_an_unknown_token_is_asked_for() -> None:
    """As RFC 9110 wants it."""
    assert ("www-authenticate", "Bearer") in refusal(UnknownToken()).headers
    assert len(refusal(errors.NotFound()).headers) == 1


def test_a_wrong_method_is_told_the_right_ones() -> None:
    """As RFC 9110 wants it too."""
    with pytest.raises(errors.WrongMethod) as wrong:
        find(paths_of(ENDPOINTS), "PUT", "/v1/policies")

    assert ("allow", "GET") in refusal(wrong.value).headers


def test_success_is_json() -> None:
    """In UTF-8."""
    answer = success(201, {"name": "Zürich"})

    assert (answer.status, answer.body) == (201, '{"name":"Zürich"}'.encode())
    assert answer.headers == (("content-type", "application/json; charset=utf-8"),)


def test_a_post_that_a_platform_would_not_take_is_refused_in_its_words_too() -> None:
    """Which target, why, and what the platform would have answered."""
    error = TargetRefused(
        TextTooLong(expected="at most 20 characters", found="more"), target="mastodon:presse", shape=b'{"error":"x"}'
    )
    answer = refusal(error)

    assert answer.status == 422
    assert json.loads(answer.body)["error"] == {
        "code": "text_too_long",
        "message": {"de": TextTooLong.text.de, "en": TextTooLong.text.en},
        "expected": "at most 20 characters",
        "remedy": "",
        "target": "mastodon:presse",
        "platform": {"error": "x"},
    }


def test_who_asks_too_often_is_told_when_to_ask_again() -> None:
    """After the minute."""
    answer = refusal(TooManyChecks())

    assert (answer.status, dict(answer.headers)["retry-after"]) == (429, "70")


def test_what_may_be_published_is_told_with_its_decision() -> None:
    """So that it can be looked for."""
    said = json.loads(refusal(OutcomeUnknown(decision_id="d-1")).body)["error"]

    assert (said["code"], said["decision_id"]) == ("OutcomeUnknown", "d-1")
