import pytest

from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.core.errors import AuditBroken


@pytest.mark.parametrize("reason", sorted(EvidenceRefused.REASONS))
def test_every_reason_says_what_to_do(reason: str) -> None:
    """Expected, found and remedy stand in the message."""
    refused = EvidenceRefused(reason, expected="one thing", found="another")

    assert refused.reason == reason
    assert refused.diagnostics().remedy
    assert "one thing" in str(refused)
    assert "another" in str(refused)


def test_a_reason_outside_the_list_is_a_mistake() -> None:
    """Nobody invents a reason in passing."""
    with pytest.raises(KeyError):
        EvidenceRefused("because", expected="", found="")


def test_refused_evidence_is_a_broken_log() -> None:
    """Who catches the general error catches this one."""
    assert issubclass(EvidenceRefused, AuditBroken)
