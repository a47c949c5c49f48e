"""The error tree: stable codes, complete texts, no content of a post."""

from __future__ import annotations

import inspect
import re

import pytest

from proxy.core import errors
from proxy.core.errors import (
    AuditBusy,
    AuditUnavailable,
    ConfigurationError,
    Conflict,
    Diagnostics,
    EndpointDenied,
    GateBusy,
    GateUnavailable,
    IdempotencyMismatch,
    Localised,
    MalformedRequest,
    MisdirectedRequest,
    NotFound,
    OutcomeUnknown,
    PostgateError,
    Problem,
    RefusedRequest,
    RequestTooLarge,
    RequestTooSlow,
    StillInProgress,
    TextTooLong,
    UnknownField,
    UnknownToken,
    UnreadableField,
    UnsupportedEncoding,
    WrongMethod,
)

REFUSAL_REASONS = {"auth", "malformed", "endpoint", "field", "size", "rate", "busy"}


def _tree(root: type[PostgateError] = PostgateError) -> list[type[PostgateError]]:
    return [root, *(below for child in root.__subclasses__() for below in _tree(child))]


OURS = [error for error in _tree() if error.__module__ == errors.__name__]


@pytest.mark.parametrize("error", OURS, ids=lambda error: error.__name__)
def test_every_error_is_in_the_drawn_tree(error: type[PostgateError]) -> None:
    """The picture in the module's docstring shows every error, in its place below its parent."""
    lines = (errors.__doc__ or "").splitlines()
    row = next(line for line in lines if re.search(rf"(^|\s){error.__name__}(\s|$)", line))
    if error is PostgateError:
        return
    column = row.index(error.__name__)
    above = [line for line in lines[: lines.index(row)] if re.search(r"[A-Z]\w+", line)]
    parent = next(line for line in reversed(above) if re.search(r"[A-Z]\w+", line).start() < column)  # type: ignore[union-attr]  # filtered above

    assert error.__mro__[1].__name__ in parent.split()


@pytest.mark.parametrize("error", OURS, ids=lambda error: error.__name__)
def test_every_error_speaks_both_languages(error: type[PostgateError]) -> None:
    """People read a German and an English text that differ, and both end as sentences."""
    assert error.text.de.endswith(".")
    assert error.text.en.endswith(".")
    assert error.text.de != error.text.en


def test_codes_are_unique() -> None:
    """A code names one error, so that clients and alerts can tell them apart."""
    codes = [error.code for error in OURS]

    assert sorted(set(codes)) == sorted(codes)


def test_refusal_reasons_are_a_closed_set() -> None:
    """The reason of a refusal is a metric label and a record field: bounded."""
    refusals = [error for error in OURS if issubclass(error, RefusedRequest)]

    assert {error.reason for error in refusals} <= REFUSAL_REASONS


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MalformedRequest, 400),
        (UnsupportedEncoding, 415),
        (RequestTooLarge, 413),
        (RequestTooSlow, 408),
        (MisdirectedRequest, 421),
        (UnknownToken, 401),
        (EndpointDenied, 403),
        (WrongMethod, 405),
        (UnknownField, 422),
        (UnreadableField, 422),
        (TextTooLong, 422),
        (NotFound, 404),
        (IdempotencyMismatch, 422),
        (StillInProgress, 409),
        (OutcomeUnknown, 422),
        (GateUnavailable, 503),
        (AuditUnavailable, 503),
        (AuditBusy, 503),
        (GateBusy, 503),
        (PostgateError, 500),
    ],
)
def test_status_hints(error: type[PostgateError], status: int) -> None:
    """Each error carries the status its picture promises."""
    assert error.status == status


def test_the_default_message_is_the_first_paragraph_of_the_docstring() -> None:
    """An error raised without details still says what happened."""
    assert str(UnknownToken()) == "The gateway token is missing, unknown, expired or revoked."


def test_an_error_without_a_docstring_is_named_by_its_class() -> None:
    """A subclass that forgot its docstring takes the text of the nearest documented parent, never an empty line."""

    class Forgotten(PostgateError):
        pass

    assert str(Forgotten()) == inspect.getdoc(PostgateError)


def test_details_follow_the_message() -> None:
    """Expected, found and remedy are shown, in this order, and empty ones are left out."""
    error = MalformedRequest(expected="one value", remedy="send the key once")

    assert str(error) == "The request cannot be read in exactly one way. expected: one value; remedy: send the key once"
    assert error.diagnostics() == Diagnostics(expected="one value", found="", remedy="send the key once")


def test_a_conflict_names_the_condition_that_lost() -> None:
    """The loser of a race learns which condition failed."""
    conflict = Conflict(what="post-state")

    assert conflict.what == "post-state"
    assert "found: post-state" in str(conflict)


def test_an_unknown_outcome_carries_its_decision_and_a_remedy() -> None:
    """The client is told what to do instead of sending again."""
    error = OutcomeUnknown(decision_id="d-1")

    assert error.decision_id == "d-1"
    assert error.diagnostics().remedy
    assert OutcomeUnknown().decision_id == ""


@pytest.mark.parametrize(("language", "text"), [("de", "Hallo"), ("en", "Hello"), ("fr", "Hello"), ("", "Hello")])
def test_a_localised_text_falls_back_to_english(language: str, text: str) -> None:
    """German for German readers, English for everybody else."""
    assert Localised(de="Hallo", en="Hello").pick(language) == text


def _problem(file: str, line: int, column: int = 0, *, code: str = "unknown-key") -> Problem:
    return Problem(
        file=file,
        line=line,
        column=column,
        code=code,
        message=Localised(de="Unbekannter Schlüssel.", en="Unknown key."),
        remedy=Localised(de="Entfernen.", en="Remove it."),
    )


@pytest.mark.parametrize(
    ("problem", "rendered"),
    [
        (_problem("a.yaml", 3, 5), "a.yaml:3:5: Unknown key. Remove it. [unknown-key]"),
        (_problem("a.yaml", 3), "a.yaml:3: Unknown key. Remove it. [unknown-key]"),
        (_problem("a.yaml", 0), "a.yaml: Unknown key. Remove it. [unknown-key]"),
    ],
)
def test_a_problem_names_its_place_as_far_as_it_has_one(problem: Problem, rendered: str) -> None:
    """File, line and column stand in front, as editors expect them."""
    assert problem.render("en") == rendered


def test_a_problem_speaks_german() -> None:
    """The same mistake reads in German for German readers."""
    assert _problem("a.yaml", 1).render("de") == "a.yaml:1: Unbekannter Schlüssel. Entfernen. [unknown-key]"


def test_all_mistakes_are_shown_together_in_file_order() -> None:
    """One run shows every mistake, so that nobody repairs them one by one."""
    error = ConfigurationError((_problem("b.yaml", 1), _problem("a.yaml", 9), _problem("a.yaml", 2, 7)))

    assert [line.split(": ")[0] for line in error.render("en").splitlines()] == ["a.yaml:2:7", "a.yaml:9", "b.yaml:1"]
    assert "3 mistakes" in str(error)
