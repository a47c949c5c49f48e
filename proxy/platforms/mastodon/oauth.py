"""
The wire side of OAuth 2.0 as programs for Mastodon speak it.

What is not known here is ignored, as the standard asks (RFC 6749, 3.1): nothing of these requests leaves the gateway.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlencode, urlsplit, urlunsplit

from proxy.core.errors import MalformedRequest
from proxy.gate.oauth_ports import OUT_OF_BAND, App, AppKeys, Asked, LoginRefused, Shown
from proxy.gate.wire import WireAnswer
from proxy.platforms._wire.answers import json_answer
from proxy.platforms._wire.body import read_body
from proxy.platforms._wire.form import read_query
from proxy.platforms.mastodon.oauth_pages import Pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.errors import PostgateError
    from proxy.gate.oauth_ports import Login
    from proxy.gate.wire import WireRequest
    from proxy.platforms._wire.body import Tree

_SCOPES = re.compile(r"[a-z_:]{1,40}(?: [a-z_:]{1,40}){0,63}", re.ASCII)
_REDIRECT = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,63}:[!-~]{1,500}", re.ASCII)
_REFUSED_SCHEMES = frozenset({"javascript", "data", "vbscript", "file", "about", "blob"})
_CHALLENGE = re.compile(r"[0-9A-Za-z_-]{43}", re.ASCII)
_VERIFIER = re.compile(r"[0-9A-Za-z._~-]{43,128}", re.ASCII)
_BASIC = re.compile(r"(?i:basic) +([0-9A-Za-z+/]{1,16384}={0,2})", re.ASCII)
_MAX_REDIRECTS = 8
_DEFAULT_SCOPE = "read"


class MastodonOAuth:
    """Reads what programs and people send, and writes what they see."""

    def __init__(self, *, door: str, language: str) -> None:
        self._door = door
        self._pages = Pages(door=door, language=language)

    def registration(self, request: WireRequest) -> App:
        """
        Return what a program says of itself.

        Raises:
            RefusedRequest: any of its family.
        """
        fields = read_body(request)
        given = fields.get("redirect_uris")
        redirects = given if isinstance(given, list) else str(given or "").split()
        if not 1 <= len(redirects) <= _MAX_REDIRECTS or not all(_is_redirect(item) for item in redirects):
            raise LoginRefused("invalid_redirect_uri", expected="redirect_uris, one to eight addresses", found="others")
        name = _text(fields, "client_name", limit=100)
        if not name.isprintable():  # what turns the direction of writing would rewrite the page around it
            raise LoginRefused(
                "invalid_request", expected="client_name: text that can be seen", found="other characters"
            )
        return App(
            name=name,
            redirects=tuple(str(item) for item in redirects),
            scopes=_scopes(fields, "scopes"),
        )

    def asked(self, request: WireRequest) -> Asked:
        """
        Return what a program asks for, from the page's address or from its form.

        Raises:
            RefusedRequest: any of its family.
        """
        fields = dict(read_query(request.query)) if request.method == "GET" else read_body(request)
        if _text(fields, "response_type") != "code":
            raise LoginRefused("unsupported_response_type", expected="response_type code", found="another one")
        challenge = _text(fields, "code_challenge", default="")
        if challenge and (_text(fields, "code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge)):
            raise LoginRefused("invalid_request", expected="a code_challenge by S256", found="another one")
        return Asked(
            client_id=_text(fields, "client_id", limit=4200),
            redirect=_text(fields, "redirect_uri"),
            scopes=_scopes(fields, "scope"),
            state=_text(fields, "state", default=""),
            challenge=challenge,
        )

    def entered(self, request: WireRequest) -> str:
        """
        Return the gateway token that a person entered on this gateway's own page.

        Raises:
            RefusedRequest: the form came from elsewhere.
        """
        origin, site = request.header("origin"), request.header("sec-fetch-site")
        if (origin is not None and origin != self._door) or (site is not None and site != "same-origin"):
            raise LoginRefused("invalid_request", expected="the gateway's own page", found="another one")
        return _text(read_body(request), "token", default="").strip()

    def shown(self, request: WireRequest) -> Shown:
        """
        Return the code that a program shows.

        Raises:
            RefusedRequest: any of its family.
        """
        fields = read_body(request)
        if _text(fields, "grant_type") != "authorization_code":
            raise LoginRefused("unsupported_grant_type", expected="grant_type authorization_code", found="another one")
        keys = _keys(request, fields)
        verifier = _text(fields, "code_verifier", default="")
        if verifier and not _VERIFIER.fullmatch(verifier):
            raise LoginRefused("invalid_grant", expected="a code_verifier of RFC 7636", found="another one")
        asked = Asked(
            client_id=keys.client_id,
            redirect=_text(fields, "redirect_uri"),
            scopes="",
            challenge=_challenge(verifier) if verifier else "",
        )
        return Shown(keys=keys, code=_text(fields, "code", limit=2048), binding=asked.binding)

    def revocation(self, request: WireRequest) -> tuple[AppKeys, str]:
        """
        Return who wants to end which login.

        Raises:
            RefusedRequest: any of its family.
        """
        fields = read_body(request)
        return _keys(request, fields), _text(fields, "token", limit=2048)

    def registered(self, app: App, keys: AppKeys) -> WireAnswer:
        """Return a CredentialApplication."""
        return json_answer(
            200,
            {
                "id": "0",
                "name": app.name,
                "website": None,
                "scopes": list(app.scopes.split()),
                "redirect_uri": "\n".join(app.redirects),
                "redirect_uris": list(app.redirects),
                "client_id": keys.client_id,
                "client_secret": keys.client_secret,
                "client_secret_expires_at": 0,
            },
        )

    def page(self, request: WireRequest, asked: Asked, app: App, error: PostgateError | None = None) -> WireAnswer:
        """Return the page on which a person enters a gateway token, after an error with what was wrong."""
        return self._pages.form(request, asked, app, error)

    def failed(self, request: WireRequest, error: PostgateError) -> WireAnswer:
        """Return a page that says why there is nothing to enter, and leads nowhere."""
        return self._pages.failed(request, error)

    def code(self, request: WireRequest, asked: Asked, app: App, code: str) -> WireAnswer:
        """Return a person to the program with the code, or show the code to be copied."""
        if asked.redirect == OUT_OF_BAND:
            return self._pages.code(request, app, code)
        parts = urlsplit(asked.redirect)
        told = urlencode({"code": code, **({"state": asked.state} if asked.state else {})})
        target = urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, told)))))
        headers = (("location", target), ("referrer-policy", "no-referrer"), ("content-type", "text/plain"))
        return WireAnswer(status=303, headers=headers)

    def login(self, login: Login) -> WireAnswer:
        """Return a Token."""
        created, ends = int(login.created_at.timestamp()), int(login.expires_at.timestamp())
        return json_answer(
            200,
            {
                "access_token": login.access,
                "token_type": "Bearer",
                "scope": login.scopes,
                "created_at": created,
                "expires_in": ends - created,
            },
        )

    def ended(self) -> WireAnswer:
        """Return an empty object."""
        return json_answer(200, {})


def _text(
    fields: Mapping[str, Tree] | Mapping[str, str], name: str, *, default: str | None = None, limit: int = 512
) -> str:
    """Return a field that is text; without a default it has to be there."""
    value = fields.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or len(value) > limit or not (value or default is not None):
        raise LoginRefused("invalid_request", expected=f"{name}: text of at most {limit} characters", found="no such")
    return value


def _scopes(fields: Mapping[str, Tree] | Mapping[str, str], name: str) -> str:
    scopes = _text(fields, name, default=_DEFAULT_SCOPE, limit=2048)
    if not _SCOPES.fullmatch(scopes):
        raise LoginRefused("invalid_scope", expected=f"{name}: words of Mastodon's API", found="something else")
    return scopes


def _is_redirect(value: object) -> bool:
    if not isinstance(value, str) or not _REDIRECT.fullmatch(value) or "#" in value:
        return False
    return value.partition(":")[0].lower() not in _REFUSED_SCHEMES


def _keys(request: WireRequest, fields: Mapping[str, Tree]) -> AppKeys:
    """Return who a program says it is: in the body, or in the Authorization header (RFC 6749, 2.3.1)."""
    values = [value for name, value in request.headers if name == "authorization" and value[:6].lower() == "basic "]
    if not values:
        return AppKeys(client_id=_text(fields, "client_id", limit=4200), client_secret=_text(fields, "client_secret"))
    match = _BASIC.fullmatch(values[0])
    try:
        given = binascii.a2b_base64(match[1], strict_mode=True).decode("ascii") if match else ""
    except (binascii.Error, UnicodeDecodeError):
        given = ""
    client_id, colon, secret = given.partition(":")
    if not colon or "client_secret" in fields:
        raise MalformedRequest(expected="a program's keys in one place", found="another Authorization")
    return AppKeys(client_id=unquote_plus(client_id), client_secret=unquote_plus(secret))


def _challenge(verifier: str) -> str:
    """Return the challenge of a verifier by S256 (RFC 7636, 4.6)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
