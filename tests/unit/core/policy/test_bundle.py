"""A bundle refuses what could let something pass unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Verdict
from tests.policies import make_bundle


def test_a_bundle_without_policies_is_refused() -> None:
    """Nothing is configured to look, so nothing may pass."""
    with pytest.raises(ValueError, match="without policies"):
        replace(make_bundle(), policies=())


@pytest.mark.parametrize("verdict", [Verdict.ALLOW, Verdict.REDACT])
def test_an_incomplete_scan_cannot_be_configured_to_pass(verdict: Verdict) -> None:
    """`on_incomplete` is hold or block, nothing else."""
    with pytest.raises(ValueError, match="on_incomplete"):
        make_bundle(on_incomplete=verdict)


def test_a_default_cannot_be_redact() -> None:
    """Without a finding there is nothing to redact."""
    with pytest.raises(ValueError, match="nothing to redact"):
        make_bundle(default=Verdict.REDACT)


def test_a_representation_shows_no_fingerprint() -> None:
    """Fingerprints of the house's values stay out of tracebacks and logs."""
    assert "f" * 32 not in repr(make_bundle(allow_lists={"own": frozenset({"f" * 32})}))


@pytest.mark.parametrize("key", [b"", b"k" * 65])
def test_a_rollout_key_has_a_length_that_the_hash_takes(key: bytes) -> None:
    """With an empty one anybody could compute the samples."""
    with pytest.raises(ValueError, match="rollout key"):
        make_bundle(rollout_key=key)


def test_a_representation_shows_no_rollout_key() -> None:
    """Whoever has it can find an id outside every sample."""
    assert "secret" not in repr(make_bundle(rollout_key=b"secret"))
