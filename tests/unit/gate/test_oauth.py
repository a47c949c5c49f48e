"""Logging in at one door, over the real wire and twins of the rest: who may ask, and what a browser is told."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from proxy.core.errors import EndpointDenied, RefusedRequest
from proxy.gate.oauth import OAuth, OAuthPorts
from proxy.gate.oauth_ports import OUT_OF_BAND, LoginRefused
from proxy.gate.wire import Endpoint, EndpointClass, WireAnswer, WireRequest
from proxy.identity.apps import SignedApps
from proxy.platforms.mastodon.oauth import MastodonOAuth
from tests.fakes.authorizations import LOGIN, VALID, ScriptedAuthorizations
from tests.fakes.door_platform import RecordingRefusals

DOOR = "https://mastodon.gw.example"
BACK = "http://127.0.0.1:8080/back?x=1"
LISTED = "de.bank.redaktion:/angemeldet"
FORM = ("content-type", "application/x-www-form-urlencoded")


@dataclass
class House:
    """One door's OAuth."""

    authorizations: ScriptedAuthorizations = field(default_factory=ScriptedAuthorizations)
    refusals: RecordingRefusals = field(default_factory=RecordingRefusals)

    async def call(self, name: str, fields: dict[str, Any], *headers: tuple[str, str]) -> WireAnswer:
        """Send fields to an endpoint: in the query for the page, else as a form."""
        oauth = OAuth(
            OAuthPorts(
                apps=SignedApps(lambda purpose, value: sha256(purpose.encode() + value).hexdigest()),
                authorizations=self.authorizations,
                platform=MastodonOAuth(door=DOOR, language="de"),
                refusals=self.refusals,
                door="mastodon",
                redirects=frozenset({LISTED}),
            )
        )
        text, page = urlencode(fields), name == "oauth.page"
        request = WireRequest(
            method="GET" if page else "POST",
            path="/",
            query=text if page else "",
            headers=headers if page else (FORM, *headers),
            body=b"" if page else text.encode(),
        )
        return await oauth(Endpoint(name=name, cls=EndpointClass.SESSION), request)

    async def app(self, *redirects: str) -> dict[str, str]:
        """Register a program and return its keys."""
        fields = {"client_name": "Redaktion", "redirect_uris": "\n".join(redirects), "scopes": "read write follow"}
        told = json.loads((await self.call("oauth.app", fields)).body)
        return {name: told[name] for name in ("client_id", "client_secret")}

    async def ask(self, redirect: str = BACK, **more: str) -> dict[str, str]:
        """Register a program and return what it asks a person for."""
        app = await self.app(redirect)
        asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": redirect}
        return asked | {"scope": "read write"} | more


@pytest.fixture
def login() -> House:
    """Return a door's OAuth."""
    return House()


async def test_the_whole_way_with_a_verifier(login: House) -> None:
    """Registered, asked, entered, sent back, redeemed, ended."""
    verifier = "v" * 43
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    app = await login.app(BACK)
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": BACK, "scope": "read write"}
    asked |= {"state": "a b", "code_challenge": challenge, "code_challenge_method": "S256"}
    page = await login.call("oauth.page", asked)
    assert (page.status, VALID in page.body.decode()) == (200, False)
    sent = await login.call("oauth.authorize", asked | {"token": VALID}, ("origin", DOOR))

    location = dict(sent.headers)["location"]
    back = parse_qs(urlsplit(location).query)
    assert (sent.status, location.split("?")[0], back["x"], back["state"]) == (
        303,
        "http://127.0.0.1:8080/back",
        ["1"],
        ["a b"],
    )
    redeemed = app | {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": BACK}
    for wrong in ({}, {"code_verifier": "w" * 43}):
        login.authorizations.bound[back["code"][0]] = next(iter(login.authorizations.bound.values()), "")
        kept = dict(login.authorizations.bound)
        with pytest.raises(LoginRefused):
            await login.call("oauth.token", redeemed | wrong)
        login.authorizations.bound = kept
    told = json.loads((await login.call("oauth.token", redeemed | {"code_verifier": verifier})).body)
    assert (told["access_token"], told["token_type"], told["scope"]) == (LOGIN.access, "Bearer", LOGIN.scopes)
    assert told["expires_in"] == 86_400
    assert (await login.call("oauth.revoke", app | {"token": LOGIN.access})).body == b"{}"
    assert login.authorizations.ended == [LOGIN.access]


async def test_a_code_is_shown_where_there_is_no_way_back(login: House) -> None:
    """As toot needs it."""
    page = await login.call("oauth.authorize", await login.ask(OUT_OF_BAND) | {"token": f" {VALID}\n"})
    assert re.findall(r"<code>([^<]+)</code>", page.body.decode()) == ["code-0"]


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example/back",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://evil.example/127.0.0.1",
        "https://127.0.0.1/",
        "http://127.0.0.1:80;x/",
        "http://[::1/",
        "javascript:alert(1)",
        "data:text/html,x",
        f"{LISTED}/more",
        "http://127.0.0.1/#fragment",
        "",
        "nowhere",
    ],
)
async def test_no_program_registers_a_way_to_elsewhere(login: House, redirect: str) -> None:
    """Anybody can register one: it would talk people out of their login."""
    with pytest.raises(LoginRefused) as refused:
        await login.app(redirect)
    assert refused.value.word == "invalid_redirect_uri"


