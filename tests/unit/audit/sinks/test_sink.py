"""The codes under which people are told that a sink failed."""

from __future__ import annotations

import pytest

from proxy.audit.sinks.sink import SinkRefused, code_of
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.core.errors import AuditBroken, PostgateError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TimeoutError(), "timeout"),
        (SinkRefused("403"), "refused"),
        (FileNotFoundError(), "unreachable"),
        (EvidenceRefused("key_unknown", expected="", found=""), "key_unknown"),
        (AuditBroken(), "audit_broken"),
    ],
)
def test_every_failure_has_a_code(error: OSError | PostgateError, code: str) -> None:
    """Never the text of an error."""
    assert code_of(error) == code
