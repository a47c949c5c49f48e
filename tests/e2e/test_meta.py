"""
Meta's clients, unmodified, through the gateway onto a contract server of our own.

Nothing here was ever sent to Facebook: the server says what Meta's public documentation says.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

import facebook
import pytest
import requests
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.post import Post
from facebook_business.api import FacebookAdsApi, FacebookSession
from facebook_business.exceptions import FacebookRequestError

from tests.e2e.contract_house import ALLOWED, CREDENTIAL, contract_house
from tests.e2e.house import CUSTOMER, DECISION, IBAN, PIXEL, RULE
from tests.e2e.servers.contract_meta import PAGE, Graph
from tests.e2e.walks import LANGUAGES, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.contract_house import ContractHouse

pytestmark = pytest.mark.xdist_group("meta")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContractHouse]:
    """Run the product before the contract server of Facebook's pages."""
    with contract_house(Graph("facebook"), "facebook", tmp_path_factory.mktemp("facebook")) as running:
        yield running


@contextmanager
def official(
    house: ContractHouse, *, address: str | None = None, token: str | None = None, key: str | None = None
) -> Iterator[Page]:
    """Give facebook_business, told the door's address and a token; it puts the token into the query."""
    before = FacebookSession.GRAPH
    FacebookSession.GRAPH = address or house.gateway.address
    session = FacebookSession(access_token=token or house.gateway.token)
    session.requests.headers.update({"Idempotency-Key": key} if key is not None else {})
    try:
        yield Page(PAGE, api=FacebookAdsApi(session))
    finally:
        session.requests.close()
        FacebookSession.GRAPH = before


@contextmanager
def older(
    house: ContractHouse, *, address: str | None = None, token: str | None = None, key: str | None = None
) -> Iterator[facebook.GraphAPI]:
    """Give facebook-sdk, told the same; it puts the token into the body."""
    before = facebook.FACEBOOK_GRAPH_URL
    facebook.FACEBOOK_GRAPH_URL = f"{address or house.gateway.address}/"
    graph = facebook.GraphAPI(access_token=token or house.gateway.token, session=requests.Session())
    graph.session.headers.update({"Idempotency-Key": key} if key is not None else {})
    try:
        yield graph
    finally:
        graph.session.close()
        facebook.FACEBOOK_GRAPH_URL = before


def messages(house: ContractHouse) -> list[str]:
    """Return the texts on the platform."""
    return [str(post.get("message", post.get("caption", post.get("text")))) for post in house.rules.posts.values()]


def test_a_post_by_each_client_is_published_once_and_recorded(pages: ContractHouse) -> None:
    """Wherever the client puts its token, the platform sees its own, in the header."""
    with official(pages) as page:
        made = page.create_feed(params={"message": "Heute ab 17 Uhr offene Beratung in der Filiale."})
    with older(pages) as graph:
        again = graph.put_object(PAGE, "feed", message="Morgen ab 9 Uhr offene Beratung am Markt.")

    assert messages(pages).count("Heute ab 17 Uhr offene Beratung in der Filiale.") == 1
    assert messages(pages).count("Morgen ab 9 Uhr offene Beratung am Markt.") == 1
    for identifier in (made["id"], again["id"]):
        assert pages.gateway.records_of(identifier) == ALLOWED


def _post_officially(house: ContractHouse, message: str, **told: str) -> str:
    with official(house, **told) as page:
        return str(page.create_feed(params={"message": message})["id"])


def _post_in_the_older_way(house: ContractHouse, message: str, **told: str) -> str:
    with older(house, **told) as graph:
        return str(graph.put_object(PAGE, "feed", message=message)["id"])


CLIENTS: dict[str, Callable[..., str]] = {
    "facebook_business": _post_officially,
    "facebook-sdk": _post_in_the_older_way,
}
REFUSED = (FacebookRequestError, facebook.GraphAPIError)


@pytest.mark.parametrize("client", list(CLIENTS))
def test_one_key_makes_one_post(pages: ContractHouse, client: str) -> None:
    """In the headers of the client's session: the same again gives the same answer and no second post."""
    text = f"Einmal ist genug, mit {client}."
    made = {CLIENTS[client](pages, text, key=f"newsletter-{client}") for _ in range(2)}

    assert len(made) == 1
    assert messages(pages).count(text) == 1


@pytest.mark.parametrize("client", list(CLIENTS))
def test_tokens_count_in_one_place(pages: ContractHouse, client: str) -> None:
    """The platform's opens no door, and the gateway's no platform."""
    with pytest.raises(REFUSED):
        CLIENTS[client](pages, "Fremder Beitrag", token=CREDENTIAL)
    with pages.round_the_gateway() as platform, pytest.raises(REFUSED):
        CLIENTS[client](pages, "Fremder Beitrag", address=platform)

    assert "Fremder Beitrag" not in messages(pages)


