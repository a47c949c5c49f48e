"""Groups, exceptions, and matchers that raise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Finding, Span
from proxy.core.policy.conditions import beyond_consent, evaluate, holds, matches_everything
from proxy.core.policy.facts import RAISED, Facts, Within, look
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.matchers.link import LinkSpec
from proxy.core.policy.matchers.missing import MissingSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.matchers.register import RegisterSpec, Sought
from proxy.core.policy.policy import Condition, Group, GroupKind
from tests.consents import make_consent
from tests.factories import make_finding, make_part, make_post, make_scan
from tests.policies import BrokenSpec, make_rule

IBAN = FindingSpec(entities=("IBAN_CODE",))
PERSON = FindingSpec(entities=("PERSON",))
MAIL = FindingSpec(entities=("EMAIL_ADDRESS",))
SENTENCES = ((Span(start=0, end=20), Span(start=20, end=40)),)


def _facts(*findings: Finding) -> Facts:
    scan = replace(make_scan(*findings), sentences=SENTENCES)
    return look(make_post(parts=(make_part("x" * 40),)), scan, {"own": frozenset({"f" * 32})})


def _group(kind: GroupKind, *conditions: Condition, within: Within = Within.POST) -> Group:
    return Group(kind=kind, conditions=conditions, within=within)


def _ask(condition: Condition, facts: Facts) -> tuple[bool, set[int], bool]:
    match = holds(condition, facts, facts.everything)
    return match.held, set(match.findings), match.raised


FACTS = _facts(make_finding(), make_finding("PERSON", start=6, end=9), make_finding("PERSON", start=25, end=30))


@pytest.mark.parametrize(
    ("condition", "held", "findings"),
    [
        (IBAN, True, {0}),
        (MAIL, False, set()),
        (_group(GroupKind.ANY, IBAN, MAIL), True, {0}),
        (_group(GroupKind.ANY, MAIL), False, set()),
        (_group(GroupKind.ALL, IBAN, PERSON), True, {0, 1, 2}),
        (_group(GroupKind.ALL, IBAN, MAIL), False, set()),
        (_group(GroupKind.ALL, IBAN, PERSON, within=Within.SENTENCE), True, {0, 1}),
        (_group(GroupKind.ALL, IBAN, PERSON, within=Within.PART), True, {0, 1, 2}),
        (_group(GroupKind.NONE, MAIL), True, set()),
        (_group(GroupKind.NONE, MAIL, IBAN), False, set()),
        (_group(GroupKind.ALL, IBAN, _group(GroupKind.ANY, MAIL, PERSON), within=Within.SENTENCE), True, {0, 1}),
    ],
)
def test_groups_join_conditions(condition: Condition, held: bool, findings: set[int]) -> None:
    """A group holds as its kind says and names the findings that made it hold."""
    assert _ask(condition, FACTS) == (held, findings, False)


def test_all_in_one_sentence_needs_them_in_one() -> None:
    """Two conditions met in two sentences are not met together."""
    facts = _facts(make_finding(), make_finding("PERSON", start=25, end=30))

    assert not holds(_group(GroupKind.ALL, IBAN, PERSON, within=Within.SENTENCE), facts, facts.everything).held


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        (BrokenSpec(), True),
        (_group(GroupKind.ANY, MAIL, BrokenSpec()), True),
        (_group(GroupKind.ALL, IBAN, BrokenSpec()), True),
        (_group(GroupKind.ALL, MAIL, BrokenSpec()), False),
        (_group(GroupKind.NONE, BrokenSpec()), True),
        (_group(GroupKind.NONE, BrokenSpec(), IBAN), False),
    ],
)
def test_a_matcher_that_raises_counts_as_held(condition: Condition, held: bool) -> None:
    """Wherever it stands, it can only make a rule match."""
    assert _ask(condition, FACTS)[0] is held
    assert _ask(condition, FACTS)[2] is held


def test_a_finding_of_a_wrong_shape_makes_its_matcher_raise() -> None:
    """A broken worker's answer ends as matched, not as missed."""
    facts = _facts(replace(make_finding(), confidence="certain"))  # type: ignore[arg-type]

    assert holds(IBAN, facts, facts.everything) == RAISED


def test_an_exception_takes_a_rule_back() -> None:
    """Every finding of the rule is on the house's list."""
    facts = _facts(make_finding())

    assert evaluate(make_rule(), facts).held
    assert not evaluate(make_rule(unless=(AllowedSpec(lists=("own",)),)), facts).held


