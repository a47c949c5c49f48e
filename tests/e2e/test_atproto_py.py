"""
An unmodified atproto for Python through the gateway onto a real Bluesky server.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
import requests
from atproto import Client, client_utils, models
from atproto_client.exceptions import BadRequestError, UnauthorizedError

from tests.e2e.house import CUSTOMER, DECISION, IBAN, PIXEL, RULE
from tests.e2e.servers.pds import HANDLE
from tests.e2e.walks import LANGUAGES, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.bluesky_house import BlueskyHouse

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
"""What this client makes of httpx when it uploads."""
RECORDED = ["PG-101", "PG-102", "PG-103"]
COMPACT = IBAN.replace(" ", "")


@pytest.fixture
def bluesky(bluesky_house: BlueskyHouse) -> Iterator[Client]:
    """Return a client that was told an address, a name and a gateway token, and logged in."""
    client = Client(base_url=bluesky_house.gateway.address)
    try:
        client.login(HANDLE, bluesky_house.gateway.token)
        yield client
    finally:
        client.request.close()


def _told(error: BadRequestError) -> str:
    return str(error)


@pytest.mark.req("JOB-EMP-3")
def test_a_client_stays_at_the_door(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """The server tells every client where it is; none hears of it, after the login and after a renewal."""
    door = f"{bluesky_house.gateway.address}/xrpc"
    before = bluesky.export_session_string()
    bluesky._refresh_and_set_session()

    assert bluesky._base_url == door
    assert bluesky.me is not None
    assert bluesky.me.did == bluesky_house.server.did
    assert bluesky.export_session_string() != before
    assert bluesky_house.server.origin not in bluesky.export_session_string()
    claims = bluesky.export_session_string().split(":::")[2].split(".")[1]
    access = json.loads(base64.urlsafe_b64decode(f"{claims}=="))
    assert access["exp"] - access["iat"] > 15 * 60, "this client would renew it before every call"
    post = bluesky.send_post("Auch nach der Erneuerung über das Gateway.")
    assert bluesky_house.records_of(post.uri) == RECORDED


@pytest.mark.req("JOB-EMP-3")
def test_a_post_is_published_and_recorded(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """With a link, a tag and a language; its decision, intent and outcome are on record."""
    text = (
        client_utils.TextBuilder()
        .text("Beratung in der Filiale, mehr auf ")
        .link("bank.example", "https://bank.example")
    )
    post = bluesky.send_post(text.tag(" #sparen", "sparen"), langs=["de"])

    (found,) = bluesky_house.published("Beratung in der Filiale, mehr")
    assert (found["uri"], found["cid"]) == (post.uri, post.cid)
    assert found["value"]["facets"][0]["features"][0]["uri"] == "https://bank.example"
    assert found["value"]["langs"] == ["de"]
    assert bluesky_house.records_of(post.uri) == RECORDED


def test_a_reply_a_quote_and_a_like(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """They name what they belong to."""
    first = models.create_strong_ref(bluesky.send_post("Welche Fragen habt ihr zum Bausparen, liebe Kunden?"))
    reply = bluesky.send_post(
        "Zum Beispiel diese: Wann lohnt es sich?", reply_to=models.AppBskyFeedPost.ReplyRef(parent=first, root=first)
    )
    bluesky.send_post("Zitat: dazu noch ein Wort.", embed=models.AppBskyEmbedRecord.Main(record=first))
    like = bluesky.like(first.uri, first.cid)

    (found,) = bluesky_house.published("Wann lohnt es sich?")
    assert (found["uri"], found["value"]["reply"]["parent"]["uri"]) == (reply.uri, first.uri)
    assert bluesky_house.published("Zitat: dazu")[0]["value"]["embed"]["record"]["cid"] == first.cid
    assert [record["uri"] for record in bluesky_house.server.records("app.bsky.feed.like")] == [like.uri]
    assert bluesky.unlike(like.uri)
    assert bluesky_house.server.records("app.bsky.feed.like") == []


def test_a_picture_with_its_description_is_published(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """It reaches the platform only with the post that uses it, under the name that the client was told."""
    blob = bluesky.upload_blob(PIXEL).blob
    listed = requests.get(
        f"{bluesky_house.server.origin}/xrpc/com.atproto.sync.listBlobs",
        params={"did": bluesky_house.server.did},
        timeout=10,
    ).json()
    post = bluesky.send_image("So sieht sie aus, unsere neue Filiale!", PIXEL, "Die neue Filiale")

    assert blob.ref.link not in listed["cids"]
    (found,) = bluesky_house.published("unsere neue Filiale!")
    (image,) = found["value"]["embed"]["images"]
    assert (found["uri"], image["alt"], image["image"]["ref"]["$link"]) == (post.uri, "Die neue Filiale", blob.ref.link)


def test_an_edit_is_decided_like_a_post(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """A clean edit is published; an edit into a leak is stopped and the post stays as it was."""
    post = bluesky.send_post("Am Samstag sind wir auf dem Stadtfest.")

    def put(text: str) -> None:
        record = models.AppBskyFeedPost.Record(text=text, created_at=bluesky.get_current_time_iso())
        bluesky.com.atproto.repo.put_record(
            models.ComAtprotoRepoPutRecord.Data(
                repo=bluesky_house.server.did,
                collection="app.bsky.feed.post",
                rkey=post.uri.rpartition("/")[2],
                record=record,
            )
        )

    put("Am Sonntag sind wir auf dem Stadtfest.")
    with pytest.raises(BadRequestError):
        put(f"Am Sonntag, Konto {IBAN}")

    (found,) = bluesky_house.published("auf dem Stadtfest")
    assert found["value"]["text"] == "Am Sonntag sind wir auf dem Stadtfest."


def test_a_delete_is_passed_on_and_recorded(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """The post is gone, and there is a record of it."""
    post = bluesky.send_post("Dieser Hinweis ist bald überholt.")
    assert bluesky.delete_post(post.uri)

    assert bluesky_house.published("bald überholt") == []
    assert bluesky_house.records_of(post.uri) == [*RECORDED, *RECORDED]


def test_a_batch_of_writes_is_one_decision(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """All of it is published, or nothing."""

    def write(*texts: str) -> None:
        bluesky.com.atproto.repo.apply_writes(
            models.ComAtprotoRepoApplyWrites.Data(
                repo=bluesky_house.server.did,
                writes=[
                    models.ComAtprotoRepoApplyWrites.Create(
                        collection="app.bsky.feed.post",
                        value=models.AppBskyFeedPost.Record(text=text, created_at=bluesky.get_current_time_iso()),
                    )
                    for text in texts
                ],
            )
        )

    write("Stapel eins, ganz harmlos", "Stapel zwei, ebenso")
    with pytest.raises(BadRequestError):
        write("Stapel drei, ganz harmlos", f"Stapel vier: {IBAN}")

    assert {found["value"]["text"] for found in bluesky_house.published("Stapel")} == {
        "Stapel eins, ganz harmlos",
        "Stapel zwei, ebenso",
    }


def test_the_same_record_is_published_once(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """A client that did not hear the answer sends the same record with the same time."""
    record = models.AppBskyFeedPost.Record(text="Einmal ist genug.", created_at=bluesky.get_current_time_iso())
    uris = {bluesky.app.bsky.feed.post.create(bluesky_house.server.did, record).uri for _ in range(3)}

    assert [found["uri"] for found in bluesky_house.published("Einmal ist genug")] == list(uris)


def _post(**more: object) -> Callable[[Client], object]:
    def send(client: Client) -> object:
        record = {"text": "Gesperrt", "created_at": client.get_current_time_iso(), **more}
        return client.app.bsky.feed.post.create(client.me.did, models.AppBskyFeedPost.Record(**record))

    return send


def _facet(feature: object) -> list[models.AppBskyRichtextFacet.Main]:
    index = models.AppBskyRichtextFacet.ByteSlice(byte_start=0, byte_end=8)
    return [models.AppBskyRichtextFacet.Main(index=index, features=[feature])]


def _card(**more: str) -> models.AppBskyEmbedExternal.Main:
    given = {"uri": "https://bank.example", "title": "Bank", "description": "Wir", **more}
    return models.AppBskyEmbedExternal.Main(external=models.AppBskyEmbedExternal.External(**given))


def _profile(**fields: str) -> Callable[[Client], object]:
    def put(client: Client) -> object:
        return client.com.atproto.repo.put_record(
            models.ComAtprotoRepoPutRecord.Data(
                repo=client.me.did,
                collection="app.bsky.actor.profile",
                rkey="self",
                record=models.AppBskyActorProfile.Record(**fields),
            )
        )

    return put


_LEAKS: dict[str, Callable[[Client], object]] = {
    "text": lambda client: client.send_post(f"Gesperrt: bitte überweisen an {IBAN}"),
    "link": _post(facets=_facet(models.AppBskyRichtextFacet.Link(uri=f"https://bank.example/?konto={COMPACT}"))),
    "tag of a facet": _post(facets=_facet(models.AppBskyRichtextFacet.Tag(tag=COMPACT))),
    "tag": _post(tags=[COMPACT]),
    "card title": _post(embed=_card(title=f"Konto {IBAN}")),
    "card description": _post(embed=_card(description=f"Konto {IBAN}")),
    "card address": _post(embed=_card(uri=f"https://bank.example/{COMPACT}")),
    "alt text": lambda client: client.send_image("Gesperrt", PIXEL, f"Kontoauszug zu {IBAN}"),
    "label": _post(
        labels=models.ComAtprotoLabelDefs.SelfLabels(values=[models.ComAtprotoLabelDefs.SelfLabel(val=IBAN)])
    ),
    "key of what is deleted": lambda client: client.com.atproto.repo.delete_record(
        models.ComAtprotoRepoDeleteRecord.Data(repo=client.me.did, collection="app.bsky.feed.post", rkey=COMPACT)
    ),
    "key of what is liked": lambda client: client.like(
        f"at://{client.me.did}/app.bsky.feed.post/{COMPACT}", "bafyrei" + "a" * 52
    ),
    "display name": _profile(display_name=f"Kasse {IBAN}"),
    "profile text": _profile(description=f"Spenden an {IBAN}"),
    "list": lambda client: client.app.bsky.graph.list.create(
        client.me.did,
        models.AppBskyGraphList.Record(
            name=f"Konto {IBAN}"[:64],
            purpose="app.bsky.graph.defs#curatelist",
            created_at=client.get_current_time_iso(),
        ),
    ),
}


@pytest.mark.parametrize("place", list(_LEAKS))
def test_a_leak_is_stopped_wherever_it_stands(bluesky_house: BlueskyHouse, bluesky: Client, place: str) -> None:
    """The author reads which rule stopped the post and which decision that was, and not the number."""
    with pytest.raises(BadRequestError) as caught:
        _LEAKS[place](bluesky)

    told = _told(caught.value)
    assert "PolicyBlock" in told
    assert DECISION.search(told)
    assert RULE.search(told)
    assert IBAN not in told
    assert COMPACT not in told
    assert bluesky_house.published("Gesperrt") == []


def test_a_held_post_is_shown_as_held_and_is_not_out(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """This platform has no shape for it but an error that says so."""
    with pytest.raises(BadRequestError) as caught:
        bluesky.send_post(CUSTOMER)

    told = _told(caught.value)
    assert "PendingReview" in told
    assert DECISION.search(told)
    assert bluesky_house.published("Mustermann") == []
    assert bluesky_house.gateway.records(code="PG-201")


def test_a_direct_message_is_decided_like_a_post(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """It reaches the service for messages through the platform, as the account; one with a number does not."""
    chat = bluesky.with_proxy("bsky_chat", bluesky_house.server.services_did)
    try:
        for text in ("Guten Tag, hier ist die Bank.", f"Ihr Konto: {IBAN}"):
            message = models.ChatBskyConvoDefs.MessageInput(text=text)
            data = models.ChatBskyConvoSendMessage.Data(convo_id="3kabc", message=message)
            if IBAN in text:
                with pytest.raises(BadRequestError):
                    chat.chat.bsky.convo.send_message(data)
            else:
                chat.chat.bsky.convo.send_message(data)
    finally:
        chat.request.close()

    sent = [kept for kept in bluesky_house.server.kept() if kept["method"] == "sendMessage"]
    assert [(kept["from"], kept["body"]["message"]["text"]) for kept in sent] == [
        (bluesky_house.server.did, "Guten Tag, hier ist die Bank.")
    ]


@pytest.mark.parametrize("whose", ["nobody's", "the platform's own"])
def test_an_unknown_token_is_refused_and_recorded(bluesky_house: BlueskyHouse, whose: str) -> None:
    """Only gateway tokens open the door, not even the platform's real app password; the refusal is on record."""
    password = "pgt_nobody" if whose == "nobody's" else bluesky_house.server.password
    stranger = Client(base_url=bluesky_house.gateway.address)
    try:
        with pytest.raises(UnauthorizedError):
            stranger.login(HANDLE, password)
    finally:
        stranger.request.close()

    assert "auth" in {record["data"]["reason"] for record in bluesky_house.gateway.records(code="PG-110")}


def test_a_gateway_token_is_worth_nothing_at_the_platform(bluesky_house: BlueskyHouse, bluesky: Client) -> None:
    """Neither as password nor as what the login gave out."""
    session = bluesky.export_session_string().split(":::")
    direct = Client(base_url=bluesky_house.server.origin)
    try:
        with pytest.raises(UnauthorizedError):
            direct.login(HANDLE, bluesky_house.gateway.token)
    finally:
        direct.request.close()
    for token in session[2:4]:
        answer = requests.get(
            f"{bluesky_house.server.origin}/xrpc/com.atproto.server.getSession",
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert answer.status_code >= 400


@pytest.mark.req("JOB-EMP-3")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_employees_leads_to_a_post(bluesky_house: BlueskyHouse, language: str) -> None:
    """Its example, with the address and the token of the house, is published once."""
    told = {"address": bluesky_house.gateway.address, "token": bluesky_house.gateway.token, "name": HANDLE}
    text = follow(language, "from atproto import Client", **told)

    assert len(bluesky_house.published(text)) == 1
