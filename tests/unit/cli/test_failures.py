"""How commands end when something is wrong."""

from __future__ import annotations

import pytest

from proxy.audit.rollback import LogRolledBack
from proxy.cli.failures import explained, language
from proxy.core.errors import AuditUnavailable, ConfigurationError, Localised, Problem


def _problem(line: int) -> Problem:
    return Problem(
        file="postgate.yaml",
        line=line,
        column=1,
        code="unknown-key",
        message=Localised(de="Unbekannt.", en="Unknown."),
        remedy=Localised(de="Streichen.", en="Remove it."),
    )


def test_every_mistake_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of the file, each with its remedy; exit code 2, nothing on standard output."""
    with pytest.raises(SystemExit) as ended, explained():
        raise ConfigurationError((_problem(9), _problem(2)))
    told = capsys.readouterr()

    assert ended.value.code == 2
    assert told.out == ""
    assert [line.split(":")[:2] for line in told.err.splitlines()] == [["postgate.yaml", "2"], ["postgate.yaml", "9"]]
    assert "[unknown-key]" in told.err


def test_what_could_not_be_done_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, what was expected, what came, what to do; only what is known."""
    with pytest.raises(SystemExit) as ended, explained():
        raise AuditUnavailable(expected="a database that can be written", remedy="start it")
    told = capsys.readouterr().err.splitlines()

    assert ended.value.code == 1
    assert told[1:] == ["  expected: a database that can be written", "  remedy: start it"]


def test_a_defect_shows_itself() -> None:
    """What is not ours is not put into nice words."""
    with pytest.raises(KeyError), explained():
        raise KeyError("x")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "DE"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "de_AT"}, "de"),
        ({"LC_ALL": "", "LANG": "fr_FR"}, "en"),
    ],
)
def test_the_language_is_that_of_the_terminal(environ: dict[str, str], expected: str) -> None:
    """German where the terminal speaks German, English otherwise."""
    assert language(environ) == expected


@pytest.mark.parametrize(("language", "words"), [("de_DE.UTF-8", "nennt 9 Einträge"), ("C", "says 9 records")])
def test_a_log_that_was_rolled_back_is_told_in_the_language_of_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    """Both sizes, what to do, the stable code; exit code 1."""
    monkeypatch.setenv("LC_ALL", language)
    with pytest.raises(SystemExit) as ended, explained():
        raise LogRolledBack(size=7, known=9)
    told = capsys.readouterr().err

    assert ended.value.code == 1
    assert words in told
    assert " 7" in told
    assert "[log_rolled_back]" in told
