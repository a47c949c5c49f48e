"""
Statements that destroy: the key of a content, what it opened, and the name behind a pseudonym.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.storage import tables

if TYPE_CHECKING:
    from sqlalchemy.sql.dml import UpdateBase


def erasure_statements() -> tuple[tuple[str, UpdateBase, str | None], ...]:
    """Return name, statement and what is lost without it, in the order in which they run."""
    return (
        ("destroy_key", _destroy_key(), "data-key"),
        ("forget_contents", _forget_contents(), None),
        ("forget_answer", _forget_answer(), None),
        ("forget_image", sa.delete(tables.media).where(tables.media.c.key_id == sa.bindparam("b_id")), None),
        ("forget_keys", _forget_keys(), None),
        ("drop_expired_keys", _drop_expired_keys(), None),
        ("erase_actor", _erase_actor(), "actor"),
        ("revoke_tokens_of", _revoke_tokens_of(), None),
    )


def _destroy_key() -> UpdateBase:
    keys = tables.data_keys
    return (
        sa.update(keys)
        .where(keys.c.id == sa.bindparam("b_id"), keys.c.wrapped_dek.is_not(None))
        .values(wrapped_dek=None, destroyed_at=sa.bindparam("b_at"))
    )


def _forget_contents() -> UpdateBase:
    # The records of a post are found by its id, which is indexed. What no post is the subject of is a record's own key.
    contents, records = tables.audit_content, tables.audit_records
    post = sa.bindparam("b_post", type_=records.c.post_id.type)
    of_post = sa.select(records.c.id).where(records.c.post_id == post)
    return sa.delete(contents).where(
        contents.c.key_id == sa.bindparam("b_id"),
        sa.or_(contents.c.record_id.in_(of_post), contents.c.record_id == post),
    )


def _forget_answer() -> UpdateBase:
    # The fingerprint is keyed, but whoever has the key could try texts: it goes with the text.
    posts = tables.posts
    return (
        sa.update(posts)
        .where(posts.c.id == sa.bindparam("b_post"))
        .values(answer_nonce=None, answer=None, fingerprint="")
    )


def _forget_keys() -> UpdateBase:
    # That a key was used stays until it expires: a client that asks again must not publish again.
    kept = tables.idempotency
    return sa.update(kept).where(kept.c.post_id == sa.bindparam("b_post")).values(fingerprint="")


def _drop_expired_keys() -> UpdateBase:
    return sa.delete(tables.idempotency).where(tables.idempotency.c.expires_at <= sa.bindparam("b_at"))


def _erase_actor() -> UpdateBase:
    actors = tables.actors
    return (
        sa.update(actors)
        .where(actors.c.ref == sa.bindparam("b_id"), actors.c.destroyed_at.is_(None))
        .values(
            name_digest=sa.literal_column("'erased:'").concat(actors.c.ref),
            name_nonce=b"",
            name=b"",
            name_key=b"",
            destroyed_at=sa.bindparam("b_at"),
        )
    )


def _revoke_tokens_of() -> UpdateBase:
    tokens = tables.tokens
    return (
        sa.update(tokens)
        .where(tokens.c.principal == sa.bindparam("b_id"), tokens.c.revoked_at.is_(None))
        .values(revoked_at=sa.bindparam("b_at"))
    )
