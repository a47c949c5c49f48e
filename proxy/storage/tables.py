"""
The tables, the same on SQLite and PostgreSQL.

This is what queries are written against; the database is built by the revisions in `migrations/`, and a test compares
the two. Nothing here cascades: a row near the log goes by a statement that names it, or not at all. The triggers that
refuse to change the log are in the revisions.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from proxy.storage.columns import BYTES, NUMBER, WORDS, Instant

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _where(condition: str) -> dict[str, Any]:
    """Return the condition of an index over some rows only, for both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


TIME = "____-__-__T__:__:__.______Z"
"""What a time looks like, for conditions of the database."""

actors = sa.Table(
    "actors",
    metadata,
    sa.Column("ref", WORDS, primary_key=True),
    sa.Column("kind", WORDS, nullable=False),
    sa.Column("name_digest", WORDS, nullable=False, unique=True),
    sa.Column("name_nonce", BYTES, nullable=False),
    sa.Column("name", BYTES, nullable=False),
    sa.Column("name_key", BYTES, nullable=False),
    sa.Column("kek_id", WORDS, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("destroyed_at", Instant),
    sqlite_strict=True,
)
"""People and services under their pseudonyms; the name only sealed and as keyed digest, and not at all once erased."""

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("platform", WORDS, nullable=False),
    sa.Column("door", WORDS, nullable=False),
    sa.Column("credential_nonce", BYTES),
    sa.Column("credential", BYTES),
    sa.Column("credential_key", BYTES),
    sa.Column("kek_id", WORDS, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("removed_at", Instant),
    sqlite_strict=True,
)
"""Platform accounts; a removed one keeps its row and loses its credential."""

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("digest", WORDS, nullable=False, unique=True),
    sa.Column("prefix", WORDS, nullable=False),
    sa.Column("principal", WORDS, sa.ForeignKey("actors.ref"), nullable=False),
    sa.Column("account", WORDS, sa.ForeignKey("accounts.id")),
    sa.Column("scopes", WORDS, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
    sa.Index(None, "account"),
    sqlite_strict=True,
)
"""Gateway tokens as keyed digests."""

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("token_id", WORDS, sa.ForeignKey("tokens.id"), nullable=False, index=True),
    sa.Column("renewal", WORDS, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sqlite_strict=True,
)
"""Logins with a gateway token, where a platform's clients log in; nothing in a row opens anything."""

data_keys = sa.Table(
    "data_keys",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("post_id", WORDS, nullable=False, index=True),
    sa.Column("wrapped_dek", BYTES),
    sa.Column("kek_id", WORDS, nullable=False),
    sa.Column("class", WORDS, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("destroyed_at", Instant),
    sqlite_strict=True,
)
"""One wrapped data key per post; its row stays when the key is destroyed."""
expiring_keys = sa.Index("ix_data_keys_expiring", data_keys.c.expires_at, **_where("wrapped_dek IS NOT NULL"))
"""Finds keys whose time is over."""

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("platform", WORDS, nullable=False),
    sa.Column("account", WORDS, nullable=False),
    sa.Column("author", WORDS, nullable=False),
    sa.Column("kind", WORDS, nullable=False),
    sa.Column("operation", WORDS, nullable=False),
    sa.Column("state", WORDS, nullable=False),
    sa.Column("mac", WORDS, nullable=False),
    sa.Column("scope", WORDS, nullable=False),
    sa.Column("fingerprint", WORDS, nullable=False),
    sa.Column("decision_record", WORDS, nullable=False),
    sa.Column("key_id", WORDS, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("replaces", WORDS),
    sa.Column("edit_of", WORDS),
    sa.Column("platform_id", WORDS),
    sa.Column("answer_nonce", BYTES),
    sa.Column("answer", BYTES),
    sa.Column("request_id", WORDS),
    sqlite_strict=True,
)
"""The state of each post; the text is in `audit_content`, encrypted."""
open_twins = sa.Index(
    "ix_posts_open_twins", posts.c.scope, posts.c.fingerprint, **_where("state IN ('intent', 'unknown')")
)
"""Finds an equal post that may be on its way; holds few rows at any time."""
absent_posts = sa.Index("ix_posts_absent", posts.c.id, **_where("state = 'absent'"))
"""Finds posts that are known not to be published, and wait for a person; holds few rows at any time."""
platform_ids = sa.Index(
    "ix_posts_platform_ids", posts.c.account, posts.c.platform_id, **_where("platform_id IS NOT NULL")
)
"""Finds the earlier posts of a thread."""
edits = sa.Index("ix_posts_edits", posts.c.account, posts.c.edit_of, **_where("edit_of IS NOT NULL"))
"""Finds the edits of a post, also those that were stopped."""
requests = sa.Index("ix_posts_requests", posts.c.request_id, **_where("request_id IS NOT NULL"))
"""Finds the posts that one request over the API asked for."""

requests_taken_back = sa.Table(
    "requests_taken_back",
    metadata,
    sa.Column("request_id", WORDS, primary_key=True),
    sa.Column("record_id", WORDS, nullable=False),
    sqlite_strict=True,
)
"""Requests all of whose posts are taken back, with the record that says so: nothing more of them is sent."""

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("scope", WORDS, primary_key=True),
    sa.Column("key", WORDS, primary_key=True),
    sa.Column("fingerprint", WORDS, nullable=False),
    sa.Column("post_id", WORDS, sa.ForeignKey("posts.id"), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sqlite_strict=True,
)
"""Idempotency keys of clients, as keyed digests."""

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("post_id", WORDS, sa.ForeignKey("posts.id"), nullable=False),
    sa.Column("number", NUMBER, nullable=False),
    sa.Column("owner", WORDS, nullable=False),
    sa.Column("lease_until", Instant, nullable=False),
    sa.Column("intent_record", WORDS, nullable=False),
    sa.Column("result", WORDS),
    sa.Column("outcome_record", WORDS),
    sa.UniqueConstraint("post_id", "number"),
    sqlite_strict=True,
)
"""Attempts to send, each with its lease and at most one outcome."""
open_attempts = sa.Index("ix_attempts_open", attempts.c.lease_until, **_where("result IS NULL"))
"""Finds attempts without outcome; holds few rows at any time."""

media = sa.Table(
    "media",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("account", WORDS, nullable=False),
    sa.Column("author", WORDS, nullable=False),
    sa.Column("mime", WORDS, nullable=False),
    sa.Column("size", NUMBER, nullable=False),
    sa.Column("key_id", WORDS, nullable=False, index=True),
    sa.Column("image_nonce", BYTES, nullable=False),
    sa.Column("image", BYTES, nullable=False),
    sa.Column("texts_nonce", BYTES, nullable=False),
    sa.Column("texts", BYTES, nullable=False),
    sa.Column("decision_record", WORDS, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sqlite_strict=True,
)
"""The encrypted spool of images."""

media_decisions = sa.Table(
    "media_decisions",
    metadata,
    sa.Column("post_id", WORDS, primary_key=True),
    sa.Column("media_id", WORDS, nullable=False, index=True),
    sqlite_strict=True,
)
"""The decisions that belong to an image: its upload, and every change of its texts, also those that were refused."""

policy_bundles = sa.Table(
    "policy_bundles",
    metadata,
    sa.Column("digest", WORDS, primary_key=True),
    sa.Column("nonce", BYTES, nullable=False),
    sa.Column("package", BYTES, nullable=False),
    sa.Column("package_key", BYTES, nullable=False),
    sa.Column("kek_id", WORDS, nullable=False),
    sa.Column("stored_at", Instant, nullable=False),
    sa.CheckConstraint(f"stored_at LIKE '{TIME}'", name="ck_policy_bundles_stored_at"),
    sqlite_strict=True,
)
"""All files of a bundle, sealed: the profile has what the house keeps to itself."""

policy_proposals = sa.Table(
    "policy_proposals",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("digest", WORDS, sa.ForeignKey("policy_bundles.digest"), nullable=False),
    sa.Column("from_digest", WORDS),
    sa.Column("kind", WORDS, nullable=False),
    sa.Column("needed", NUMBER, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.CheckConstraint("needed >= 2", name="ck_policy_proposals_needed"),
    sa.CheckConstraint("kind IN ('activation', 'rollback', 'emergency')", name="ck_policy_proposals_kind"),
    sa.CheckConstraint(f"opened_at LIKE '{TIME}'", name="ck_policy_proposals_opened_at"),
    sa.CheckConstraint(f"expires_at LIKE '{TIME}'", name="ck_policy_proposals_expires_at"),
    sqlite_strict=True,
)
"""Who is asked to put which bundle into force instead of which, and how many signatures that needs."""

policy_signatures = sa.Table(
    "policy_signatures",
    metadata,
    sa.Column("proposal", WORDS, sa.ForeignKey("policy_proposals.id"), primary_key=True),
    sa.Column("person", WORDS, sa.ForeignKey("actors.ref"), primary_key=True),
    sa.Column("role", WORDS, nullable=False),
    sa.Column("signed_at", Instant, nullable=False),
    sa.Column("mac", WORDS, nullable=False),
    sa.CheckConstraint(f"signed_at LIKE '{TIME}'", name="ck_policy_signatures_signed_at"),
    sqlite_strict=True,
)
"""One signature a person; the code shows that the gateway made the row."""

policy_activations = sa.Table(
    "policy_activations",
    metadata,
    sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("proposal", WORDS, sa.ForeignKey("policy_proposals.id"), nullable=False),
    sa.Column("digest", WORDS, nullable=False),
    sa.Column("activated_at", Instant, nullable=False),
    sa.Column("until", Instant),
    sa.CheckConstraint(f"activated_at LIKE '{TIME}'", name="ck_policy_activations_activated_at"),
    sa.CheckConstraint(f"until LIKE '{TIME}'", name="ck_policy_activations_until"),
    sqlite_strict=True,
)
"""Which bundle came into force when; the highest number that is not over counts. Triggers want the signatures."""

policy_retirements = sa.Table(
    "policy_retirements",
    metadata,
    sa.Column("digest", WORDS, sa.ForeignKey("policy_bundles.digest"), primary_key=True),
    sa.Column("person", WORDS, sa.ForeignKey("actors.ref"), nullable=False),
    sa.Column("retired_at", Instant, nullable=False),
    sa.CheckConstraint(f"retired_at LIKE '{TIME}'", name="ck_policy_retirements_retired_at"),
    sqlite_strict=True,
)
"""Bundles that nobody may go back to."""

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("log_id", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("origin", WORDS, nullable=False, unique=True),
    sa.Column("size", NUMBER, nullable=False),
    sa.Column("chain_hash", BYTES, nullable=False),
    sa.Column("root", BYTES),
    sa.Column("frontier", BYTES),
    sa.Column("closed_at", Instant),
    sa.CheckConstraint(f"closed_at LIKE '{TIME}'", name="ck_audit_head_closed_at"),
    sqlite_strict=True,
)
"""
One row a log: how many records it has, and the hashes over all of them. Locked by whoever appends to the one open log.

Root and frontier of the tree are null in a log that was begun before it had one, until it is opened.
"""

audit_nodes = sa.Table(
    "audit_nodes",
    metadata,
    sa.Column("log_id", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("level", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("idx", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("hash", BYTES, nullable=False),
    sa.CheckConstraint("level >= 1", name="ck_audit_nodes_level"),
    sqlite_strict=True,
)
"""The hashes of the complete subtrees of two or more leaves; level 0 is `audit_records.leaf_hash`."""

audit_checkpoints = sa.Table(
    "audit_checkpoints",
    metadata,
    sa.Column("log_id", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("size", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("root", BYTES, nullable=False),
    sa.Column("note", BYTES, nullable=False),
    sa.Column("signed_at", WORDS, nullable=False),
    sqlite_strict=True,
)
"""What was signed: each larger than the one before."""

audit_records = sa.Table(
    "audit_records",
    metadata,
    sa.Column("log_id", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("seq", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("id", WORDS, nullable=False, unique=True),
    sa.Column("leaf", BYTES, nullable=False),
    sa.Column("leaf_hash", BYTES, nullable=False),
    sa.Column("chain_hash", BYTES, nullable=False),
    sa.Column("code", WORDS, nullable=False),
    sa.Column("at", WORDS, nullable=False),
    sa.Column("actor_ref", WORDS, nullable=False),
    sa.Column("account", WORDS),
    sa.Column("platform", WORDS),
    sa.Column("decision", WORDS),
    sa.Column("post_id", WORDS, index=True),
    sa.Column("rules", WORDS),
    sa.Column("policy_digest", WORDS),
    sqlite_strict=True,
)
"""The log. `leaf` is what counts; the columns after the hashes are copies for queries."""
_FILTERS = ("code", "platform", "account", "decision", "policy_digest")
searched = sa.Index(
    "ix_audit_records_searched", *(audit_records.c[name] for name in ("at", "seq", "log_id", *_FILTERS))
)
"""Answers a search of some time by itself, whatever it filters by: one index costs a write less than one a filter."""
matched = sa.Index(
    "ix_audit_records_matched",
    *(audit_records.c[name] for name in ("at", "seq", "log_id")),
    **_where("rules IS NOT NULL"),
)
"""Finds the records in which a rule matched. The rules are not in it: they may be longer than an index takes."""

audit_content = sa.Table(
    "audit_content",
    metadata,
    sa.Column("record_id", WORDS, sa.ForeignKey("audit_records.id"), primary_key=True),
    sa.Column("key_id", WORDS, nullable=False),
    sa.Column("nonce", BYTES, nullable=False),
    sa.Column("ciphertext", BYTES, nullable=False),
    sqlite_strict=True,
)
"""Encrypted content of records."""

counts = sa.Table(
    "counts",
    metadata,
    sa.Column("name", WORDS, primary_key=True),
    sa.Column("at", NUMBER, primary_key=True, index=True),
    sa.Column("times", NUMBER, nullable=False),
    sqlite_strict=True,
)
"""How often something was asked: keyed digest of what and by whom, seconds since 1970, times; rows live an hour."""
