"""
LinkedIn's official client for Python, unmodified, through the gateway onto a contract server of our own.

Nothing here was ever sent to LinkedIn: the server says what LinkedIn's public documentation says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from linkedin_api.clients.restli.client import RestliClient
from linkedin_api.common import constants

from tests.e2e.contract_house import ALLOWED, CREDENTIAL, contract_house
from tests.e2e.house import CUSTOMER, DECISION, IBAN, PIXEL, RULE
from tests.e2e.servers.contract_linkedin import ORGANISATION, LinkedIn
from tests.e2e.walks import LANGUAGES, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.contract_house import ContractHouse

VERSION = "202601"
pytestmark = pytest.mark.xdist_group("linkedin")


class Client:
    """The official client, told the door's address and a token as the documentation of Postgate says."""

    def __init__(self, house: ContractHouse, address: str | None = None) -> None:
        constants.VERSIONED_BASE_URL = f"{address or house.gateway.address}/rest"
        self._client = RestliClient()
        self._token = house.gateway.token

    def create(self, path: str, entity: dict[str, Any], **keys: str) -> Any:
        """Make something."""
        return self._client.create(
            resource_path=path, entity=entity, path_keys=keys or None, access_token=self._token, version_string=VERSION
        )

    def post(self, commentary: str, *, landing: str | None = None, **content: Any) -> Any:
        """Write a post."""
        entity = {
            "author": ORGANISATION,
            "commentary": commentary,
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
            **({"contentLandingPage": landing} if landing is not None else {}),
        }
        return self.create("/posts", {**entity, **({"content": content} if content else {})})

    def edit(self, urn: str, commentary: str) -> Any:
        """Change a post's text."""
        return self._client.partial_update(
            resource_path="/posts/{id}",
            path_keys={"id": urn},
            patch_set_object={"commentary": commentary},
            access_token=self._token,
            version_string=VERSION,
        )

    def delete(self, urn: str) -> Any:
        """Delete a post."""
        return self._client.delete(
            resource_path="/posts/{id}", path_keys={"id": urn}, access_token=self._token, version_string=VERSION
        )

    def comment(self, urn: str, text: str) -> Any:
        """Answer a post."""
        entity = {"actor": ORGANISATION, "object": urn, "message": {"text": text}}
        return self.create("/socialActions/{id}/comments", entity, id=urn)

    def upload(self, data: bytes) -> str:
        """Upload an image and return its name."""
        announced = self._client.action(
            resource_path="/images",
            action_name="initializeUpload",
            action_params={"initializeUploadRequest": {"owner": ORGANISATION}},
            access_token=self._token,
            version_string=VERSION,
        ).value
        answer = requests.put(
            announced["uploadUrl"], data=data, headers={"Authorization": f"Bearer {self._token}"}, timeout=30
        )
        assert answer.status_code == 201
        name: str = announced["image"]
        return name

    def close(self) -> None:
        """Close the connections."""
        self._client.session.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContractHouse]:
    """Run the product before LinkedIn's contract server."""
    rules = LinkedIn()
    with contract_house(rules, "linkedin", tmp_path_factory.mktemp("linkedin"), names=f"{ORGANISATION} ") as running:
        rules.uploads = running.server.origin
        yield running


@pytest.fixture
def client(house: ContractHouse) -> Iterator[Client]:
    """Return the client."""
    before = constants.VERSIONED_BASE_URL
    client = Client(house)
    yield client
    client.close()
    constants.VERSIONED_BASE_URL = before


def texts(house: ContractHouse) -> list[str]:
    """Return the texts of all posts on the platform."""
    return [post["commentary"] for post in house.rules.posts.values()]


def test_a_post_is_published_once_and_recorded(house: ContractHouse, client: Client) -> None:
    """The client reads the new name from the header, and it is on record."""
    answer = client.post("Heute ab 17 Uhr offene Beratung in der Filiale am Markt.")

    assert (answer.status_code, answer.decoded_entity_id in house.rules.posts) == (201, True)
    assert texts(house).count("Heute ab 17 Uhr offene Beratung in der Filiale am Markt.") == 1
    assert house.gateway.records_of(answer.decoded_entity_id) == ALLOWED


def test_the_number_of_a_page_is_no_account_number(house: ContractHouse, client: Client) -> None:
    """However long it is, and whatever the post speaks of."""
    answers = [
        client.post(text) for text in ("Konto eröffnen lohnt sich.", "Fragen zum neuen Girokonto? Einfach kommen!")
    ]

    assert [answer.status_code for answer in answers] == [201, 201]


def test_images_arrive_with_their_alt_texts(house: ContractHouse, client: Client) -> None:
    """Sent to our own address, and to LinkedIn only with the post that uses them."""
    name = client.upload(PIXEL)
    assert house.rules.images == {}
    answer = client.post("Unsere neue Filiale!", media={"id": name, "title": "Filiale", "altText": "Eine Tür"})

    ((upstream, data),) = house.rules.images.items()
    assert data == PIXEL
    content = house.rules.posts[answer.decoded_entity_id]["content"]
    assert content == {"media": {"id": upstream, "title": "Filiale", "altText": "Eine Tür"}}


def test_edits_comments_and_deletes(house: ContractHouse, client: Client) -> None:
    """An edit is decided like a post; an edit into a leak leaves the post as it was."""
    urn = client.post("Am Samstag sind wir auf dem Stadtfest.").decoded_entity_id
    assert client.edit(urn, "Am Sonntag sind wir auf dem Stadtfest.").status_code == 204
    refused = client.edit(urn, f"Am Sonntag, Konto {IBAN}")
    assert refused.status_code == 422
    assert DECISION.search(refused.response.json()["message"])
    assert house.rules.posts[urn]["commentary"] == "Am Sonntag sind wir auf dem Stadtfest."
    assert client.comment(urn, "Bis dann!").status_code == 201
    assert [comment["message"]["text"] for comment in house.rules.comments.values()] == ["Bis dann!"]
    assert client.delete(urn).status_code == 204
    assert urn not in house.rules.posts


