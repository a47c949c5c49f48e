"""
An unmodified toot, run as people run it, through the gateway onto a real server that speaks the Mastodon API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.house import CUSTOMER, DECISION, IBAN, RULE, donation_account, picture
from tests.e2e.mastodon_clients import Toot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.house import House


@pytest.fixture
def toot(house: House, tmp_path: Path) -> Toot:
    """Return toot, told the door's address and a token in its configuration file."""
    return Toot.told(house.gateway.address, house.gateway.token, tmp_path)


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


_LEAKS = {
    "text": ("post", f"Mit toot verraten: {IBAN}"),
    "content warning": ("post", "Mit toot verraten", "--spoiler-text", f"Konto {IBAN}"),
    "poll option": ("post", "Mit toot verraten", "--poll-option", "Tierheim", "--poll-option", IBAN),
    "reply": ("post", f"Mit toot verraten: {IBAN}", "--reply-to", "1"),
    "direct message": ("post", f"Mit toot verraten: {IBAN}", "--visibility", "direct"),
    "alt text": ("post", "Mit toot verraten", "--media", "filiale.png", "--description", f"Auszug zu {IBAN}"),
    "file name": ("post", "Mit toot verraten", "--media", f"{IBAN.replace(' ', '')}.png", "--description", "Auszug"),
    "upload": ("upload", "filiale.png", "--description", f"Auszug zu {IBAN}"),
    "display name": ("update-account", "--display-name", f"Kasse {IBAN}"),
    "note": ("update-account", "--note", f"Mit toot verraten: {IBAN}"),
    "list": ("lists", "create", f"Kunde {IBAN}"),
}


@pytest.mark.parametrize("place", list(_LEAKS))
def test_a_leak_is_stopped_wherever_it_stands(house: House, toot: Toot, tmp_path: Path, place: str) -> None:
    """Toot prints the rule and the decision, not the number, and ends with 1."""
    words = [str(picture(tmp_path, word)) if word.endswith(".png") else word for word in _LEAKS[place]]
    finished = toot(*words)

    told = finished.stdout + finished.stderr
    assert finished.returncode == 1
    assert "Error:" in told
    assert DECISION.search(told)
    assert RULE.search(told)
    assert IBAN not in told
    assert house.published("Mit toot verraten") == []
    with house.server.session() as session:
        me = session.get(f"{house.server.base_url}/api/v1/accounts/verify_credentials", timeout=10).json()
    assert IBAN not in str(me)


def test_a_held_post_is_shown_as_scheduled(house: House, toot: Toot) -> None:
    """Toot says "scheduled" and ends with 0; nothing is on the platform."""
    printed = toot.done("post", f"Mit toot: {CUSTOMER}")

    assert "scheduled" in printed.lower()
    assert house.published("Mit toot: Unsere Kundin") == []


def test_the_houses_donation_account_passes(house: House, toot: Toot) -> None:
    """An account number on the house's own list may be published."""
    toot.done("post", f"Mit toot gesammelt: Spendenkonto {donation_account()}")

    assert len(house.published("Mit toot gesammelt")) == 1
