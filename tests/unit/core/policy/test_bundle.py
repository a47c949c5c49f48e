"""A bundle refuses what could let something pass unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Verdict
from proxy.core.policy.facts import Within
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.policy import Condition, Group, GroupKind
from tests.policies import make_bundle, make_policy, make_rule

PERSON = FindingSpec(entities=("PERSON",))


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


@pytest.mark.parametrize(
    ("when", "reaches"),
    [
        (PERSON, False),
        (replace(PERSON, within=Within.THREAD), True),
        (Group(kind=GroupKind.ALL, conditions=(PERSON,), within=Within.THREAD), True),
        (Group(kind=GroupKind.ANY, conditions=(PERSON, replace(PERSON, within=Within.THREAD))), True),
        (Group(kind=GroupKind.ANY, conditions=(PERSON, replace(PERSON, within=Within.POST))), False),
    ],
)
def test_a_bundle_knows_whether_a_rule_asks_what_earlier_posts_say(when: Condition, reaches: bool) -> None:
    """Otherwise nobody looks at them."""
    assert make_bundle(make_policy(make_rule(), make_rule("other", when=when))).reaches_threads is reaches


def test_a_bundle_knows_whether_a_rule_asks_for_consents() -> None:
    """Otherwise nobody looks them up."""
    asking = make_rule("other", when=PERSON, unless=(ConsentSpec(covers=("name", "platform")),))

    assert not make_bundle().asks_consents
    assert make_bundle(make_policy(make_rule(), asking)).asks_consents
