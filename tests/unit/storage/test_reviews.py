"""Whoever writes to the database by hand: no word on one's own post, no second one, no stage left out, none changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.storage.engines import create_engine
from tests.fakes.clock import START
from tests.logins import noted
from tests.reviewed import OLAF, RITA, TINA, delegation, held, people, vote
from tests.stores import migrated, sql_ports
from tests.works import AUTHOR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.engine import Engine

pytestmark = pytest.mark.blocking
_AT = "2026-11-23T10:00:00.000000Z"


class Asked:
    """A database with reviews `one` (two stages, one approval of Rita) and `two`, and Olaf as deputy of Tina."""

    def __init__(self, engine: Engine, names: dict[str, str], said: str) -> None:
        self.engine = engine
        self.names = names
        self.said = said

    def run(self, statement: str) -> None:
        """Type a statement."""
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement.format(**self.names)))

    def refused(self, statement: str) -> bool:
        """Return whether a statement is refused."""
        try:
            self.run(statement)
        except sa.exc.DBAPIError:
            return True
        return False


@pytest.fixture
async def asked(url: str) -> AsyncIterator[Asked]:
    """Return the database."""
    async with sql_ports(migrated(url)) as ports:
        await people(ports)
        one, two = await held(ports, stages=2), await held(ports)
        first = vote(one.review)
        await ports.audit.commit(noted(ports, first, delegation(TINA, OLAF), delegation(AUTHOR.ref, OLAF)))
    names = {"one": one.review.id, "two": two.review.id, "p1": one.post.post, "p2": two.post.post, "said": first.id}
    engine = create_engine(url)
    yield Asked(engine, names, first.id)
    engine.dispose()


def _said(review: str, stage: int, by: str, for_: str | None = None, verdict: str = "approve") -> str:
    whom = "NULL" if for_ is None else f"'{for_}'"
    return f"INSERT INTO review_votes VALUES ('v', '{review}', {stage}, '{by}', {whom}, '{verdict}', '{_AT}')"


@pytest.mark.req("FEAT-10", "FEAT-34")
async def test_no_typed_sql_makes_an_approval(asked: Asked) -> None:
    """The triggers refuse what the gateway never does; what it may do they take."""
    approve = "UPDATE posts SET state = 'approved' WHERE id = '{}'"
    refused = {
        "own post": _said("{two}", 1, AUTHOR.ref),
        "own post by a deputy": _said("{two}", 1, OLAF, AUTHOR.ref),
        "the author as deputy": _said("{two}", 1, AUTHOR.ref, TINA),
        "no delegation": _said("{two}", 1, OLAF, RITA),
        "for oneself": _said("{two}", 1, OLAF, OLAF),
        "a stage that is not asked for": _said("{two}", 2, RITA),
        "the same stage again": _said("{one}", 1, TINA),
        "the next stage too early": _said("{one}", 2, TINA),
        "another word": _said("{two}", 1, RITA, verdict="maybe"),
        "a review that is not there": _said("nothing", 1, RITA),
        "changed": "UPDATE review_votes SET verdict = 'reject'",
        "taken back": "DELETE FROM review_votes",
        "for somebody else": f"UPDATE review_votes SET reviewer = '{TINA}'",
        "without approvals": approve.format("{p2}"),
        "with too few": approve.format("{p1}"),
        "fewer stages": "UPDATE reviews SET stages = 1",
        "another author": f"UPDATE reviews SET author = '{TINA}'",
        "another text": "UPDATE reviews SET mac = 'x'",
        "other rules": "UPDATE reviews SET rules = ''",
        "many at once": "UPDATE reviews SET bulk = 1 WHERE id = '{one}'",
        "no review": "DELETE FROM reviews",
        "a longer delegation": "UPDATE delegations SET until = '2036-11-23T10:00:00.000000Z'",
        "another deputy": f"UPDATE delegations SET deputy = '{RITA}'",
    }
    taken = [name for name, statement in refused.items() if not asked.refused(statement)]

    assert taken == []
    asked.run("UPDATE reviews SET stage = 2 WHERE id = '{one}'")
    again = {
        "the same person": _said("{one}", 2, RITA),
        "back to the first stage": "UPDATE reviews SET stage = 1 WHERE id = '{one}'",
    }
    assert [name for name, statement in again.items() if not asked.refused(statement)] == []
    asked.run(_said("{one}", 2, OLAF, TINA))
    asked.run(approve.format("{p1}"))
    assert asked.refused(approve.format("{p2}"))
    asked.run("UPDATE reviews SET state = 'approved' WHERE id = '{one}'")
    assert asked.refused("UPDATE reviews SET state = 'open' WHERE id = '{one}'")
    assert asked.said
    assert START.isoformat()[:10] == _AT[:10]


@pytest.mark.req("FEAT-10")
async def test_one_person_is_not_two_in_typed_sql(asked: Asked) -> None:
    """Whoever had a say is not stood in for, and whoever stood in has no other."""
    asked.run("UPDATE reviews SET stage = 2 WHERE id = '{one}'")
    asked.run(
        f"INSERT INTO delegations VALUES ('d', '{RITA}', '{TINA}', NULL, '{_AT}', '2026-12-23T10:00:00.000000Z', "
        f"'{_AT}', NULL)"
    )

    assert asked.refused(_said("{one}", 2, TINA, RITA))
    asked.run(_said("{one}", 2, TINA))
