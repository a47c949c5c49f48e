"""
An unmodified @atproto/api, run by Node.js, through the gateway onto a real Bluesky server.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from atproto import Client

from tests.e2e.gateway import Gateway, Setup
from tests.e2e.house import CUSTOMER, DECISION, IBAN, PIXEL, RULE
from tests.e2e.servers import npm
from tests.e2e.servers.pds import HANDLE, PdsServer
from tests.e2e.walks import LANGUAGES, follow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.bluesky_house import BlueskyHouse

COMPACT = IBAN.replace(" ", "")
PICTURE = base64.b64encode(PIXEL).decode("ascii")
NOW = "2026-11-23T09:00:00.123Z"
Told = list[dict[str, Any]]


def run(gateway: Gateway, *steps: tuple[str, Any]) -> Told:
    """Log in and carry out steps; return what the client made of each answer, the login's first."""
    return carry_out(gateway, ("login", None), *steps)


def carry_out(gateway: Gateway, *steps: tuple[str, Any], door: str | None = None, token: str | None = None) -> Told:
    """Carry out steps, at the door with its token unless told otherwise, and return what came of each."""
    told = {"DOOR": door or gateway.address, "NAME": HANDLE, "TOKEN": token or gateway.token}
    environment = {**os.environ, **told}
    with (npm.PROJECT / "atproto.mjs").open("rb") as script:
        done = subprocess.run(
            npm.module_command(),
            stdin=script,
            capture_output=True,
            text=True,
            check=False,
            cwd=npm.installed(),
            env={**environment, "STEPS": json.dumps(steps)},
        )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(steps)
    return answers


@pytest.mark.req("JOB-EMP-3")
def test_a_client_stays_at_the_door(bluesky_house: BlueskyHouse) -> None:
    """The server tells every client where it is; none hears of it, after the login and when it goes on later."""
    logged_in, where, renewed, after, posted, resumed, described, _ = run(
        bluesky_house.gateway,
        ("where", None),
        ("refresh", None),
        ("where", None),
        ("post", {"text": "Mit npm: auch nach der Erneuerung über das Gateway"}),
        ("resume", None),
        ("describe", None),
        ("logout", None),
    )

    assert where["value"] == {
        "service": bluesky_house.gateway.address,
        "pds": None,
        "did": bluesky_house.server.did,
    }
    assert "error" not in resumed
    assert described["value"]["didDoc"] == {}
    assert after == where
    assert bluesky_house.records_of(posted["value"]["uri"]) == ["PG-101", "PG-102", "PG-103"]
    for told in (logged_in, resumed, described, renewed):
        assert bluesky_house.server.origin not in json.dumps(told)


def test_posts_pictures_and_marks_are_published(bluesky_house: BlueskyHouse) -> None:
    """As the client writes them; each has its records."""
    picture = {"base64": PICTURE, "alt": "Die Filiale", "text": "Mit npm: die Filiale von außen"}
    _, post, image = run(bluesky_house.gateway, ("post", {"text": "Mit npm: offene Beratung"}), ("picture", picture))

    (found,) = bluesky_house.published("Mit npm: offene Beratung")
    assert found["uri"] == post["value"]["uri"]
    assert bluesky_house.records_of(found["uri"]) == ["PG-101", "PG-102", "PG-103"]
    (shown,) = bluesky_house.published("die Filiale von außen")
    assert (shown["uri"], shown["value"]["embed"]["images"][0]["alt"]) == (image["value"]["uri"], "Die Filiale")


