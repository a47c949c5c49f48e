"""
Makes consents for tests. All names are invented.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.model import Principal
from proxy.core.policy.consent import Consent
from proxy.gate.consent_register import ConsentDraft, ConsentRegister, RegisterPorts
from tests.fakes.clock import START

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.gate.consent_store import ConsentStore
    from proxy.gate.ports import AuditLog, Clock, Ids

PRINT = "e" * 32
"""The fingerprint of a name."""
DAY = timedelta(days=1)


def make_consent(
    *names: str,
    consent: str = "c1",
    topics: tuple[str, ...] = (),
    platforms: tuple[str, ...] = ("mastodon",),
    since: datetime = START,
    until: datetime = START + 30 * DAY,
) -> Consent:
    """Make a consent for a name."""
    return Consent(
        id=consent,
        names=frozenset(names or (PRINT,)),
        topics=frozenset(topics),
        platforms=frozenset(platforms),
        since=since,
        until=until,
    )


def make_consent_draft(*names: str, **values: object) -> ConsentDraft:
    """Make a consent as somebody asks to add it."""
    consent = make_consent(*names, **values)  # type: ignore[arg-type]
    return ConsentDraft(
        names=consent.names,
        evidence="DMS-2026-17",
        owner="marketing",
        topics=consent.topics,
        platforms=consent.platforms,
        since=consent.since,
        until=consent.until,
    )


def officer(ref: str, *, kind: str = "employee", scopes: tuple[str, ...] = ("policy",)) -> Principal:
    """Make somebody who may keep the register."""
    return Principal(ref=ref, kind=kind, scopes=frozenset(scopes), token_prefix="pgt_0000")


def make_register(
    store: ConsentStore, *, audit: AuditLog, digest: Callable[[str, bytes], str], clock: Clock, ids: Ids
) -> ConsentRegister:
    """Make what keeps the register."""
    return ConsentRegister(RegisterPorts(store=store, audit=audit, digest=digest, clock=clock, ids=ids))
