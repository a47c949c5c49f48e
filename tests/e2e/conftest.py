"""
Gateways for the tests with real clients and real processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mastodon import Mastodon

from tests.e2e.bluesky_house import BlueskyHouse
from tests.e2e.gateway import Gateway, Setup
from tests.e2e.house import House
from tests.e2e.recorder import Recorder
from tests.e2e.servers.pds import PdsServer
from tests.e2e.servers.snac import SnacServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """
    Run the product, as it is configured by default, in front of a real Mastodon-API server.

    At the end everything on that server must have its records, whatever the tests did.
    """
    server = SnacServer.start(tmp_path_factory.mktemp("snac"))
    try:
        setup = Setup(upstream=server.base_url, credential=server.token, ner=("postgate",))
        with Gateway(tmp_path_factory.mktemp("house"), setup) as gateway:
            gateway.prepare()
            gateway.start()
            house = House(gateway=gateway, server=server)
            yield house
            house.check_everything_recorded()
            assert gateway.stop() == 0
    finally:
        server.stop()


@pytest.fixture(scope="session")
def bluesky_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyHouse]:
    """
    Run the product in front of a real Bluesky server that tells every client where it is.

    At the end everything on that server must have its records, whatever the tests did.
    """
    server = PdsServer.start(tmp_path_factory.mktemp("pds"))
    try:
        setup = Setup(
            upstream=server.origin,
            credential=server.credential,
            platform="bluesky",
            door_more=f'direct_messages: "{server.services_did}#bsky_chat"',
            ner=("postgate",),
        )
        with Gateway(tmp_path_factory.mktemp("bluesky"), setup) as gateway:
            gateway.prepare()
            gateway.start()
            house = BlueskyHouse(gateway=gateway, server=server)
            yield house
            house.check_everything_recorded()
            assert gateway.stop() == 0
    finally:
        server.stop()


@pytest.fixture
def client(house: House) -> Iterator[Mastodon]:
    """Return an unmodified Mastodon.py that was told an address and a token, nothing else."""
    mastodon = Mastodon(api_base_url=house.gateway.address, access_token=house.gateway.token)
    yield mastodon
    mastodon.session.close()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Gateway:
    """Prepare an installation without language models, to be copied."""
    gateway = Gateway(tmp_path_factory.mktemp("prepared"), Setup(upstream="http://127.0.0.1:9"))
    gateway.prepare()
    return gateway


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    """Run the platform that keeps a diary; it looks into the gateway's database at each write."""
    with Recorder(tmp_path, witness=tmp_path / "gateway" / "postgate.db") as running:
        yield running


@pytest.fixture
def gateway(tmp_path: Path, prepared: Gateway, recorder: Recorder) -> Iterator[Gateway]:
    """Return a prepared gateway, not running, in front of the platform with the diary."""
    directory = tmp_path / "gateway"
    directory.mkdir()
    with prepared.copy(directory, upstream=recorder.address) as copy:
        yield copy
