"""I6 and its neighbours: what a finding, an order, a monitor, a missing or a broken look may and may not change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from proxy.core.model import (
    Confidence,
    DetectorId,
    Finding,
    Link,
    Part,
    PartKind,
    Phase,
    Post,
    PostId,
    PostKind,
    Scan,
    Span,
    Verdict,
    View,
    strictest,
)
from proxy.core.policy.conditions import evaluate
from proxy.core.policy.decide import decide
from proxy.core.policy.facts import MatcherSpec, Within, look
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.matchers.link import LinkSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.register import RegisterSpec, Sought
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Condition, Group, GroupKind, Mode, Policy, Rule
from tests.factories import LOOKED, make_part, make_post
from tests.policies import ACTIONS, BrokenSpec, make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from uuid import UUID

ENTITIES = ("IBAN_CODE", "PERSON", "EMAIL_ADDRESS")
LISTS = ("relation", "health")
HOSTS = ("bank.example", "other.example")
VALUES = ("a" * 32, "b" * 32, "c" * 32)
LENGTH = 40
ALLOW_LISTS = {"own": frozenset(VALUES[:1]), "samples": frozenset(VALUES[1:2])}

withins = st.sampled_from([None, *Within])
spans = st.integers(0, LENGTH - 1).flatmap(
    lambda start: st.builds(Span, start=st.just(start), end=st.integers(start + 1, LENGTH)),
)
findings = st.one_of(
    st.builds(
        Finding,
        rule=st.just("sample/rule"),
        entity=st.sampled_from(ENTITIES),
        confidence=st.sampled_from(Confidence),
        part=st.integers(0, 3),
        span=spans,
        view=st.sampled_from(View),
        fingerprint=st.sampled_from([None, *VALUES]),
    ),
    st.builds(
        Finding,
        rule=st.sampled_from(LISTS),
        entity=st.just("WORDS"),
        confidence=st.just(Confidence.HIGH),
        part=st.integers(0, 3),
        span=spans,
    ),
    st.builds(
        Finding,
        rule=st.sampled_from(
            ["register/identifier", "register/contact", "register/name-and-attribute", "register/name"]
        ),
        entity=st.just("CUSTOMER_RECORD"),
        confidence=st.sampled_from(Confidence),
        part=st.integers(0, 3),
        span=spans,
    ),
)
matchers: st.SearchStrategy[MatcherSpec] = st.one_of(
    st.builds(
        FindingSpec,
        entities=st.lists(st.sampled_from(ENTITIES), min_size=1, max_size=2, unique=True).map(tuple),
        confidence=st.sampled_from(Confidence),
        at_least=st.integers(1, 3),
        view=st.sampled_from([None, *View]),
        within=withins,
    ),
    st.builds(WordsSpec, lists=st.sampled_from(LISTS).map(lambda name: (name,)), within=withins),
)
close: st.SearchStrategy[MatcherSpec] = st.builds(
    NearSpec, a=matchers, b=matchers, distance=st.sampled_from([None, 0, 1, 9])
)
records: st.SearchStrategy[MatcherSpec] = st.builds(
    RegisterSpec,
    sought=st.sampled_from(Sought),
    attributes=st.integers(1, 2),
    confidence=st.sampled_from(Confidence),
    within=withins,
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    st.one_of(matchers, close, records, st.builds(LengthSpec, low=st.sampled_from([1, 10_000]))),
    lambda inner: st.builds(
        Group,
        kind=st.sampled_from([GroupKind.ANY, GroupKind.ALL]),
        conditions=st.lists(inner, min_size=1, max_size=3).map(tuple),
        within=st.sampled_from(Within),
    ),
    max_leaves=5,
)
exceptions = st.builds(AllowedSpec, lists=st.sampled_from([("own",), ("own", "samples")]))
rules = st.builds(
    make_rule,
    st.sampled_from(["one", "two", "three"]),
    when=conditions,
    unless=st.lists(st.builds(AllowedSpec, lists=st.sampled_from([("own",), ("own", "samples")])), max_size=1).map(
        tuple
    ),
    action=st.sampled_from(Verdict),
    rollout=st.sampled_from([None, None, 1, 500, 999]),
)
policies = st.lists(
    st.builds(
        lambda identifier, chosen: make_policy(*chosen, identifier=identifier),
        st.sampled_from(["alpha", "beta"]),
        st.lists(rules, min_size=1, max_size=3, unique_by=lambda rule: rule.id),
    ),
    min_size=1,
    max_size=2,
    unique_by=lambda policy: policy.id,
)
defaults = st.sampled_from([Verdict.ALLOW, Verdict.HOLD, Verdict.BLOCK])
phases = st.sampled_from(Phase)
parts = st.lists(
    st.builds(make_part, st.just("x" * LENGTH), st.sampled_from([PartKind.BODY, PartKind.LINK])), min_size=1, max_size=3
)
sentences = st.sampled_from(
    [(), ((Span(start=0, end=20), Span(start=20, end=LENGTH)),) * 3, ((Span(start=0, end=9), Span(start=15, end=30)),)],
)


def _scan(
    found: list[Finding],
    lines: tuple[tuple[Span, ...], ...] = (),
    earlier: Sequence[Finding] = (),
    links: Sequence[Link] = (),
) -> Scan:
    return Scan(
        findings=tuple(found),
        expected=LOOKED,
        completed=LOOKED,
        sentences=lines,
        earlier=tuple(earlier),
        links=tuple(links),
    )


def _post(texts: list[Part]) -> Post:
    return make_post(parts=tuple(texts))


@given(policies, parts, sentences, st.lists(findings, max_size=5), findings, defaults, phases)
def test_one_more_finding_never_weakens_a_verdict(
    chosen: list[Policy],
    texts: list[Part],
    lines: tuple[tuple[Span, ...], ...],
    found: list[Finding],
    added: Finding,
    default: Verdict,
    phase: Phase,
) -> None:
    """I6, for all conditions the loader lets through, all defaults and all places of a finding."""
    bundle = make_bundle(*chosen, allow_lists=ALLOW_LISTS, default=default)
    post = _post(texts)

    before = decide(post, _scan(found, lines), bundle, running=frozenset(), expected=LOOKED, phase=phase)
    after = decide(post, _scan([*found, added], lines), bundle, running=frozenset(), expected=LOOKED, phase=phase)

    assert after.verdict.rank >= before.verdict.rank


@given(policies, parts, sentences, *[st.lists(findings, max_size=4)] * 2, findings, st.booleans())
def test_one_more_finding_in_a_thread_never_weakens_a_verdict(
    chosen: list[Policy],
    texts: list[Part],
    lines: tuple[tuple[Span, ...], ...],
    found: list[Finding],
    before: list[Finding],
    added: Finding,
    own: bool,
) -> None:
    """I6 where rules ask what earlier posts said, wherever the finding is added."""
    bundle = make_bundle(*chosen, allow_lists=ALLOW_LISTS)
    more = _scan([*found, added], lines, before) if own else _scan(found, lines, [*before, added])

    first = decide(_post(texts), _scan(found, lines, before), bundle, running=frozenset(), expected=LOOKED)
    second = decide(_post(texts), more, bundle, running=frozenset(), expected=LOOKED)

    assert second.verdict.rank >= first.verdict.rank


@given(policies, parts, sentences, st.lists(findings, max_size=6))
def test_earlier_posts_alone_hold_nothing(
    chosen: list[Policy], texts: list[Part], lines: tuple[tuple[Span, ...], ...], before: list[Finding]
) -> None:
    """A post in which nothing was found is decided as if it were the first of its thread."""
    bundle = make_bundle(*chosen, allow_lists=ALLOW_LISTS)
    alone, after = (
        decide(_post(texts), _scan([], lines, earlier), bundle, running=frozenset(), expected=LOOKED)
        for earlier in ([], before)
    )

    assert after == alone


link_specs = st.builds(
    LinkSpec,
    domains=st.sampled_from([None, HOSTS[:1]]),
    not_domains=st.sampled_from([None, HOSTS[:1], HOSTS]),
    parameters=st.sampled_from([None, ("ids",), ("a",)]),
    shorteners=st.booleans(),
)
found_links = st.builds(
    Link,
    part=st.integers(0, 2),
    span=spans,
    host=st.sampled_from([None, *HOSTS, "www.bank.example", "other.example", "bit.ly"]),
    parameters=st.sampled_from([(), ("a",), ("kdnr",)]),
)
linking = st.recursive(
    st.one_of(link_specs, matchers),
    lambda inner: st.builds(
        Group,
        kind=st.sampled_from([GroupKind.ANY, GroupKind.ALL]),
        conditions=st.lists(inner, min_size=1, max_size=3).map(tuple),
        within=st.sampled_from(Within),
    ),
    max_leaves=4,
)


@given(linking, parts, st.lists(findings, max_size=3), st.lists(found_links, max_size=3), found_links)
def test_one_more_link_never_weakens_a_verdict(
    condition: Condition, texts: list[Part], found: list[Finding], links: list[Link], added: Link
) -> None:
    """
    Whichever links a rule asks for, alone and beside findings; nor does it where nobody looked for links.

    A part that is a link and in which none was found counts as one that nobody could read, so it is no fewer.
    """
    read = {link.part for link in links}
    assume(all(part.kind is not PartKind.LINK or number in read for number, part in enumerate(texts)))
    bundle = make_bundle(make_policy(make_rule(when=condition)))
    few, more, unseen = (
        decide(_post(texts), scan, bundle, running=frozenset(), expected=LOOKED).verdict.rank
        for scan in (
            _scan(found, links=links),
            _scan(found, links=[*links, added]),
            replace(_scan(found), links=None),
        )
    )

    assert few <= more
    assert few <= unseen


@given(policies, parts, sentences, st.lists(findings, max_size=5), st.randoms(use_true_random=False))
def test_order_never_matters(
    chosen: list[Policy],
    texts: list[Part],
    lines: tuple[tuple[Span, ...], ...],
    found: list[Finding],
    shuffled: random.Random,
) -> None:
    """Policies and rules in any order give the same decision, reasons and obligations included."""
    post, scan = _post(texts), _scan(found, lines)
    other = [replace(policy, rules=tuple(shuffled.sample(policy.rules, len(policy.rules)))) for policy in chosen]
    shuffled.shuffle(other)

    first = decide(post, scan, make_bundle(*chosen, allow_lists=ALLOW_LISTS), running=frozenset(), expected=LOOKED)
    second = decide(post, scan, make_bundle(*other, allow_lists=ALLOW_LISTS), running=frozenset(), expected=LOOKED)

    assert first == second


@given(policies, parts, sentences, st.lists(findings, max_size=5), st.randoms(use_true_random=False), phases)
def test_the_order_of_findings_never_matters(
    chosen: list[Policy],
    texts: list[Part],
    lines: tuple[tuple[Span, ...], ...],
    found: list[Finding],
    shuffled: random.Random,
    phase: Phase,
) -> None:
    """The same findings in another order: the same decision, on the same findings."""
    post, bundle = _post(texts), make_bundle(*chosen, allow_lists=ALLOW_LISTS)
    order = shuffled.sample(range(len(found)), len(found))

    first = decide(post, _scan(found, lines), bundle, running=frozenset(), expected=LOOKED, phase=phase)
    second = decide(
        post, _scan([found[index] for index in order], lines), bundle, running=frozenset(), expected=LOOKED, phase=phase
    )

    for one, other in ((first.matched, second.matched), (first.would_have, second.would_have)):
        back = [replace(hit, findings=tuple(sorted(order[index] for index in hit.findings))) for hit in other]
        assert list(one) == back
    assert replace(first, matched=(), would_have=()) == replace(second, matched=(), would_have=())


@given(policies, parts, sentences, st.lists(findings, max_size=5), defaults)
def test_the_strictest_of_all_rules_wins(
    chosen: list[Policy],
    texts: list[Part],
    lines: tuple[tuple[Span, ...], ...],
    found: list[Finding],
    default: Verdict,
) -> None:
    """All rules together give what the strictest of them gives alone: no rule takes anything back."""
    post, scan = _post(texts), _scan(found, lines)
    alone = [
        decide(
            post,
            scan,
            make_bundle(replace(policy, rules=(rule,)), allow_lists=ALLOW_LISTS, default=default),
            running=frozenset(),
            expected=LOOKED,
        ).verdict
        for policy in chosen
        for rule in policy.rules
    ]

    together = decide(
        post, scan, make_bundle(*chosen, allow_lists=ALLOW_LISTS, default=default), running=frozenset(), expected=LOOKED
    ).verdict

    assert together is strictest(alone)


@given(policies, rules, parts, sentences, st.lists(findings, max_size=5), defaults, phases)
def test_one_more_rule_never_weakens_a_verdict(
    chosen: list[Policy],
    added: Rule,
    texts: list[Part],
    lines: tuple[tuple[Span, ...], ...],
    found: list[Finding],
    default: Verdict,
    phase: Phase,
) -> None:
    """In a policy that is there, in whatever mode, or in a policy of its own."""
    post, scan = _post(texts), _scan(found, lines)
    more = replace(added, id="added")
    first, *others = chosen
    variants = [[replace(first, rules=(*first.rules, replace(more, mode=mode))), *others] for mode in Mode]
    variants.append([*chosen, make_policy(more, identifier="added")])

    before = decide(
        post,
        scan,
        make_bundle(*chosen, allow_lists=ALLOW_LISTS, default=default),
        running=frozenset(),
        expected=LOOKED,
        phase=phase,
    )
    for variant in variants:
        bundle = make_bundle(*variant, allow_lists=ALLOW_LISTS, default=default)
        after = decide(post, scan, bundle, running=frozenset(), expected=LOOKED, phase=phase)
        assert after.verdict.rank >= before.verdict.rank


@pytest.mark.req("FEAT-27")
@given(policies, parts, st.lists(findings, max_size=5), st.uuids(), st.integers(1, 998))
def test_a_larger_share_never_weakens_a_verdict(
    chosen: list[Policy], texts: list[Part], found: list[Finding], identifier: UUID, rollout: int
) -> None:
    """From monitoring over every share to all posts, for each post the verdict only gets stricter."""
    post, scan = replace(_post(texts), id=PostId(str(identifier))), _scan(found)
    ladder = [
        *([replace(rule, mode=Mode.MONITOR, rollout=None) for rule in policy.rules] for policy in chosen[:1]),
        *([replace(rule, rollout=share) for rule in chosen[0].rules] for share in (rollout, rollout + 1, None)),
    ]

    ranks = [
        decide(
            post, scan, make_bundle(replace(chosen[0], rules=tuple(step))), running=frozenset(), expected=LOOKED
        ).verdict.rank
        for step in ladder
    ]

    assert ranks == sorted(ranks)


@pytest.mark.req("FEAT-27")
@given(policies, parts, st.lists(findings, max_size=5), st.uuids(), st.lists(phases, min_size=2, max_size=4))
def test_a_post_stays_in_its_samples(
    chosen: list[Policy], texts: list[Part], found: list[Finding], identifier: UUID, life: list[Phase]
) -> None:
    """In every phase the same rules count, also for the redacted form of the post; who wrote it does not matter."""
    post = replace(_post(texts), id=PostId(str(identifier)))
    other = replace(post, author="a_andere", account="mastodon:hr")
    redacted = replace(post, id=PostId("r"), replaces=post.id)
    bundle = make_bundle(*chosen)

    sides = {
        (tuple(hit.rule for hit in decision.matched), tuple(hit.rule for hit in decision.would_have))
        for one in (post, other, redacted)
        for phase in life
        for decision in (decide(one, _scan(found), bundle, running=frozenset(), expected=LOOKED, phase=phase),)
    }

    assert len(sides) == 1


@pytest.mark.req("PAIN-09")
@given(policies, rules, parts, st.lists(findings, max_size=5))
def test_monitor_never_changes_verdict_reasons_or_obligations(
    chosen: list[Policy],
    watched: Rule,
    texts: list[Part],
    found: list[Finding],
) -> None:
    """A rule or policy in monitor mode shows in `would_have` and nowhere else."""
    post, scan = _post(texts), _scan(found)
    silent = replace(watched, id="watched", mode=Mode.MONITOR)
    as_rule = [replace(policy, rules=(*policy.rules, silent)) for policy in chosen]
    as_policy = [*chosen, make_policy(replace(watched, id="watched"), identifier="watched", mode=Mode.MONITOR)]

    without = decide(post, scan, make_bundle(*chosen), running=frozenset(), expected=LOOKED)

    for variant in (as_rule, as_policy):
        decision = decide(post, scan, make_bundle(*variant), running=frozenset(), expected=LOOKED)
        assert replace(decision, would_have=()) == replace(without, would_have=())
        assert set(decision.would_have) >= set(without.would_have)


@pytest.mark.req("TRAP-08")
@given(
    policies,
    parts,
    st.lists(findings, max_size=3),
    st.sets(st.sampled_from(sorted(LOOKED)), max_size=1),
    st.sampled_from([Verdict.HOLD, Verdict.BLOCK]),
)
def test_an_incomplete_scan_is_never_allowed(
    chosen: list[Policy],
    texts: list[Part],
    found: list[Finding],
    completed: set[DetectorId],
    on_incomplete: Verdict,
) -> None:
    """Whatever the policies say: at least what the house wants for incomplete scans, also when nobody had to look."""
    bundle = make_bundle(*chosen, on_incomplete=on_incomplete)
    scan = replace(_scan(found), completed=frozenset(completed))

    missing = decide(_post(texts), scan, bundle, running=frozenset(), expected=LOOKED)
    nobody = decide(
        _post(texts),
        replace(scan, expected=frozenset()),
        bundle,
        running=frozenset(),
        expected=frozenset(),
    )

    assert missing.verdict.rank >= on_incomplete.rank
    assert nobody.verdict.rank >= on_incomplete.rank


@given(conditions, parts, st.lists(findings, max_size=3), st.sampled_from(list(ACTIONS)))
def test_a_matcher_that_raises_counts_as_matched(
    condition: Condition,
    texts: list[Part],
    found: list[Finding],
    action: Verdict,
) -> None:
    """Alone, beside others and under an exception, a broken matcher makes its rule match."""
    broken = Group(kind=GroupKind.ANY, conditions=(condition, BrokenSpec()))
    rule = make_rule(when=broken, unless=(AllowedSpec(lists=("own", "samples")),), action=action)

    decision = decide(_post(texts), _scan(found), make_bundle(make_policy(rule)), running=frozenset(), expected=LOOKED)

    assert [matched.rule for matched in decision.matched] == ["sample/iban"]
    assert decision.verdict.rank >= action.rank


@given(policies, st.sampled_from(PostKind), st.lists(findings, max_size=3))
def test_what_no_policy_names_is_never_allowed(chosen: list[Policy], kind: PostKind, found: list[Finding]) -> None:
    """A kind or platform outside every policy is held at least."""
    elsewhere = [replace(policy, platforms=frozenset({"elsewhere"})) for policy in chosen]

    decision = decide(make_post(kind=kind), _scan(found), make_bundle(*elsewhere), running=frozenset(), expected=LOOKED)

    assert decision.verdict.rank >= Verdict.HOLD.rank


@given(
    st.recursive(
        st.one_of(matchers, st.just(BrokenSpec())),
        lambda inner: st.builds(
            Group,
            kind=st.sampled_from(GroupKind),
            conditions=st.lists(inner, min_size=1, max_size=3).map(tuple),
            within=st.sampled_from(Within),
        ),
        max_leaves=6,
    ),
    parts,
    sentences,
    st.lists(findings, max_size=4),
)
def test_a_rule_that_is_not_asked_would_not_have_matched(
    condition: Condition, texts: list[Part], lines: tuple[tuple[Span, ...], ...], found: list[Finding]
) -> None:
    """What a rule needs at least is never more than what makes it match, broken matchers included."""
    rule = make_rule(when=condition)
    facts = look(_post(texts), _scan(found, lines), ALLOW_LISTS)

    asked = list(make_policy(rule).rules_for(facts.signals))
    assert asked == ([rule] if rule.may_match(facts.signals) else [])
    assert asked or not evaluate(rule, facts).held
