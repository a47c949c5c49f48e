"""`postgate policy backtest`. All texts are invented."""

from __future__ import annotations

import json
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from proxy.cli.policy import policy
from proxy.cli.policy_backtest import read_sample
from tests.fakes.scanner import ScriptedScanner
from tests.installation import Installation
from tests.policy_files import LEXICONS, policy_text, write_policies

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CANARY = "Kanarienvogel"
POSTS = "".join(
    json.dumps(row) + "\n"
    for row in (
        {"id": "1", "text": f"Gruß von {CANARY}", "at": "2026-11-01T09:00:00+01:00"},
        {"id": "2", "text": f"Liebe Leute, hier ist IBAN und {CANARY}", "at": "2026-11-03T09:00:00+01:00"},
    )
)


@dataclass
class Tools:
    """What the command finds in its context."""

    policies: Path
    lexicons: Path = LEXICONS
    recognizers: Path | None = None

    def today(self) -> date:
        return date(2026, 11, 23)

    @asynccontextmanager
    async def make_scanner(self, fingerprint_key: bytes, *, jobs: int) -> AsyncIterator[ScriptedScanner]:
        assert (len(fingerprint_key), jobs) == (32, 2)
        yield ScriptedScanner({"IBAN": "IBAN_CODE"})


def _backtest(tmp_path: Path, new: str, *arguments: str, posts: str | None = POSTS) -> Result:
    old = write_policies(tmp_path / "old").directory
    against = write_policies(tmp_path / "new", sample=new).directory
    source = () if posts is None else ("--posts", "-")
    words = ["backtest", "--against", str(against), *source, *arguments]
    return CliRunner(env={"LANG": "C.UTF-8", "LC_ALL": ""}).invoke(
        policy, words, obj=Tools(policies=old), input=posts, catch_exceptions=False
    )


HOLDING = (
    policy_text()
    .replace("action: block", "action: hold\n    hold: {queue: compliance}")
    .replace("expect: block", "expect: hold")
)


@pytest.mark.req("FEAT-28")
def test_what_would_change_is_said(tmp_path: Path) -> None:
    """In a table of verdicts, with masked snippets; the text is nowhere."""
    result = _backtest(tmp_path, HOLDING)

    shown = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "2 posts, 1 changed, 1 of them weaker" in shown
    assert "each day +0.5 (over 2.0 days)" in shown
    assert "[IBAN_CODE] und" in shown
    assert CANARY not in result.output
    assert "posts a second" in result.stderr


def test_days_may_be_told(tmp_path: Path) -> None:
    """For posts without a time."""
    result = _backtest(tmp_path, HOLDING, "--json", "--days", "10")

    document = json.loads(result.stdout)
    assert (document["days"], document["extra_reviews_a_day"]) == (10, 0.1)
    assert CANARY not in result.output


def test_lines_that_are_no_posts_are_counted(tmp_path: Path) -> None:
    """What is wrong with them is said without their text, and the others are decided."""
    lines = f'\n{{"id": "1", "text": "{CANARY}", "at": 5}}\n{{"id": "2"}}\nkein JSON {CANARY}\n'

    result = _backtest(tmp_path, HOLDING, "--json", posts=POSTS + lines)

    assert result.exit_code == 1
    assert (json.loads(result.stdout)["posts"], json.loads(result.stdout)["unreadable"]) == (2, 3)
    assert "line 4" in result.stderr
    assert CANARY not in result.output


def test_mistakes_in_policies_are_listed(tmp_path: Path) -> None:
    """Before any post is read."""
    result = _backtest(tmp_path, policy_text().replace("action: block", "action: blok"))

    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: sample.yaml:14:13" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "posts"),
    [((), None), (("--from", "2026-11-01"), POSTS), (("--config", "pyproject.toml"), POSTS)],
)
def test_posts_come_from_one_place(tmp_path: Path, arguments: tuple[str, ...], posts: str | None) -> None:
    """And a time belongs to the log."""
    assert _backtest(tmp_path, HOLDING, *arguments, posts=posts).exit_code == 2


def test_other_word_lists_may_be_tried(tmp_path: Path) -> None:
    """With a mistake in them, the new policies do not load."""
    rules = tmp_path / "rules"
    shutil.copytree(LEXICONS, rules / "lexicons")
    (rules / "recognizers").mkdir()

    good = _backtest(tmp_path, HOLDING, "--against-rules", str(rules))
    next((rules / "lexicons").glob("*.yaml")).write_text("schema: 2\n", encoding="utf-8")
    bad = _backtest(tmp_path, HOLDING, "--against-rules", str(rules))

    assert (good.exit_code, bad.exit_code) == (0, 2)


def test_a_line_has_a_time_with_zone_or_none() -> None:
    """As in the log."""
    assert read_sample(b'{"id": "1", "text": "x"}').at is None
    assert read_sample(b'{"id": "1", "text": "x", "at": "2026-11-01T09:00:00Z"}').at == datetime(
        2026, 11, 1, 9, tzinfo=UTC
    )
    for moment in ('"2026-11-01T09:00:00"', '"gestern"', "5"):
        with pytest.raises(ValueError, match='as "at"'):
            read_sample(f'{{"id": "1", "text": "x", "at": {moment}}}'.encode())


def test_recorded_posts_are_opened_on_record(tmp_path: Path) -> None:
    """An empty log has none, and that somebody looked is in it."""
    (tmp_path / "house").mkdir()
    house = Installation(tmp_path / "house")
    house.config.write_text(house.config.read_text(encoding="utf-8") + "detection: {ner: []}\n", encoding="utf-8")
    old = write_policies(tmp_path / "old").directory

    result = house.run(
        "policy", "backtest", "--policies", str(old), "--against", str(old), "--from", "2026-01-01", "--json"
    )

    assert (result.exit_code, json.loads(result.stdout)["posts"]) == (0, 0), result.output
    assert "PG-510" in house.run("audit", "query").stdout
