"""How programs register and show their keys, in each form that programs use."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from proxy.core.errors import MalformedRequest
from proxy.gate.oauth_ports import App, AppKeys, LoginRefused
from proxy.gate.wire import WireRequest
from proxy.platforms.mastodon.oauth import MastodonOAuth

OAUTH = MastodonOAuth(door="https://gw.example", language="de")
BACK = "http://127.0.0.1/back"


def _json(value: object, *headers: tuple[str, str]) -> WireRequest:
    return WireRequest(
        method="POST",
        path="/",
        query="",
        headers=(("content-type", "application/json"), *headers),
        body=json.dumps(value).encode(),
    )


@pytest.mark.parametrize("redirects", [BACK, [BACK], f"{BACK}\n{BACK}"])
def test_addresses_come_as_text_or_as_a_list(redirects: object) -> None:
    """As toot, Mastodon.py and newer programs send them; what is not known is ignored."""
    app = OAUTH.registration(_json({"client_name": "A", "redirect_uris": redirects, "website": "x", "new": 1}))
    assert (app.name, set(app.redirects), app.scopes) == ("A", {BACK}, "read")


@pytest.mark.parametrize(
    "change",
    [
        {"client_name": ""},
        {"client_name": "x" * 101},
        {"client_name": 1},
        {"client_name": "Redaktion\u202e.nekoT"},
        {"client_name": "A\nB"},
        {"redirect_uris": [1]},
    ],
)
def test_a_registration_that_says_too_little_or_too_much_is_refused(change: dict[str, object]) -> None:
    """Names are short: they are shown to people."""
    with pytest.raises(LoginRefused):
        OAUTH.registration(_json({"client_name": "A", "redirect_uris": BACK} | change))


def test_a_registration_is_answered_as_mastodon_does() -> None:
    """Addresses and scopes in both writings."""
    app = App(name="A", redirects=(BACK, "x:/y"), scopes="read write")
    told = json.loads(OAUTH.registered(app, AppKeys(client_id="c", client_secret="s")).body)
    assert (told["client_id"], told["client_secret"], told["redirect_uri"]) == ("c", "s", f"{BACK}\nx:/y")
    assert (told["redirect_uris"], told["scopes"]) == ([BACK, "x:/y"], ["read", "write"])


def test_keys_come_in_the_body_or_in_the_header() -> None:
    """A token beside them, as Mastodon.py sends it, says nothing about the program."""
    keys = {"client_id": "c", "client_secret": "s/1"}
    basic = ("authorization", "Basic " + b64encode(b"c:s%2F1").decode())
    for request in (
        _json({**keys, "token": "t"}),
        _json({**keys, "token": "t"}, ("authorization", "Bearer t")),
        _json({"token": "t"}, basic),
    ):
        assert OAUTH.revocation(request) == (AppKeys(**keys), "t")
    for request in (
        _json({**keys, "token": "t"}, basic),
        _json({"token": "t"}, ("authorization", "Basic !")),
        _json({"token": "t"}, ("authorization", "Basic " + b64encode(b"nothing").decode())),
    ):
        with pytest.raises(MalformedRequest):
            OAUTH.revocation(request)
