"""
Carries out changes of state as compare-and-set statements.

Each change becomes one or two steps: a statement and its row. Steps of many units of work that share a statement are
sent together, in a fixed order of statements. A step with a condition must change exactly one row; when fewer rows
change than steps were given, somebody lost, and the units of work are carried out one by one to learn who.

Nothing here begins or ends a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, InvalidRecord
from proxy.gate import key_changes as keys
from proxy.gate import order_changes as orders
from proxy.gate import policy_changes as policies
from proxy.gate import request_changes as requests
from proxy.gate import session_changes as sessions
from proxy.gate import work
from proxy.storage.columns import instant
from proxy.storage.consent_statements import CONSENT_ROWS
from proxy.storage.prepared import Prepared
from proxy.storage.rows import Columns, same, taken
from proxy.storage.statements import statements
from proxy.storage.waiting_rows import WAITING_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy.engine import Connection, Dialect

    from proxy.gate.work import Change
    from proxy.storage.prepared import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A statement with its row."""

    statement: str
    row: Row = field(repr=False)


def _none(_change: object) -> None:
    """Fill a column that begins empty."""


def _scopes(change: work.StoreToken) -> str:
    return " ".join(sorted(change.scopes))


_REMOVAL = taken(b_id="id", b_at="at")
_REWRAP = taken(b_id="id", b_wrapped="wrapped", b_source="source", b_target="target")
_ROWS: dict[type, tuple[tuple[str, Columns], ...]] = {
    work.StoreKey: (
        (
            "store_key",
            same("id", "kek_id", "created_at", "expires_at")
            | taken(post_id="post", wrapped_dek="wrapped")
            | {"class": attrgetter("retention")},
        ),
    ),
    work.StorePost: (
        (
            "store_post",
            same("id", "platform", "account", "author", "kind", "operation", "mac", "scope", "fingerprint")
            | same("decision_record", "created_at", "replaces", "edit_of")
            | taken(state="state.value", key_id="key", request_id="request"),
        ),
    ),
    work.MovePost: (
        (
            "move_post",
            taken(b_id="id", b_source="source.value", b_target="target.value", b_platform_id="platform_id"),
        ),
    ),
    requests.HeedRequest: (("heed_request", taken(b_post="post")),),
    requests.TakeBackRequest: (("take_back_request", taken(request_id="request", record_id="record")),),
    work.ReserveKey: (
        ("reserve_key", same("scope", "key", "fingerprint", "created_at", "expires_at") | taken(post_id="post")),
    ),
    work.FreeKey: (("free_key", taken(b_scope="scope", b_key="key", b_post="post")),),
    work.StoreAnswer: (("store_answer", taken(b_id="post", b_nonce="nonce", b_ciphertext="ciphertext")),),
    work.OpenAttempt: (
        ("open_attempt", same("id", "number", "owner", "lease_until", "intent_record") | taken(post_id="post")),
    ),
    work.CloseAttempt: (("close_attempt", taken(b_id="id", b_result="result", b_outcome_record="outcome_record")),),
    work.StoreMedia: (
        (
            "store_media",
            same("id", "account", "author", "mime", "size", "image_nonce", "image", "texts_nonce", "texts")
            | same("decision_record", "created_at")
            | taken(key_id="key"),
        ),
    ),
    work.NoteUpload: (("note_upload", taken(media_id="media", post_id="post", b_earlier="earlier")),),
    work.StoreActor: (
        (
            "store_actor",
            same("ref", "kind", "name_digest", "name_nonce", "name", "name_key", "kek_id", "created_at"),
        ),
    ),
    work.StoreToken: (
        (
            "store_token",
            same("id", "digest", "prefix", "principal", "account", "created_at", "expires_at")
            | {"scopes": _scopes, "revoked_at": _none},
        ),
    ),
    work.RevokeToken: (("revoke_token", _REMOVAL),),
    work.StoreAccount: (
        (
            "store_account",
            same("id", "platform", "door", "credential_nonce", "credential", "credential_key", "kek_id", "created_at"),
        ),
    ),
    policies.StoreBundle: (("store_bundle", same("digest", "nonce", "package", "package_key", "kek_id", "stored_at")),),
    policies.OpenProposal: (
        ("open_proposal", same("id", "digest", "from_digest", "kind", "needed", "opened_at", "expires_at")),
    ),
    policies.SignProposal: (("sign_proposal", same("proposal", "person", "role", "signed_at", "mac")),),
    policies.ActivateProposal: (("activate_proposal", same("number", "proposal", "digest", "activated_at", "until")),),
    policies.RetireBundle: (("retire_bundle", same("digest", "person", "retired_at")),),
    orders.OpenOrder: (
        (
            "open_order",
            same("id", "kind", "case_number", "basis", "actor", "account", "since", "until", "hold")
            | same("opened_by", "opened_role", "opened_at", "expires_at", "mac"),
        ),
    ),
    orders.NamePost: (("name_post", taken(order_id="order", post_id="post")),),
    orders.ConfirmOrder: (("confirm_order", same("person", "role", "confirmed_at", "mac") | taken(order_id="order")),),
    orders.DestroyKey: (
        ("destroy_key", _REMOVAL),
        ("forget_contents", taken(b_id="id", b_post="post")),
        ("forget_answer", taken(b_post="post")),
        ("forget_image", taken(b_id="id")),
    ),
    orders.ForgetKeys: (("forget_keys", taken(b_post="post")),),
    orders.DropExpiredKeys: (("drop_expired_keys", taken(b_at="at")),),
    orders.EraseActor: (
        ("erase_actor", taken(b_id="ref", b_at="at")),
        ("revoke_tokens_of", taken(b_id="ref", b_at="at")),
    ),
    **CONSENT_ROWS,
    **WAITING_ROWS,
    sessions.OpenSession: (
        ("drop_sessions", {"b_token": attrgetter("token_id"), "b_at": attrgetter("created_at")}),
        (
            "open_session",
            same("id", "token_id", "renewal", "created_at", "expires_at") | {"ended_at": _none},
        ),
    ),
    sessions.RenewSession: (("renew_session", taken(b_id="id", b_renewal="renewal", b_following="following")),),
    sessions.EndSession: (("end_session", _REMOVAL),),
    work.RemoveAccount: (("remove_account", _REMOVAL), ("revoke_tokens", _REMOVAL)),
    keys.RewrapDataKey: (("rewrap_data_key", _REWRAP),),
    keys.RewrapCredential: (("rewrap_credential", _REWRAP),),
    keys.RewrapName: (("rewrap_name", _REWRAP),),
    keys.RewrapBundle: (("rewrap_bundle", _REWRAP),),
    keys.NoteWrappingKey: (
        ("note_wrapping_key", taken(kek_id="id", noted_at="at") | {"left_at": _none, "retired_at": _none}),
        ("leave_wrapping_key", taken(b_id="id", b_left_at="left_at")),
    ),
    keys.RetireWrappingKey: (("retire_wrapping_key", _REMOVAL),),
}
"""How each kind of change becomes rows. A twin guard has none: it changes how its post is stored."""