def test_what_was_posted_is_liked_edited_and_deleted(bluesky_house: BlueskyHouse) -> None:
    """A leak comes into it by no edit."""
    _, made = run(bluesky_house.gateway, ("post", {"text": "Mit npm: am Samstag Stadtfest"}))
    uri = made["value"]["uri"]
    leak = {"$type": "app.bsky.feed.post", "text": f"Mit npm: Stadtfest {IBAN}", "createdAt": NOW}
    clean = leak | {"text": "Mit npm: am Sonntag Stadtfest"}
    _, liked, blocked, edited, read, deleted = run(
        bluesky_house.gateway,
        ("like", made["value"]),
        ("put", {"uri": uri, "record": leak}),
        ("put", {"uri": uri, "record": clean}),
        ("read", uri),
        ("delete", uri),
    )

    assert "error" not in liked
    assert (blocked["error"], blocked["status"]) == ("PolicyBlock", 400)
    assert edited["value"]["uri"] == uri
    assert read["value"]["value"]["text"] == "Mit npm: am Sonntag Stadtfest"
    assert "error" not in deleted
    assert bluesky_house.published("Stadtfest {IBAN}") == []
    assert [record for record in bluesky_house.server.records() if record["uri"] == uri] == []


def test_a_profile_is_decided_like_a_post(bluesky_house: BlueskyHouse) -> None:
    """The client reads, changes and puts it under the condition that nobody changed it meanwhile."""
    _, first, second, blocked = run(
        bluesky_house.gateway,
        ("profile", {"displayName": "Die Bank"}),
        ("profile", {"description": "Wir sind da"}),
        ("profile", {"description": f"Spenden an {IBAN}"}),
    )

    assert "error" not in first
    assert "error" not in second
    assert blocked["error"] == "PolicyBlock"
    (profile,) = bluesky_house.server.records("app.bsky.actor.profile")
    assert (profile["value"]["displayName"], profile["value"]["description"]) == ("Die Bank", "Wir sind da")


def _card(**more: str) -> dict[str, Any]:
    external = {"uri": "https://bank.example", "title": "Bank", "description": "Wir", **more}
    return {"embed": {"$type": "app.bsky.embed.external", "external": external}}


def _facet(feature: dict[str, str]) -> dict[str, Any]:
    return {"facets": [{"index": {"byteStart": 0, "byteEnd": 3}, "features": [feature]}]}


def _post(**more: Any) -> tuple[str, Any]:
    return "post", {"text": "Mit npm gesperrt", **more}


LEAKS: dict[str, tuple[str, Any]] = {
    "text": _post(text=f"Mit npm gesperrt: {IBAN}"),
    "link": _post(**_facet({"$type": "app.bsky.richtext.facet#link", "uri": f"https://bank.example/{COMPACT}"})),
    "tag of a facet": _post(**_facet({"$type": "app.bsky.richtext.facet#tag", "tag": COMPACT})),
    "tag": _post(tags=[COMPACT]),
    "card title": _post(**_card(title=f"Konto {IBAN}")),
    "card description": _post(**_card(description=f"Konto {IBAN}")),
    "card address": _post(**_card(uri=f"https://bank.example/{COMPACT}")),
    "label": _post(labels={"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": IBAN}]}),
    "alt text": ("picture", {"base64": PICTURE, "alt": f"Auszug {IBAN}", "text": "Mit npm gesperrt"}),
    "display name": ("profile", {"displayName": f"Kasse {IBAN}"}),
    "profile text": ("profile", {"description": f"Spenden an {IBAN}"}),
}


def test_a_leak_is_stopped_wherever_it_stands(bluesky_house: BlueskyHouse) -> None:
    """Rule and decision are shown, and not the number; one login for all, as a program has it."""
    _, *answers = run(bluesky_house.gateway, *LEAKS.values())

    for place, told in zip(LEAKS, answers, strict=True):
        assert (told.get("error"), told.get("status")) == ("PolicyBlock", 400), (place, told)
        assert DECISION.search(told["message"]), place
        assert RULE.search(told["message"]), place
        assert "2020 51" not in told["message"], place
        assert COMPACT not in told["message"], place
    assert bluesky_house.published("Mit npm gesperrt") == []


def test_a_held_post_is_shown_as_held_and_is_not_out(bluesky_house: BlueskyHouse) -> None:
    """As an error that says so."""
    _, held = run(bluesky_house.gateway, ("post", {"text": CUSTOMER}))

    assert (held["error"], held["status"]) == ("PendingReview", 400)
    assert DECISION.search(held["message"])
    assert bluesky_house.published("Mustermann") == []


