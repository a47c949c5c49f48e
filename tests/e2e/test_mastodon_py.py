"""
An unmodified Mastodon.py through the gateway onto a real server that speaks the Mastodon API.
"""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError, MastodonUnauthorizedError

from tests.e2e.house import CUSTOMER, DECISION, IBAN, PIXEL, RULE, donation_account
from tests.e2e.servers.relay import Relay
from tests.e2e.walks import LANGUAGES, follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.house import House

RECORDED = ["PG-101", "PG-102", "PG-103"]


@pytest.mark.req("JOB-EMP-3")
def test_a_client_starts_as_usual(house: House, client: Mastodon) -> None:
    """What a client asks at its start is answered by the platform, with the door's address in it."""
    instance = client.instance_v1()

    assert instance["uri"] == house.gateway.address.partition("://")[2]
    assert house.server.base_url.partition("://")[2] not in str(instance.get("urls", ""))
    assert client.me()["username"] == "alice"


@pytest.mark.req("JOB-EMP-3")
def test_a_post_is_published_and_recorded(house: House, client: Mastodon) -> None:
    """A clean post is on the platform, and its decision, intent and outcome are on record."""
    status = client.status_post("Heute ab 17 Uhr offene Beratung in der Filiale am Markt, ganz ohne Termin.")

    assert [found["id"] for found in house.published("offene Beratung in der Filiale am Markt")] == [status["id"]]
    assert house.records_of(status["id"]) == RECORDED


def test_a_reply_with_a_warning_is_published(house: House, client: Mastodon) -> None:
    """Reply target, content warning and visibility arrive on the platform."""
    first = client.status_post("Welche Fragen habt ihr zum Bausparen?")
    reply = client.status_post(
        "Zum Beispiel diese: Wann lohnt sich das?", in_reply_to_id=first["id"], spoiler_text="Nachgefragt"
    )

    (found,) = house.published("Wann lohnt sich das")
    assert found["id"] == reply["id"]
    assert found["in_reply_to_id"] == first["id"]
    assert found["spoiler_text"] == "Nachgefragt"


def test_a_poll_is_published(house: House, client: Mastodon) -> None:
    """A poll is decided and published; this server shows no polls, another test sees the options arrive."""
    poll = client.make_poll(["Kaffee", "Tee"], expires_in=3600)
    status = client.status_post("Was trinkt ihr beim Beratungsgespräch?", poll=poll)

    assert [found["id"] for found in house.published("beim Beratungsgespräch")] == [status["id"]]
    assert house.records_of(status["id"]) == RECORDED


def test_a_picture_with_its_description_is_published(house: House, client: Mastodon) -> None:
    """A picture reaches the platform only with the post that uses it, together with its alt text."""
    media = client.media_post(PIXEL, mime_type="image/png", file_name="filiale.png", description="Die neue Filiale")
    status = client.status_post("So sieht sie aus, unsere neue Filiale!", media_ids=[media])

    (found,) = house.published("unsere neue Filiale!")
    assert found["id"] == status["id"]
    assert [item["description"] for item in found["media_attachments"]] == ["Die neue Filiale"]


def test_an_edit_is_decided_like_a_post(house: House, client: Mastodon) -> None:
    """A clean edit is published; an edit into a leak is stopped and the post stays as it was."""
    status = client.status_post("Am Samstag sind wir auf dem Stadtfest zu finden.")
    client.status_update(status["id"], status="Am Sonntag sind wir auf dem Stadtfest zu finden.")
    with pytest.raises(MastodonAPIError):
        client.status_update(status["id"], status=f"Am Sonntag, Konto {IBAN}")

    (found,) = house.published("auf dem Stadtfest zu finden")
    assert "Am Sonntag" in str(found["content"])
    assert IBAN not in str(found["content"])


def test_a_profile_is_decided_like_a_post(house: House, client: Mastodon) -> None:
    """A clean profile text arrives; one with an account number does not."""
    client.account_update_credentials(note="Wir sind für euch da, montags bis freitags.")
    with pytest.raises(MastodonAPIError):
        client.account_update_credentials(note=f"Spenden gern an {IBAN}")

    with house.server.session() as session:
        me = session.get(f"{house.server.base_url}/api/v1/accounts/verify_credentials", timeout=10).json()
    assert "Wir sind für euch da" in me["note"]
    assert IBAN not in me["note"]


