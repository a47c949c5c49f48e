"""Programs register without being kept: what their id says is what this gateway signed, for one door."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.gate.oauth_ports import App, AppKeys, LoginRefused
from proxy.identity.apps import SignedApps

APP = App(name="Redaktion ✎", redirects=("http://127.0.0.1/a", "urn:ietf:wg:oauth:2.0:oob"), scopes="read write")


def _digest(purpose: str, value: bytes) -> str:
    return hmac.new(b"pepper", purpose.encode() + b"\0" + value, hashlib.sha256).hexdigest()


APPS = SignedApps(_digest)


def test_what_registered_is_what_comes_back() -> None:
    """Name, addresses and scopes; its keys fit, and the id can stand in an address."""
    keys = APPS.register(APP, door="presse")

    assert APPS.app(keys.client_id, door="presse") == APP
    APPS.check(keys, door="presse")
    assert keys.client_id.replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert keys.client_secret not in repr(keys)


def test_another_door_another_gateway_another_secret() -> None:
    """None of them is this program."""
    keys = APPS.register(APP, door="presse")
    other = SignedApps(lambda purpose, value: _digest(purpose, value + b"x"))
    for apps, door in ((APPS, "andere"), (other, "presse")):
        with pytest.raises(LoginRefused) as refused:
            apps.app(keys.client_id, door=door)
        assert refused.value.word == "invalid_client"
    for secret in ("", "ß", keys.client_secret[:-1]):
        with pytest.raises(LoginRefused):
            APPS.check(AppKeys(client_id=keys.client_id, client_secret=secret), door="presse")


@given(st.text(max_size=200), st.integers(0, 400))
def test_an_id_that_was_changed_is_nobodys(junk: str, place: int) -> None:
    """Wherever it was changed, and whatever stands there instead."""
    client_id = APPS.register(APP, door="presse").client_id
    place = min(place, len(client_id) - 1)
    changed = client_id[:place] + junk + client_id[place + 1 :]
    if changed == client_id:
        return
    with pytest.raises(LoginRefused):
        APPS.app(changed, door="presse")


@pytest.mark.parametrize("length", [2900, 3200])
def test_who_registers_can_log_in(length: int) -> None:
    """What says too much of itself is told so at once, not when a person wants to log in."""
    app = App(name="A", redirects=("x:/" + "y" * length,), scopes="read write")
    if length > 3000:
        with pytest.raises(LoginRefused):
            APPS.register(app, door="presse")
        return
    assert APPS.app(APPS.register(app, door="presse").client_id, door="presse") == app
