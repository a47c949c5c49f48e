"""
Read one policy file: `schema`, the policy, its rules and their tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import PostKind, Verdict
from proxy.core.policy.conditions import beyond_consent, matches_everything
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.policy import Mode, Policy, Rule
from proxy.core.policy.registry import ACTIONS
from proxy.core.policy.told import needs_register, replaces_untold
from proxy.loading.conditions import ConditionReader
from proxy.loading.described import Vocabulary, read_fields
from proxy.loading.messages import shown
from proxy.loading.retain import read_retain
from proxy.loading.rollout import read_rollout
from proxy.loading.samples import Sample, sample_of
from proxy.loading.strict_yaml import Scalar
from proxy.loading.validation import Fields, Report, choice_of, items_of, localised_of, name_of, text_of

if TYPE_CHECKING:
    from proxy.core.errors import Localised
    from proxy.core.policy.options import ActionSpec
    from proxy.core.policy.registry import ActionModule
    from proxy.loading.strict_yaml import Node

_NORM = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")
_ACTIONS: dict[str, ActionModule] = {module.NAME: module for module in ACTIONS}
_MODES: dict[str, Mode] = {mode.value: mode for mode in Mode}
_VERDICTS: dict[str, Verdict] = {verdict.value: verdict for verdict in Verdict}
_DEFAULTS = tuple(verdict for verdict in Verdict if verdict is not Verdict.REDACT)
_DEFAULT_KINDS = frozenset(PostKind) - {PostKind.MEDIA}
"""A medium needs a policy that names it: what no policy names is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """A sample post and what the rule, alone, must say to it."""

    sample: Sample
    expect: Verdict
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRule:
    """A rule with its tests."""

    rule: Rule
    tests: tuple[RuleTest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPolicy:
    """A policy file without mistakes."""

    file: str
    policy: Policy
    rules: tuple[ParsedRule, ...]


def read_policy(report: Report, node: Node, vocabulary: Vocabulary) -> ParsedPolicy | None:
    """Return the policy of a file, or None when something was reported."""
    before = report.errors
    fields = Fields.of(report, node)
    if fields is None:
        return None
    fields.schema()
    identifier, title, owner = fields.name("policy"), fields.localised("title"), fields.name("owner")
    mode = fields.choice("mode", _MODES)
    norms = _norms(fields, mode)
    platforms, kinds = _scope(fields)
    default = fields.choice("default", _DEFAULTS)
    rules = _rules(fields, identifier or "policy", Mode(mode or Mode.ENFORCE), vocabulary)
    fields.close()
    if report.errors > before or identifier is None or title is None or owner is None:
        return None
    policy = Policy(
        id=identifier,
        title=title,
        owner=owner,
        norms=norms,
        mode=Mode(mode or Mode.ENFORCE),
        platforms=platforms,
        kinds=kinds,
        rules=tuple(parsed.rule for parsed in rules),
        default=Verdict(default or Verdict.BLOCK),
    )
    return ParsedPolicy(file=report.file, policy=policy, rules=tuple(rules))


def _norms(fields: Fields, mode: str | None) -> tuple[str, ...]:
    node = fields.get("norms")
    if node is None:
        if mode == Mode.ENFORCE:
            fields.report.add("missing-norms", fields.node)
        return ()
    found = []
    for item in items_of(fields.report, node, empty=mode != Mode.ENFORCE):
        text = text_of(fields.report, item, limit=60)
        if text is not None and not _NORM.fullmatch(text):
            fields.report.add("bad-norm", item, value=shown(text))
        elif text is not None:
            found.append(text)
    return tuple(found)


def _scope(outer: Fields) -> tuple[frozenset[str] | None, frozenset[PostKind]]:
    node = outer.get("applies_to")
    fields = None if node is None else Fields.of(outer.report, node)
    if fields is None:
        return None, _DEFAULT_KINDS
    platforms = _listed(fields, "platforms")
    kinds = _listed(fields, "kinds", ("all", *PostKind))
    _groups(fields)
    fields.close()
    chosen = frozenset(PostKind(kind) for kind in kinds if kind != "all")
    return (
        None if not platforms or "all" in platforms else frozenset(platforms),
        chosen | _DEFAULT_KINDS if not kinds or "all" in kinds else chosen,
    )


def _groups(fields: Fields) -> None:
    """Take everybody: no other group is known yet, and none will ever be of fewer than five people."""
    node = fields.get("groups")
    for item in [] if node is None else items_of(fields.report, node):
        if not isinstance(item, Scalar):
            fields.report.wrong_kind(item, "text")
        elif item.text != "all":
            fields.report.add("unknown-group", item, value=shown(item.text))


def _listed(fields: Fields, key: str, choices: tuple[str, ...] | None = None) -> list[str]:
    node = fields.get(key)
    if node is None:
        return []
    found = (
        name_of(fields.report, item) if choices is None else choice_of(fields.report, item, choices)
        for item in items_of(fields.report, node)
    )
    return [one for one in found if one is not None]


def _rules(fields: Fields, policy: str, mode: Mode, vocabulary: Vocabulary) -> list[ParsedRule]:
    node = fields.need("rules")
    parsed: list[ParsedRule] = []
    seen: dict[str, int] = {}
    for item in [] if node is None else items_of(fields.report, node):
        inner = Fields.of(fields.report, item)
        if inner is None:
            continue
        identifier = inner.name("id")
        if identifier is not None:
            place = inner.get("id")
            if identifier in seen:
                fields.report.add("duplicate-rule", place, value=identifier, first=seen[identifier])
            seen.setdefault(identifier, item.line)
        rule = _rule(inner, f"{policy}/{identifier or 'rule'}", mode, vocabulary)
        if rule is not None:
            parsed.append(rule)
    return parsed


def _rule(fields: Fields, name: str, policy_mode: Mode, vocabulary: Vocabulary) -> ParsedRule | None:
    # Long: one key a line, in the order of the reference; cutting it would hide which keys a rule has.
    report, before = fields.report, fields.report.errors
    title, message = fields.localised("title"), fields.localised("message")
    conditions = ConditionReader(report=report, vocabulary=vocabulary, rule=name)
    when_node = fields.need("when")
    when = None if when_node is None else conditions.when(when_node)
    unless = conditions.unless(fields.get("unless"))
    action = _action(fields, vocabulary)
    remedy = _remedy(fields, action)
    mode = _mode(fields, policy_mode)
    hard = fields.flag("hard")
    rollout = read_rollout(fields, mode=min(mode, policy_mode, key=lambda one: one.rank), hard=bool(hard))
    retain = read_retain(fields, vocabulary.retention)
    false_positives = fields.texts("known_false_positives")
    tests = _tests(fields, action, vocabulary)
    fields.close()
    if when is not None and matches_everything(when):
        report.add("matches-everything", when_node)
    if when is not None and any(isinstance(spec, ConsentSpec) for spec in unless) and (beyond := beyond_consent(when)):
        report.add("beyond-consent", fields.get("unless"), found=", ".join(sorted(beyond)))
    if report.errors > before or title is None or message is None or when is None or action is None:
        return None
    rule = Rule(
        id=name.split("/", 1)[1],
        title=title,
        when=when,
        unless=unless,
        action=action,
        message=message,
        remedy=remedy,
        mode=mode,
        hard=bool(hard),
        rollout=rollout,
        retain=retain,
        known_false_positives=false_positives,
    )
    if needs_register(rule):
        report.add("only-register", when_node)
        return None
    if replaces_untold(rule):
        report.add("replaces-register", when_node)
        return None
    return ParsedRule(rule=rule, tests=tests)


def _remedy(fields: Fields, action: ActionSpec | None) -> Localised | None:
    """Return what would make a post pass; a rule that lets it pass anyway needs none."""
    node = fields.get("remedy")
    if node is not None and action is not None and action.verdict is Verdict.ALLOW:
        fields.report.add("remedy-without-effect", node)
    return None if node is None else localised_of(fields.report, node)


def _mode(fields: Fields, policy_mode: Mode) -> Mode:
    node = fields.get("mode")
    word = None if node is None else choice_of(fields.report, node, _MODES)
    if word is None:
        return Mode.ENFORCE  # as strong as its policy: the weaker of both counts
    mode = _MODES[word]
    if mode.rank > policy_mode.rank:
        fields.report.add("mode-stronger", node, value=mode, policy=policy_mode)
    return mode


def _action(fields: Fields, vocabulary: Vocabulary) -> ActionSpec | None:
    word = fields.choice("action", _ACTIONS)
    options = {module.NAME: fields.get(module.NAME) for module in ACTIONS if module.FIELDS}
    if word is None:
        return None
    for name, node in options.items():
        if name != word and node is not None:
            fields.report.add("options-of-other-action", node, value=name, action=word)
    module = _ACTIONS[word]
    node = options.get(word)
    if node is None:
        if any(field.required for field in module.FIELDS):
            fields.report.add("missing-options", fields.node, key=word)
            return None
        return module.build(Written(place=word, values={}))
    inner = Fields.of(fields.report, node)
    values = None if inner is None else read_fields(inner, module.FIELDS, vocabulary)
    return None if values is None else module.build(Written(place=word, values=values))


def _tests(fields: Fields, action: ActionSpec | None, vocabulary: Vocabulary) -> tuple[RuleTest, ...]:
    node = fields.need("tests")
    if node is None:
        return ()
    before = fields.report.errors
    found = [test for item in items_of(fields.report, node) if (test := _test(fields.report, item, action, vocabulary))]
    if fields.report.errors == before and action is not None:
        expected = {test.expect for test in found}
        if Verdict.ALLOW not in expected:
            fields.report.add("no-negative-test", node)
        if action.verdict not in expected:
            fields.report.add("no-positive-test", node, value=action.verdict)
    return tuple(found)


def _test(report: Report, node: Node, action: ActionSpec | None, vocabulary: Vocabulary) -> RuleTest | None:
    fields = Fields.of(report, node)
    if fields is None:
        return None
    post = fields.need("post")
    sample = None if post is None else sample_of(report, post, vocabulary.calendars)
    expect = fields.choice("expect", _VERDICTS)
    fields.close()
    if expect is None or sample is None:
        return None
    if action is not None and expect not in {Verdict.ALLOW, action.verdict}:
        report.add("impossible-expectation", node, value=expect, action=action.verdict)
    return RuleTest(sample=sample, expect=_VERDICTS[expect], line=node.line, column=node.column)