def test_a_photo_with_its_texts(pages: ContractHouse) -> None:
    """The picture without its local name, cleaned, with caption and alt text."""
    with older(pages) as graph:
        image = io.BytesIO(PIXEL)
        image.name = "IMG_Auszug.png"
        made = graph.put_photo(image, album_path=f"{PAGE}/photos", caption="Neu!", alt_text_custom="Eine Tür")

    assert pages.rules.posts[made["id"]] == {"source": PIXEL, "caption": "Neu!", "alt_text_custom": "Eine Tür"}
    assert not any(b"IMG_Auszug" in call.body for call in pages.server.calls)


def test_comments_edits_messages_and_deletes(pages: ContractHouse) -> None:
    """What else a page does goes the same way; an edit into a leak leaves the post as it was."""
    with older(pages) as graph:
        made = graph.put_object(PAGE, "feed", message="Am Samstag auf dem Stadtfest.")["id"]
        graph.put_comment(made, "Bis dann!")
        graph.request(f"{graph.version}/{made}", post_args={"message": "Am Sonntag auf dem Stadtfest."}, method="POST")
        with pytest.raises(facebook.GraphAPIError):
            graph.request(f"{graph.version}/{made}", post_args={"message": f"Konto {IBAN}"}, method="POST")
        assert pages.rules.posts[made]["message"] == "Am Sonntag auf dem Stadtfest."
        graph.delete_object(made)
    with official(pages) as page:
        again = page.create_feed(params={"message": "Am Samstag Beratung."})["id"]
        post = Post(again, api=page.get_api_assured())
        post.api_update(params={"message": "Am Montag Beratung."})
        with pytest.raises(FacebookRequestError):
            post.api_update(params={"message": f"Konto {IBAN}"})
        assert pages.rules.posts[again]["message"] == "Am Montag Beratung."
        post.api_delete()
        page.api_update(params={"about": "Wir sind für Sie da"})
        message = {"recipient": {"id": "123456"}, "message": {"text": "Gern!"}, "messaging_type": "RESPONSE"}
        page.get_api_assured().call("POST", (PAGE, "messages"), params=message)

    assert "Bis dann!" in messages(pages)
    assert {made, again}.isdisjoint(pages.rules.posts)
    assert pages.rules.page == {"about": "Wir sind für Sie da"}
    assert pages.rules.messages == [message]


def test_pages_are_listed_without_their_tokens(pages: ContractHouse) -> None:
    """Neither as a field nor in the address of the next page."""
    with older(pages) as graph:
        listed = graph.get_connections("me", "accounts")

    assert listed["data"] == [{"id": PAGE, "name": "Presse"}]
    assert "real" not in str(listed)


LEAKS: dict[str, Callable[[Page], object]] = {
    "message": lambda page: page.create_feed(params={"message": f"Bitte an {IBAN}"}),
    "link": lambda page: page.create_feed(params={"link": f"https://bank.example/?iban={IBAN.replace(' ', '')}"}),
    "link name": lambda page: page.create_feed(params={"message": "Neu", "name": f"Konto {IBAN}"}),
    "link description": lambda page: page.create_feed(params={"message": "Neu", "description": f"Konto {IBAN}"}),
    "link caption": lambda page: page.create_feed(params={"message": "Neu", "caption": f"Konto {IBAN}"}),
    "comment": lambda page: Post(f"{PAGE}_1", api=page.get_api_assured()).create_comment(
        params={"message": f"Ihr Konto: {IBAN}"}
    ),
    "about": lambda page: page.api_update(params={"about": f"Spenden an {IBAN}"}),
    "description of the page": lambda page: page.api_update(params={"description": f"Spenden an {IBAN}"}),
    "imprint": lambda page: page.api_update(params={"impressum": f"Konto {IBAN}"}),
    "direct message": lambda page: page.get_api_assured().call(
        "POST", (PAGE, "messages"), params={"recipient": {"id": "123456"}, "message": {"text": f"Konto {IBAN}"}}
    ),
    "query": lambda page: (
        page.get_api_assured()
        ._session.requests.post(f"{FacebookSession.GRAPH}/{PAGE}/feed", params={"message": f"Konto {IBAN}"})
        .raise_for_status()
    ),
}


@pytest.mark.parametrize("place", list(LEAKS))
def test_a_leak_is_stopped_wherever_it_stands(pages: ContractHouse, place: str) -> None:
    """The client raises its usual error, whose message has rule and decision, and not the number."""
    before = len(pages.server.calls)
    with official(pages) as page, pytest.raises((FacebookRequestError, requests.HTTPError)) as caught:
        LEAKS[place](page)

    error = caught.value
    told = error.api_error_message() if isinstance(error, FacebookRequestError) else error.response.json()["error"]
    assert DECISION.search(str(told))
    assert RULE.search(str(told))
    assert IBAN not in str(told)
    assert len(pages.server.calls) == before


