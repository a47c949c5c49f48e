"""Requests of sinks: verified certificates, no redirects, no more than is needed."""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING

import pytest

from proxy.audit.sinks.https import Answer, send, tls_context
from tests.fakes.receivers import Asked, Certificates, Told, certificates, line_receiver, web_server

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Return an authority and a certificate."""
    return certificates(tmp_path_factory.mktemp("certificates"))


def test_a_request_arrives_as_it_was_sent(made: Certificates) -> None:
    """Over TLS to a server of our authority; path, query, headers and body."""
    asked: list[Asked] = []

    def answer(request: Asked) -> Told:
        asked.append(request)
        return Told(201, b"kept")

    with web_server(answer, made.server) as address:
        got = send(
            "POST", f"{address}/a%20b?c=d", headers={"X-Kind": "test"}, body=b"body", tls=tls_context(made.ca_file)
        )
        bare = send("GET", address, headers={}, tls=tls_context(made.ca_file))

    assert (got, got.taken) == (Answer(status=201, body=b"kept"), True)
    assert bare.status == 201
    assert (asked[0].method, asked[0].target, asked[0].body) == ("POST", "/a%20b?c=d", b"body")
    assert (asked[0].headers["x-kind"], asked[1].target) == ("test", "/")


def test_a_server_of_another_authority_is_refused(made: Certificates) -> None:
    """And so is one that answers to another name."""
    with web_server(lambda _asked: Told(200), made.server) as address:
        with pytest.raises(ssl.SSLCertVerificationError):
            send("GET", address, headers={})
        with pytest.raises(ssl.SSLCertVerificationError):
            send("GET", address.replace("127.0.0.1", "localhost"), headers={}, tls=tls_context(made.ca_file))


@pytest.mark.parametrize(("status", "taken"), [(200, True), (204, True), (302, False), (404, False), (500, False)])
def test_a_redirect_is_an_answer_like_any_other(status: int, taken: bool) -> None:
    """Whoever could redirect could take the checkpoint elsewhere."""
    asked: list[Asked] = []

    def answer(request: Asked) -> Told:
        asked.append(request)
        return Told(status, headers={"Location": "/elsewhere"})

    with web_server(answer) as address:
        assert send("GET", address, headers={}).taken is taken
    assert len(asked) == 1


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy variable of the machine would see everything."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    with web_server(lambda _asked: Told(200)) as address:
        assert send("GET", address, headers={}).status == 200


def test_what_is_no_answer_is_out_of_reach() -> None:
    """Nobody listens, or the connection ends without an answer."""
    with web_server(lambda _asked: None) as address, pytest.raises(OSError, match="Remote"):
        send("GET", address, headers={})
    with line_receiver(aborts=True) as receiver, pytest.raises((OSError, http.client.HTTPException)) as failed:
        send("GET", "http://{}:{}".format(*receiver.address), headers={})
    assert isinstance(failed.value, OSError)


def test_a_file_without_a_certificate_is_told(tmp_path: Path) -> None:
    """When the sink is made, not when it is used first."""
    (tmp_path / "ca.pem").write_text("nothing", encoding="ascii")

    for file in (tmp_path / "ca.pem", tmp_path / "away.pem"):
        with pytest.raises(OSError, match=r"."):
            tls_context(file)
