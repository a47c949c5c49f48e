from __future__ import annotations

import typing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.core.errors import Conflict, InvalidRecord
from proxy.gate import key_changes, work
from proxy.gate.lifecycle import State
from proxy.gate.policy_changes import StoreBundle
from proxy.gate.work import GuardTwin, MovePost, RemoveAccount, ReserveKey, StoreAccount, StoreActor, StoreKey
from proxy.storage import tables
from proxy.storage.changes import _ROWS, Changes, Step, steps_of
from proxy.storage.round_trip import one_round_trip
from proxy.storage.statements import statements
from proxy.storage.wrapping_keys import wrapping_keys
from tests.fakes.clock import START
from tests.works import MAC, SCOPE, Sample, allowed, stored

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

    from proxy.gate.work import Change

LATER = START + timedelta(hours=1)


def test_every_kind_of_change_becomes_rows() -> None:
    """A change that nobody carries out cannot be written by mistake."""
    kinds = set(typing.get_args(work.Change))

    assert kinds - {GuardTwin} == set(_ROWS)
    assert {name for rows in _ROWS.values() for name, _ in rows} <= set(statements("sqlite"))


def test_a_guard_changes_how_its_post_is_stored() -> None:
    """With a guard the post is stored under a condition; without one it is not."""
    guarded = [step.statement for step in steps_of(allowed(Sample()).changes)]
    keyed = [step.statement for step in steps_of(allowed(Sample(), key="k").changes)]

    assert guarded == ["store_key", "store_guarded_post", "open_attempt"]
    assert keyed == ["reserve_key", "store_key", "store_post", "open_attempt"]


def test_a_guard_alone_is_refused() -> None:
    """It would guard nothing."""
    with pytest.raises(InvalidRecord):
        steps_of((GuardTwin(scope=SCOPE, fingerprint="f", post=Sample().post),))


def test_rows_do_not_show_their_values() -> None:
    """Sealed bytes and digests stay out of representations."""
    assert MAC not in repr(steps_of(stored(Sample(), State.BLOCKED)))


def test_many_run_together_and_a_loser_is_noticed(engine: Engine) -> None:
    """All conditions hold, or the answer is no."""
    changes = Changes(engine.dialect)
    samples = [Sample() for _ in range(3)]
    steps = [step for sample in samples for step in steps_of(allowed(sample).changes)]
    moves = steps_of([MovePost(id=sample.post, source=State.INTENT, target=State.PUBLISHED) for sample in samples])
    with engine.connect() as connection:
        assert _all_hold(connection, changes, steps)
        assert _all_hold(connection, changes, moves)
        assert not _all_hold(connection, changes, moves[:1])
        connection.rollback()


def _all_hold(connection: Connection, changes: Changes, steps: list[Step]) -> bool:
    with one_round_trip(connection):
        held = changes.send(connection, steps)
    return held()


def test_the_loser_learns_which_condition_failed(engine: Engine) -> None:
    """One unit of work alone names its condition."""
    changes = Changes(engine.dialect)
    first, second = Sample(), Sample()
    with engine.connect() as connection:
        changes.run_alone(connection, steps_of(allowed(first, key="k").changes))
        with pytest.raises(Conflict) as caught:
            changes.run_alone(connection, steps_of(allowed(second, key="k").changes))
        connection.rollback()

    assert caught.value.what == "idempotency"


def test_a_key_is_reserved_after_its_post_is_stored(engine: Engine) -> None:
    """The order of changes in a unit of work does not matter."""
    sample = Sample()
    reserve = next(change for change in allowed(sample, key="k").changes if isinstance(change, ReserveKey))
    changes = Changes(engine.dialect)
    with engine.connect() as connection:
        changes.run_alone(connection, steps_of((reserve, *stored(sample, State.BLOCKED))))
        connection.rollback()


_SEALED: dict[str, Change] = {
    "data_keys": StoreKey(
        id="r", post="p", wrapped=b"old", kek_id="one", retention="c", created_at=START, expires_at=START
    ),
    "accounts": StoreAccount(
        id="r",
        platform="mastodon",
        door="d",
        credential_nonce=b"n",
        credential=b"c",
        credential_key=b"old",
        kek_id="one",
        created_at=START,
    ),
    "actors": StoreActor(
        ref="r", kind="k", name_digest="d", name_nonce=b"n", name=b"n", name_key=b"old", kek_id="one", created_at=START
    ),
    "policy_bundles": StoreBundle(
        digest="r", nonce=b"n", package=b"p", package_key=b"old", kek_id="one", stored_at=START
    ),
}
_Anew = (
    type[key_changes.RewrapDataKey]
    | type[key_changes.RewrapCredential]
    | type[key_changes.RewrapName]
    | type[key_changes.RewrapBundle]
)
_ANEW: dict[str, tuple[_Anew, str]] = {
    "data_keys": (key_changes.RewrapDataKey, "wrapped_dek"),
    "accounts": (key_changes.RewrapCredential, "credential_key"),
    "actors": (key_changes.RewrapName, "name_key"),
    "policy_bundles": (key_changes.RewrapBundle, "package_key"),
}


