"""Many statements, one round trip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.storage.engines import create_engine
from proxy.storage.order_tables import audit_order_posts, audit_orders
from proxy.storage.prepared import Prepared
from proxy.storage.round_trip import one_round_trip
from proxy.storage.tables import data_keys
from tests.stores import migrated

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

KEY = {
    "id": "k1", "post_id": "p1", "wrapped_dek": b"w", "kek_id": "kek", "class": "published-3y",
    "created_at": "2026", "expires_at": "2029", "destroyed_at": None,
}  # fmt: skip


def _keys(engine: Engine) -> Prepared:
    return Prepared(sa.insert(data_keys), engine.dialect, KEY)


def _stored(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(data_keys.c.id).order_by(data_keys.c.id)))


def test_what_was_sent_is_there_after_commit(engine: Engine) -> None:
    """And its number is known after the trip."""
    keys = _keys(engine)
    with engine.begin() as connection:
        with one_round_trip(connection):
            one = keys.send(connection, [KEY])
            two = keys.send(connection, [KEY | {"id": "k2"}, KEY | {"id": "k3"}])
        assert (one(), two()) == (1, 2)

    assert _stored(engine) == ["k1", "k2", "k3"]


def test_a_transaction_is_begun_where_there_is_none(engine: Engine) -> None:
    """As everywhere in SQLAlchemy: what is not committed is gone."""
    with engine.connect() as connection:
        with one_round_trip(connection):
            _keys(engine).send(connection, [KEY])
        connection.rollback()

    assert _stored(engine) == []


def test_an_error_of_any_of_them_is_raised_at_the_end(engine: Engine) -> None:
    """As the error that SQLAlchemy raises; the values are not in its text."""
    keys = _keys(engine)
    order = Prepared(sa.insert(audit_order_posts), engine.dialect, ("order_id", "post_id"))
    with engine.connect() as connection:
        with pytest.raises(sa.exc.IntegrityError) as failed, one_round_trip(connection):
            keys.send(connection, [KEY])
            order.send(connection, [{"order_id": "of-nobody", "post_id": "p1"}])
            keys.send(connection, [KEY | {"id": "k2"}])
        connection.rollback()

    assert failed.value.params is None
    assert _stored(engine) == []
    assert not _orders(engine)


def _orders(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(audit_orders)) or 0


def test_a_connection_that_died_is_known_as_dead(postgres_url: str) -> None:
    """The writer opens another one then."""
    engine = create_engine(migrated(postgres_url))
    keys = _keys(engine)
    with engine.connect() as connection, engine.connect() as other:
        with one_round_trip(connection):
            keys.send(connection, [KEY])
        backend = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        other.execute(sa.select(sa.func.pg_terminate_backend(backend, 5_000)))
        with pytest.raises(sa.exc.DBAPIError) as failed, one_round_trip(connection):
            keys.send(connection, [KEY | {"id": "k2"}])
        connection.invalidate()
    engine.dispose()

    assert failed.value.connection_invalidated
