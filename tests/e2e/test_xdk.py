"""
X's official clients, unmodified, through the gateway onto a contract server of our own.

Nothing here was ever sent to X: the server says what X's public documentation says.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import requests
from xdk import Client
from xdk.direct_messages.models import (
    CreateByConversationIdRequest,
    CreateByParticipantIdRequest,
    CreateConversationRequest,
)
from xdk.lists.models import CreateRequest as ListRequest
from xdk.lists.models import UpdateRequest as ListUpdate
from xdk.media.models import AppendUploadRequest, CreateMetadataRequest, InitializeUploadRequest, UploadRequest
from xdk.posts.models import CreateRequest
from xdk.users.models import LikePostRequest

from tests.e2e.contract_house import ALLOWED, contract_house
from tests.e2e.house import CUSTOMER, DECISION, IBAN, PIXEL, RULE
from tests.e2e.servers import npm
from tests.e2e.servers.contract import Reply
from tests.e2e.servers.contract_x import ME, X
from tests.e2e.walks import LANGUAGES, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.contract_house import ContractHouse

PICTURE = base64.b64encode(PIXEL).decode()
pytestmark = pytest.mark.xdist_group("xdk")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContractHouse]:
    """Run the product before X's contract server."""
    with contract_house(X(), "x", tmp_path_factory.mktemp("x")) as running:
        yield running


@pytest.fixture
def client(house: ContractHouse) -> Iterator[Client]:
    """Return an unmodified xdk that was told an address and a token, nothing else."""
    xdk = Client(base_url=house.gateway.address, access_token=house.gateway.token)
    yield xdk
    xdk.session.close()


def texts(house: ContractHouse) -> list[str]:
    """Return the texts of all posts on the platform."""
    return [post["text"] for post in house.rules.posts.values()]


def answer_of(error: requests.HTTPError) -> requests.Response:
    """Return the answer behind an error."""
    assert error.response is not None
    return error.response


def test_a_client_starts_as_usual(client: Client) -> None:
    """It asks who it is."""
    me = client.users.get_me(user_fields=["id", "name"])

    assert me.data is not None
    assert me.data.username == ME["username"]


def test_a_post_is_published_once_and_recorded(house: ContractHouse, client: Client) -> None:
    """A clean post is on the platform, and its decision, intent and outcome are on record."""
    answer = client.posts.create(CreateRequest(text="Heute ab 17 Uhr offene Beratung in der Filiale am Markt."))

    assert answer.data is not None
    assert house.rules.posts[answer.data.id]["text"] == answer.data.text
    assert texts(house).count(answer.data.text) == 1
    assert house.gateway.records_of(answer.data.id) == ALLOWED


def test_everything_a_post_can_hold(house: ContractHouse, client: Client) -> None:
    """Reply, poll and settings arrive as they were meant."""
    request = CreateRequest.model_validate(
        {
            "text": "Was trinkt ihr beim Beratungsgespräch?",
            "reply": {"in_reply_to_tweet_id": "1234567890"},
            "poll": {"options": ["Kaffee", "Tee"], "duration_minutes": 60},
            "reply_settings": "following",
        }
    )
    answer = client.posts.create(request)

    assert answer.data is not None
    assert house.rules.posts[answer.data.id]["sent"] == request.model_dump(exclude_none=True)


def test_an_image_arrives_with_its_alt_text(house: ContractHouse, client: Client) -> None:
    """It reaches the platform with the post that uses it, not before."""
    before = len(house.rules.images)
    uploaded = client.media.upload(UploadRequest(media=PICTURE, media_category="tweet_image"))
    assert uploaded.data is not None
    metadata = {"id": uploaded.data.id, "metadata": {"alt_text": {"text": "Die neue Filiale"}}}
    client.media.create_metadata(CreateMetadataRequest.model_validate(metadata))
    assert len(house.rules.images) == before
    media = {"media_ids": [uploaded.data.id]}
    client.posts.create(CreateRequest.model_validate({"text": "So sieht sie aus!", "media": media}))

    (*_, image) = house.rules.images.values()
    assert image == {"data": PIXEL, "category": "tweet_image", "alt_text": "Die neue Filiale"}


