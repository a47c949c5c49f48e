"""The real servers of the tests start and do what the tests need of them."""

from __future__ import annotations

import psycopg


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
