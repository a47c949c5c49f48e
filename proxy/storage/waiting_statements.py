"""
The statements of posts that wait, each with the condition under which it may change a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from proxy.storage.waiting_tables import delegations, outbox, review_votes, reviews

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.sql.dml import UpdateBase

_OPEN = sa.text("reviews.state = 'open'")


def waiting_statements(dialect: str) -> Iterator[tuple[str, UpdateBase, str | None]]:
    """Yield name, statement and what is lost when no row was changed, in the order in which they run."""
    yield "open_review", sa.insert(reviews), "record"
    yield "cast_vote", _cast_vote(), "vote"
    yield "advance_review", _advance_review(), "review"
    yield "end_review", _end_review(), "review"
    yield "drop_reviews", _drop_reviews(), None
    yield "remind", _remind(), "review"
    yield "escalate", _escalate(), "review"
    yield "delegate", sa.insert(delegations), "record"
    yield "end_delegation", _end_delegation(), "delegation"
    yield "take_waiting", _take_waiting(), "waiting"
    yield "keep_waiting", _keep_waiting(dialect), None
    yield "stop_waiting", sa.delete(outbox).where(outbox.c.post_id == sa.bindparam("b_post")), None


def _take_waiting() -> UpdateBase:
    return sa.delete(outbox).where(
        outbox.c.post_id == sa.bindparam("b_post"),
        outbox.c.send_at.is_not_distinct_from(sa.bindparam("b_send_at", type_=sa.Text())),
        outbox.c.tries == sa.bindparam("b_tries"),
    )


def _keep_waiting(dialect: str) -> UpdateBase:
    new = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(outbox)
    columns = ("send_at", "not_before", "expires_at", "tries")
    return new.on_conflict_do_update(index_elements=["post_id"], set_={name: new.excluded[name] for name in columns})


def _cast_vote() -> UpdateBase:
    # The same conditions as in the trigger: whoever lacks them learns it as a conflict.
    names = [column.name for column in review_votes.c]
    values = {column.name: sa.bindparam(column.name, type_=column.type) for column in review_votes.c}
    asked_queue = sa.select(reviews.c.queue).where(reviews.c.id == values["review_id"]).scalar_subquery()
    asked = sa.exists().where(
        reviews.c.id == values["review_id"],
        _OPEN,
        reviews.c.stage == values["stage"],
        reviews.c.author != values["reviewer"],
        sa.or_(values["on_behalf_of"].is_(None), reviews.c.author != values["on_behalf_of"]),
    )
    voted = review_votes.alias("voted")
    people = (values["reviewer"], sa.func.coalesce(values["on_behalf_of"], values["reviewer"]))
    spoken = sa.or_(voted.c.reviewer.in_(people), voted.c.on_behalf_of.in_(people), voted.c.stage == values["stage"])
    before = sa.exists().where(voted.c.review_id == values["review_id"], spoken)
    lent = sa.exists().where(
        delegations.c.person == values["on_behalf_of"],
        delegations.c.deputy == values["reviewer"],
        delegations.c.since <= values["at"],
        delegations.c.until > values["at"],
        delegations.c.ended_at.is_(None),
        sa.or_(delegations.c.queue.is_(None), delegations.c.queue == asked_queue),
    )
    own = values["on_behalf_of"].is_(None)
    chosen = sa.select(*(values[name] for name in names)).where(asked, ~before, sa.or_(own, lent))
    return sa.insert(review_votes).from_select(names, chosen)


def _advance_review() -> UpdateBase:
    stage = reviews.c.stage
    return (
        sa.update(reviews)
        .where(reviews.c.id == sa.bindparam("b_id"), _OPEN, stage == sa.bindparam("b_stage"), stage < reviews.c.stages)
        .values(stage=stage + 1)
    )


def _end_review() -> UpdateBase:
    return (
        sa.update(reviews)
        .where(reviews.c.id == sa.bindparam("b_id"), _OPEN)
        .values(state=sa.bindparam("b_state"), closed_at=sa.bindparam("b_at"))
    )


def _drop_reviews() -> UpdateBase:
    return (
        sa.update(reviews)
        .where(reviews.c.post_id == sa.bindparam("b_post"), sa.text("reviews.kind = 'hold'"), _OPEN)
        .values(state=sa.bindparam("b_state"), closed_at=sa.bindparam("b_at"))
    )


def _remind() -> UpdateBase:
    return (
        sa.update(reviews)
        .where(reviews.c.id == sa.bindparam("b_id"), _OPEN, reviews.c.reminded_at.is_(None))
        .values(reminded_at=sa.bindparam("b_at"))
    )


def _escalate() -> UpdateBase:
    return (
        sa.update(reviews)
        .where(reviews.c.id == sa.bindparam("b_id"), _OPEN, reviews.c.escalated_at.is_(None))
        .values(queue=sa.bindparam("b_queue"), escalated_at=sa.bindparam("b_at"))
    )


def _end_delegation() -> UpdateBase:
    return (
        sa.update(delegations)
        .where(
            delegations.c.id == sa.bindparam("b_id"),
            delegations.c.person == sa.bindparam("b_person"),
            delegations.c.ended_at.is_(None),
        )
        .values(ended_at=sa.bindparam("b_at"))
    )
