"""
Posts that wait: an outbox, reviews with stages, what people said, and who stands in for whom.

The database itself refuses what must never happen, whoever writes: nobody votes on a post of his own or for its
author, a vote is for the stage that is asked for and stays as it is, what a review is about never changes, and a post
becomes `approved` only with as many approvals of one review as that review asks for.

Posts that were held before this revision keep their review, at its first stage; what a rule asked for besides was not
kept, so they are decided one by one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.storage.columns import NUMBER, WORDS

revision = "0014"
down_revision = "0011"
branch_labels = None
depends_on = None

_TIME = "____-__-__T__:__:__.______Z"
_DUE = sa.text("not_before IS NOT NULL")
_OPEN = sa.text("state = 'open'")
_THREE_DAYS = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%S', 'now', '+3 days') || '.000000Z'",
    "postgresql": """to_char((now() AT TIME ZONE 'UTC') + interval '3 days', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
}
_BEFORE = "1970-01-01T00:00:00.000000Z"

_NOT_ASKED = "a vote is for an open review of somebody else, at its present stage"
_SAID = "a vote stays as it is"
_ABOUT = "what a review is about stays as it is, and a closed one stays closed"
_UNAPPROVED = "a post is approved by as many people as its review asks for"
_DELEGATED = "a delegation changes in nothing but its end"

_VOTE = """NOT EXISTS (
        SELECT 1 FROM reviews r WHERE r.id = NEW.review_id AND r.state = 'open' AND r.stage = NEW.stage
        AND r.author <> NEW.reviewer AND (NEW.on_behalf_of IS NULL OR NEW.on_behalf_of <> r.author)
    )"""
_OTHER = """NEW.post_id <> OLD.post_id OR NEW.kind <> OLD.kind OR NEW.author <> OLD.author OR NEW.mac <> OLD.mac
    OR NEW.first_queue <> OLD.first_queue OR NEW.stages <> OLD.stages OR NEW.rules <> OLD.rules OR NEW.bulk <> OLD.bulk
    OR NEW.policy_digest <> OLD.policy_digest OR NEW.decision_record <> OLD.decision_record
    OR NEW.stage < OLD.stage OR OLD.state <> 'open'"""
_APPROVED = """NEW.state = 'approved' AND OLD.state <> 'approved' AND NOT EXISTS (
        SELECT 1 FROM reviews r WHERE r.post_id = NEW.id AND r.kind = 'hold' AND r.mac = NEW.mac AND r.stages <= (
            SELECT count(*) FROM review_votes v WHERE v.review_id = r.id AND v.verdict = 'approve'
        )
    )"""
_OTHERWISE = """NEW.person <> OLD.person OR NEW.deputy <> OLD.deputy OR NEW.since <> OLD.since
    OR NEW.until <> OLD.until OR coalesce(NEW.queue, '') <> coalesce(OLD.queue, '') OR OLD.ended_at IS NOT NULL"""


def _abort(name: str, when: str, table: str, condition: str, said: str) -> str:
    return f"""
    CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition}
    BEGIN SELECT RAISE(ABORT, '{said}'); END
    """