def test_what_a_rule_matches_without_findings_is_never_excused() -> None:
    """Else a sample number in the post would let it pass."""
    rule = make_rule(when=_group(GroupKind.ANY, LengthSpec(low=10), IBAN), unless=(AllowedSpec(lists=("own",)),))

    assert evaluate(rule, _facts()).held
    assert evaluate(rule, _facts(make_finding(fingerprint="f" * 32))).held


@pytest.mark.parametrize("broken", [BrokenSpec(), AllowedSpec(lists=(object(),))])  # type: ignore[arg-type]
def test_an_exception_that_raises_or_names_no_list_excuses_nothing(broken: AllowedSpec) -> None:
    """Not knowing is no excuse."""
    assert evaluate(make_rule(unless=(broken,)), _facts(make_finding())).held


def test_nothing_excuses_a_rule_that_could_not_be_evaluated() -> None:
    """What it would have found is not known."""
    rule = make_rule(when=_group(GroupKind.ANY, IBAN, BrokenSpec()), unless=(AllowedSpec(lists=("own",)),))

    assert evaluate(rule, _facts(make_finding())).raised


def test_all_of_a_post_without_findings() -> None:
    """There is nothing to divide into sentences; what needs no findings holds all the same."""
    nothing = _facts()

    assert _ask(_group(GroupKind.ALL, _group(GroupKind.NONE, IBAN)), nothing) == (True, set(), False)
    assert _ask(_group(GroupKind.ALL, IBAN, within=Within.SENTENCE), nothing) == (False, set(), False)


@pytest.mark.parametrize(
    ("condition", "everything"),
    [
        (IBAN, False),
        (MissingSpec(lists=("risk-warning",)), True),
        (_group(GroupKind.ALL, IBAN, MissingSpec(lists=("risk-warning",))), False),
        (_group(GroupKind.ANY, IBAN, MissingSpec(lists=("risk-warning",))), True),
        (_group(GroupKind.NONE, MissingSpec(lists=("risk-warning",))), False),
        (LengthSpec(low=1), False),
        (LengthSpec(high=500), True),
    ],
)
def test_a_condition_that_holds_for_nothing_is_known(condition: Condition, *, everything: bool) -> None:
    """It would stop every post, which is what a default is for."""
    assert matches_everything(condition) is everything


def _thread(own: list[Finding], earlier: list[Finding]) -> Facts:
    scan = replace(make_scan(*own), sentences=SENTENCES, earlier=tuple(earlier))
    return look(make_post(parts=(make_part("x" * 40),)), scan, {"own": frozenset({"f" * 32})})


ACCOUNT, NAME = make_finding(), make_finding("PERSON", start=6, end=9, fingerprint="e" * 32)


@pytest.mark.parametrize(
    ("own", "earlier", "held"),
    [
        ([ACCOUNT, NAME], [], True),
        ([ACCOUNT], [NAME], True),
        ([NAME], [ACCOUNT, ACCOUNT], True),
        ([ACCOUNT], [], False),
        ([], [ACCOUNT, NAME], False),
        ([make_finding("EMAIL_ADDRESS")], [ACCOUNT, NAME], False),
    ],
)
def test_earlier_posts_complete_what_this_one_says(own: list[Finding], earlier: list[Finding], held: bool) -> None:
    """And never hold it by what they say alone; the rule names findings of this post only."""
    rule = make_rule(when=_group(GroupKind.ALL, IBAN, PERSON, within=Within.THREAD))

    match = evaluate(rule, _thread(own, earlier))

    assert match.held is held
    assert match.findings <= set(range(len(own)))
    assert bool(match.findings) is held


@pytest.mark.parametrize("within", [Within.SENTENCE, Within.PART, Within.POST])
def test_other_groups_do_not_see_earlier_posts(within: Within) -> None:
    """Neither by themselves nor inside of one that does."""
    facts = _thread([ACCOUNT, make_finding("EMAIL_ADDRESS")], [NAME])
    inner = _group(GroupKind.ALL, IBAN, PERSON, within=within)

    assert not holds(inner, facts, facts.everything).held
    assert not holds(_group(GroupKind.ALL, MAIL, inner, within=Within.THREAD), facts, facts.everything).held
    assert holds(_group(GroupKind.ALL, MAIL, PERSON, within=Within.THREAD), facts, facts.everything).held


