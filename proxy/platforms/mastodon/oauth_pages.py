"""
The pages a person sees when a program asks for a login. German or English, as the browser asks.

No script, no picture, nothing from elsewhere. What a program says of itself is shown as text.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from proxy.core.errors import Localised, UnknownToken
from proxy.gate.oauth_ports import OUT_OF_BAND
from proxy.gate.wire import WireAnswer

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.gate.oauth_ports import App, Asked
    from proxy.gate.wire import WireRequest

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    "input,button{font:inherit;padding:.5rem;margin:.25rem 0;box-sizing:border-box}"
    "input{width:100%}code{overflow-wrap:anywhere;user-select:all}.wrong{border-left:4px solid #b00;padding-left:1rem}"
)
_TITLE = Localised(de="Anmeldung am Gateway", en="Log in at the gateway")
_ASKS = Localised(
    de="Ein Programm, das sich <strong>{name}</strong> nennt, möchte in Ihrem Namen lesen und schreiben. "
    "Alles, was es schreibt, wird geprüft wie jeder Beitrag.",
    en="A program that calls itself <strong>{name}</strong> wants to read and write in your name. "
    "Whatever it writes is checked like every post.",
)
_WHERE = Localised(
    de="Danach kommen Sie zu <code>{target}</code>. Brechen Sie ab, wenn Sie das nicht erwarten.",
    en="Afterwards you get to <code>{target}</code>. Stop if you do not expect that.",
)
_COPY = Localised(
    de="Danach sehen Sie einen Code, den Sie in das Programm kopieren.",
    en="Afterwards you see a code that you copy into the program.",
)
_LABEL = Localised(
    de="Ihr Zugangstoken des Gateways (nicht das Passwort der Plattform)",
    en="Your gateway token (not the password of the platform)",
)
_BUTTON = Localised(de="Programm anmelden", en="Log the program in")
_CODE = Localised(
    de="Kopieren Sie diesen Code in das Programm <strong>{name}</strong>. Er gilt einmal und zwei Minuten lang.",
    en="Copy this code into the program <strong>{name}</strong>. It counts once, for two minutes.",
)
_FAILED = Localised(
    de="Diese Anmeldung ist nicht möglich. Starten Sie sie im Programm noch einmal; hilft das nicht, fragen Sie Ihre "
    "Administration.",
    en="This login is not possible. Start it again in the program; if that does not help, ask your administrator.",
)


class Pages:
    """Writes the pages of one door."""

    def __init__(self, *, door: str, language: str) -> None:
        self._door = door
        self._language = language

    def form(self, request: WireRequest, asked: Asked, app: App, error: PostgateError | None) -> WireAnswer:
        """Return the page on which a person enters a gateway token; it is never filled in."""
        language = self._speaks(request)
        out_of_band = asked.redirect == OUT_OF_BAND
        where = _COPY if out_of_band else _WHERE
        hidden = {
            "response_type": "code",
            "client_id": asked.client_id,
            "redirect_uri": asked.redirect,
            "scope": asked.scopes,
            "state": asked.state,
            "code_challenge": asked.challenge,
            "code_challenge_method": "S256" if asked.challenge else "",
        }
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in hidden.items() if value
        )
        wrong = "" if error is None else f'<p class="wrong" role="alert">{escape(error.text.pick(language))}</p>'
        body = (
            f"<p>{_ASKS.pick(language).format(name=escape(app.name))}</p>"
            f"<p>{where.pick(language).format(target=escape(_shown(asked.redirect)))}</p>{wrong}"
            f'<form method="post" action="/oauth/authorize">{fields}'
            f'<label for="token">{_LABEL.pick(language)}</label>'
            '<input id="token" name="token" type="password" required autofocus autocomplete="off">'
            f"<button>{_BUTTON.pick(language)}</button></form>"
        )
        status = 200 if error is None else 401 if isinstance(error, UnknownToken) else 400
        return self._page(language, body, status=status, target="" if out_of_band else _origin(asked.redirect))

    def code(self, request: WireRequest, app: App, code: str) -> WireAnswer:
        """Return the page that shows a code."""
        language = self._speaks(request)
        told = _CODE.pick(language).format(name=escape(app.name))
        return self._page(language, f"<p>{told}</p><p><code>{escape(code)}</code></p>")

    def failed(self, request: WireRequest, error: PostgateError) -> WireAnswer:
        """Return a page that says that there is nothing to enter."""
        language = self._speaks(request)
        expected = escape(error.diagnostics().expected)
        why = f"<p><code>{escape(error.code)}: {expected}</code></p>" if expected else ""
        return self._page(language, f'<p class="wrong">{_FAILED.pick(language)}</p>{why}', status=400)

    def _speaks(self, request: WireRequest) -> str:
        """Return the language that the browser asks for first, of those that there are."""
        for item in (request.header("accept-language") or "").lower().split(","):
            language = item.strip()[:2]
            if language in {"de", "en"}:
                return language
        return self._language

    def _page(self, language: str, body: str, *, status: int = 200, target: str = "") -> WireAnswer:
        title = _TITLE.pick(language)
        text = (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
            '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
            f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{body}</body></html>"
        )
        style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
        policy = (
            f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self' {target}".rstrip()
            + "; frame-ancestors 'none'; base-uri 'none'"
        )
        headers = (
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", policy),
            ("referrer-policy", "same-origin"),
        )
        return WireAnswer(status=status, body=text.encode(), headers=headers)


def _origin(redirect: str) -> str:
    """Return what a browser compares a redirect with after the form was sent."""
    parts = urlsplit(redirect)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"


def _shown(redirect: str) -> str:
    parts = urlsplit(redirect)
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else redirect
