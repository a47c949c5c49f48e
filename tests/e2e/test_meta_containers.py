"""
Plain HTTP, as people post to Instagram and Threads, through the gateway onto a contract server of our own.

Nothing here was ever sent to Instagram or Threads: the server says what Meta's public documentation says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.e2e.contract_house import ALLOWED, CREDENTIAL, contract_house
from tests.e2e.house import CUSTOMER, DECISION, IBAN
from tests.e2e.servers.contract_meta import PAGE, Graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.contract_house import ContractHouse

pytestmark = pytest.mark.xdist_group("meta_containers")


@pytest.fixture(scope="module", params=["instagram", "threads"])
def containers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContractHouse]:
    """Run the product before the contract server of a platform that publishes in two steps."""
    platform = request.param
    more = "media_hosts: [images.bank.example]"
    with contract_house(Graph(platform), platform, tmp_path_factory.mktemp(platform), door_more=more) as running:
        yield running


def messages(house: ContractHouse) -> list[str]:
    """Return the texts on the platform."""
    return [str(post.get("message", post.get("caption", post.get("text")))) for post in house.rules.posts.values()]


def post(
    house: ContractHouse, path: str, *, key: str | None = None, token: str | None = None, **fields: str
) -> requests.Response:
    """Post a form, with the token in the query."""
    address = f"{house.gateway.address}/{PAGE}/{path}"
    headers = {"Idempotency-Key": key} if key is not None else {}
    query = {"access_token": token or house.gateway.token}
    return requests.post(address, params=query, data=fields, headers=headers, timeout=60)


def steps(house: ContractHouse) -> tuple[str, str, str]:
    """Return the two steps of the platform and the name of its text."""
    if house.gateway.setup.platform == "instagram":
        return "media", "media_publish", "caption"
    return "threads", "threads_publish", "text"


def test_a_container_stays_in_the_gateway_until_it_is_published(containers: ContractHouse) -> None:
    """Then it is decided as a whole, made at the platform, waited for and published once."""
    create, publish, text = steps(containers)
    fields: dict[str, Any] = {
        text: "Unsere neue Filiale!",
        "image_url": "https://images.bank.example/filiale.jpg",
        "alt_text": "Eine Tür",
        "media_type": "IMAGE",
    }
    before = len(containers.server.calls)
    made = post(containers, create, **fields).json()["id"]
    assert len(containers.server.calls) == before
    published = post(containers, publish, creation_id=made)

    assert published.status_code == 200
    assert containers.rules.posts[published.json()["id"]] == fields
    assert containers.rules.containers == {}
    assert containers.gateway.records_of(published.json()["id"]) == ALLOWED


def test_a_container_is_published_once_and_deleted(containers: ContractHouse) -> None:
    """A client that asks again gets the same answer, with a key of its own and without one."""
    create, publish, text = steps(containers)
    for key in ("newsletter-1", None):
        said = f"Einmal ist genug, Schlüssel: {key}."
        made = post(containers, create, **{text: said, **_image(containers)}).json()["id"]
        first, again = (post(containers, publish, key=key, creation_id=made) for _ in range(2))

        assert (first.status_code, again.json()) == (200, first.json())
        assert again.headers["Postgate-Replayed"] == "true"
        assert messages(containers).count(said) == 1
        address = f"{containers.gateway.address}/{first.json()['id']}"
        deleted = requests.delete(address, params={"access_token": containers.gateway.token}, timeout=60)
        assert deleted.status_code == 200, deleted.text
        assert said not in messages(containers)


def _image(house: ContractHouse) -> dict[str, str]:
    """Return what Instagram wants besides a text."""
    if house.gateway.setup.platform == "instagram":
        return {"image_url": "https://images.bank.example/filiale.jpg"}
    return {"media_type": "TEXT"}


def test_tokens_of_plain_http_count_in_one_place(containers: ContractHouse) -> None:
    """The platform's opens no door, and the gateway's no platform."""
    create, _, text = steps(containers)
    at_door = post(containers, create, token=CREDENTIAL, **{text: "Fremder Beitrag"})
    with containers.round_the_gateway() as platform:
        headers = {"Authorization": f"Bearer {containers.gateway.token}"}
        path = f"{platform}/v26.0/{PAGE}/{create}"
        at_platform = requests.post(path, data={text: "Fremder Beitrag"}, headers=headers, timeout=60)

    assert (at_door.status_code, at_platform.status_code) == (401, 401)
    assert "Fremder Beitrag" not in str(containers.rules.containers)


def test_a_container_with_a_leak_is_stopped(containers: ContractHouse) -> None:
    """At once: there is nothing that could make it right."""
    create, _, text = steps(containers)
    before = len(containers.server.calls)
    for fields in (
        {text: f"Bitte an {IBAN}"},
        {text: "Neu", "alt_text": f"Auszug {IBAN}"},
        {text: "Neu", "image_url": f"https://images.bank.example/{IBAN.replace(' ', '')}.png"},
        *_more_leaks(containers, text),
    ):
        answer = post(containers, create, **fields)
        assert answer.status_code == 400
        assert DECISION.search(answer.json()["error"]["message"])
        assert IBAN not in answer.text
    assert len(containers.server.calls) == before


def _more_leaks(house: ContractHouse, text: str) -> tuple[dict[str, str], ...]:
    """Return what only Threads has."""
    if house.gateway.setup.platform == "instagram":
        return ()
    link = f"https://bank.example/?iban={IBAN.replace(' ', '')}"
    return {text: "Neu", "link_attachment": link}, {text: "Neu", "topic_tag": IBAN.replace(" ", "")}


def test_a_leak_in_a_comment_is_stopped(containers: ContractHouse) -> None:
    """On Instagram; Threads has replies, which are containers."""
    before = len(containers.server.calls)
    headers = {"Authorization": f"Bearer {containers.gateway.token}"}
    for edge in ("comments", "replies"):
        answer = requests.post(
            f"{containers.gateway.address}/900000000001/{edge}",
            data={"message": f"Ihr Konto: {IBAN}"},
            headers=headers,
            timeout=60,
        )
        assert answer.status_code == 400
        assert IBAN not in answer.text
        known = containers.gateway.setup.platform == "instagram"
        assert known == bool(DECISION.search(answer.json()["error"]["message"]))
    assert len(containers.server.calls) == before


def test_a_container_waits_for_a_person_when_it_is_published(containers: ContractHouse) -> None:
    """It can be made; publishing it is what waits."""
    create, publish, text = steps(containers)
    before = len(containers.server.calls)
    made = post(containers, create, **{text: CUSTOMER}).json()["id"]
    held = post(containers, publish, creation_id=made)

    assert held.json()["error"]["error_user_title"] == "Pending review"
    assert len(containers.server.calls) == before


@pytest.mark.parametrize("number", ["900000000001", "1" * 39])
def test_an_unknown_container_is_refused(containers: ContractHouse, number: str) -> None:
    """Not even the platform's own: what is in it, nobody has seen."""
    _, publish, _ = steps(containers)
    before = len(containers.server.calls)
    assert post(containers, publish, creation_id=number).status_code in {400, 404, 422}
    assert len(containers.server.calls) == before


def test_images_come_from_listed_hosts_alone(containers: ContractHouse) -> None:
    """Nobody looks at a picture elsewhere."""
    create, _, text = steps(containers)
    answer = post(containers, create, **{text: "Neu", "image_url": "https://elsewhere.example/a.jpg"})
    assert answer.status_code == 400
    assert "NotAllowed" in answer.json()["error"]["message"]
