"""What commands have in common that ask a gateway."""

from __future__ import annotations

import click
import pytest

from proxy.cli.gateway import asked, client_of
from proxy.client.api import Refused, Unreachable

SILENT = "No answer of the gateway. What happened is not known; the same command does no harm."


def test_a_token_goes_to_no_address_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the command line, not a failure."""
    monkeypatch.setenv("POSTGATE_TOKEN", "pgt_x")
    with pytest.raises(click.UsageError):
        client_of("http://gateway.bank.example", None, "en")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Refused(404, {"code": "not_found", "message": {"de": "Nein", "en": "No"}}), 1, "Refused (not_found): No"),
        (Refused(422, {"code": "OutcomeUnknown", "message": {"de": "?", "en": "?"}}), 3, "Refused (OutcomeUnknown): ?"),
        (
            Unreachable(key=None),
            1,
            "No answer of the gateway. What happened is not known; the same command does no harm.",
        ),
    ],
)
def test_an_end_has_words_and_a_code(
    error: Exception, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What may be published is no plain failure."""
    with pytest.raises(SystemExit) as ended, asked("en"):
        raise error
    assert (ended.value.code, capsys.readouterr().err.strip()) == (code, told)
