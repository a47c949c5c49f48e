from __future__ import annotations

from proxy.core.model import Verdict
from proxy.gate.retention import RetentionTerms


def test_what_was_stopped_is_kept_for_a_short_time() -> None:
    """Blocked texts and the originals of redacted ones for a month, everything else as evidence."""
    terms = RetentionTerms()

    assert {verdict: terms.of(verdict).name for verdict in Verdict} == {
        Verdict.ALLOW: "published-3y",
        Verdict.HOLD: "published-3y",
        Verdict.REDACT: "blocked-30d",
        Verdict.BLOCK: "blocked-30d",
    }
    assert terms.stopped.keep < terms.published.keep
