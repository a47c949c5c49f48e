from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.storage.statements import statements

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


def test_rows_exist_before_others_point_to_them() -> None:
    """Posts come before keys, attempts and reviews; inserts before updates."""
    order = {name: statement.order for name, statement in statements("sqlite").items()}

    assert order["store_post"] < order["reserve_key"] < order["close_attempt"]
    assert order["store_account"] < order["store_token"] < order["revoke_token"]
    assert order["store_guarded_post"] < order["open_attempt"]


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_every_condition_has_a_name(dialect: str) -> None:
    """Only what may touch any number of rows has none; the files of a bundle may be kept, a key noted already."""
    assert {name for name, statement in statements(dialect).items() if statement.loses is None} == {
        "drop_expired_keys",
        "drop_reviews",
        "drop_sessions",
        "forget_answer",
        "forget_contents",
        "forget_image",
        "forget_keys",
        "free_key",
        "keep_waiting",
        "leave_wrapping_key",
        "note_wrapping_key",
        "revoke_tokens",
        "revoke_tokens_of",
        "stop_waiting",
        "store_bundle",
    }


def test_the_twin_check_uses_its_index(engine: Engine) -> None:
    """Looking for a twin costs the same in a table of a million posts."""
    if engine.dialect.name != "sqlite":
        return
    statement = statements("sqlite")["store_guarded_post"].sql
    compiled = statement.compile(dialect=engine.dialect)
    values = tuple("x" for _ in compiled.positiontup or ())
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()

    assert any("ix_posts_open_twins" in row[3] for row in plan)
    assert not any(row[3].startswith("SCAN twin") for row in plan)
