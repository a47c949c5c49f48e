"""`postgate post`: what is said, and exit codes that nobody can take for published."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from proxy.cli.main import main
from proxy.gate.post_rows import PostRow, Words
from proxy.gate.uploads import MediaRow
from tests.fakes.told_gateway import ToldGateway, told_gateway

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

PRESS = "mastodon:presse"
NO = Words(de="Nein", en="No")


def run(gateway: ToldGateway, *words: str, text: str | None = None, language: str = "en") -> Result:
    """Run the command against a gateway."""
    environment = {"POSTGATE_TOKEN": "pgt_x", "POSTGATE_ADDRESS": gateway.address, "COLUMNS": "160"}
    runner = CliRunner(env=environment)
    return runner.invoke(main, ["post", *words, "--to", PRESS, "--language", language], input=text)


def rows(*statuses: str) -> dict[str, object]:
    """Return the answer to a post."""
    found = [PostRow(target=PRESS, part=part, status=one, decision_id="d-1") for part, one in enumerate(statuses)]
    return {"posts": [asdict(one) for one in found]}


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (("published",), 0),
        (("published", "published"), 0),
        (("blocked",), 1),
        (("published", "rejected"), 1),
        (("withheld", "not_sent"), 1),
        (("held",), 3),
        (("published", "unknown"), 3),
        (("blocked", "in_progress"), 3),
        (("something-new",), 1),
    ],
)
def test_only_what_is_published_is_a_success(statuses: tuple[str, ...], code: int) -> None:
    """Whatever a later gateway says that this command does not know is none."""
    with told_gateway(rows(*statuses)) as gateway:
        done = run(gateway, "Moin")

    assert done.exit_code == code
    assert all(status in done.stdout for status in statuses)


def test_everything_that_is_said_is_handed_on() -> None:
    """Text from standard input without its last line end, threads, key, all or nothing."""
    with told_gateway(rows("published")) as gateway:
        words = ("-", "--thread", "zwei", "--thread", "drei", "--key", "k", "--all-or-nothing")
        done = run(gateway, *words, text="Moin\n\n")
    (_, _, headers, content) = gateway.asked[0]

    assert done.exit_code == 0
    assert headers["authorization"] == "Bearer pgt_x"
    assert content == {
        "text": "Moin\n",
        "targets": [PRESS],
        "thread": ["zwei", "drei"],
        "all_or_nothing": True,
        "idempotency_key": "k",
    }


def uploaded(media_id: str | None) -> dict[str, object]:
    """Return the answer to an upload."""
    status, verdict = ("kept", "allow") if media_id else ("blocked", "block")
    row = MediaRow(
        id=media_id, status=status, decision_id="d-2", verdict=verdict, mime="image/png", size=1, messages=(NO,)
    )
    return {"media": asdict(row)}


@pytest.mark.parametrize("check", [True, False])
def test_images_are_uploaded_first(tmp_path: Path, check: bool) -> None:
    """Each with its description, in order; the post, or the question, names them."""
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(name.encode())
    words = ("--image", str(tmp_path / "a.png"), "--image", str(tmp_path / "b.png"), "--alt", "Filiale")
    answer = {"checks": [{"target": PRESS, "part": 0, "verdict": "allow"}]} if check else rows("published")
    with told_gateway(answer) as gateway:
        gateway.uploaded = uploaded("m-1")
        done = run(gateway, "Moin", *words, *(("--check",) if check else ()))

    assert done.exit_code == 0, done.output
    assert [path for _, path, _, _ in gateway.asked] == [
        "/v1/media",
        "/v1/media",
        "/v1/check" if check else "/v1/posts",
    ]
    assert (b"Filiale" in gateway.asked[0][3], b"Filiale" in gateway.asked[1][3]) == (True, False)
    assert gateway.asked[2][3]["media"] == [{"id": "m-1"}, {"id": "m-1"}]


@pytest.mark.parametrize(("language", "word"), [("de", "Das Bild a.png"), ("en", "The image a.png")])
def test_an_image_that_may_not_pass_ends_the_command(tmp_path: Path, language: str, word: str) -> None:
    """Nothing is posted; the words of the rules are shown. A description without image is a mistake."""
    (tmp_path / "a.png").write_bytes(b"a")
    with told_gateway(rows("published")) as gateway:
        gateway.uploaded = uploaded(None)
        done = run(gateway, "Moin", "--image", str(tmp_path / "a.png"), language=language)
        odd = run(gateway, "Moin", "--alt", "x")

    assert (done.exit_code, odd.exit_code) == (1, 2)
    assert word in done.stderr
    assert (NO.de if language == "de" else NO.en) in done.stderr
    assert [path for _, path, _, _ in gateway.asked] == ["/v1/media"]


@pytest.mark.parametrize(("language", "word"), [("de", "Nein"), ("en", "No")])
def test_words_of_the_rules_are_shown(language: str, word: str) -> None:
    """Once, and beside the rows; then what would make it pass."""
    so = Words(de="So", en="So")
    row = asdict(PostRow(target=PRESS, status="blocked", rules=("a/b",), messages=(NO,), remedies=(so,)))
    with told_gateway({"posts": [row, row]}) as gateway:
        done = run(gateway, "Moin", language=language)
        raw = run(gateway, "Moin", "--json")

    assert done.stderr.splitlines() == [word, "So"]
    assert "a/b" in done.stdout
    assert json.loads(raw.stdout)[0]["messages"] == [{"de": "Nein", "en": "No"}]


@pytest.mark.parametrize(("verdict", "code"), [("allow", 0), ("redact", 1), ("hold", 1), ("block", 1)])
def test_asking_sends_nothing(verdict: str, code: int) -> None:
    """And only `allow` is a success."""
    check = {"target": PRESS, "part": 0, "verdict": verdict, "rules": [], "messages": [], "check_id": None}
    with told_gateway({"checks": [check]}) as gateway:
        done = run(gateway, "Moin", "--check")

    assert (done.exit_code, [path for _, path, _, _ in gateway.asked]) == (code, ["/v1/check"])
    assert verdict in done.stdout


@pytest.mark.parametrize(("code", "exit_code"), [("text_too_long", 1), ("OutcomeUnknown", 3)])
def test_a_refusal_has_its_words(code: str, exit_code: int) -> None:
    """What may be published is no plain failure."""
    error = {"code": code, "message": {"de": "Nein", "en": "No"}}
    with told_gateway({"error": error}, status=422) as gateway:
        done = run(gateway, "Moin", language="de")

    assert (done.exit_code, done.stderr) == (exit_code, f"Abgelehnt ({code}): Nein\n")


def test_no_answer_is_told_with_the_key() -> None:
    """For a question there is none, and nothing is allowed."""
    with told_gateway() as gateway:
        posted = run(gateway, "Moin", "--key", "k")
        asked = run(gateway, "Moin", "--check")

    assert (posted.exit_code, "--key k" in posted.stderr) == (3, True)
    assert (asked.exit_code, asked.stderr) == (1, "No answer of the gateway. Nothing may be taken for allowed.\n")


def test_an_odd_address_is_a_mistake() -> None:
    """Before anything is sent."""
    with told_gateway() as gateway:
        done = run(gateway, "Moin", "--address", "http://gateway.bank.example")

    assert (done.exit_code, gateway.asked) == (2, [])
