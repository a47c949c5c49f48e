"""What a comparison of two bundles calls proven holds: no post gets a weaker verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from proxy.core.detection.lexicon import LexiconMatcher
from proxy.core.detection.merge import merge
from proxy.core.model import (
    Confidence,
    Finding,
    Lexicon,
    LexiconTerm,
    Part,
    PostKind,
    Recognizer,
    RuleConfidence,
    Scan,
    Span,
    Statement,
    Verdict,
    View,
)
from proxy.core.policy.decide import decide
from proxy.core.policy.diff import compare, only_stricter
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.matchers.missing import MissingSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Condition, Group, GroupKind, Mode, Policy, Rule
from proxy.core.text.surfaces import surfaces
from tests.factories import LOOKED, make_post
from tests.policies import make_bundle, make_policy
from tests.property import test_policy as some

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle

PLATFORMS = ("mastodon", "elsewhere")
KINDS = (PostKind.POST, PostKind.REPLY, PostKind.MEDIA)
others = st.sampled_from(
    [LengthSpec(high=0), LengthSpec(low=1), MissingSpec(lists=("relation",)), PatternSpec(rules=("sample/rule",))]
)
conditions = st.one_of(
    some.conditions,
    others,
    st.builds(
        Group,
        kind=st.sampled_from(GroupKind),
        conditions=st.lists(st.one_of(some.matchers, others), min_size=1, max_size=2).map(tuple),
        within=some.withins.filter(bool),
    ),
)
rules = st.builds(
    lambda rule, when, mode, hard: replace(rule, when=when, mode=mode, hard=hard),
    some.rules,
    conditions,
    st.sampled_from(Mode),
    st.booleans(),
)
modes = st.sampled_from([Mode.ENFORCE, Mode.ENFORCE, Mode.MONITOR, Mode.OFF])
platforms = st.sampled_from([None, frozenset(PLATFORMS[:1]), frozenset(PLATFORMS[1:]), frozenset(PLATFORMS)])
kinds = st.frozensets(st.sampled_from(KINDS), min_size=1)
policies = st.builds(
    lambda name, chosen, mode, where, what: make_policy(
        *chosen, identifier=name, mode=mode, platforms=where, kinds=what
    ),
    st.sampled_from(["alpha", "beta", "gamma"]),
    st.lists(rules, min_size=1, max_size=3, unique_by=lambda rule: rule.id),
    modes,
    platforms,
    kinds,
)
allow_lists = st.fixed_dictionaries({name: st.frozensets(st.sampled_from(some.VALUES)) for name in ("own", "samples")})
bundles = st.builds(
    lambda chosen, lists, default, incomplete: make_bundle(
        *chosen, allow_lists=lists, default=default, on_incomplete=incomplete
    ),
    st.lists(policies, min_size=1, max_size=3, unique_by=lambda policy: policy.id),
    allow_lists,
    st.sampled_from([Verdict.ALLOW, Verdict.ALLOW, Verdict.HOLD, Verdict.BLOCK]),
    st.sampled_from([Verdict.HOLD, Verdict.BLOCK]),
)
scans = st.builds(
    lambda found, lines, complete, stated: Scan(
        findings=tuple(found),
        expected=LOOKED,
        completed=LOOKED if complete else frozenset(),
        sentences=lines,
        stated=(Statement(lexicon="relation", part=0, span=Span(start=0, end=3)),) if stated else (),
    ),
    st.lists(some.findings, max_size=4),
    some.sentences,
    st.sampled_from([True, True, True, False]),
    st.booleans(),
)


def _more_ways(condition: Condition, extra: Condition) -> Condition:
    return Group(kind=GroupKind.ANY, conditions=(condition, extra))


def _edited_rule(rule: Rule, extra: Condition, other: Rule, how: int) -> Rule:
    """Return a rule after one of many edits, most of which widen it."""
    match how:
        case 0:
            return replace(rule, when=_more_ways(rule.when, extra))
        case 1 if isinstance(rule.when, FindingSpec):
            return replace(rule, when=replace(rule.when, confidence=Confidence.LOW, entities=some.ENTITIES))
        case 2:
            return replace(rule, unless=rule.unless[1:])
        case 3:
            return replace(rule, action=other.action)
        case 4:
            return replace(rule, mode=other.mode)
        case 5:
            return replace(rule, unless=other.unless)
        case 6 if isinstance(rule.when, FindingSpec):
            return replace(rule, when=replace(rule.when, at_least=1, view=None))
        case _:
            return replace(rule, when=other.when)


def _edited_policy(policy: Policy, other: Policy, extra: Condition, how: int) -> Policy:
    match how:
        case 0:
            return replace(policy, mode=other.mode)
        case 1:
            return replace(policy, kinds=policy.kinds | other.kinds)
        case 2:
            return replace(policy, platforms=other.platforms)
        case 3:
            return replace(policy, rules=policy.rules[1:] or policy.rules)
        case 4:
            added = replace(other.rules[0], id=f"added-{len(policy.rules)}")
            return replace(policy, rules=(*policy.rules, added))
        case _:
            first, *rest = policy.rules
            return replace(policy, rules=(_edited_rule(first, extra, other.rules[0], how - 5), *rest))


def _edited(bundle: PolicyBundle, other: PolicyBundle, extra: Condition, how: int) -> PolicyBundle:
    """Return a bundle after one edit, with parts of another one."""
    first, *rest = bundle.policies
    match how:
        case 0:
            return replace(bundle, default=other.default)
        case 1:
            return replace(bundle, on_incomplete=other.on_incomplete)
        case 2:
            return replace(bundle, allow_lists=other.allow_lists)
        case 3:
            return replace(
                bundle, policies=(*bundle.policies, replace(other.policies[0], id=f"added-{len(bundle.policies)}"))
            )
        case 4:
            return replace(bundle, policies=tuple(rest) or bundle.policies)
        case 5:
            kept = {name: values & other.allow_lists[name] for name, values in bundle.allow_lists.items()}
            return replace(bundle, allow_lists=kept)
        case _:
            return replace(bundle, policies=(_edited_policy(first, other.policies[0], extra, how - 6), *rest))


edits = st.lists(st.integers(0, 18), min_size=1, max_size=2)


@given(bundles)
def test_a_bundle_does_not_differ_from_itself(bundle: PolicyBundle) -> None:
    """Nor from one that says the same under another digest."""
    assert compare(bundle, replace(bundle, digest="c" * 64)) == ()


@given(bundles, bundles, conditions, edits, some.parts, scans, st.sampled_from(PLATFORMS), st.sampled_from(KINDS))
def test_what_is_proven_to_be_stricter_weakens_no_verdict(  # Long: a bundle, its edits and a post are one case
    old: PolicyBundle,
    other: PolicyBundle,
    extra: Condition,
    how: list[int],
    texts: list[Part],
    scan: Scan,
    platform: str,
    kind: PostKind,
) -> None:
    """For bundles edited in all the ways there are, and for posts that some of their policies name and some do not."""
    new = old
    for one in how:
        new = _edited(new, other, extra, one)
    assume(only_stricter(compare(old, new)))
    post = replace(make_post(parts=tuple(texts), kind=kind), platform=platform)

    before = decide(post, scan, old, running=frozenset(), expected=LOOKED)
    after = decide(post, scan, new, running=frozenset(), expected=LOOKED)

    assert after.verdict.rank >= before.verdict.rank


@given(bundles, bundles)
def test_different_rules_never_compare_equal(old: PolicyBundle, new: PolicyBundle) -> None:
    """Nothing that a decision depends on changes without a change in the list."""
    said = (old.policies, old.allow_lists, old.default, old.on_incomplete)
    order = {policy.id: replace(policy, rules=tuple(sorted(policy.rules, key=str))) for policy in old.policies}
    other = {policy.id: replace(policy, rules=tuple(sorted(policy.rules, key=str))) for policy in new.policies}
    same = order == other and said[1:] == (new.allow_lists, new.default, new.on_incomplete)

    assert (compare(old, new) == ()) is same


WORDS = ("guten", "tag", "wir", "garantieren", "gewinn", "sicher", "nicht", "keinen")
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
terms = st.lists(
    st.builds(LexiconTerm, text=phrases, forms=st.sampled_from(["exact", "stem", "compound"])), max_size=3
).map(tuple)
lexicons = st.builds(
    Lexicon,
    id=st.just("promises"),
    language=st.just("de"),
    terms=terms,
    exclude=st.lists(phrases, max_size=1).map(tuple),
)
word_conditions = st.one_of(
    st.builds(WordsSpec, lists=st.just(("promises",)), denied=st.booleans()),
    st.just(MissingSpec(lists=("promises",))),
    st.just(NearSpec(a=WordsSpec(lists=("promises",)), b=WordsSpec(lists=("promises",)), distance=1)),
    st.builds(
        lambda condition, within: Group(kind=GroupKind.ALL, conditions=(condition,), within=within),
        st.builds(WordsSpec, lists=st.just(("promises",))),
        some.withins.filter(bool),
    ),
)
word_rules = st.builds(
    lambda rule, when: replace(rule, when=when), some.rules, st.one_of(word_conditions, word_conditions, others)
)
sentences = st.lists(st.sampled_from((*WORDS, ".", "g a r a n t i e r e n")), min_size=1, max_size=7).map(" ".join)


def _words_scan(text: str, lexicon: Lexicon) -> Scan:
    """Return a scan as detection makes it of one word list."""
    matcher = LexiconMatcher((lexicon,)) if lexicon.terms else None
    found = merge(
        finding for surface in surfaces(0, text) for finding in (() if matcher is None else matcher.find(surface))
    )
    return Scan(
        findings=found,
        expected=LOOKED,
        completed=LOOKED,
        sentences=((Span(start=0, end=len(text)),),),
        stated=tuple(
            Statement(lexicon=one.rule, part=one.part, span=one.span)
            for one in found
            if one.view is View.PLAIN and not one.negated
        ),
    )


@given(st.lists(word_rules, min_size=1, max_size=2, unique_by=lambda rule: rule.id), lexicons, lexicons, sentences)
def test_more_words_weaken_no_verdict_where_that_is_proven(
    chosen: list[Rule], first: Lexicon, second: Lexicon, text: str
) -> None:
    """With the real word search, in which a longer hit takes the place of a shorter one."""
    grown = replace(first, terms=tuple(dict.fromkeys((*first.terms, *second.terms))), exclude=first.exclude[1:])
    old = replace(make_bundle(make_policy(*chosen), allow_lists=some.ALLOW_LISTS), lexicons=(first,))
    new = replace(old, lexicons=(grown,))
    assume(only_stricter(compare(old, new)))
    post = make_post(text)

    before = decide(post, _words_scan(text, first), old, running=frozenset(), expected=LOOKED)
    after = decide(post, _words_scan(text, grown), new, running=frozenset(), expected=LOOKED)

    assert after.verdict.rank >= before.verdict.rank


ADDED = Recognizer(id="added", entity="IBAN_CODE", pattern="x", confidence=RuleConfidence(bare=Confidence.HIGH))
entity_rules = st.builds(
    lambda rule, extra, evasion: replace(
        rule, when=_more_ways(rule.when, FindingSpec(entities=("OBFUSCATION",))) if evasion else rule.when
    ),
    rules,
    conditions,
    st.booleans(),
)


def _evasions(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return what detection says of findings that had to be dug out."""
    return tuple(
        Finding(
            rule="surfaces/obfuscation", entity="OBFUSCATION", confidence=Confidence.HIGH, part=one.part, span=one.span
        )
        for one in findings
        if one.view is View.DEOBFUSCATED and one.confidence is not Confidence.LOW and one.entity != "WORDS"
    )