def test_an_earlier_finding_more_never_takes_away_what_holds_without_it() -> None:
    """Also where a condition holds for something else than a finding."""
    either = _group(GroupKind.ANY, LengthSpec(low=1), PERSON)
    group = _group(GroupKind.ALL, either, within=Within.THREAD)

    assert holds(group, _thread([], []), frozenset()).held
    assert holds(group, _thread([], [NAME]), frozenset()).held


def test_a_list_has_to_excuse_what_earlier_posts_said_too() -> None:
    """The account of the post is on it, the name before it is not."""
    rule = make_rule(
        when=_group(GroupKind.ALL, IBAN, PERSON, within=Within.THREAD), unless=(AllowedSpec(lists=("own",)),)
    )

    assert evaluate(rule, _thread([ACCOUNT], [NAME])).held
    assert not evaluate(rule, _thread([ACCOUNT], [replace(NAME, fingerprint="f" * 32)])).held


def test_a_matcher_that_raises_counts_in_a_thread_too() -> None:
    """Whatever stands before."""
    group = _group(GroupKind.ALL, BrokenSpec(), PERSON, within=Within.THREAD)

    assert holds(group, _thread([ACCOUNT], [NAME]), frozenset({0})).raised


RELATIONS = FindingSpec(entities=("CUSTOMER_RELATION",))
AGREED = ConsentSpec(covers=("name", "platform", "topic"))


def _relation(name: str, start: int) -> Finding:
    return make_finding("CUSTOMER_RELATION", fingerprint=name, start=start, end=start + 5)


@pytest.mark.parametrize(
    ("when", "found", "held"),
    [
        (RELATIONS, (_relation("e" * 32, 0),), False),
        (RELATIONS, (_relation("e" * 32, 0), _relation("o" * 32, 25)), True),
        (RELATIONS, (_relation("o" * 32, 0),), True),
        (_group(GroupKind.ANY, RELATIONS, LengthSpec(low=1)), (_relation("e" * 32, 0),), True),
        (_group(GroupKind.ALL, RELATIONS, LengthSpec(low=1)), (_relation("e" * 32, 0),), False),
        (_group(GroupKind.ANY, RELATIONS, PERSON), (_relation("e" * 32, 0), make_finding("PERSON", start=25)), True),
    ],
)
def test_a_rule_is_asked_again_without_those_who_agreed(
    when: Condition, found: tuple[Finding, ...], held: bool
) -> None:
    """What others left behind keeps it matched; the consents that counted are told only where it does not match."""
    facts = replace(_facts(*found), consents=(make_consent(),))
    answer = evaluate(make_rule(when=when, unless=(AGREED,)), facts)

    assert answer.held is held
    assert answer.consents == (frozenset() if held else {"c1"})
    assert not held or len(answer.findings) == len(found)


def test_a_list_of_the_house_excuses_all_that_was_found_or_nothing() -> None:
    """Where one name is on a list and another one agreed, the rule matches: each exception stands for itself."""
    facts = _facts(make_finding("PERSON"), make_finding("PERSON", fingerprint="e" * 32, start=25))
    facts = replace(facts, consents=(make_consent(),))

    assert evaluate(make_rule(when=PERSON, unless=(AllowedSpec(lists=("own",)), AGREED)), facts).held


@pytest.mark.parametrize(
    ("condition", "beyond"),
    [
        (RELATIONS, set()),
        (FindingSpec(entities=("PERSON", "IBAN_CODE", "DISCLOSURE")), {"IBAN_CODE"}),
        (_group(GroupKind.ALL, RELATIONS, _group(GroupKind.ANY, MAIL, PERSON)), {"EMAIL_ADDRESS"}),
        (NearSpec(a=PERSON, b=FindingSpec(entities=("HEALTH_CONDITION",)), distance=5), {"HEALTH_CONDITION"}),
        (PatternSpec(rules=("de/iban",)), {"de/iban"}),
        (LinkSpec(), {"link"}),
        (RegisterSpec(sought=Sought.IDENTIFIER), {"CUSTOMER_RECORD"}),
        (RegisterSpec(sought=Sought.RESTRICTED_LIST), {"RESTRICTED_NAME"}),
        (RegisterSpec(sought=Sought.NAME), set()),
        (LengthSpec(low=1), set()),
    ],
)
def test_what_no_consent_may_excuse_is_found_in_conditions(condition: Condition, beyond: set[str]) -> None:
    """Everything but names of customers and what may stand beside them."""
    assert beyond_consent(condition) == beyond
