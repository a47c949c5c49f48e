"""One policy file becomes a policy; messages are in tests/golden."""

from __future__ import annotations

import pytest

from proxy.core.model import Localised, PostKind, Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.policy import Mode
from proxy.loading.described import Vocabulary
from proxy.loading.policy_file import ParsedPolicy, read_policy
from proxy.loading.strict_yaml import parse
from proxy.loading.validation import Report
from tests.policy_files import policy_text

VOCABULARY = Vocabulary(
    entities=frozenset({"IBAN_CODE"}),
    planned=frozenset(),
    lexicons=frozenset(),
    patterns=frozenset({"de-plate"}),
    allow_lists=frozenset({"donation-accounts"}),
)
HOLD = "    action: hold\n    hold: {queue: press, stages: 2, due: 2h, escalate_to: board}\n"


def _read(text: str) -> tuple[ParsedPolicy | None, list[str]]:
    node, problems = parse(text.encode(), "a.yaml")
    assert node is not None
    assert problems == []
    report = Report(file="a.yaml")
    return read_policy(report, node, VOCABULARY), [problem.code for problem in report.problems]


def _good(text: str) -> ParsedPolicy:
    parsed, codes = _read(text)
    assert codes == []
    assert parsed is not None
    return parsed


def test_a_policy_is_read_completely() -> None:
    """Every value of the file is in it."""
    parsed = _good(policy_text("bank"))

    policy, (rule,) = parsed.policy, parsed.policy.rules
    assert (policy.id, policy.title, policy.owner) == ("bank", Localised(de="Beispiel", en="Sample"), "compliance")
    assert (policy.norms, policy.mode, policy.default) == (("REG-DE-BANK",), Mode.ENFORCE, Verdict.ALLOW)
    assert (rule.when, rule.unless) == (
        FindingSpec(entities=("IBAN_CODE",)),
        (AllowedSpec(lists=("donation-accounts",)),),
    )
    assert (rule.action.verdict, rule.mode, rule.hard) == (Verdict.BLOCK, Mode.ENFORCE, False)
    assert [(test.expect, test.line) for test in parsed.rules[0].tests] == [(Verdict.BLOCK, 17), (Verdict.ALLOW, 18)]


REMEDY = "    remedy: {de: Ohne Nummer, en: without the number}\n    tests:"


def test_a_rule_may_say_what_would_make_a_post_pass() -> None:
    """In both languages; a rule that lets everything pass needs no such text, and is told so."""
    text = policy_text().replace("    tests:", REMEDY)
    (rule,) = _good(text).policy.rules
    (silent,) = _good(policy_text()).policy.rules
    parsed, codes = _read(text.replace("action: block", "action: allow").replace("expect: block", "expect: allow"))

    assert (rule.remedy, silent.remedy) == (Localised(de="Ohne Nummer", en="without the number"), None)
    assert codes == ["remedy-without-effect"]
    assert parsed is not None
    assert _read(text.replace(", en: without the number", ""))[0] is None


def test_a_policy_applies_to_everything_but_media_by_default() -> None:
    """A medium needs a policy that names it."""
    assert _good(policy_text()).policy.platforms is None
    assert _good(policy_text()).policy.kinds == frozenset(PostKind) - {PostKind.MEDIA}


@pytest.mark.parametrize(
    ("scope", "platforms", "kinds"),
    [
        ("{platforms: [all], kinds: [all], groups: [all]}", None, frozenset(PostKind) - {PostKind.MEDIA}),
        ("{kinds: [all, media]}", None, frozenset(PostKind)),
        ("{kinds: [post, media]}", None, frozenset({PostKind.POST, PostKind.MEDIA})),
        ("{platforms: [mastodon]}", frozenset({"mastodon"}), frozenset(PostKind) - {PostKind.MEDIA}),
    ],
)
def test_a_policy_can_name_platforms_and_kinds(
    scope: str,
    platforms: frozenset[str] | None,
    kinds: frozenset[PostKind],
) -> None:
    """`all` stands for everything but media."""
    policy = _good(policy_text().replace("rules:\n", f"applies_to: {scope}\nrules:\n")).policy

    assert (policy.platforms, policy.kinds) == (platforms, kinds)


def test_a_hold_has_its_details() -> None:
    """They reach the action."""
    text = policy_text().replace("    action: block\n", HOLD).replace("expect: block", "expect: hold")

    (rule,) = _good(text).policy.rules
    assert rule.action == HoldSpec(queue="press", stages=2, due=7200, escalate_to="board")