def test_a_delete_is_passed_on_and_recorded(house: House, client: Mastodon) -> None:
    """The platform of this test cannot delete and says 404: the client learns that, and it is on record."""
    status = client.status_post("Dieser Hinweis ist bald überholt.")
    with pytest.raises(MastodonNotFoundError):
        client.status_delete(status["id"])

    outcome = house.gateway.records(code="PG-103")[-1]
    assert (outcome["data"]["result"], outcome["data"]["upstream_status"]) == ("rejected", 404)


def test_timelines_are_read(client: Mastodon) -> None:
    """What was published can be read back through the gateway."""
    status = client.status_post("Guten Morgen aus der Filiale am Markt!")

    assert client.status(status["id"])["id"] == status["id"]
    assert status["id"] in {found["id"] for found in client.timeline_home()}
    assert status["id"] in {found["id"] for found in client.account_statuses(client.me()["id"])}


_LEAKS: dict[str, Callable[[Mastodon], object]] = {
    "text": lambda client: client.status_post(f"Gesperrt-Text: bitte überweisen an {IBAN}"),
    "content warning": lambda client: client.status_post("Gesperrt-Warnung", spoiler_text=f"Konto {IBAN}"),
    "poll option": lambda client: client.status_post(
        "Gesperrt-Umfrage", poll=client.make_poll(["Tierheim", IBAN], expires_in=3600)
    ),
    "alt text": lambda client: client.media_post(
        PIXEL, mime_type="image/png", file_name="auszug.png", description=f"Kontoauszug zu {IBAN}"
    ),
    "file name": lambda client: client.media_post(
        PIXEL, mime_type="image/png", file_name=f"{IBAN.replace(' ', '')}.png", description="Ein Auszug"
    ),
    "new alt text": lambda client: client.media_update(
        client.media_post(PIXEL, mime_type="image/png", file_name="auszug.png"), description=f"Kontoauszug zu {IBAN}"
    ),
    "reply": lambda client: client.status_post(f"Gesperrt-Antwort {IBAN}", in_reply_to_id="1"),
    "direct message": lambda client: client.status_post(f"Gesperrt-Nachricht {IBAN}", visibility="direct"),
    "note": lambda client: client.account_update_credentials(note=f"Spenden gern an {IBAN}"),
    "name of a profile field": lambda client: client.account_update_credentials(fields=[(IBAN, "Konto")]),
    "list": lambda client: client.list_create(f"Kunde {IBAN}"),
    "filter": lambda client: client.filter_create(IBAN, context=["home"]),
    "filter of version 2": lambda client: client.create_filter_v2(
        "Filter", ["home"], "warn", keywords_attributes=[{"keyword": IBAN, "whole_word": False}]
    ),
    "report": lambda client: client.report("1", comment=f"betrifft {IBAN}"),
    "note on an account": lambda client: client.account_note_set("1", f"Konto {IBAN}"),
    "featured tag": lambda client: client.featured_tag_create(IBAN.replace(" ", "")),
    "display name": lambda client: client.account_update_credentials(display_name=f"Kasse {IBAN}"),
    "profile field": lambda client: client.account_update_credentials(fields=[("Konto", IBAN)]),
}


@pytest.mark.parametrize("place", list(_LEAKS))
def test_a_leak_is_stopped_wherever_it_stands(house: House, client: Mastodon, place: str) -> None:
    """The author reads which rule stopped the post and which decision that was, and not the number."""
    with pytest.raises(MastodonAPIError) as caught:
        _LEAKS[place](client)

    told = " ".join(str(word) for word in caught.value.args)
    assert "422" in told
    assert DECISION.search(told)
    assert RULE.search(told)
    assert IBAN not in told
    assert "2020 51" not in told
    assert house.published("Gesperrt") == []