OLDER_LEAKS: dict[str, Callable[[facebook.GraphAPI], object]] = {
    "message": lambda graph: graph.put_object(PAGE, "feed", message=f"Bitte an {IBAN}"),
    "link": lambda graph: graph.put_object(PAGE, "feed", link=f"https://bank.example/?iban={IBAN.replace(' ', '')}"),
    "link name": lambda graph: graph.put_object(PAGE, "feed", message="Neu", name=f"Konto {IBAN}"),
    "comment": lambda graph: graph.put_comment(f"{PAGE}_1", f"Ihr Konto: {IBAN}"),
    "about": lambda graph: graph.request(f"{graph.version}/{PAGE}", post_args={"about": f"An {IBAN}"}, method="POST"),
    "direct message": lambda graph: graph.put_object(
        PAGE, "messages", recipient='{"id": "123456"}', message=f'{{"text": "Konto {IBAN}"}}'
    ),
}


@pytest.mark.parametrize("place", list(OLDER_LEAKS))
def test_a_leak_by_the_older_client_is_stopped(pages: ContractHouse, place: str) -> None:
    """Its error's text is the reason: rule and decision, and not the number."""
    before = len(pages.server.calls)
    with older(pages) as graph, pytest.raises(facebook.GraphAPIError) as caught:
        OLDER_LEAKS[place](graph)

    assert DECISION.search(str(caught.value))
    assert RULE.search(str(caught.value))
    assert IBAN not in str(caught.value)
    assert len(pages.server.calls) == before


def test_a_leak_in_a_photo_is_stopped(pages: ContractHouse) -> None:
    """In its caption, its alt text, or its local name."""
    for name, texts in (
        ("filiale.png", {"caption": f"Konto {IBAN}"}),
        ("filiale.png", {"alt_text_custom": f"Auszug {IBAN}"}),
        (f"{IBAN.replace(' ', '')}.png", {"caption": "Neu"}),
    ):
        image = io.BytesIO(PIXEL)
        image.name = name
        before = len(pages.server.calls)
        with older(pages) as graph, pytest.raises(facebook.GraphAPIError) as caught:
            graph.put_photo(image, album_path=f"{PAGE}/photos", **texts)
        assert DECISION.search(str(caught.value))
        assert len(pages.server.calls) == before


def test_a_held_post_is_shown_as_held(pages: ContractHouse) -> None:
    """A post that waits for a person is no success; nothing is on the platform."""
    with official(pages) as page, pytest.raises(FacebookRequestError) as caught:
        page.create_feed(params={"message": CUSTOMER})

    assert caught.value.body()["error"]["error_user_title"] == "Pending review"
    with older(pages) as graph, pytest.raises(facebook.GraphAPIError) as shown:
        graph.put_object(PAGE, "feed", message=CUSTOMER)
    assert DECISION.search(str(shown.value))
    assert "waits for a person" in str(shown.value)
    assert CUSTOMER not in messages(pages)


def test_an_unclear_end_is_never_sent_again(pages: ContractHouse) -> None:
    """The platform took the post and the line broke: sent again, it reaches the platform no second time."""
    pages.server.faults.append("close_after")
    before = len(pages.server.calls)
    with official(pages) as page:
        for _ in range(2):
            with pytest.raises(FacebookRequestError) as caught:
                page.create_feed(params={"message": "Unklar, aber nur einmal."})
            assert caught.value.body()["error"]["error_user_title"] == "OutcomeUnknown"

    assert len(pages.server.calls) == before + 1


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"/{PAGE}/feed", {"message": "Später", "scheduled_publish_time": "1795900000"}),
        (f"/{PAGE}/feed", {"message": "Entwurf", "published": "false"}),
        (f"/{PAGE}/videos", {"description": "Film"}),
        ("/", {"batch": "[]"}),
        ("/oauth/access_token", {"client_id": "1"}),
        (f"/{PAGE}/feed", {"message": "Zwei", "access_token": "another"}),
    ],
)
def test_what_is_not_offered_is_refused(pages: ContractHouse, path: str, fields: dict[str, str]) -> None:
    """Times, drafts, videos, requests within requests, tokens, two authors."""
    before = len(pages.server.calls)
    headers = {"Authorization": f"Bearer {pages.gateway.token}"}
    answer = requests.post(f"{pages.gateway.address}/v26.0{path}", data=fields, headers=headers, timeout=30)

    assert answer.status_code in {400, 422}
    assert answer.json()["error"]["message"]
    assert len(pages.server.calls) == before


@pytest.mark.req("JOB-EMP-3")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ["import facebook\n", "import FacebookAdsApi"])
def test_the_page_for_employees_leads_to_a_post(pages: ContractHouse, language: str, words: str) -> None:
    """Its example, with the address and the token of the house, is published once."""
    text = follow(language, words, address=pages.gateway.address, token=pages.gateway.token)

    assert messages(pages).count(text) == 1
