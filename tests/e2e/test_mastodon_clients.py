"""
What all four programs for Mastodon have in common: whose tokens count where, deleting, and sending once more.

The real server of the other tests cannot delete; here a platform that can, and keeps a diary, takes its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.e2e.mastodon_clients import PROGRAMS
from tests.e2e.recorder import Recorder
from tests.e2e.servers.relay import Fault, Relay, What, When

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.e2e.gateway import Gateway
    from tests.e2e.house import House
    from tests.e2e.mastodon_clients import Program

ANSWER_LOST = Fault(what=What.CLOSE, when=When.AFTER)
TWICE = Fault(what=What.TWICE, when=When.DURING)


@pytest.fixture(params=list(PROGRAMS))
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, str], Program]:
    """Return each program in turn; it has still to be told an address and a token."""
    home = tmp_path / "home"
    home.mkdir()
    return lambda address, token: PROGRAMS[request.param](address, token, home)


def _posts(method: str, path: str) -> bool:
    return (method, path) == ("POST", "/api/v1/statuses")


@pytest.fixture
def line(house: House) -> Iterator[Relay]:
    """Return a line to the door that can break where a post passes."""
    with Relay(house.gateway.address, breaks=_posts, renames=True) as relay:
        yield relay


def test_a_platforms_token_opens_no_door(house: House, program: Callable[[str, str], Program]) -> None:
    """Not even the real one of this very account; the refusal is on record."""
    said = program(house.gateway.address, house.server.token).post("Mit dem Token der Plattform")

    assert not said.done
    assert house.published("Mit dem Token der Plattform") == []
    assert "auth" in {record["data"]["reason"] for record in house.gateway.records(code="PG-110")}


def test_a_gateways_token_opens_no_platform(house: House, program: Callable[[str, str], Program]) -> None:
    """Who has one and goes round the gateway gets nowhere."""
    said = program(house.server.base_url, house.gateway.token).post("Am Gateway vorbei")

    assert not said.done
    assert house.published("Am Gateway vorbei") == []


@pytest.fixture(scope="module")
def deleting(prepared: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gateway, Recorder]]:
    """Run a gateway before a platform that deletes what it is told to."""
    directory = tmp_path_factory.mktemp("deleting")
    (directory / "gateway").mkdir()
    with (
        Recorder(directory) as recorder,
        prepared.copy(directory / "gateway", upstream=recorder.address) as gateway,
    ):
        gateway.start()
        yield gateway, recorder
        assert gateway.stop() == 0
        assert gateway.attempt("audit", "fsck").returncode == 0


def test_what_was_posted_is_deleted(deleting: tuple[Gateway, Recorder], program: Callable[[str, str], Program]) -> None:
    """The program is told so, the platform has it no more, and both requests are on record."""
    gateway, recorder = deleting
    client = program(gateway.address, gateway.token)
    posted = client.post("Dieser Hinweis ist bald überholt.")
    deleted = client.delete(posted.id)

    assert (posted.done, deleted.done) == (True, True), deleted.text
    assert (recorder.entries()[-1].method, recorder.entries()[-1].path) == ("DELETE", f"/api/v1/statuses/{posted.id}")
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{recorder.address}/api/v1/statuses/{posted.id}", timeout=10).status_code == 404
    assert [record["data"]["result"] for record in gateway.records(code="PG-103")[-2:]] == ["published"] * 2


@pytest.mark.req("JOB-DEL-6")
@pytest.mark.parametrize("name", ["Mastodon.py", "masto"])
def test_one_key_makes_one_post_when_the_answer_was_lost(house: House, line: Relay, tmp_path: Path, name: str) -> None:
    """The program sends again with its key, and learns of the first post."""
    client, text = PROGRAMS[name](line.address, house.gateway.token, tmp_path), f"Antwort verloren, mit {name}."
    line.break_next(ANSWER_LOST)
    lost = client.post(text, key=f"lost-{name}")
    heard = [client.post(text, key=f"lost-{name}") for _ in range(2)]

    assert not lost.done
    assert [said.done for said in heard] == [True, True]
    assert [status["id"] for status in house.published(f"Antwort verloren, mit {name}.")] == [heard[0].id]
    assert heard[0].id == heard[1].id


@pytest.mark.req("JOB-DEL-6")
def test_a_post_of_toot_that_comes_twice_is_published_once(house: House, line: Relay, tmp_path: Path) -> None:
    """It draws a key for each post: what a network repeats is one post."""
    line.break_next(TWICE)
    said = PROGRAMS["toot"](line.address, house.gateway.token, tmp_path).post("Mit toot, doppelt unterwegs.")
    line.quiet()

    assert [status["id"] for status in house.published("Mit toot, doppelt unterwegs.")] == [said.id]


@pytest.mark.req("JOB-DEL-6")
def test_what_megalodon_sends_is_published_once_with_a_key(house: House, line: Relay, tmp_path: Path) -> None:
    """It cannot name one; its own request over plain HTTP, with a key, is published once."""
    line.break_next(Fault(what=What.CLOSE, when=When.BEFORE))
    assert not PROGRAMS["megalodon"](line.address, house.gateway.token, tmp_path).post("Mit megalodon, einmal.").done
    (sent,) = line.passed()
    headers = {
        "Authorization": f"Bearer {house.gateway.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": "megalodon-1",
    }
    with requests.Session() as session:
        session.trust_env = False
        answers = [
            session.post(f"{house.gateway.address}{sent.path}", data=sent.body, headers=headers, timeout=30)
            for _ in range(2)
        ]

    assert [status["id"] for status in house.published("Mit megalodon, einmal.")] == [answers[0].json()["id"]]
    assert answers[1].json() == answers[0].json()
    assert answers[1].headers["Postgate-Replayed"] == "true"