LEAKS: dict[str, Callable[[Client], Any]] = {
    "text": lambda client: client.post(f"Bitte überweisen an {IBAN}"),
    "article title": lambda client: client.post(
        "Neu:", article={"source": "https://bank.example", "title": f"Konto {IBAN}", "description": "Mehr"}
    ),
    "article description": lambda client: client.post(
        "Neu:", article={"source": "https://bank.example", "title": "Mehr", "description": f"Konto {IBAN}"}
    ),
    "article link": lambda client: client.post(
        "Neu:", article={"source": f"https://bank.example/?iban={IBAN.replace(' ', '')}", "title": "Mehr"}
    ),
    "poll": lambda client: client.post(
        "Wohin?",
        poll={
            "question": "Wohin mit der Spende?",
            "options": [{"text": "Tierheim"}, {"text": IBAN}],
            "settings": {"duration": "ONE_DAY"},
        },
    ),
    "alt text": lambda client: client.post("Neu!", media={"id": client.upload(PIXEL), "altText": f"Auszug {IBAN}"}),
    "image title": lambda client: client.post("Neu!", media={"id": client.upload(PIXEL), "title": f"Auszug {IBAN}"}),
    "alt text of several": lambda client: client.post(
        "Neu!",
        multiImage={"images": [{"id": client.upload(PIXEL), "altText": text} for text in ("Tür", f"Auszug {IBAN}")]},
    ),
    "question of a poll": lambda client: client.post(
        "Wohin?",
        poll={
            "question": f"Wem gehört {IBAN}?",
            "options": [{"text": "Tierheim"}, {"text": "Verein"}],
            "settings": {"duration": "ONE_DAY"},
        },
    ),
    "landing page": lambda client: client.post("Neu!", landing=f"https://bank.example/?iban={IBAN.replace(' ', '')}"),
    "edit": lambda client: client.edit("urn:li:share:7", f"Konto {IBAN}"),
    "comment": lambda client: client.comment("urn:li:share:7", f"Ihr Konto: {IBAN}"),
}


@pytest.mark.parametrize("place", list(LEAKS))
def test_a_leak_is_stopped_wherever_it_stands(house: ContractHouse, client: Client, place: str) -> None:
    """The client raises nothing: it returns 422, and people read why, but not the number."""
    before = len(house.server.calls)
    answer = LEAKS[place](client)
    told = answer.response.json()

    assert (answer.status_code, told["code"]) == (422, "POLICY_BLOCK")
    assert DECISION.search(told["message"])
    assert RULE.search(told["message"])
    assert IBAN not in f"{told}"
    assert len(house.server.calls) == before


def test_a_held_post_is_shown_as_held(house: ContractHouse, client: Client) -> None:
    """A post that waits for a person is no success; nothing is on the platform."""
    answer = client.post(CUSTOMER)

    assert (answer.status_code, answer.response.json()["code"]) == (422, "PENDING_REVIEW")
    assert answer.decoded_entity_id is None
    assert CUSTOMER not in texts(house)


def test_one_key_makes_one_post(house: ContractHouse) -> None:
    """The same key again gives the same name and no second post."""
    text = "Einmal ist genug: unser Newsletter ist da."
    headers = {
        "Authorization": f"Bearer {house.gateway.token}",
        "LinkedIn-Version": VERSION,
        "Idempotency-Key": "newsletter-1",
    }
    entity: dict[str, Any] = {
        "author": ORGANISATION,
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
    }
    answers = [
        requests.post(f"{house.gateway.address}/rest/posts", json=entity, headers=headers, timeout=30) for _ in range(2)
    ]

    assert answers[0].headers["x-restli-id"] == answers[1].headers["x-restli-id"]
    assert texts(house).count(text) == 1


def test_an_unclear_end_is_never_sent_again(house: ContractHouse, client: Client) -> None:
    """The platform took the post and the line broke: sent again, it reaches the platform no second time."""
    house.server.faults.append("close_after")
    before = len(house.server.writes("POST", "/rest/posts"))
    codes = [client.post("Unklar, aber nur einmal.").response.json()["code"] for _ in range(2)]

    assert codes == ["OUTCOME_UNKNOWN"] * 2
    assert len(house.server.writes("POST", "/rest/posts")) == before + 1


def test_a_gateways_token_opens_no_platform(house: ContractHouse, client: Client) -> None:
    """Who has one and goes round the gateway gets nowhere."""
    with house.round_the_gateway() as platform:
        assert Client(house, platform).post("Am Gateway vorbei").status_code == 401
    assert "Am Gateway vorbei" not in texts(house)


def test_an_unknown_token_is_refused(house: ContractHouse, client: Client) -> None:
    """Not even the platform's own opens the door."""
    client._token = CREDENTIAL
    assert client.post("Fremder Beitrag").status_code == 401
    assert "Fremder Beitrag" not in texts(house)


@pytest.mark.req("JOB-EMP-3")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_employees_leads_to_a_post(house: ContractHouse, language: str) -> None:
    """Its example, with the address and the token of the house, is published once."""
    told = {"address": house.gateway.address, "token": house.gateway.token}
    text = follow(language, "import RestliClient", **told)

    assert texts(house).count(text) == 1
