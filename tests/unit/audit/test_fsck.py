from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.audit.fsck import CHECKS, misfits, one_moment
from proxy.core.errors import OutcomeUnknown
from proxy.core.model import Verdict
from proxy.core.policy.actions.redact import RedactSpec
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.recover import settle_overdue
from proxy.storage.engines import create_engine, create_reader
from tests.exports import fill, record
from tests.fakes.clock import START
from tests.fakes.gate_house import GateHouse
from tests.policies import make_bundle, make_policy, make_rule
from tests.works import Sample, allowed, blocked

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from proxy.gate.work import Work

NOW = START + timedelta(days=1)
PUBLISHED = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="42", answer=b"{}")
UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout")


def _found(url: str) -> list[tuple[str, str]]:
    engine = create_reader(url)
    with engine.connect() as connection, one_moment(connection):
        found = [(one.check, one.id) for one in misfits(connection, overdue=NOW)]
    engine.dispose()
    return found


def _change(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for off in _guards_off(connection):
            connection.exec_driver_sql(off)
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _guards_off(connection: Connection) -> list[str]:
    """Return what lets the owner of the database do what the gateway's guards refuse."""
    if connection.dialect.name == "sqlite":
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
        return [f"DROP TRIGGER {name}" for name in names]
    return [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("data_keys", "media", "posts", "attempts")]


def test_what_was_written_together_fits(url: str) -> None:
    """More posts than are read at once."""
    fill(url, 160, at_once=100)
    record(url, [allowed(Sample())])

    assert _found(url) == []


async def _works(text: str, *, outcome: Outcome, action: object, slow: bool) -> list[Work]:
    """Return what the gate writes for a post."""
    bundle = None if action is None else make_bundle(make_policy(make_rule(action=action)))  # type: ignore[arg-type]
    house = GateHouse(outcome, bundle=bundle)
    works: list[Work] = []
    house.log.on_kept = works.append

    async def meanwhile() -> None:
        house.clock.advance(61)
        await settle_overdue(house.ports)

    house.publisher.before = meanwhile if slow else None
    with suppress(OutcomeUnknown):
        await house.submit(text, key="k1")
    return works


@pytest.mark.parametrize(
    ("text", "outcome", "action", "slow"),
    [
        ("Schönes Wochenende!", PUBLISHED, None, False),
        ("Schönes Wochenende!", Outcome(kind=OutcomeKind.REJECTED, reason="refused"), None, False),
        ("Schönes Wochenende!", Outcome(kind=OutcomeKind.NOT_SENT, reason="connect"), None, False),
        ("Schönes Wochenende!", UNKNOWN, None, False),
        ("Schönes Wochenende!", PUBLISHED, None, True),
        ("Schönes Wochenende!", UNKNOWN, None, True),
        ("Meine IBAN", PUBLISHED, None, False),
        ("Meine IBAN", PUBLISHED, Verdict.HOLD, False),
        ("Meine IBAN", PUBLISHED, RedactSpec(), False),
        ("Meine IBAN", UNKNOWN, RedactSpec(), False),
    ],
)
def test_what_the_gate_writes_fits(sqlite_url: str, text: str, outcome: Outcome, action: object, slow: bool) -> None:
    """Whatever is decided, and whatever becomes of it."""
    works = asyncio.run(_works(text, outcome=outcome, action=action, slow=slow))

    assert record(sqlite_url, works) > 0
    assert _found(sqlite_url) == []


OTHER = "'00000000-0000-0000-0000-000000000000'"


@pytest.mark.parametrize(
    ("statement", "checks"),
    [
        ("UPDATE posts SET state = 'published'", ["post_state"]),
        ("UPDATE posts SET state = 'eaten'", ["post_state"]),
        (f"UPDATE posts SET decision_record = {OTHER}", ["post_records"]),
        ("DELETE FROM attempts", ["attempts"]),
        (f"UPDATE attempts SET intent_record = {OTHER}", ["attempts"]),
        ("UPDATE attempts SET result = 'published'", ["attempts"]),
        (
            """INSERT INTO reviews (id, post_id, queue, stages, author, mac, due_at, decision_record)
            SELECT 'r', id, 'q', 1, 'a', 'm', '2026-11-23T09:00:00.000000Z', decision_record FROM posts""",
            ["reviews"],
        ),
        ("DELETE FROM data_keys", ["content_key"]),
        (f"UPDATE data_keys SET post_id = {OTHER}", ["key_orphan"]),
        ("UPDATE data_keys SET wrapped_dek = NULL", ["key_state"]),
        ("UPDATE data_keys SET destroyed_at = '2026-11-23T09:00:00.000000Z'", ["key_state"]),
        ("UPDATE data_keys SET expires_at = '2026-11-23T09:00:00.000000Z'", []),
        ("UPDATE data_keys SET expires_at = '2027-11-23T09:00:00.000000Z'", []),
        (
            f"""INSERT INTO media (id, account, author, mime, size, key_id, image_nonce, image, texts_nonce, texts,
            decision_record, created_at) SELECT 'm', 'a', 'a', 'image/png', 1, id, wrapped_dek, wrapped_dek,
            wrapped_dek, wrapped_dek, {OTHER}, created_at FROM data_keys""",
            ["media_record"],
        ),
    ],
)
def test_a_row_that_does_not_fit_is_found(url: str, statement: str, checks: list[str]) -> None:
    """Whoever changed it, on both databases."""
    record(url, [allowed(Sample())])

    _change(url, statement)

    assert [check for check, _ in _found(url)] == checks
    assert set(checks) <= CHECKS.keys()


def test_a_key_past_its_time_is_found(url: str) -> None:
    """Unless a hold covers its post, or the post still waits for its outcome."""
    open_one, held, late = Sample(), Sample(), Sample()
    record(url, [allowed(open_one), blocked(held), blocked(late)])
    _change(
        url,
        "UPDATE data_keys SET expires_at = '2026-11-23T09:00:00.000000Z'",
        *(
            f"""INSERT INTO actors (ref, kind, name_digest, name_nonce, name, name_key, kek_id, created_at)
            SELECT '{ref}', 'employee', '{ref}', wrapped_dek, wrapped_dek, wrapped_dek, kek_id, created_at
            FROM data_keys WHERE id = '{late.key}'"""
            for ref in ("a_1", "a_2")
        ),
        """INSERT INTO audit_orders (id, kind, case_number, basis, opened_by, opened_role, opened_at, expires_at, mac)
        VALUES ('h1', 'hold', '1', 'b', 'a_1', 'r',
            '2026-11-23T09:00:00.000000Z', '2026-11-24T09:00:00.000000Z', 'm')""",
        f"INSERT INTO audit_order_posts (order_id, post_id) VALUES ('h1', '{held.post}')",
        """INSERT INTO audit_confirmations (order_id, person, role, confirmed_at, mac)
        VALUES ('h1', 'a_2', 'r', '2026-11-23T10:00:00.000000Z', 'm')""",
    )

    assert _found(url) == [("key_overdue", late.key)]


def test_a_post_without_row_is_found(url: str) -> None:
    """The log speaks of it."""
    sample = Sample()
    record(url, [allowed(sample), blocked(Sample())])

    _change(url, "DELETE FROM attempts", f"DELETE FROM posts WHERE id = '{sample.post}'")

    assert _found(url) == [("post_missing", sample.post)]


def test_a_post_that_the_log_does_not_know_is_found(url: str) -> None:
    """Somebody put it there."""
    record(url, [blocked(Sample())])

    _change(url, "UPDATE posts SET id = 'of nobody'")

    assert _found(url) == [("post_state", "of nobody"), ("post_records", "of nobody")]


def test_all_is_read_from_one_moment(url: str) -> None:
    """A post that is written meanwhile is not seen half."""
    fill(url, 2)
    engine = create_reader(url)
    with engine.connect() as connection, one_moment(connection):
        assert list(misfits(connection, overdue=NOW)) == []
        record(url, [allowed(Sample())])
        _change(url, "UPDATE posts SET state = 'eaten'")

        assert list(misfits(connection, overdue=NOW)) == []
    engine.dispose()
    assert {check for check, _ in _found(url)} == {"post_state"}