@given(
    st.lists(entity_rules, min_size=1, max_size=3, unique_by=lambda rule: rule.id),
    some.parts,
    some.sentences,
    st.lists(some.findings, max_size=4),
    st.lists(some.findings.filter(lambda one: one.entity == "IBAN_CODE"), min_size=1, max_size=2),
)
def test_a_detection_rule_weakens_no_verdict_where_that_is_proven(
    chosen: list[Rule],
    texts: list[Part],
    lines: tuple[tuple[Span, ...], ...],
    found: list[Finding],
    added: list[Finding],
) -> None:
    """Though one finding takes the place of another, with another rule, span, view and fingerprint."""
    old = make_bundle(make_policy(*chosen), allow_lists=some.ALLOW_LISTS)
    new = replace(old, recognizers=(ADDED,))
    assume(only_stricter(compare(old, new)))
    both = [merge(found), merge([*found, *(replace(one, rule="added") for one in added)])]
    scans = [
        Scan(findings=merge((*one, *_evasions(one))), expected=LOOKED, completed=LOOKED, sentences=lines)
        for one in both
    ]
    post = make_post(parts=tuple(texts))

    before, after = (
        decide(post, scan, bundle, running=frozenset(), expected=LOOKED)
        for scan, bundle in zip(scans, (old, new), strict=True)
    )

    assert after.verdict.rank >= before.verdict.rank
