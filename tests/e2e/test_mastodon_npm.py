"""
The unmodified clients for Node.js, masto and megalodon, through the gateway onto a real server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.house import CUSTOMER, DECISION, IBAN, RULE, donation_account, picture
from tests.e2e.mastodon_clients import NodeClient
from tests.e2e.walks import LANGUAGES, follow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.house import House


@pytest.fixture(params=["masto", "megalodon"])
def client(request: pytest.FixtureRequest, house: House) -> NodeClient:
    """Return each client in turn."""
    return NodeClient(name=request.param, door=house.gateway.address, token=house.gateway.token)


def test_it_finds_out_who_it_is(client: NodeClient) -> None:
    """The first thing a program asks."""
    assert client.done("me")["username"] == "alice"


def test_a_post_is_published_and_recorded(house: House, client: NodeClient, tmp_path: Path) -> None:
    """Text, warning and picture arrive once; the records are there."""
    text = f"Mit {client.name}: unsere Filiale von außen"
    status = {"status": text, "spoilerText": "Architektur"}
    made = client.done("post", status=status, picture=str(picture(tmp_path)), description="Die Filiale")

    (found,) = house.published(text)
    assert found["id"] == made["id"]
    assert found["spoiler_text"] == "Architektur"
    assert [item["description"] for item in found["media_attachments"]] == ["Die Filiale"]
    assert house.records_of(made["id"]) == ["PG-101", "PG-102", "PG-103"]


def test_an_edit_is_decided_like_a_post(house: House, client: NodeClient) -> None:
    """A clean edit is published; one into a leak is stopped and the post stays as it was."""
    made = client.done("post", status={"status": f"Mit {client.name} geschrieben: am Samstag auf dem Stadtfest."})
    client.done(
        "edit", id=made["id"], status={"status": f"Mit {client.name} geschrieben: am Sonntag auf dem Stadtfest."}
    )
    told = client.refused("edit", id=made["id"], status={"status": f"Mit {client.name} geschrieben: Konto {IBAN}"})

    assert DECISION.search(told)
    (found,) = house.published(f"Mit {client.name} geschrieben")
    assert "am Sonntag" in str(found["content"])


def test_a_delete_is_passed_on_and_recorded(house: House, client: NodeClient) -> None:
    """The platform of this test cannot delete and says 404: the client learns that, and it is on record."""
    made = client.done("post", status={"status": f"Mit {client.name}: dieser Hinweis ist bald überholt."})
    client.refused("delete", id=made["id"])

    outcome = house.gateway.records(code="PG-103")[-1]
    assert (outcome["data"]["result"], outcome["data"]["upstream_status"]) == ("rejected", 404)


def test_a_held_post_is_shown_as_held_and_is_not_out(house: House, client: NodeClient) -> None:
    """
    A post that waits for a person comes back as scheduled; nothing is out.

    megalodon looks for no schedule where it asked for none, and shows what it takes for the status: our words.
    """
    made = client.done("post", status={"status": f"Mit {client.name}: {CUSTOMER}"})

    assert "waits for a person" in made["content"]
    assert DECISION.search(made["content"])
    assert (client.name == "megalodon") or (made["scheduledAt"] and CUSTOMER in made["params"]["text"])
    assert house.published(f"Mit {client.name}: Unsere Kundin") == []


_LEAKS: dict[str, dict[str, Any]] = {
    "text": {"do": "post", "status": {"status": f"Gesperrt: bitte an {IBAN}"}},
    "warning": {"do": "post", "status": {"status": "Gesperrt", "spoilerText": f"Konto {IBAN}"}},
    "poll": {
        "do": "post",
        "status": {"status": "Gesperrt", "poll": {"options": ["Tierheim", IBAN], "expires_in": 600}},
    },
    "alt text": {"do": "post", "status": {"status": "Gesperrt"}, "description": f"Kontoauszug zu {IBAN}"},
    "profile": {"do": "profile", "note": f"Spenden gern an {IBAN}"},
    "list": {"do": "list", "title": f"Kunde {IBAN}"},
    "filter": {"do": "filter", "title": "Filter", "word": IBAN},
    "report": {"do": "report", "account": "1", "comment": f"betrifft {IBAN}"},
}


@pytest.mark.parametrize("place", list(_LEAKS))
def test_a_leak_is_stopped_wherever_it_stands(house: House, client: NodeClient, place: str, tmp_path: Path) -> None:
    """The person reads which rule stopped it and which decision that was, and not the number."""
    with_picture = {"picture": str(picture(tmp_path))} if place == "alt text" else {}
    told = client.refused(**_LEAKS[place], **with_picture)

    assert DECISION.search(told), told
    assert RULE.search(told)
    assert IBAN not in told
    assert house.published("Gesperrt") == []


def test_the_houses_donation_account_passes(house: House, client: NodeClient) -> None:
    """An account number on the house's own list may be published."""
    client.done("post", status={"status": f"Mit {client.name} gesammelt: Spendenkonto {donation_account()}"})

    assert len(house.published(f"Mit {client.name} gesammelt")) == 1


@pytest.mark.req("JOB-EMP-3")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ['from "masto"', 'from "megalodon"'])
def test_the_page_for_employees_leads_to_a_post(house: House, language: str, words: str) -> None:
    """Its example, with the address and the token of the house, is published once."""
    text = follow(language, words, address=house.gateway.address, token=house.gateway.token)

    assert len(house.published(text)) == 1