def test_an_image_in_pieces(house: ContractHouse, client: Client) -> None:
    """Announced, sent in two pieces, put together in the gateway."""
    opened = client.media.initialize_upload(
        InitializeUploadRequest(media_category="tweet_image", media_type="image/png", total_bytes=len(PIXEL))
    )
    assert opened.data is not None
    for index, piece in enumerate((PIXEL[:30], PIXEL[30:])):
        media = base64.b64encode(piece).decode()
        client.media.append_upload(opened.data.id, AppendUploadRequest(media=media, segment_index=index))
    client.media.finalize_upload(opened.data.id)
    media_ids = {"media_ids": [opened.data.id]}
    client.posts.create(CreateRequest.model_validate({"text": "In zwei Stücken.", "media": media_ids}))

    (*_, image) = house.rules.images.values()
    assert image["data"] == PIXEL


def test_messages_lists_likes_and_deletes(house: ContractHouse, client: Client) -> None:
    """What else a client does goes the same way."""
    client.direct_messages.create_by_participant_id(
        "1234567890", CreateByParticipantIdRequest(text="Gern, bis morgen!")
    )
    client.lists.create(ListRequest(name="Filialen", description="Alle unsere Filialen"))
    client.users.like_post(ME["id"], LikePostRequest(tweet_id="1234567890"))
    answer = client.posts.create(CreateRequest(text="Dieser Hinweis ist bald überholt."))
    assert answer.data is not None
    client.posts.delete(answer.data.id)

    assert house.rules.messages[-1] == {"text": "Gern, bis morgen!"}
    assert answer.data.id not in house.rules.posts
    assert house.rules.deleted[-1] == f"/2/tweets/{answer.data.id}"


def _post(**fields: Any) -> Callable[[Client], object]:
    return lambda client: client.posts.create(CreateRequest.model_validate(fields))


def _alt_text(client: Client) -> None:
    uploaded = client.media.upload(UploadRequest(media=PICTURE, media_category="tweet_image"))
    assert uploaded.data is not None
    metadata = {"id": uploaded.data.id, "metadata": {"alt_text": {"text": f"Auszug {IBAN}"}}}
    client.media.create_metadata(CreateMetadataRequest.model_validate(metadata))


def _profile(client: Client) -> None:
    """Send the profile as tweepy does: in the query string."""
    client.session.post(
        f"{client.base_url}/1.1/account/update_profile.json",
        params={"description": f"Spenden an {IBAN}"},
        headers={"Authorization": f"Bearer {client.access_token}"},
    ).raise_for_status()


LEAKS: dict[str, Callable[[Client], object]] = {
    "text": _post(text=f"Bitte überweisen an {IBAN}"),
    "poll option": _post(text="Wohin?", poll={"options": ["Tierheim", IBAN], "duration_minutes": 60}),
    "card": _post(text="Mehr dazu:", card_uri=f"card://{IBAN.replace(' ', '')}"),
    "message link": _post(text="Schreibt uns:", direct_message_deep_link=f"https://x.example/?text={IBAN}"),
    "edit": _post(text=f"Neu: {IBAN}", edit_options={"previous_post_id": "1234567890"}),
    "alt text": _alt_text,
    "direct message": lambda client: client.direct_messages.create_by_participant_id(
        "1234567890", CreateByParticipantIdRequest(text=f"Ihr Konto: {IBAN}")
    ),
    "message in a conversation": lambda client: client.direct_messages.create_by_conversation_id(
        "1234567890-2244994945", CreateByConversationIdRequest(text=f"Ihr Konto: {IBAN}")
    ),
    "message to a group": lambda client: client.direct_messages.create_conversation(
        CreateConversationRequest.model_validate(
            {
                "conversation_type": "Group",
                "participant_ids": ["1234567890", "1234567891"],
                "message": {"text": f"Konto {IBAN}"},
            }
        )
    ),
    "reply": _post(text=f"Ihr Konto: {IBAN}", reply={"in_reply_to_tweet_id": "1234567890"}),
    "new name of a list": lambda client: client.lists.update("1234567890", ListUpdate(name=IBAN)),
    "list name": lambda client: client.lists.create(ListRequest(name=IBAN)),
    "list description": lambda client: client.lists.create(ListRequest(name="Konten", description=IBAN)),
    "profile in the query": _profile,
}


@pytest.mark.parametrize("place", list(LEAKS))
def test_a_leak_is_stopped_wherever_it_stands(house: ContractHouse, client: Client, place: str) -> None:
    """The client shows rule and decision in the one line it has, the whole reason in the body, and not the number."""
    before = len(house.server.calls)
    with pytest.raises(requests.HTTPError) as caught:
        LEAKS[place](client)

    shown, response = str(caught.value), answer_of(caught.value)
    told = response.json()
    assert response.status_code == 403
    assert DECISION.search(shown)
    assert RULE.search(shown)
    assert DECISION.search(told["detail"])
    assert IBAN not in f"{shown} {told}".split(" for url:")[0]
    assert len(house.server.calls) == before


