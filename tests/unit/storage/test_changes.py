from __future__ import annotations

import typing
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import Conflict, InvalidRecord
from proxy.gate import work
from proxy.gate.lifecycle import State
from proxy.gate.work import GuardTwin, MovePost, ReserveKey
from proxy.storage.changes import _ROWS, Changes, Step, steps_of
from proxy.storage.round_trip import one_round_trip
from proxy.storage.statements import statements
from tests.works import MAC, SCOPE, Sample, allowed, stored

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine


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
