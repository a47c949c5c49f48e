"""
Logging in as people do it: toot and Mastodon.py ask, a person enters the gateway token on the page, a code goes back.
"""

from __future__ import annotations

import html
import re
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from mastodon import Mastodon, MastodonIllegalArgumentError, MastodonUnauthorizedError

from tests.e2e.house import IBAN
from tests.e2e.mastodon_clients import TOOT, Toot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.house import House

BACK = "http://127.0.0.1:8765/callback"
SCOPES = ["read", "write"]


class Browser:
    """A person with a browser, who reads a page, fills its form in and sends it."""

    def __init__(self, language: str = "en") -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Accept-Language"] = language

    def get(self, address: str) -> requests.Response:
        """Open a page."""
        return self._session.get(address, timeout=30)

    def submit(self, page: requests.Response, token: str, **headers: str) -> requests.Response:
        """Fill the form of a page in as it stands there."""
        fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page.text))
        parts = urlsplit(page.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        return self._session.post(
            f"{origin}/oauth/authorize",
            data={name: html.unescape(value) for name, value in fields.items()} | {"token": token},
            headers={"Origin": origin, "Sec-Fetch-Site": "same-origin", **headers},
            allow_redirects=False,
            timeout=30,
        )

    def close(self) -> None:
        """Close the browser."""
        self._session.close()


def _code(page: requests.Response) -> str:
    (code,) = re.findall(r"<code>([^<]+)</code>", page.text)
    return str(code)


def test_toot_logs_in_and_posts(house: House, tmp_path: Path) -> None:
    """`toot login`, as it is: its address is opened, the token entered, the code copied; then toot posts."""
    toot = Toot(home=tmp_path)
    browser = Browser()
    with subprocess.Popen(
        [TOOT, "login", "-i", house.gateway.address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=toot.environment,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        address = next(line for line in process.stdout if line.startswith("http")).strip()
        page = browser.submit(browser.get(address), house.gateway.token)
        told, _ = process.communicate(f"n\n{_code(page)}\n", timeout=60)
    browser.close()

    assert process.returncode == 0, told
    assert "Successfully logged in" in told
    assert "alice" in toot.done("whoami")
    toot.done("post", "Mit toot angemeldet: heute offene Beratung.")
    assert len(house.published("Mit toot angemeldet")) == 1
    kept = (tmp_path / "toot" / "config.json").read_text(encoding="utf-8")
    assert house.server.token not in kept
    assert house.gateway.token not in kept
    assert toot("post", f"Mit toot angemeldet: {IBAN}").returncode == 1


@pytest.fixture
def app(house: House) -> tuple[str, str]:
    """Register a program that has a page of its own on the person's machine."""
    with requests.Session() as session:
        session.trust_env = False
        return Mastodon.create_app(
            "Redaktion <b>", scopes=SCOPES, redirect_uris=BACK, api_base_url=house.gateway.address, session=session
        )


def _client(house: House, app: tuple[str, str], token: str | None = None) -> Mastodon:
    return Mastodon(client_id=app[0], client_secret=app[1], access_token=token, api_base_url=house.gateway.address)


def test_mastodon_py_logs_in_by_redirect_and_out(house: House, app: tuple[str, str]) -> None:
    """The code comes back with the state, counts once, and the token it gave is dead after the log-out."""
    client, browser = _client(house, app), Browser()
    address = client.auth_request_url(redirect_uris=BACK, scopes=SCOPES, state="s 1&2", allow_http=True)
    page = browser.get(address)
    assert "<strong>Redaktion &lt;b&gt;</strong>" in page.text
    sent = browser.submit(page, house.gateway.token)
    browser.close()

    assert sent.status_code == 303
    assert sent.headers["location"].startswith(f"{BACK}?")
    back = parse_qs(urlsplit(sent.headers["location"]).query)
    assert back["state"] == ["s 1&2"]
    (code,) = back["code"]
    token = client.log_in(code=code, redirect_uri=BACK, scopes=SCOPES, allow_http=True)
    assert client.me()["username"] == "alice"
    other = _client(house, app, token)
    client.revoke_access_token()
    with pytest.raises(MastodonUnauthorizedError):
        other.me()
    for mastodon in (client, other):
        mastodon.session.close()


def test_a_code_that_is_shown_twice_ends_the_login(house: House, app: tuple[str, str]) -> None:
    """Somebody else has it, too: neither of the two stays logged in."""
    client, browser = _client(house, app), Browser()
    address = client.auth_request_url(redirect_uris=BACK, scopes=SCOPES, allow_http=True)
    sent = browser.submit(browser.get(address), house.gateway.token)
    browser.close()
    (code,) = parse_qs(urlsplit(sent.headers["location"]).query)["code"]
    client.log_in(code=code, redirect_uri=BACK, scopes=SCOPES, allow_http=True)
    thief = _client(house, app)
    with pytest.raises(MastodonIllegalArgumentError, match="invalid_grant"):
        thief.log_in(code=code, redirect_uri=BACK, scopes=SCOPES, allow_http=True)
    with pytest.raises(MastodonUnauthorizedError):
        client.me()
    for mastodon in (client, thief):
        mastodon.session.close()

    methods = [record["data"]["method"] for record in house.gateway.records(code="PG-406")]
    assert "reuse" in methods


@pytest.mark.parametrize(("language", "title"), [("de-DE,de;q=0.9", "Anmeldung am Gateway"), ("en", "Log in at")])
def test_the_page_speaks_the_readers_language_and_takes_gateway_tokens_only(
    house: House, app: tuple[str, str], language: str, title: str
) -> None:
    """The platform's own token is refused on the page, and so is a form that comes from elsewhere."""
    client, browser = _client(house, app), Browser(language)
    page = browser.get(client.auth_request_url(redirect_uris=BACK, scopes=SCOPES, allow_http=True))
    client.session.close()

    assert title in page.text
    assert "form-action 'self' http://127.0.0.1:8765;" in page.headers["content-security-policy"]
    refused = browser.submit(page, house.server.token)
    assert (refused.status_code, 'role="alert"' in refused.text) == (401, True)
    assert house.server.token not in refused.text
    elsewhere = browser.submit(
        page, house.gateway.token, **{"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    )
    browser.close()
    assert elsewhere.status_code == 400
    assert "location" not in elsewhere.headers
