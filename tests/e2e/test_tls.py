"""
A gateway with a certificate of its own, and an unmodified client that trusts the house's authority.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests
from atproto import Client
from atproto_client.exceptions import RequestErrorBase
from linkedin_api.clients.restli.client import RestliClient
from linkedin_api.common import constants
from mastodon import Mastodon

from tests.certificates import Authority
from tests.e2e.mastodon_clients import PROGRAMS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder


def _with_a_certificate(gateway: Gateway, directory: Path) -> tuple[Authority, str]:
    """Give a gateway a certificate; return the authority and the address."""
    authority = Authority(directory)
    certificate, key = directory / "gateway.pem", directory / "gateway.key"
    authority.issue(certificate, key)
    address = gateway.address.replace("http://", "https://")
    told = f'public_url: "{address}"\n    tls: {{certificate: "{certificate}", key: "{key}"}}'
    text = gateway.config.read_text(encoding="utf-8")
    gateway.config.write_text(text.replace(f'public_url: "{gateway.address}"', told), encoding="utf-8")
    return authority, address


def test_a_client_posts_over_tls_and_the_certificate_is_exchanged_on_the_way(
    gateway: Gateway, recorder: Recorder, tmp_path: Path
) -> None:
    """The post is published; a new certificate is presented within seconds, without a restart."""
    authority, address = _with_a_certificate(gateway, tmp_path)
    certificate, key = tmp_path / "gateway.pem", tmp_path / "gateway.key"
    gateway.start()
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(authority.file)
        client = Mastodon(api_base_url=address, access_token=gateway.token, session=session)
        client.status_post("Heute offene Beratung ab 17 Uhr.")
    assert recorder.texts() == ["Heute offene Beratung ab 17 Uhr."]

    authority.issue(certificate, key, name="second")
    give_up = time.monotonic() + 60
    while "certificate.loaded" not in gateway.log():
        assert time.monotonic() < give_up
        time.sleep(0.2)
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{address}/api/v1/custom_emojis", verify=str(authority.file), timeout=10).status_code < 500
    assert gateway.stop() == 0


def test_every_program_can_be_told_the_houses_authority(
    gateway: Gateway, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    By the settings of the page for employees; without them no program comes to the door.

    Those that are not made for this platform get an answer there that is no failure of the connection.
    """
    authority, address = _with_a_certificate(gateway, tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    gateway.start()
    assert not PROGRAMS["Mastodon.py"](address, gateway.token, home).post("Niemand ist bekannt.").done
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.setenv(name, str(authority.file))
    said = [make(address, gateway.token, home).post(f"Über TLS mit {name}") for name, make in PROGRAMS.items()]
    bluesky = Client(base_url=address)
    with pytest.raises(RequestErrorBase) as refused:
        bluesky.login("alice.test", gateway.token)
    bluesky.request.close()
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setattr(constants, "VERSIONED_BASE_URL", address)
    linkedin = RestliClient()
    linkedin.session.verify = str(authority.file)
    answer = linkedin.create(resource_path="/posts", entity={}, access_token=gateway.token, version_string="202601")
    linkedin.session.close()
    assert gateway.stop() == 0

    assert [one.done for one in said] == [True] * 4, said
    assert recorder.texts() == [f"Über TLS mit {name}" for name in PROGRAMS]
    assert refused.value.response is not None
    assert 400 <= answer.status_code < 500