@pytest.mark.parametrize("redirect", [LISTED, "http://localhost:1/", "http://127.0.0.1/", OUT_OF_BAND])
async def test_listed_addresses_and_those_of_this_machine_are_taken(login: House, redirect: str) -> None:
    """And the page says where the person gets to."""
    assert (await login.call("oauth.page", await login.ask(redirect))).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "http://127.0.0.1:1/else"},
        {"client_id": "x"},
        {"client_id": ""},
        {"response_type": "token"},
        {"scope": "read"},
        {"scope": "read write admin:write"},
        {"scope": "<b>"},
        {"code_challenge": "x" * 43},
        {"code_challenge": "x" * 43, "code_challenge_method": "plain"},
        {"code_challenge": "short", "code_challenge_method": "S256"},
        {"state": "s" * 513},
    ],
)
async def test_a_page_that_cannot_be_goes_nowhere(login: House, change: dict[str, str]) -> None:
    """Nothing to enter, no way on, and a refusal is noted."""
    for name in ("oauth.page", "oauth.authorize"):
        answer = await login.call(name, await login.ask() | change | ({"token": VALID} if name[-1] == "e" else {}))
        assert answer.status == 400, name
        assert b"<form" not in answer.body
        assert "location" not in dict(answer.headers)
    assert {reason for _, reason in login.refusals.noted} == {"auth"}
    assert login.authorizations.bound == {}


@pytest.mark.parametrize(
    "header", [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
)
async def test_a_form_from_elsewhere_gives_no_code(login: House, header: tuple[str, str]) -> None:
    """Even with a valid token."""
    answer = await login.call("oauth.authorize", await login.ask() | {"token": VALID}, header)
    assert (answer.status, login.authorizations.bound) == (400, {})


async def test_a_wrong_token_is_told_on_the_page_and_noted(login: House) -> None:
    """The page can be filled in again and does not repeat what was entered."""
    answer = await login.call("oauth.authorize", await login.ask() | {"token": "wrong-token"})
    assert (answer.status, b"<form" in answer.body, b"wrong-token" in answer.body) == (401, True, False)
    assert login.refusals.noted == [("mastodon", "auth")]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_id": "x"}, "invalid_client"),
        ({"code": "x"}, "invalid_grant"),
        ({"redirect_uri": OUT_OF_BAND}, "invalid_grant"),
        ({"code_verifier": "v" * 43}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_grant"),
        ({"code": ""}, "invalid_request"),
    ],
)
async def test_a_code_is_redeemed_by_its_program_alone(login: House, change: dict[str, str], word: str) -> None:
    """Every field has to be right."""
    app = await login.app(BACK)
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": BACK, "scope": "read write"}
    await login.call("oauth.authorize", asked | {"token": VALID})
    redeemed = app | {"grant_type": "authorization_code", "code": "code-0", "redirect_uri": BACK}
    with pytest.raises(LoginRefused) as refused:
        await login.call("oauth.token", redeemed | change)
    assert refused.value.word == word


async def test_what_is_no_endpoint_of_it_is_denied(login: House) -> None:
    """And a request that cannot be read is refused as everywhere."""
    with pytest.raises(EndpointDenied):
        await login.call("oauth.else", {})
    with pytest.raises(RefusedRequest):
        await login.call("oauth.app", {"method": "x"})
