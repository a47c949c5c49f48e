"""
A gateway with a certificate of its own, and an unmodified client that trusts the house's authority.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import requests
from mastodon import Mastodon

from tests.certificates import Authority

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder


def test_a_client_posts_over_tls_and_the_certificate_is_exchanged_on_the_way(
    gateway: Gateway, recorder: Recorder, tmp_path: Path
) -> None:
    """The post is published; a new certificate is presented within seconds, without a restart."""
    authority = Authority(tmp_path)
    certificate, key = tmp_path / "gateway.pem", tmp_path / "gateway.key"
    authority.issue(certificate, key)
    address = gateway.address.replace("http://", "https://")
    told = f'public_url: "{address}"\n    tls: {{certificate: "{certificate}", key: "{key}"}}'
    text = gateway.config.read_text(encoding="utf-8")
    gateway.config.write_text(text.replace(f'public_url: "{gateway.address}"', told), encoding="utf-8")
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
