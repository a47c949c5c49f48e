"""
An unmodified toot, run as people run it, through the gateway onto a real server that speaks the Mastodon API.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.house import CUSTOMER, DECISION, IBAN, RULE, donation_account, picture

if TYPE_CHECKING:
    from tests.e2e.house import House

PROGRAM = Path(sys.executable).with_name("toot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Toot:
    """toot with a configuration of its own."""

    home: Path

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command."""
        return subprocess.run(
            [PROGRAM, *words],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
            stdin=subprocess.DEVNULL,
        )

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment toot runs in."""
        return {**os.environ, "XDG_CONFIG_HOME": str(self.home), "NO_COLOR": "1"}

    def done(self, *words: str) -> str:
        """Run a command that must succeed and return what it printed."""
        finished = self(*words)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout


@pytest.fixture
def toot(house: House, tmp_path: Path) -> Toot:
    """Return toot, told the door's address and a token in its configuration file."""
    door = house.gateway.address.partition("://")[2]
    user = f"alice@{door}"
    app = {"instance": door, "base_url": house.gateway.address, "client_id": "-", "client_secret": "-"}
    settings = {
        "apps": {door: app},
        "users": {user: {"instance": door, "username": "alice", "access_token": house.gateway.token}},
        "active_user": user,
    }
    (tmp_path / "toot").mkdir()
    (tmp_path / "toot" / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    return Toot(home=tmp_path)


def test_toot_starts_as_usual(toot: Toot) -> None:
    """Toot finds out who it is and where."""
    assert "alice" in toot.done("whoami")
    assert "snac" in toot.done("instance")


def test_a_post_with_a_picture_is_published(house: House, toot: Toot, tmp_path: Path) -> None:
    """Text, warning, picture and alt text arrive; the records are there."""
    file = picture(tmp_path)
    words = ("post", "Mit toot: unsere Filiale von außen", "--media", str(file), "--description", "Die Filiale")
    printed = toot.done(*words, "--spoiler-text", "Architektur")

    assert "Toot posted" in printed
    (found,) = house.published("Mit toot: unsere Filiale")
    assert [item["description"] for item in found["media_attachments"]] == ["Die Filiale"]
    assert found["spoiler_text"] == "Architektur"
    assert house.records_of(str(found["id"])) == ["PG-101", "PG-102", "PG-103"]


def test_a_reply_and_a_timeline(house: House, toot: Toot) -> None:
    """A reply finds its post, and both can be read."""
    toot.done("post", "Mit toot gefragt: Was ist ein Tagesgeldkonto?")
    (first,) = house.published("Mit toot gefragt")
    toot.done("post", "Mit toot geantwortet: eins mit täglichem Zugriff.", "--reply-to", str(first["id"]))

    (reply,) = house.published("Mit toot geantwortet")
    assert reply["in_reply_to_id"] == first["id"]
    assert "Mit toot geantwortet" in toot.done("timelines", "home", "--no-pager")


def test_a_leak_is_stopped(house: House, toot: Toot) -> None:
    """Toot prints the rule and the decision, not the number, and ends with 1."""
    finished = toot("post", f"Mit toot verraten: {IBAN}")

    told = finished.stdout + finished.stderr
    assert finished.returncode == 1
    assert "Error:" in told
    assert DECISION.search(told)
    assert RULE.search(told)
    assert IBAN not in told
    assert house.published("Mit toot verraten") == []


def test_a_leak_in_the_profile_is_stopped(house: House, toot: Toot) -> None:
    """A profile text goes the same way as a post."""
    finished = toot("update_account", "--note", f"Mit toot: Konto {IBAN}")

    assert finished.returncode == 1
    assert DECISION.search(finished.stdout + finished.stderr)
    with house.server.session() as session:
        me = session.get(f"{house.server.base_url}/api/v1/accounts/verify_credentials", timeout=10).json()
    assert "Mit toot" not in me["note"]


def test_a_held_post_is_shown_as_scheduled(house: House, toot: Toot) -> None:
    """Toot says "scheduled" and ends with 0; nothing is on the platform."""
    printed = toot.done("post", f"Mit toot: {CUSTOMER}")

    assert "scheduled" in printed.lower()
    assert house.published("Mit toot: Unsere Kundin") == []


def test_the_houses_donation_account_passes(house: House, toot: Toot) -> None:
    """An account number on the house's own list may be published."""
    toot.done("post", f"Mit toot gesammelt: Spendenkonto {donation_account()}")

    assert len(house.published("Mit toot gesammelt")) == 1
