"""The pages of a login: in the reader's language, nothing from elsewhere, what a program says escaped."""

from __future__ import annotations

import pytest

from proxy.core.errors import RefusedRequest, UnknownToken
from proxy.gate.oauth_ports import OUT_OF_BAND, App, Asked
from proxy.gate.wire import WireAnswer, WireRequest
from proxy.platforms.mastodon.oauth_pages import Pages

EVIL = "\"><script>alert(1)</script>'&"
PAGES = Pages(door="https://gw.example", language="de")


def _request(language: str = "") -> WireRequest:
    headers = (("accept-language", language),) if language else ()
    return WireRequest(method="GET", path="/oauth/authorize", query="", headers=headers)


def _form(redirect: str = OUT_OF_BAND, language: str = "", error: RefusedRequest | None = None) -> WireAnswer:
    asked = Asked(client_id=EVIL, redirect=redirect, scopes="read write", state=EVIL)
    return PAGES.form(_request(language), asked, App(name=EVIL, redirects=(redirect,), scopes="read write"), error)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("", "de"), ("en-GB,en;q=0.9,de;q=0.5", "en"), ("fr, de;q=0.8", "de"), ("fr", "de"), ("DE", "de")],
)
def test_a_page_speaks_the_readers_language(language: str, expected: str) -> None:
    """The first of the two that the browser asks for, else that of the door."""
    text = _form(language=language).body.decode()
    assert f'<html lang="{expected}">' in text
    assert ("Zugangstoken" in text) == (expected == "de")


def test_what_a_program_says_is_text() -> None:
    """Nowhere on any page does it become markup."""
    app = App(name=EVIL, redirects=(OUT_OF_BAND,), scopes="read write")
    pages = (
        _form(),
        _form("http://127.0.0.1/" + EVIL),
        PAGES.code(_request(), app, EVIL),
        PAGES.failed(_request(), RefusedRequest(expected=EVIL)),
    )
    for page in pages:
        assert b"<script" not in page.body
        assert b"&lt;script&gt;" in page.body


@pytest.mark.parametrize(
    ("redirect", "targets"),
    [
        (OUT_OF_BAND, "'self'"),
        ("http://127.0.0.1:80/x", "'self' http://127.0.0.1:80"),
        ("https://app.example/back?y", "'self' https://app.example"),
        ("de.bank:/x", "'self' de.bank:"),
    ],
)
def test_a_page_loads_nothing_and_leads_to_one_place(redirect: str, targets: str) -> None:
    """Browsers follow the way back only where the page names it."""
    policy = dict(_form(redirect).headers)["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert f"form-action {targets}; frame-ancestors 'none'; base-uri 'none'" in policy


def test_an_error_is_told_on_the_page() -> None:
    """With the status that says whether the token was wrong."""
    assert (_form().status, b'role="alert"' in _form().body) == (200, False)
    wrong = _form(error=UnknownToken())
    assert (wrong.status, b'role="alert"' in wrong.body) == (401, True)
    assert _form(error=RefusedRequest()).status == 400
    assert PAGES.failed(_request(), RefusedRequest()).status == 400
