"""`postgate post unclear|settle`: what operators see and say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from proxy.cli.main import main
from tests.fakes.told_gateway import ToldGateway, told_gateway

if TYPE_CHECKING:
    from click.testing import Result

NAME = "d-00000000-0000-4000-8000-000000000001"
ROW: dict[str, Any] = {
    "decision_id": NAME,
    "account": "mastodon:presse",
    "platform": "mastodon",
    "status": "unknown",
    "attempts": 2,
    "sent_at": "2026-11-23T09:00:00.000000Z",
    "overdue": True,
}


def run(gateway: ToldGateway, *words: str) -> Result:
    """Run a command against a gateway."""
    environment = {"POSTGATE_TOKEN": "pgt_x", "POSTGATE_ADDRESS": gateway.address, "COLUMNS": "160"}
    return CliRunner(env=environment).invoke(main, ["post", *words, "--language", "en"])


def test_what_is_unclear_is_a_table() -> None:
    """With a mark where a person has to look; what is no row is left out."""
    with told_gateway({"deliveries": [ROW, {**ROW, "overdue": False, "status": "absent"}, 7]}) as gateway:
        done = run(gateway, "unclear")
        raw = run(gateway, "unclear", "--json")
    (first, second) = [line for line in done.stdout.splitlines() if NAME in line]

    assert ("unknown" in first, "!" in first) == (True, True)
    assert ("absent" in second, "!" in second) == (True, False)
    assert len(json.loads(raw.stdout)) == 2
    assert gateway.asked[0][:2] == ("GET", "/v1/deliveries")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--published", "115"), {"result": "published", "platform_id": "115"}),
        (("--absent",), {"result": "absent"}),
        (("--absent", "--resend"), {"result": "absent", "then": "resend"}),
        (("--absent", "--close"), {"result": "absent", "then": "close"}),
    ],
)
def test_what_a_person_found_is_handed_on(words: tuple[str, ...], said: dict[str, str]) -> None:
    """One request; the row is shown as it is then."""
    with told_gateway({"delivery": {**ROW, "status": "done"}}) as gateway:
        done = run(gateway, "settle", NAME, *words)

    assert done.exit_code == 0, done.output
    assert (gateway.asked[0][0], gateway.asked[0][1], gateway.asked[0][3]) == ("POST", f"/v1/deliveries/{NAME}", said)
    assert "done" in done.stdout


@pytest.mark.parametrize(
    "words",
    [(), ("--published", "1", "--absent"), ("--published", "1", "--close"), ("--resend",)],
)
def test_half_a_word_settles_nothing(words: tuple[str, ...]) -> None:
    """Nobody is asked."""
    with told_gateway({"delivery": ROW}) as gateway:
        done = run(gateway, "settle", NAME, *words)

    assert (done.exit_code, gateway.asked) == (2, [])


def test_a_refusal_has_its_words() -> None:
    """Such as that of a token that may not."""
    error = {"code": "scope_missing", "message": {"de": "Nein", "en": "No"}}
    with told_gateway({"error": error}, status=403) as gateway:
        done = run(gateway, "unclear")

    assert (done.exit_code, done.stderr) == (1, "Refused (scope_missing): No\n")