def test_a_block_is_asked_for_once(house: House) -> None:
    """This client waits and sends again by itself where it is told to be slower; a block is no such answer."""
    with Relay(house.gateway.address, renames=True, breaks=lambda method, _: method == "POST") as line:
        mastodon = Mastodon(api_base_url=line.address, access_token=house.gateway.token)
        try:
            with pytest.raises(MastodonAPIError):
                mastodon.status_post(f"Gesperrt, einmal gefragt: {IBAN}")
        finally:
            mastodon.session.close()

        assert len(line.passed()) == 1


def test_a_held_post_looks_scheduled_and_is_not_out(house: House, client: Mastodon) -> None:
    """A post that waits for a person comes back as scheduled; nothing is on the platform."""
    answer = client.status_post(CUSTOMER)

    assert answer["scheduled_at"] is not None
    assert house.published("Mustermann") == []
    assert house.gateway.records(code="PG-201")


def test_the_houses_donation_account_passes(house: House, client: Mastodon) -> None:
    """An account number on the house's own list may be published."""
    client.status_post(f"Spendenkonto der Stiftung: {donation_account()}")

    assert len(house.published("Spendenkonto der Stiftung")) == 1


def test_one_key_makes_one_post(house: House, client: Mastodon) -> None:
    """The same key, once more and many times at once, gives one post; the platform itself would make many."""
    key = str(uuid.uuid4())  # noqa: TID251  the client draws its own keys
    text = "Einmal ist genug: unser Newsletter ist da."

    def post(_: int) -> Any:
        other = Mastodon(api_base_url=house.gateway.address, access_token=house.gateway.token)
        try:
            return other.status_post(text, idempotency_key=key)["id"]
        finally:
            other.session.close()

    with ThreadPoolExecutor(8) as pool:
        at_once = set(pool.map(post, range(8)))
    again = client.status_post(text, idempotency_key=key)["id"]

    assert at_once == {again}
    assert [found["id"] for found in house.published("Einmal ist genug")] == [again]


def test_one_key_with_another_text_is_refused(house: House, client: Mastodon) -> None:
    """A key that belongs to another post does not publish a second one."""
    key = str(uuid.uuid4())  # noqa: TID251  the client draws its own keys
    client.status_post("Schlüsselprobe, die erste.", idempotency_key=key)
    with pytest.raises(MastodonAPIError):
        client.status_post("Schlüsselprobe, die zweite.", idempotency_key=key)

    assert len(house.published("Schlüsselprobe")) == 1


@pytest.mark.parametrize("whose", ["nobody's", "the platform's own"])
def test_an_unknown_token_is_refused_and_recorded(house: House, whose: str) -> None:
    """Only gateway tokens open the door, not even the platform's real one; the refusal is on record."""
    token = "pgt_nobody" if whose == "nobody's" else house.server.token
    stranger = Mastodon(api_base_url=house.gateway.address, access_token=token)
    try:
        with pytest.raises(MastodonUnauthorizedError):
            stranger.status_post("Fremder Beitrag")
    finally:
        stranger.session.close()

    assert house.published("Fremder Beitrag") == []
    assert "auth" in {record["data"]["reason"] for record in house.gateway.records(code="PG-110")}


def test_pages_lead_back_to_the_door(house: House, client: Mastodon) -> None:
    """Where the platform names the next page, it is named at the door's address."""
    for number in range(3):
        client.status_post(f"Seite {'abc'[number]} unserer Serie über das Sparen.")
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(
            f"{house.gateway.address}/api/v1/timelines/home?limit=2",
            headers={"Authorization": f"Bearer {house.gateway.token}"},
            timeout=30,
        )

    assert len(answer.json()) == 2
    assert f"<{house.gateway.address}/api/v1/timelines/home?" in answer.headers["link"]
    assert house.server.base_url not in answer.headers["link"]
    assert house.server.token not in answer.text


@pytest.mark.req("JOB-EMP-3")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_employees_leads_to_a_post(house: House, language: str) -> None:
    """Its example, with the address and the token of the house, is published once."""
    told = {"address": house.gateway.address, "token": house.gateway.token}
    text = follow(language, "from mastodon import Mastodon", **told)

    assert len(house.published(text)) == 1
