"""`postgate post status|list|withdraw|recall|appeal`: what authors read, and exit codes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from proxy.cli.main import main
from proxy.gate.post_rows import PostRow, Words
from proxy.gate.status import Next, PostStatus, ReviewerSays, RuleRow
from proxy.gate.take_all_back import BackRow
from tests.fakes.told_gateway import ToldGateway, told_gateway

if TYPE_CHECKING:
    from click.testing import Result

PRESS = "mastodon:presse"
NAME = "d-00000000-0000-4000-8000-000000000001"
TEXT = Words(de="Bitte ändern", en="Please change")
REMEDY = Words(de="Ohne Nummer.", en="Leave it out.")
HELD = PostStatus(
    post=PostRow(target=PRESS, status="held", decision_id=NAME),
    next=Next(
        role="reviewer",
        message=TEXT,
        queue="legal",
        stage=1,
        stages=2,
        until="2026-11-23T11:00:00.000000Z",
        expires_at="2026-11-26T09:00:00.000000Z",
    ),
    rules=(
        RuleRow(rule="bank/iban", title=TEXT, message=Words(de="Keine IBAN", en="No IBAN"), remedy=REMEDY),
        RuleRow(rule="bank/alt", title=None, message=None),
    ),
    reviewers=(
        ReviewerSays(
            at="2026-11-23T09:30:00.000000Z",
            verdict="return",
            reason=Words(de="Wortwahl", en="wording"),
            comment="Freundlicher.\x1b[2J",
            remarks=((0, 3, 9, "zu hart"),),
            suggestion=((0, "Guten Tag"),),
        ),
        ReviewerSays(at="2026-11-23T09:30:00.000000Z", verdict="approve"),
    ),
    appeal="d-2",
    appeal_of="d-0",
    may_appeal=True,
)


def run(gateway: ToldGateway, *words: str, language: str = "en") -> Result:
    """Run a command against a gateway."""
    environment = {"POSTGATE_TOKEN": "pgt_x", "POSTGATE_ADDRESS": gateway.address, "COLUMNS": "160"}
    return CliRunner(env=environment).invoke(main, ["post", *words, "--language", language])


def told(status: PostStatus) -> dict[str, Any]:
    """Return the answer to a question for a post."""
    return asdict(status)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Status: held, account mastodon:presse",
                "The reviewers' turn: Please change",
                "  by, or not before, 2026-11-23T11:00:00.000000Z",
                "  not any more after 2026-11-26T09:00:00.000000Z",
                "Rule bank/iban: No IBAN",
                "  What would pass: Leave it out.",
                "Rule bank/alt: (not in force any more)",
                "From the review (return): wording. Freundlicher.<U+001B>[2J",
                "  on characters 3 to 9: zu hart",
                "  suggested: Guten Tag",
                "From the review (approve): ",
                "Appeal: d-2",
                "An appeal against d-0",
                f"You may appeal: postgate post appeal {NAME}",
            ],
        ),
        (
            "de",
            [
                "Stand: held, Konto mastodon:presse",
                "Am Zug ist die Prüfung: Bitte ändern",
                "  bis oder nicht vor 2026-11-23T11:00:00.000000Z",
                "  danach nicht mehr: 2026-11-26T09:00:00.000000Z",
                "Regel bank/iban: Keine IBAN",
                "  So ginge es: Ohne Nummer.",
                "Regel bank/alt: (gilt nicht mehr)",
                "Aus der Prüfung (return): Wortwahl. Freundlicher.<U+001B>[2J",
                "  zu Zeichen 3 bis 9: zu hart",
                "  Vorschlag: Guten Tag",
                "Aus der Prüfung (approve): ",
                "Einspruch: d-2",
                "Ein Einspruch gegen d-0",
                f"Einspruch ist möglich: postgate post appeal {NAME}",
            ],
        ),
    ],
)
def test_an_author_reads_where_a_post_is(language: str, lines: list[str]) -> None:
    """Who acts next by when, why, what reviewers wrote, and what is left to do."""
    with told_gateway(told(HELD)) as gateway:
        done = run(gateway, "status", NAME, language=language)
        raw = run(gateway, "status", NAME, "--json")

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == lines
    assert json.loads(raw.stdout) == json.loads(json.dumps(told(HELD)))
    assert gateway.asked[0][:2] == ("GET", f"/v1/posts/{NAME}")


def test_an_end_is_one_line() -> None:
    """Nobody acts any more; a role that a later gateway has is told by its words alone."""
    done_post = PostStatus(post=PostRow(target=PRESS, status="published"), next=None)
    with told_gateway(told(done_post)) as gateway:
        end = run(gateway, "status", NAME)
    later = PostStatus(post=PostRow(target=PRESS, status="x"), next=Next(role="notary", message=TEXT))
    with told_gateway(told(later)) as gateway:
        new = run(gateway, "status", NAME)

    assert end.stdout.splitlines() == ["Status: published, account mastodon:presse"]
    assert new.stdout.splitlines()[1:] == ["Please change"]


def test_what_waits_is_a_table() -> None:
    """With its time, where it has one."""
    row = asdict(PostRow(target=PRESS, status="scheduled", decision_id=NAME, send_at="2026-11-23T11:00:00.000000Z"))
    with told_gateway({"posts": [row]}) as gateway:
        done = run(gateway, "list", "--account", PRESS)
        raw = run(gateway, "list", "--account", PRESS, "--json")

    assert all(word in done.stdout for word in (PRESS, "scheduled", NAME, "2026-11-23T11:00"))
    assert [row["status"] for row in json.loads(raw.stdout)] == ["scheduled"]
    assert gateway.asked[0][:2] == ("GET", "/v1/posts?account=mastodon%3Apresse")


@pytest.mark.parametrize(
    ("status", "code"),
    [("withdrawn", 0), ("recalled", 0), ("recalling", 3), ("recall_failed", 1), ("published", 1)],
)
@pytest.mark.parametrize("command", ["withdraw", "recall"])
def test_only_what_is_taken_back_is_a_success(command: str, status: str, code: int) -> None:
    """Both are one request: wherever the post is."""
    with told_gateway({"post": asdict(PostRow(target=PRESS, status=status, decision_id=NAME))}) as gateway:
        done = run(gateway, command, NAME)

    assert (done.exit_code, gateway.asked[0][:2]) == (code, ("DELETE", f"/v1/posts/{NAME}"))
    assert status in done.stdout


def test_an_appeal_waits_for_a_person() -> None:
    """Which is no success yet; what its author says goes with it."""
    with told_gateway({"post": asdict(PostRow(target=PRESS, status="held", decision_id="d-2"))}, status=202) as gateway:
        done = run(gateway, "appeal", NAME)
        run(gateway, "appeal", NAME, "--reason", "Das ist ein Muster.")

    assert (done.exit_code, gateway.asked[0][:2]) == (3, ("POST", f"/v1/posts/{NAME}/appeal"))
    assert [one[3] for one in gateway.asked] == [b"", {"reason": "Das ist ein Muster."}]
    assert "d-2" in done.stdout


@pytest.mark.parametrize("words", [("status",), ("withdraw",), ("recall",), ("appeal",)])
def test_a_refusal_has_its_words(words: tuple[str, ...]) -> None:
    """And no answer is told as such."""
    error = {"code": "not_found", "message": {"de": "Nicht da", "en": "Not there"}}
    with told_gateway({"error": error}, status=404) as gateway:
        refused = run(gateway, *words, NAME, language="de")
    with told_gateway() as gateway:
        silent = run(gateway, *words, NAME)

    assert (refused.exit_code, refused.stderr) == (1, "Abgelehnt (not_found): Nicht da\n")
    assert (silent.exit_code, silent.stderr.startswith("No answer of the gateway.")) == (1, True)


@pytest.mark.parametrize("command", ["withdraw", "recall"])
@pytest.mark.parametrize(
    ("results", "code"),
    [
        (("recalled", "withdrawn", "gone_already", "not_published"), 0),
        (("recalled", "refused"), 1),
        (("refused", "unknown"), 3),
        (("recalled", "in_progress"), 3),
        (("failed",), 3),
    ],
)
def test_everything_that_came_with_a_post_is_taken_back(command: str, results: tuple[str, ...], code: int) -> None:
    """One request; a line each, and the exit code says whether all of it is gone."""
    rows = [BackRow(target=PRESS, decision_id=f"d-{name}", result=name, status="published") for name in results]
    with told_gateway({"action": "r1", "posts": [asdict(row) for row in rows]}) as gateway:
        done = run(gateway, command, NAME, "--all")
        raw = run(gateway, command, NAME, "--all", "--json")

    assert (done.exit_code, raw.exit_code) == (code, code), done.output
    assert [line.split()[1] for line in done.stdout.splitlines()[1:]] == list(results)
    assert json.loads(raw.stdout) == [asdict(row) for row in rows]
    assert [one[:2] for one in gateway.asked] == [("DELETE", f"/v1/posts/{NAME}/request")] * 2