def test_a_held_post_is_shown_as_held(house: ContractHouse, client: Client) -> None:
    """A post that waits for a person is no success; nothing is on the platform."""
    with pytest.raises(requests.HTTPError) as caught:
        client.posts.create(CreateRequest(text=CUSTOMER))

    assert "Held by policy" in str(caught.value)
    assert answer_of(caught.value).json()["title"] == "Pending review"
    assert house.gateway.records(code="PG-201")
    assert CUSTOMER not in texts(house)


def test_an_edit_is_decided_like_a_post(house: ContractHouse, client: Client) -> None:
    """A clean edit is published with the post it replaces."""
    edit = {"text": "Am Sonntag sind wir auf dem Stadtfest.", "edit_options": {"previous_post_id": "1234567890"}}
    answer = client.posts.create(CreateRequest.model_validate(edit))

    assert answer.data is not None
    assert house.rules.posts[answer.data.id]["sent"] == edit


def test_one_key_makes_one_post(house: ContractHouse, client: Client) -> None:
    """The same key again gives the same answer and no second post."""
    client.session.headers["Idempotency-Key"] = "newsletter-1"
    request = CreateRequest(text="Einmal ist genug: unser Newsletter ist da.")
    first, again = client.posts.create(request), client.posts.create(request)

    assert first.data == again.data
    assert texts(house).count(str(request.text)) == 1


@pytest.mark.parametrize("fault", ["close", "close_after", Reply(status=500)])
def test_an_unclear_end_is_never_sent_again(house: ContractHouse, client: Client, fault: str | Reply) -> None:
    """The client learns that the post may be out; sent again, it reaches the platform no second time."""
    request = CreateRequest(text=f"Unklar, Fall {'abc'[len(str(fault)) % 3]} {fault if isinstance(fault, str) else 5}.")
    house.server.faults.append(fault)
    before = len(house.server.writes("POST", "/2/tweets"))
    for _ in range(2):
        with pytest.raises(requests.HTTPError) as caught:
            client.posts.create(request)
        assert "OutcomeUnknown" in str(caught.value)

    assert len(house.server.writes("POST", "/2/tweets")) == before + 1


def test_the_platforms_refusal_is_passed_on_in_our_words(house: ContractHouse, client: Client) -> None:
    """X refuses a duplicate; the client learns that, and nothing of X's own text."""
    client.posts.create(CreateRequest(text="Doppelt hält besser."))
    with pytest.raises(requests.HTTPError) as caught:
        client.posts.create(CreateRequest(text="Doppelt hält besser."))

    assert answer_of(caught.value).status_code == 403
    assert "HTTP 403" in answer_of(caught.value).json()["detail"]
    assert texts(house).count("Doppelt hält besser.") == 1


@pytest.mark.parametrize("whose", ["nobody's", "the platform's own"])
def test_an_unknown_token_is_refused(house: ContractHouse, whose: str) -> None:
    """Only gateway tokens open the door."""
    stranger = Client(
        base_url=house.gateway.address,
        access_token="pgt_nobody" if whose == "nobody's" else house.gateway.setup.credential,
    )
    try:
        with pytest.raises(requests.HTTPError) as caught:
            stranger.posts.create(CreateRequest(text="Fremder Beitrag"))
    finally:
        stranger.session.close()

    assert answer_of(caught.value).status_code == 401
    assert "Fremder Beitrag" not in texts(house)


def test_a_gateways_token_opens_no_platform(house: ContractHouse) -> None:
    """Who has one and goes round the gateway gets nowhere."""
    with house.round_the_gateway() as platform:
        stray = Client(base_url=platform, access_token=house.gateway.token)
        try:
            with pytest.raises(requests.HTTPError) as caught:
                stray.posts.create(CreateRequest(text="Am Gateway vorbei"))
        finally:
            stray.session.close()

    assert answer_of(caught.value).status_code == 401
    assert "Am Gateway vorbei" not in texts(house)


