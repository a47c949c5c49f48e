"""
Reviews: one person has one say about a post, whoever speaks for him, and a deputy is one by a delegation that counts.

Until now the database refused a second vote of the same hand alone: somebody could have decided one stage himself and
another one through his deputy.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ONCE = "one person has one say about a post, and a deputy stands in by a delegation that counts"
_SPOKEN = """EXISTS (
        SELECT 1 FROM review_votes v WHERE v.review_id = NEW.review_id AND (
            v.reviewer IN (NEW.reviewer, NEW.on_behalf_of) OR v.on_behalf_of IN (NEW.reviewer, NEW.on_behalf_of)
        )
    ) OR NEW.on_behalf_of IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM delegations d JOIN reviews r ON r.id = NEW.review_id
        WHERE d.person = NEW.on_behalf_of AND d.deputy = NEW.reviewer AND d.since <= NEW.at AND d.until > NEW.at
        AND d.ended_at IS NULL AND (d.queue IS NULL OR d.queue = r.queue)
    )"""
_SQLITE = f"""
    CREATE TRIGGER review_votes_once BEFORE INSERT ON review_votes WHEN {_SPOKEN}
    BEGIN SELECT RAISE(ABORT, '{_ONCE}'); END
    """
_POSTGRESQL = (
    f"""
    CREATE FUNCTION postgate_vote_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_SPOKEN} THEN RAISE EXCEPTION '{_ONCE}'; END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER review_votes_once BEFORE INSERT ON review_votes
    FOR EACH ROW EXECUTE FUNCTION postgate_vote_once()
    """,
)


def upgrade() -> None:
    """Add the guard."""
    for statement in (_SQLITE,) if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(sa.text(statement))
