"""Steps of a consent as records: everything an auditor needs, no name and no fingerprint."""

from __future__ import annotations

from proxy.gate import consent_records
from proxy.gate.consent_changes import AddConsent, NameConsent
from proxy.gate.consent_store import KeptConsent
from tests.consents import DAY, PRINT, make_consent, officer
from tests.fakes.clock import START

KEPT = KeptConsent(
    consent=make_consent(PRINT, "b" * 32, topics=("contract-topic", "amount"), platforms=("mastodon", "bluesky")),
    evidence="DMS-2026-17",
    owner="marketing",
    person="a_anna",
    added_at=START,
    expires_at=START + 14 * DAY,
    mac="m",
)


def test_a_step_says_what_the_consent_is_for() -> None:
    """The reference of the evidence, topics, platforms, times; people by pseudonyms."""
    record = consent_records.step(consent_records.APPROVED, KEPT, record="r1", at=START, by=officer("a_ben"))

    assert (record.code, record.type, record.actor.ref) == ("PG-312", "consent.approved", "a_ben")
    assert record.data == {
        "consent": "c1",
        "evidence": "DMS-2026-17",
        "owner": "marketing",
        "topics": ["amount", "contract-topic"],
        "platforms": ["bluesky", "mastodon"],
        "since": "2026-11-23T09:00:00.000000Z",
        "until": "2026-12-23T09:00:00.000000Z",
    }


def test_a_revocation_says_why() -> None:
    """In a word of a closed set."""
    record = consent_records.revoked(KEPT, reason="withdrawn", record="r1", at=START, by=officer("a_anna"))

    assert (record.code, record.data) == (
        "PG-313",
        {"consent": "c1", "evidence": "DMS-2026-17", "reason": "withdrawn"},
    )


def test_a_consent_becomes_a_row_and_one_for_each_name() -> None:
    """Sorted, so that equal consents have equal rows."""
    added, *names = consent_records.rows(KEPT)

    assert isinstance(added, AddConsent)
    assert (added.topics, added.platforms) == ("amount contract-topic", "bluesky mastodon")
    assert names == [NameConsent(consent="c1", name=name) for name in sorted({PRINT, "b" * 32})]
