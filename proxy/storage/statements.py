"""
The statements that change state, each with the condition under which it may.

A statement that carries a condition names what is lost when the condition does not hold (`Conflict.what`). They run in
the order of this table, so that a row exists before others point to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from proxy.gate.lifecycle import State
from proxy.storage import order_tables, tables
from proxy.storage.consent_statements import consent_statements
from proxy.storage.erasure_statements import erasure_statements
from proxy.storage.key_statements import key_statements
from proxy.storage.waiting_statements import waiting_statements
from proxy.storage.wrapping_keys import wrapping_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.sql.dml import Insert, UpdateBase
    from sqlalchemy.sql.elements import ColumnElement

    _NewInsert = Callable[[sa.Table], sqlite.Insert] | Callable[[sa.Table], postgresql.Insert]

_APART = {"store_guarded_post": ("scope", "fingerprint")}
MAYBE_SENT = (State.INTENT.value, State.UNKNOWN.value)
"""States in which a post may be on its way, or published without our knowing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One of the statements that change state."""

    order: int
    sql: UpdateBase
    loses: str | None
    """What is lost when no row was changed; None when any number of rows is right."""
    apart: tuple[str, ...] = ()
    """Of an INSERT under a condition: that looks only at rows which are equal in these columns."""


def statements(dialect: str) -> dict[str, Statement]:
    """Return all statements for one kind of database, in the order in which they run."""
    insert: _NewInsert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table: tuple[tuple[str, UpdateBase, str | None], ...] = (
        ("store_key", sa.insert(tables.data_keys), "record"),
        ("store_actor", insert(tables.actors).on_conflict_do_nothing(), "actor"),
        ("store_account", _store_account(insert), "account"),
        ("store_token", _store_token(), "account"),
        ("store_guarded_post", _store_guarded_post(), "twin"),
        ("store_post", sa.insert(tables.posts), "record"),
        *_of_requests(),
        ("reserve_key", _reserve_key(insert), "idempotency"),
        ("open_attempt", insert(tables.attempts).on_conflict_do_nothing(), "attempt"),
        ("note_upload", _note_upload(), "media"),
        ("store_media", _store_media(insert), "media"),
        ("store_bundle", _new_only(tables.policy_bundles), None),
        ("open_proposal", sa.insert(tables.policy_proposals), "record"),
        ("sign_proposal", _new_only(tables.policy_signatures), "signature"),
        ("activate_proposal", _activate_proposal(), "activation"),
        ("retire_bundle", _new_only(tables.policy_retirements), "retirement"),
        ("close_attempt", _close_attempt(), "attempt"),
        *waiting_statements(dialect),
        ("move_post", _move_post(), "post-state"),
        ("store_answer", _store_answer(), "post"),
        ("free_key", _free_key(), None),
        ("revoke_token", _revoke_token(), "token"),
        ("remove_account", _remove_account(), "account"),
        ("revoke_tokens", _revoke_tokens(), None),
        *_of_sessions(),
        *consent_statements(),
        ("open_order", sa.insert(order_tables.audit_orders), "record"),
        ("name_post", sa.insert(order_tables.audit_order_posts), "record"),
        ("confirm_order", _new_only(order_tables.audit_confirmations), "confirmation"),
        ("note_wrapping_key", _new_only(wrapping_keys), None),
        *key_statements(),
        *erasure_statements(),
    )
    return {
        name: Statement(order=order, sql=sql, loses=loses, apart=_APART.get(name, ()))
        for order, (name, sql, loses) in enumerate(table)
    }


def _store_account(insert: _NewInsert) -> UpdateBase:
    # An account that was removed may come back, with a new credential; its old tokens stay dead.
    new = insert(tables.accounts)
    columns = ("platform", "door", "credential_nonce", "credential", "credential_key", "kek_id", "created_at")
    return new.on_conflict_do_update(
        index_elements=["id"],
        set_={name: new.excluded[name] for name in columns} | {"removed_at": None},
        where=tables.accounts.c.removed_at.is_not(None),
    )


def _reserve_key(insert: _NewInsert) -> UpdateBase:
    # An expired key is taken over, a kept one is not.
    new = insert(tables.idempotency)
    columns = ("fingerprint", "post_id", "created_at", "expires_at")
    return new.on_conflict_do_update(
        index_elements=["scope", "key"],
        set_={name: new.excluded[name] for name in columns},
        where=tables.idempotency.c.expires_at <= new.excluded.created_at,
    )


def _free_key() -> UpdateBase:
    # A key that another post took over in the meantime stays.
    kept = tables.idempotency.c
    return sa.delete(tables.idempotency).where(
        kept.scope == sa.bindparam("b_scope"),
        kept.key == sa.bindparam("b_key"),
        kept.post_id == sa.bindparam("b_post"),
    )


def _store_media(insert: _NewInsert) -> UpdateBase:
    # An image is replaced by its own author for its own account only.
    new = insert(tables.media)
    kept = {"id", "account", "author"}
    return new.on_conflict_do_update(
        index_elements=["id"],
        set_={column.name: new.excluded[column.name] for column in tables.media.c if column.name not in kept},
        where=sa.and_(tables.media.c.author == new.excluded.author, tables.media.c.account == new.excluded.account),
    )


def _note_upload() -> UpdateBase:
    # An image that was changed or erased since it was read is not changed: its old bytes would come back.
    kept, earlier = tables.media.c, sa.bindparam("b_earlier", type_=tables.media.c.decision_record.type)
    as_read = sa.exists().where(
        kept.id == sa.bindparam("media_id", type_=kept.id.type), kept.decision_record == earlier
    )
    return _insert_where(tables.media_decisions, ("post_id", "media_id"), sa.or_(earlier.is_(None), as_read))


def _insert_where(table: sa.Table, names: Iterable[str], condition: ColumnElement[bool]) -> Insert:
    """Insert a row if a condition holds at that moment."""
    columns = [table.c[name] for name in names]
    values = [sa.bindparam(column.name, type_=column.type) for column in columns]
    return sa.insert(table).from_select(columns, sa.select(*values).where(condition))


def _new_only(table: sa.Table) -> UpdateBase:
    """Insert a row that is not there; what is there stays, and no trigger is asked."""
    there = table.alias("there")
    keys = [there.c[column.name] == sa.bindparam(column.name, type_=column.type) for column in table.primary_key]
    return _insert_where(table, [column.name for column in table.c], ~sa.exists().where(*keys))


def _activate_proposal() -> UpdateBase:
    # The same conditions as in the trigger: whoever lacks them learns it as a conflict.
    table, signatures = tables.policy_activations, tables.policy_signatures
    proposals, retirements = tables.policy_proposals, tables.policy_retirements
    number, proposal = (sa.bindparam(name, type_=table.c[name].type) for name in ("number", "proposal"))
    until = sa.bindparam("until", type_=table.c.until.type)
    last = sa.select(sa.func.coalesce(sa.func.max(table.c.number), 0)).scalar_subquery()
    people = sa.select(sa.func.count()).where(signatures.c.proposal == proposal).scalar_subquery()
    needed = sa.select(proposals.c.needed).where(proposals.c.id == proposal).scalar_subquery()
    return _insert_where(
        table,
        [column.name for column in table.c],
        sa.and_(
            number == last + 1,
            people >= sa.case((until.is_(None), needed), else_=1),
            ~sa.exists().where(retirements.c.digest == sa.bindparam("digest", type_=table.c.digest.type)),
        ),
    )


def _store_guarded_post() -> UpdateBase:
    # A post whose equal twin of the same scope may be on its way is not stored.
    twin = tables.posts.alias("twin")
    names = [column.name for column in tables.posts.c if column.name not in {"platform_id", "answer_nonce", "answer"}]
    in_the_way = sa.exists().where(
        twin.c.scope == sa.bindparam("scope", type_=twin.c.scope.type),
        twin.c.fingerprint == sa.bindparam("fingerprint", type_=twin.c.fingerprint.type),
        sa.text("twin.state IN ('intent', 'unknown')"),
    )
    return _insert_where(tables.posts, names, ~in_the_way)


def _of_requests() -> tuple[tuple[str, UpdateBase, str | None], ...]:
    return (
        ("heed_request", _heed_request(), "request"),
        ("take_back_request", _new_only(tables.requests_taken_back), "taken-back"),
    )


def _heed_request() -> UpdateBase:
    # Changes nothing: it counts the row of a post whose request was not taken back.
    posts, marked = tables.posts, tables.requests_taken_back.c
    taken_back = sa.exists().where(marked.request_id == posts.c.request_id)
    return (
        sa.update(posts).where(posts.c.id == sa.bindparam("b_post"), ~taken_back).values(request_id=posts.c.request_id)
    )


def _store_token() -> UpdateBase:
    # A token for an account is issued while the account exists.
    names = [column.name for column in tables.tokens.c]
    account = sa.bindparam("account", type_=tables.tokens.c.account.type)
    lives = sa.exists().where(tables.accounts.c.id == account, tables.accounts.c.removed_at.is_(None))
    return _insert_where(tables.tokens, names, sa.or_(account.is_(None), lives))


def _move_post() -> UpdateBase:
    posts = tables.posts
    return (
        sa.update(posts)
        .where(posts.c.id == sa.bindparam("b_id"), posts.c.state == sa.bindparam("b_source"))
        .values(
            state=sa.bindparam("b_target"),
            platform_id=sa.func.coalesce(
                sa.bindparam("b_platform_id", type_=posts.c.platform_id.type), posts.c.platform_id
            ),
        )
    )


def _close_attempt() -> UpdateBase:
    attempts = tables.attempts
    return (
        sa.update(attempts)
        .where(attempts.c.id == sa.bindparam("b_id"), attempts.c.result.is_(None))
        .values(result=sa.bindparam("b_result"), outcome_record=sa.bindparam("b_outcome_record"))
    )


def _store_answer() -> UpdateBase:
    return (
        sa.update(tables.posts)
        .where(tables.posts.c.id == sa.bindparam("b_id"))
        .values(answer_nonce=sa.bindparam("b_nonce"), answer=sa.bindparam("b_ciphertext"))
    )


def _revoke_token() -> UpdateBase:
    return (
        sa.update(tables.tokens)
        .where(tables.tokens.c.id == sa.bindparam("b_id"), tables.tokens.c.revoked_at.is_(None))
        .values(revoked_at=sa.bindparam("b_at"))
    )


def _remove_account() -> UpdateBase:
    # The credential and its key are destroyed with the account.
    accounts = tables.accounts
    return (
        sa.update(accounts)
        .where(accounts.c.id == sa.bindparam("b_id"), accounts.c.removed_at.is_(None))
        .values(removed_at=sa.bindparam("b_at"), credential=None, credential_nonce=None, credential_key=None)
    )


def _revoke_tokens() -> UpdateBase:
    tokens = tables.tokens
    return (
        sa.update(tokens)
        .where(tokens.c.account == sa.bindparam("b_id"), tokens.c.revoked_at.is_(None))
        .values(revoked_at=sa.bindparam("b_at"))
    )


def _of_sessions() -> tuple[tuple[str, UpdateBase, str | None], ...]:
    return (
        ("drop_sessions", _drop_sessions(), None),
        ("open_session", sa.insert(tables.sessions), "record"),
        ("renew_session", _renew_session(), "session"),
        ("end_session", _end_session(), "session"),
    )


def _drop_sessions() -> UpdateBase:
    kept = tables.sessions.c
    return sa.delete(tables.sessions).where(
        kept.token_id == sa.bindparam("b_token"), kept.expires_at <= sa.bindparam("b_at")
    )


def _renew_session() -> UpdateBase:
    kept = tables.sessions.c
    return (
        sa.update(tables.sessions)
        .where(kept.id == sa.bindparam("b_id"), kept.renewal == sa.bindparam("b_renewal"), kept.ended_at.is_(None))
        .values(renewal=sa.bindparam("b_following"))
    )


def _end_session() -> UpdateBase:
    kept = tables.sessions.c
    return (
        sa.update(tables.sessions)
        .where(kept.id == sa.bindparam("b_id"), kept.ended_at.is_(None))
        .values(ended_at=sa.bindparam("b_at"))
    )