def typescript(door: str, token: str, *steps: tuple[str, Any], key: str = "") -> list[dict[str, Any]]:
    """Let @xdevplatform/xdk carry out steps and return what it made of each answer."""
    told = {"DOOR": door, "TOKEN": token, "KEY": key, "STEPS": json.dumps(steps)}
    with (npm.PROJECT / "xdk.mjs").open("rb") as script:
        done = subprocess.run(
            npm.module_command(),
            stdin=script,
            capture_output=True,
            text=True,
            check=False,
            cwd=npm.installed(),
            env={**os.environ, **told},
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_client_for_typescript(house: ContractHouse) -> None:
    """Published once, with its image and alt text, edited, deleted, and on record."""
    text = "Aus TypeScript: wir haben geöffnet."
    me, _, alt, clean, edit = typescript(
        house.gateway.address,
        house.gateway.token,
        ("me", None),
        ("image", PICTURE),
        ("altText", "Die neue Filiale"),
        ("postImage", text),
        ("post", {"text": "Aus TypeScript: bis 18 Uhr.", "editOptions": {"previousPostId": "1234567890"}}),
    )
    (deleted,) = typescript(house.gateway.address, house.gateway.token, ("delete", clean["data"]["id"]))

    assert me["data"]["username"] == ME["username"]
    assert "message" not in alt
    assert clean["data"]["text"] == text
    assert house.gateway.records_of(clean["data"]["id"])[:3] == ALLOWED
    assert house.rules.posts[edit["data"]["id"]]["sent"]["edit_options"] == {"previous_post_id": "1234567890"}
    assert deleted["data"] == {"deleted": True}
    posted = [call.json()["text"] for call in house.server.writes("POST", "/2/tweets")]
    assert posted.count(text) == 1
    assert clean["data"]["id"] not in house.rules.posts


TYPESCRIPT_LEAKS: dict[str, tuple[str, Any]] = {
    "text": ("post", {"text": f"Konto {IBAN}"}),
    "poll option": ("post", {"text": "Wohin?", "poll": {"options": ["Tierheim", IBAN], "durationMinutes": 60}}),
    "card": ("post", {"text": "Mehr dazu:", "cardUri": f"card://{IBAN.replace(' ', '')}"}),
    "message link": ("post", {"text": "Schreibt uns:", "directMessageDeepLink": f"https://x.example/?text={IBAN}"}),
    "edit": ("post", {"text": f"Neu: {IBAN}", "editOptions": {"previousPostId": "1234567890"}}),
    "alt text": ("altText", f"Auszug {IBAN}"),
    "direct message": ("message", {"to": "1234567890", "text": f"Ihr Konto: {IBAN}"}),
    "list name": ("list", {"name": IBAN}),
    "list description": ("list", {"name": "Konten", "description": IBAN}),
}


def test_the_client_for_typescript_shows_why(house: ContractHouse) -> None:
    """Rule and decision of each leak and of what is held are in the error's message, and not the number."""
    before = len(house.server.calls)
    steps = [("image", PICTURE), *TYPESCRIPT_LEAKS.values(), ("post", {"text": CUSTOMER})]
    _, *answers = typescript(house.gateway.address, house.gateway.token, *steps)

    for place, told in zip([*TYPESCRIPT_LEAKS, "held"], answers, strict=True):
        assert told.get("status") == 403, (place, told)
        assert DECISION.search(told["message"]), place
        assert RULE.search(told["message"]), place
        assert IBAN not in told["message"], place
    assert "waits for a person" in answers[-1]["message"]
    assert len(house.server.calls) == before


def test_one_key_makes_one_post_in_typescript(house: ContractHouse) -> None:
    """In the headers of the client, for a program that sends again by itself."""
    text = "Aus TypeScript: einmal ist genug."
    step = ("post", {"text": text})
    first, again = typescript(house.gateway.address, house.gateway.token, step, step, key="newsletter-2")

    assert first["data"] == again["data"]
    assert texts(house).count(text) == 1


def test_tokens_of_the_client_for_typescript_count_in_one_place(house: ContractHouse) -> None:
    """The platform's opens no door, the gateway's no platform."""
    step = ("post", {"text": "Aus TypeScript vorbei"})
    (at_door,) = typescript(house.gateway.address, house.gateway.setup.credential, step)
    with house.round_the_gateway() as platform:
        (at_platform,) = typescript(platform, house.gateway.token, step)

    assert (at_door["status"], at_platform["status"]) == (401, 401)
    assert "Aus TypeScript vorbei" not in texts(house)


@pytest.mark.req("JOB-EMP-3")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ["from xdk import Client", 'from "@xdevplatform/xdk"'])
def test_the_page_for_employees_leads_to_a_post(house: ContractHouse, language: str, words: str) -> None:
    """Its example, with the address and the token of the house, is published once."""
    text = follow(language, words, address=house.gateway.address, token=house.gateway.token)

    assert texts(house).count(text) == 1
