"""Consents beside findings: what one more of either may and may not change, and that a decision can be repeated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from proxy.core.model import Confidence, Finding, Span, Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Group, GroupKind
from tests.consents import make_consent
from tests.factories import LOOKED, make_part, make_post, make_scan
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.model import Decision
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.consent import Consent
    from proxy.core.policy.facts import MatcherSpec
    from proxy.core.policy.policy import Condition, Policy

NAMES = tuple(letter * 32 for letter in "abc")
OWN = "d" * 32
ENTITIES = (
    "PERSON",
    "ORGANIZATION",
    "CUSTOMER_RELATION",
    "DISCLOSURE",
    "MONEY_AMOUNT",
    "HEALTH_CONDITION",
    "IBAN_CODE",
)
WORDS = ("contract-topic", "customer-relation", "health")
LINES = ((Span(start=0, end=20), Span(start=20, end=40)),)
POST = make_post(parts=(make_part("x" * 40),))

spans = st.builds(
    lambda start, length: Span(start=start, end=min(start + length, 40)), st.integers(0, 39), st.integers(1, 25)
)
findings = st.one_of(
    st.builds(
        Finding,
        rule=st.just("sample/rule"),
        entity=st.sampled_from(ENTITIES),
        confidence=st.sampled_from(Confidence),
        part=st.just(0),
        span=spans,
        fingerprint=st.sampled_from([None, OWN, *NAMES]),
    ),
    st.builds(
        Finding,
        rule=st.sampled_from(["register/name", "register/identifier"]),
        entity=st.just("CUSTOMER_RECORD"),
        confidence=st.just(Confidence.MEDIUM),
        part=st.just(0),
        span=spans,
        fingerprint=st.sampled_from(NAMES),
    ),
    st.builds(
        Finding,
        rule=st.sampled_from(WORDS),
        entity=st.just("WORDS"),
        confidence=st.just(Confidence.HIGH),
        part=st.just(0),
        span=spans,
    ),
)
matchers: st.SearchStrategy[MatcherSpec] = st.one_of(
    st.builds(
        FindingSpec,
        entities=st.lists(st.sampled_from([*ENTITIES, "CUSTOMER_RECORD"]), min_size=1, max_size=3).map(tuple),
        confidence=st.sampled_from(Confidence),
        at_least=st.integers(1, 2),
    ),
    st.builds(WordsSpec, lists=st.sampled_from(WORDS).map(lambda name: (name,))),
    st.builds(LengthSpec, low=st.sampled_from([1, 1000])),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    matchers,
    lambda inner: st.builds(
        Group,
        kind=st.sampled_from([GroupKind.ANY, GroupKind.ALL]),
        conditions=st.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=4,
)
exceptions: st.SearchStrategy[MatcherSpec] = st.one_of(
    st.builds(ConsentSpec, covers=st.sampled_from([("name", "platform"), ("name", "platform", "topic")])),
    st.just(AllowedSpec(lists=("own-names",))),
)
policies = st.lists(
    st.builds(
        make_rule,
        st.sampled_from(["one", "two", "three"]),
        when=conditions,
        unless=st.lists(exceptions, min_size=1, max_size=2).map(tuple),
        action=st.sampled_from([Verdict.HOLD, Verdict.BLOCK]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda rule: rule.id,
).map(lambda rules: make_policy(*rules))
consents = st.lists(
    st.builds(
        lambda number, names, topics, platform: make_consent(
            *names, consent=f"c{number}", topics=topics, platforms=(platform,)
        ),
        st.integers(1, 5),
        st.lists(st.sampled_from(NAMES), min_size=1, max_size=2),
        st.sampled_from([(), ("contract-topic",), ("contract-topic", "amount")]),
        st.sampled_from(["mastodon", "mastodon", "bluesky"]),
    ),
    max_size=4,
    unique_by=lambda consent: consent.id,
).map(tuple)


def _bundle(policy: Policy) -> PolicyBundle:
    return make_bundle(policy, allow_lists={"own-names": frozenset({OWN})})


def _decided(found: list[Finding], bundle: PolicyBundle, standing: tuple[Consent, ...]) -> Decision:
    scan = replace(make_scan(*found), sentences=LINES)
    return decide(POST, scan, bundle, running=frozenset(), consents=standing, expected=LOOKED)


@given(policies, st.lists(findings, max_size=5), findings, consents)
def test_one_more_finding_never_weakens_a_verdict(
    policy: Policy, found: list[Finding], added: Finding, standing: tuple[Consent, ...]
) -> None:
    """I6, whoever agreed to be named."""
    before = _decided(found, _bundle(policy), standing)
    after = _decided([*found, added], _bundle(policy), standing)

    assert after.verdict.rank >= before.verdict.rank


@given(policies, st.lists(findings, max_size=6), consents)
def test_a_decision_is_repeated_with_the_consents_that_it_names(
    policy: Policy, found: list[Finding], standing: tuple[Consent, ...]
) -> None:
    """Those in force besides made no difference, so that the record has all that is needed."""
    decision = _decided(found, _bundle(policy), standing)
    named = tuple(consent for consent in standing if consent.id in decision.consents)

    assert _decided(found, _bundle(policy), named) == decision


@given(policies, st.lists(findings, max_size=6), consents)
def test_fewer_consents_never_weaken_a_verdict(
    policy: Policy, found: list[Finding], standing: tuple[Consent, ...]
) -> None:
    """A consent that ended, or was taken back, makes the gate stricter or changes nothing."""
    with_all = _decided(found, _bundle(policy), standing)

    for gone in standing:
        left = tuple(one for one in standing if one is not gone)
        assert _decided(found, _bundle(policy), left).verdict.rank >= with_all.verdict.rank


@given(policies, st.lists(findings, min_size=1, max_size=6), consents)
def test_what_no_consent_covers_is_never_passed_over(
    policy: Policy, found: list[Finding], standing: tuple[Consent, ...]
) -> None:
    """A rule that matches by its uncovered findings alone matches with the covered ones too."""
    names = frozenset[str]().union(*(consent.names for consent in standing))
    others = [finding for finding in found if finding.fingerprint not in names]

    assert _decided(found, _bundle(policy), standing).verdict.rank >= _decided(others, _bundle(policy), ()).verdict.rank