def steps_of(changes: Sequence[Change]) -> list[Step]:
    """
    Return the steps of a unit of work.

    Raises:
        InvalidRecord: a twin guard without the post that it guards.
    """
    guarded = {change.post for change in changes if isinstance(change, work.GuardTwin)}
    if not guarded <= {change.id for change in changes if isinstance(change, work.StorePost)}:
        raise InvalidRecord(expected="the guarded post in the same unit of work", found="a twin guard alone")
    steps: list[Step] = []
    for change in changes:
        if isinstance(change, work.GuardTwin):
            continue
        for statement, columns in _ROWS[type(change)]:
            row = {
                name: instant(value) if isinstance(value := read(change), datetime) else value
                for name, read in columns.items()
            }
            name = "store_guarded_post" if statement == "store_post" and row["id"] in guarded else statement
            steps.append(Step(statement=name, row=row))
    return steps


class Changes:
    """Carries out steps on one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._statements = statements(dialect.name)
        self._prepared: dict[str, Prepared] = {}

    def send(self, connection: Connection, steps: Iterable[Step]) -> Callable[[], bool]:
        """Send the steps of many units of work, grouped, inside `one_round_trip`; ask after it if all hold."""
        groups: dict[str, list[Row]] = {}
        for step in steps:
            groups.setdefault(step.statement, []).append(step.row)
        sent = [
            (
                self._statement(name, groups[name][0]).send(connection, groups[name]),
                len(groups[name]),
                self._statements[name].loses,
            )
            for name in sorted(groups, key=lambda name: self._statements[name].order)
        ]
        return lambda: all(loses is None or changed() == expected for changed, expected, loses in sent)

    def run_alone(self, connection: Connection, steps: Sequence[Step]) -> None:
        """
        Run the steps of one unit of work.

        Raises:
            Conflict: a condition did not hold; the caller rolls back to before.
        """
        for step in sorted(steps, key=lambda step: self._statements[step.statement].order):
            loses = self._statements[step.statement].loses
            changed = self._statement(step.statement, step.row).run(connection, [step.row])
            if changed != 1 and loses is not None:
                raise Conflict(what=loses)

    def _statement(self, name: str, row: Row) -> Prepared:
        prepared = self._prepared.get(name)
        if prepared is None:
            statement = self._statements[name]
            counted = statement.loses is not None
            prepared = Prepared(statement.sql, self._dialect, row, counted=counted, apart=statement.apart)
            self._prepared[name] = prepared
        return prepared