@pytest.mark.parametrize("table", list(_SEALED))
def test_a_key_is_wrapped_anew_once_and_nothing_else_changes(engine: Engine, table: str) -> None:
    """Whoever read the row before somebody else wrapped it anew loses."""
    kind, column = _ANEW[table]
    changes, query = Changes(engine.dialect), sa.select(tables.metadata.tables[table])
    first, late = (kind(id="r", wrapped=wrapped, source="one", target="two") for wrapped in (b"new", b"late"))
    with engine.connect() as connection:
        changes.run_alone(connection, steps_of((_SEALED[table],)))
        before = dict(connection.execute(query).one()._mapping)
        changes.run_alone(connection, steps_of((first,)))
        with pytest.raises(Conflict) as caught:
            changes.run_alone(connection, steps_of((late,)))
        after = dict(connection.execute(query).one()._mapping)
        connection.rollback()

    assert caught.value.what == "rewrap"
    assert after == before | {column: b"new", "kek_id": "two"}


def test_what_is_destroyed_is_not_wrapped_anew(engine: Engine) -> None:
    """A removed account has no credential; its row keeps the name of the wrapping key of before."""
    changes = Changes(engine.dialect)
    again = key_changes.RewrapCredential(id="r", wrapped=b"new", source="one", target="two")
    with engine.connect() as connection:
        changes.run_alone(connection, steps_of((_SEALED["accounts"],)))
        changes.run_alone(connection, steps_of((RemoveAccount(id="r", at=START),)))
        with pytest.raises(Conflict) as caught:
            changes.run_alone(connection, steps_of((again,)))
        connection.rollback()

    assert caught.value.what == "rewrap"


def test_a_name_that_was_erased_is_not_wrapped_anew(engine: Engine) -> None:
    """Its key is no bytes at all; the answer is a conflict, not a refusal of the trigger."""
    changes = Changes(engine.dialect)
    again = key_changes.RewrapName(id="r", wrapped=b"new", source="one", target="two")
    erased = sa.insert(tables.actors).values(
        ref="r",
        kind="k",
        name_digest="erased:r",
        name_nonce=b"",
        name=b"",
        name_key=b"",
        kek_id="one",
        created_at=START,
        destroyed_at=START,
    )
    with engine.connect() as connection:
        connection.execute(erased)
        with pytest.raises(Conflict) as caught:
            changes.run_alone(connection, steps_of((again,)))
        connection.rollback()

    assert caught.value.what == "rewrap"


def test_a_wrapping_key_is_noted_left_and_retired_once(engine: Engine) -> None:
    """Never while something that lives is wrapped by it; what is noted again stays as it was."""
    changes, noted = Changes(engine.dialect), sa.select(wrapping_keys)
    note = key_changes.NoteWrappingKey(id="one", at=START, left_at=None)
    leave = key_changes.NoteWrappingKey(id="one", at=LATER, left_at=LATER)
    retire = key_changes.RetireWrappingKey(id="one", at=LATER)
    anew = key_changes.RewrapDataKey(id="r", wrapped=b"new", source="one", target="two")
    with engine.connect() as connection:
        changes.run_alone(connection, steps_of((_SEALED["data_keys"], note)))
        with pytest.raises(Conflict) as unleft:
            changes.run_alone(connection, steps_of((retire,)))
        changes.run_alone(connection, steps_of((leave, leave)))
        with pytest.raises(Conflict) as used:
            changes.run_alone(connection, steps_of((retire,)))
        changes.run_alone(connection, steps_of((retire, anew)))
        with pytest.raises(Conflict) as again:
            changes.run_alone(connection, steps_of((retire,)))
        changes.run_alone(connection, steps_of((leave,)))
        rows = connection.execute(noted).all()
        connection.rollback()

    assert {caught.value.what for caught in (unleft, used, again)} == {"wrapping-key"}
    assert [tuple(row) for row in rows] == [("one", START, LATER, LATER)]