def test_a_platforms_password_opens_no_door_and_no_token_of_ours_the_platform(bluesky_house: BlueskyHouse) -> None:
    """Neither the real app password here, nor the gateway token or what a login gave out there."""
    door, platform = bluesky_house.gateway.address, bluesky_house.server.origin
    (at_door,) = carry_out(bluesky_house.gateway, ("login", None), token=bluesky_house.server.password)
    (at_platform,) = carry_out(bluesky_house.gateway, ("login", None), door=platform)
    _, session = run(bluesky_house.gateway, ("session", None))
    adopted = carry_out(
        bluesky_house.gateway, ("adopt", session["value"]), ("post", {"text": "Mit npm vorbei"}), door=platform
    )

    assert door != platform
    assert (at_door["status"], at_platform["status"]) == (401, 401)
    assert "error" in adopted[1]
    assert bluesky_house.published("Mit npm vorbei") == []


def test_no_credential_is_handed_out(bluesky_house: BlueskyHouse) -> None:
    """Both would lead past the gateway, and both work at the platform itself."""
    before = bluesky_house.server.app_passwords()
    _, password, service = run(bluesky_house.gateway, ("appPassword", None), ("serviceAuth", None))

    assert (password["error"], password["status"]) == ("NotAllowed", 400)
    assert service["status"] == 404
    assert bluesky_house.server.app_passwords() == before


def test_the_same_record_is_published_once(bluesky_house: BlueskyHouse) -> None:
    """Sent again with the same time, and by another run of the client."""
    record = {"$type": "app.bsky.feed.post", "text": "Mit npm: einmal ist genug", "createdAt": NOW}
    told = [*run(bluesky_house.gateway, ("create", record), ("create", record))[1:]]
    told += run(bluesky_house.gateway, ("create", record))[1:]

    assert len({answer["value"]["uri"] for answer in told}) == 1
    assert len(bluesky_house.published("Mit npm: einmal ist genug")) == 1


def test_access_that_expired_is_renewed_by_the_clients(tmp_path: Path) -> None:
    """By both clients' own means: nobody has to log in again, and what was sent anew is published once."""
    server = PdsServer.start(_folder(tmp_path, "pds"), did_doc=False)
    try:
        setup = Setup(upstream=server.origin, credential=server.credential, platform="bluesky")
        with Gateway(_folder(tmp_path, "gateway"), setup) as gateway:
            gateway.prepare()
            gateway.launch(access_life=0)
            _, session = run(gateway, ("session", None))
            exported = _exported(gateway)
            gateway.stop()
            gateway.start()
            told = carry_out(gateway, ("adopt", session["value"]), ("post", {"text": "Frisch a"}))
            _post_with(gateway, exported, "Frisch b")
            texts = sorted(record["value"]["text"] for record in server.records())
            methods = [record["data"]["method"] for record in gateway.records(code="PG-401")]
    finally:
        server.stop()

    assert [answer.get("error") for answer in told] == [None, None]
    assert texts == ["Frisch a", "Frisch b"]
    assert methods == ["password", "password", "renewal", "renewal"]


def _exported(gateway: Gateway) -> str:
    """Log in with the Python client and return its login as it keeps it."""
    client = Client(base_url=gateway.address)
    try:
        client.login(HANDLE, gateway.token, fetch_bsky_profile=False)
        return str(client.export_session_string())
    finally:
        client.request.close()


def _post_with(gateway: Gateway, session: str, text: str) -> None:
    client = Client(base_url=gateway.address)
    try:
        client.login(session_string=session)
        client.send_post(text)
    finally:
        client.request.close()


def _folder(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


@pytest.mark.req("JOB-EMP-3")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_employees_leads_to_a_post(bluesky_house: BlueskyHouse, language: str) -> None:
    """Its example, with the address and the token of the house, is published once."""
    told = {"address": bluesky_house.gateway.address, "token": bluesky_house.gateway.token, "name": HANDLE}
    text = follow(language, 'from "@atproto/api"', **told)

    assert len(bluesky_house.published(text)) == 1
