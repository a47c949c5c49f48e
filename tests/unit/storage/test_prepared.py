"""Statements that are compiled once."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from proxy.storage.prepared import Prepared, Query, Row
from proxy.storage.statements import statements
from proxy.storage.tables import accounts, data_keys, posts
from tests.works import Sample

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

ACCOUNT: Row = {
    "id": "mastodon:x",
    "platform": "mastodon",
    "door": "d",
    "kek_id": "k",
    "credential": b"c",
    "credential_nonce": None,
    "credential_key": None,
    "created_at": "2026",
    "removed_at": None,
}


def _key(name: str, wrapped: bytes | None) -> Row:
    return {
        "id": name,
        "post_id": "ä'%s \\ {} \"",
        "wrapped_dek": wrapped,
        "kek_id": "",
        "class": "c",
        "created_at": "2026",
        "expires_at": "2029",
        "destroyed_at": None if wrapped else "2027",
    }


def _post(sample: Sample, **values: str | None) -> Row:
    return {
        "id": sample.post, "platform": "mastodon", "account": "mastodon:x", "author": "a", "kind": "post",
        "operation": "status.create", "state": "intent", "mac": "m", "scope": "s", "fingerprint": sample.fingerprint,
        "decision_record": "r", "key_id": "k", "created_at": "2026", "replaces": None, "edit_of": None,
    } | values  # fmt: skip


def _all(engine: Engine, table: sa.Table) -> list[tuple[Any, ...]]:
    names = ", ".join(table.c.keys())
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(f"SELECT {names} FROM {table.name} ORDER BY id"))]


def test_constants_of_a_statement_are_kept(engine: Engine) -> None:
    """Removing an account empties its credential; the row names only id and time."""
    removal = {"b_id": "mastodon:x", "b_at": "2027"}
    with engine.begin() as connection:
        Prepared(sa.insert(accounts), engine.dialect, ACCOUNT).run(connection, [ACCOUNT])
        remove = Prepared(statements(engine.dialect.name)["remove_account"].sql, engine.dialect, removal)
        assert remove.run(connection, [removal]) == 1
        kept = connection.execute(sa.text("SELECT credential, removed_at FROM accounts")).one()

    assert tuple(kept) == (None, "2027")


@pytest.mark.parametrize("count", [1, 2, 3, 31, 33, 100])
def test_rows_are_stored_as_they_are(engine: Engine, count: int) -> None:
    """Whatever their number, and whatever is empty in all, in some or in none."""
    rows = [_key(f"k{n:03}", b"\0'w" if n % 3 else None) for n in range(count)]
    with engine.begin() as connection:
        assert Prepared(sa.insert(data_keys), engine.dialect, rows[0]).run(connection, rows) == count

    assert [dict(zip(data_keys.c.keys(), row, strict=True)) for row in _all(engine, data_keys)] == rows


def test_counted_changes_are_all_made(engine: Engine) -> None:
    """Each where its condition holds; a condition that fails is a change too few."""
    samples = [Sample() for _ in range(5)]
    move = statements(engine.dialect.name)["move_post"].sql
    rows = [
        {"b_id": one.post, "b_source": "intent", "b_target": "published", "b_platform_id": name}
        for one, name in zip(samples, ("1", None, "3", None, "5"), strict=True)
    ]
    prepared = Prepared(move, engine.dialect, rows[0], counted=True)
    with engine.begin() as connection:
        Prepared(sa.insert(posts), engine.dialect, _post(samples[0])).run(connection, [_post(one) for one in samples])
        assert prepared.run(connection, rows[:3]) == 3
        assert prepared.run(connection, rows) == 2

    with engine.connect() as connection:
        found = connection.execute(sa.select(posts.c.state, posts.c.platform_id).order_by(posts.c.created_at)).all()
    assert sorted(map(str, itertools.chain(*found))) == sorted(["published"] * 5 + ["1", "None", "3", "None", "5"])


def test_a_row_that_would_have_to_see_another_one_is_a_change_too_few(engine: Engine) -> None:
    """The same post twice: only on a database that carries rows out one after the other it moves twice."""
    sample = Sample()
    steps = [("intent", "unknown"), ("unknown", "published")]
    rows = [{"b_id": sample.post, "b_source": a, "b_target": b, "b_platform_id": None} for a, b in steps]
    prepared = Prepared(statements(engine.dialect.name)["move_post"].sql, engine.dialect, rows[0], counted=True)
    with engine.connect() as connection:
        Prepared(sa.insert(posts), engine.dialect, _post(sample)).run(connection, [_post(sample)])
        assert prepared.run(connection, rows) == (2 if engine.dialect.name == "sqlite" else 1)
        connection.rollback()


def _guarded(engine: Engine) -> Prepared:
    statement = statements(engine.dialect.name)["store_guarded_post"]
    return Prepared(statement.sql, engine.dialect, _post(Sample()), counted=True, apart=statement.apart)


def test_a_condition_sees_the_rows_before_it(engine: Engine) -> None:
    """Two equal posts at once: the second finds its twin on the way, and both are one."""
    first, second, other = Sample(), Sample(), Sample()
    rows = [_post(first), _post(other), _post(second, fingerprint=first.fingerprint)]
    with engine.begin() as connection:
        assert _guarded(engine).run(connection, rows) == 2

    assert [row[0] for row in _all(engine, posts)] == sorted([first.post, other.post])


def test_rows_that_do_not_look_at_each_other_are_stored_but_for_those_with_a_twin(engine: Engine) -> None:
    """Twins are of one scope and on their way; what was stored before is seen by each row."""
    first, again, published, elsewhere, other = (Sample() for _ in range(5))
    guarded = _guarded(engine)
    with engine.begin() as connection:
        before = [_post(first), _post(published, state="published")]
        assert guarded.run(connection, before) == 2
        rows = [
            _post(again, fingerprint=first.fingerprint),
            _post(other, fingerprint=published.fingerprint),
            _post(elsewhere, fingerprint=first.fingerprint, scope="of somebody else"),
        ]
        assert guarded.run(connection, rows) == 2

    kept = sorted([first.post, published.post, other.post, elsewhere.post])
    assert [row[0] for row in _all(engine, posts)] == kept


def test_a_key_can_be_reserved_twice_in_one_batch(engine: Engine) -> None:
    """The second one changes nothing, and no statement fails."""
    rows = [
        {"scope": "s", "key": "k", "fingerprint": "f", "post_id": one, "created_at": "2026", "expires_at": "2027"}
        for one in (Sample().post, Sample().post)
    ]
    reserve = Prepared(statements(engine.dialect.name)["reserve_key"].sql, engine.dialect, rows[0], counted=True)
    samples = [_post(Sample(), id=str(row["post_id"])) for row in rows]
    with engine.begin() as connection:
        Prepared(sa.insert(posts), engine.dialect, samples[0]).run(connection, samples)
        assert reserve.run(connection, rows) == 1


def test_a_query_returns_its_row(engine: Engine) -> None:
    """Or says that there is none."""
    asked = sa.select(data_keys.c.id, data_keys.c.wrapped_dek).where(data_keys.c.id == "k1", data_keys.c.kek_id == "")
    query = Query(asked, engine.dialect)
    with engine.begin() as connection:
        with pytest.raises(sa.exc.NoResultFound):
            query.one(connection)
        Prepared(sa.insert(data_keys), engine.dialect, _key("k1", b"w")).run(connection, [_key("k1", b"w")])
        found = query.one(connection)

    assert (found.id, bytes(found.wrapped_dek)) == ("k1", b"w")