def _function(name: str, condition: str, said: str) -> str:
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN RAISE EXCEPTION '{said}'; END IF;
        RETURN NEW;
    END $$
    """


def _trigger(name: str, when: str, table: str, function: str, each: str = "ROW") -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"


_SQLITE = (
    _abort("review_votes_asked", "INSERT", "review_votes", _VOTE, _NOT_ASKED),
    *(
        _abort(f"review_votes_no_{action.lower()}", action, "review_votes", "1", _SAID)
        for action in ("UPDATE", "DELETE")
    ),
    _abort("reviews_about", "UPDATE", "reviews", _OTHER, _ABOUT),
    _abort("reviews_no_delete", "DELETE", "reviews", "1", _ABOUT),
    _abort("posts_approved", "UPDATE", "posts", _APPROVED, _UNAPPROVED),
    _abort("posts_not_new_approved", "INSERT", "posts", "NEW.state = 'approved'", _UNAPPROVED),
    _abort("delegations_end", "UPDATE", "delegations", _OTHERWISE, _DELEGATED),
)
_POSTGRESQL = (
    _function("postgate_vote_asked", _VOTE, _NOT_ASKED),
    _trigger("review_votes_asked", "INSERT", "review_votes", "postgate_vote_asked"),
    _function("postgate_vote_said", "true", _SAID),
    _trigger("review_votes_said", "UPDATE OR DELETE", "review_votes", "postgate_vote_said"),
    _trigger("review_votes_no_truncate", "TRUNCATE", "review_votes", "postgate_vote_said", "STATEMENT"),
    _function("postgate_review_about", _OTHER, _ABOUT),
    _trigger("reviews_about", "UPDATE", "reviews", "postgate_review_about"),
    _function("postgate_review_stays", "true", _ABOUT),
    _trigger("reviews_no_delete", "DELETE", "reviews", "postgate_review_stays"),
    _trigger("reviews_no_truncate", "TRUNCATE", "reviews", "postgate_review_stays", "STATEMENT"),
    _function("postgate_post_approved", _APPROVED, _UNAPPROVED),
    _trigger("posts_approved", "UPDATE", "posts", "postgate_post_approved"),
    _function("postgate_post_not_new_approved", "NEW.state = 'approved'", _UNAPPROVED),
    _trigger("posts_not_new_approved", "INSERT", "posts", "postgate_post_not_new_approved"),
    _function("postgate_delegation_end", _OTHERWISE, _DELEGATED),
    _trigger("delegations_end", "UPDATE", "delegations", "postgate_delegation_end"),
)


def upgrade() -> None:
    """Add the tables and their guards, and let reviews have stages."""
    _add_outbox()
    _widen_reviews()
    _add_votes()
    _add_delegations()
    _let_held_posts_wait()
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(sa.text(statement))


def _let_held_posts_wait() -> None:
    # Nobody could decide about them before: all of them get as long as a post that is held now.
    ends = _THREE_DAYS[op.get_bind().dialect.name]
    held = f"INSERT INTO outbox (post_id, expires_at, tries) SELECT id, {ends}, 0 FROM posts WHERE state = 'held'"  # noqa: S608
    op.get_bind().exec_driver_sql(held)


def _times(table: str, *columns: str) -> tuple[sa.CheckConstraint, ...]:
    return tuple(sa.CheckConstraint(f"{name} LIKE '{_TIME}'", name=f"ck_{table}_{name}") for name in columns)


def _add_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("post_id", WORDS, nullable=False),
        sa.Column("send_at", WORDS),
        sa.Column("not_before", WORDS),
        sa.Column("expires_at", WORDS, nullable=False),
        sa.Column("tries", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("post_id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_outbox_post_id"),
        *_times("outbox", "send_at", "not_before", "expires_at"),
        sqlite_strict=True,
    )
    op.create_index("ix_outbox_expires_at", "outbox", ["expires_at"], unique=False)
    op.create_index("ix_outbox_due", "outbox", ["not_before"], unique=False, sqlite_where=_DUE, postgresql_where=_DUE)


def _widen_reviews() -> None:
    added: tuple[tuple[str, object, str | None], ...] = (
        ("kind", WORDS, "'hold'"),
        ("first_queue", WORDS, "'compliance'"),
        ("stage", NUMBER, "1"),
        ("state", WORDS, "'open'"),
        ("opened_at", WORDS, f"'{_BEFORE}'"),
        ("escalate_to", WORDS, "'compliance'"),
        ("escalated_at", WORDS, None),
        ("reminded_at", WORDS, None),
        ("closed_at", WORDS, None),
        ("policy_digest", WORDS, "''"),
        ("rules", WORDS, "''"),
        ("bulk", NUMBER, "0"),
    )
    for name, kind, default in added:
        # The default fills the rows that are there; from now on every column is written.
        op.add_column(
            "reviews",
            sa.Column(
                name,
                kind,  # type: ignore[arg-type]
                nullable=default is None,
                server_default=None if default is None else sa.text(default),
            ),
        )
    op.execute(sa.text("UPDATE reviews SET first_queue = queue"))
    op.create_index(
        "ix_reviews_open", "reviews", ["queue", "due_at"], unique=False, sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def _add_votes() -> None:
    op.create_table(
        "review_votes",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("review_id", WORDS, nullable=False),
        sa.Column("stage", NUMBER, nullable=False),
        sa.Column("reviewer", WORDS, nullable=False),
        sa.Column("on_behalf_of", WORDS),
        sa.Column("verdict", WORDS, nullable=False),
        sa.Column("at", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_votes"),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_review_votes_review_id"),
        sa.ForeignKeyConstraint(["reviewer"], ["actors.ref"], name="fk_review_votes_reviewer"),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["actors.ref"], name="fk_review_votes_on_behalf_of"),
        sa.UniqueConstraint("review_id", "stage", name="uq_review_votes_review_id_stage"),
        sa.UniqueConstraint("review_id", "reviewer", name="uq_review_votes_review_id_reviewer"),
        sa.CheckConstraint("verdict IN ('approve', 'reject', 'return')", name="ck_review_votes_verdict"),
        sa.CheckConstraint("on_behalf_of <> reviewer", name="ck_review_votes_on_behalf_of"),
        *_times("review_votes", "at"),
        sqlite_strict=True,
    )


def _add_delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("deputy", WORDS, nullable=False),
        sa.Column("queue", WORDS),
        sa.Column("since", WORDS, nullable=False),
        sa.Column("until", WORDS, nullable=False),
        sa.Column("created_at", WORDS, nullable=False),
        sa.Column("ended_at", WORDS),
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
        sa.ForeignKeyConstraint(["person"], ["actors.ref"], name="fk_delegations_person"),
        sa.ForeignKeyConstraint(["deputy"], ["actors.ref"], name="fk_delegations_deputy"),
        sa.CheckConstraint("person <> deputy", name="ck_delegations_deputy"),
        *_times("delegations", "since", "until", "created_at", "ended_at"),
        sqlite_strict=True,
    )
    op.create_index("ix_delegations_deputy", "delegations", ["deputy"], unique=False)