def test_a_rule_can_be_weaker_and_hard() -> None:
    """Without a mode of its own it is as strong as its policy."""
    text = policy_text().replace("    action:", "    mode: monitor\n    hard: true\n    action:")

    (rule,) = _good(text).policy.rules
    assert (rule.mode, rule.hard) == (Mode.MONITOR, True)


def test_norms_are_optional_until_enforced() -> None:
    """A draft may lack them."""
    assert _good(policy_text(mode="monitor").replace("norms: [REG-DE-BANK]\n", "")).policy.norms == ()
    assert _good(policy_text(mode="off").replace("norms: [REG-DE-BANK]", "norms: []")).policy.norms == ()


@pytest.mark.req("FEAT-26")
@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("norms: [REG-DE-BANK]\n", "", ["missing-norms"]),
        ("norms: [REG-DE-BANK]", "norms: [x]", ["bad-norm"]),
        ("norms: [REG-DE-BANK]", "norms: []", ["empty-list"]),
        ("mode: enforce", "mode: 'off'\nx: 1", ["unknown-key"]),
        ("rules:\n", "applies_to: all\nrules:\n", ["wrong-kind"]),
        ("  - id: iban", "  - x\n  - id: iban", ["wrong-kind"]),
        ("    action: block", "    action: [block]", ["wrong-kind"]),
        ("    action: block", "    action: hold\n    hold: press", ["wrong-kind"]),
        ("    action: block", "    action: block\n    hold: {queue: a}", ["options-of-other-action"]),
        ("    tests:\n", "    tests:\n      - x\n", ["wrong-kind"]),
        ("expect: allow", "expect: hold", ["impossible-expectation"]),
        ("expect: allow", "expect: block", ["no-negative-test"]),
        ("default: allow", "default: redact", ["bad-choice"]),
        ("allowed: {list: donation-accounts}", "consent: {covers: [name, platform]}", ["beyond-consent"]),
        ("allowed: {list: donation-accounts}", "consent: {covers: [topic]}", ["consent-covers"]),
        ("allowed: {list: donation-accounts}", "consent: {covers: [street]}", ["bad-choice"]),
        ("finding: {type: IBAN_CODE}", "consent: {covers: [name, platform]}", ["only-in-unless"]),
        ("norms: [REG-DE-BANK]", "norms: [[x], REG-X]", ["wrong-kind"]),
        ("  - id: iban", "  - id: IBAN", ["bad-name"]),
        ("    when:\n      finding: {type: IBAN_CODE}\n", "", ["missing-key"]),
        ("    action: block", "    action: block\n    mode: loud", ["bad-choice"]),
        ("mode: enforce", "mode: monitor\nx: 1", ["unknown-key"]),
        ("    action: block\n", "", ["missing-key"]),
        ("    action: block", "    action: hold", ["missing-options"]),
        ('{post: "Schönes Wochenende!", expect: allow}', "{expect: allow}", ["missing-key"]),
        ('{post: "Schönes Wochenende!", expect: allow}', "{post: [x], expect: allow}", ["wrong-kind"]),
        (
            "mode: enforce\nrules:",
            "mode: monitor\nrules:\n  - {id: x, mode: enforce}",
            ["missing-key"] * 5 + ["mode-stronger"],
        ),
    ],
)
def test_mistakes_are_reported_and_give_no_policy(old: str, new: str, codes: list[str]) -> None:
    """A policy that is not fully understood does not load."""
    text = policy_text()
    assert old in text

    parsed, found = _read(text.replace(old, new))

    assert parsed is None
    assert sorted(found) == sorted(codes)


def test_a_file_that_is_no_mapping_gives_no_policy() -> None:
    """It is reported."""
    assert _read("[a]") == (None, ["wrong-kind"])


def test_rules_and_tests_must_be_there() -> None:
    """A policy without rules, a rule without tests, two rules of one name."""
    text = policy_text()
    start, tests, end = text.index("rules:"), text.index("    tests:"), text.index("default:")
    rule = text[text.index("  - id:") : end]

    assert _read(text[:start] + text[end:])[1] == ["missing-key"]
    assert _read(text[:tests] + text[end:])[1] == ["missing-key"]
    assert _read(text[:end] + rule + text[end:])[1] == ["duplicate-rule"]


def test_a_rule_on_names_of_customers_may_ask_for_their_consent() -> None:
    """Words may stand beside them."""
    text = policy_text().replace("finding: {type: IBAN_CODE}", "words: {terms: [Kunde]}")
    parsed, found = _read(
        text.replace("allowed: {list: donation-accounts}", "consent: {covers: [name, platform, topic]}")
    )

    assert found == []
    assert parsed is not None
    assert parsed.rules[0].rule.unless == (ConsentSpec(covers=("name", "platform", "topic")),)
