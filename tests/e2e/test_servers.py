"""The real servers of the tests start and do what the tests need of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from atproto import Client
from mastodon import Mastodon

from tests.e2e.servers.pds import HANDLE

if TYPE_CHECKING:
    from tests.e2e.servers.pds import PdsServer
    from tests.e2e.servers.snac import SnacServer


def test_every_test_gets_an_empty_database(postgres_database: str) -> None:
    """A test's database has no tables, and takes them."""
    address = postgres_database.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        connection.execute("CREATE TABLE probe (id integer)")

    assert tables == (0,)


def test_the_server_keeps_its_promises_of_durability(postgres_url: str) -> None:
    """Durability is on in the tests as it is in production."""
    address = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as connection:
        settings = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]

    assert settings == [("on",), ("on",)]


def test_a_real_mastodon_server_takes_a_post_and_shows_it(snac: SnacServer) -> None:
    """What a client posts with the user's token can be read back from the server."""
    client = Mastodon(api_base_url=snac.base_url, access_token=snac.token, session=snac.session())

    assert snac.statuses() == []
    client.status_post("Guten Morgen aus dem Test!")

    assert ["Guten Morgen aus dem Test!" in str(status["content"]) for status in snac.statuses()] == [True]
    assert [name[10:] for name, _ in snac.kept()] == [str(status["id"])[10:] for status in snac.statuses()]


def test_a_real_bluesky_server_takes_a_post_and_shows_it(pds: PdsServer) -> None:
    """What a client posts with the account's app password can be read back from the server."""
    assert pds.records() == []
    client = Client(base_url=pds.origin)
    try:
        client.login(HANDLE, pds.password)
        client.send_post("Guten Morgen aus dem Test!")
    finally:
        client.request.close()

    assert [record["value"]["text"] for record in pds.records()] == ["Guten Morgen aus dem Test!"]
