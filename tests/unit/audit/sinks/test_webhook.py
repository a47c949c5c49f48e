"""Checkpoints posted to a web address."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import pytest

from proxy.audit.sinks.https import tls_context
from proxy.audit.sinks.sink import NOTHING, SinkRefused
from proxy.audit.sinks.webhook import Webhook, signature
from tests import outsider
from tests.checkpoints import SIGNER, TRUST, note_of
from tests.fakes.clock import START
from tests.fakes.receivers import Asked, Told, certificates, web_server
from tests.stores import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

KEY = bytes(range(32))
SIGNED = TRUST.open(note_of(8))


def test_a_checkpoint_arrives_signed(tmp_path: Path) -> None:
    """Over TLS; the HMAC is over the moment and the body, and the note inside proves itself to an outsider."""
    made, asked = certificates(tmp_path), list[Asked]()

    def answer(request: Asked) -> Told:
        asked.append(request)
        return Told(204)

    with web_server(answer, made.server) as address:
        hook = Webhook(f"{address}/hook?room=1", name="room", key=KEY, now=lambda: START, tls=tls_context(made.ca_file))
        hook.publish(SIGNED)

    (request,) = asked
    moment, _, mac = request.headers["postgate-signature"].partition(",v1=")
    expected = hmac.new(KEY, moment.removeprefix("t=").encode() + b"." + request.body, hashlib.sha256).hexdigest()
    said = json.loads(request.body)
    assert (request.method, request.target) == ("POST", "/hook?room=1")
    assert request.headers["content-type"] == "application/json"
    assert (moment, mac) == (f"t={int(START.timestamp())}", expected)
    assert (said["type"], said["origin"], said["size"]) == ("postgate.checkpoint", ORIGIN, 8)
    stated = outsider.checkpoint(said["note"].encode(), SIGNER.key().text())
    assert stated is not None
    assert stated[:2] == (ORIGIN, 8)


def test_another_key_or_body_signs_otherwise() -> None:
    """A known vector, and nothing of it is left out."""
    made = {signature(key, body, at=at) for key in (KEY, bytes(32)) for body in (b"a", b"b") for at in (1, 2)}

    assert len(made) == 8
    expected = hmac.new(b"key", b"1700000000.{}", hashlib.sha256).hexdigest()
    assert signature(b"key", b"{}", at=1_700_000_000) == f"t=1700000000,v1={expected}"


@pytest.mark.parametrize("status", [301, 307, 400, 503])
def test_what_is_not_taken_is_told(status: int) -> None:
    """A redirect too."""
    with web_server(lambda _asked: Told(status, headers={"Location": "/elsewhere"})) as address:
        hook = Webhook(address, name="room", key=KEY, now=lambda: START, tls=None)
        with pytest.raises(SinkRefused, match=str(status)):
            hook.publish(SIGNED)

    assert hook.newest() == NOTHING
