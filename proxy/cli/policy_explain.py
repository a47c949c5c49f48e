"""
How `postgate policy explain` shows why a post is decided as it is: a tree for people, or JSON.

Places are parts and code points of the post; what stands there is never shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.tree import Tree

from proxy.core.model import Verdict
from proxy.core.policy.explain import Answer, Explained, Outcome
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.policy import Group, Mode
from proxy.core.policy.rollout import share
from proxy.gate.check import finding_rows
from proxy.gate.policy_rows import spec_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Decision, Scan

__all__ = ["as_row", "as_tree"]

_WORDS = {
    "de": {
        Outcome.MATCHED: "trifft zu",
        Outcome.EXCUSED: "entschuldigt",
        Outcome.ALMOST: "fast",
        "yes": "ja",
        "no": "nein",
        "raised": "nicht auswertbar, zählt als ja",
        "others": "{count} weitere Regeln sehen nichts davon",
        "place": "Teil {part}, Zeichen {start} bis {end}",
        "pass": "Damit der Beitrag hinausgeht",
        "remove": "{rule}: streichen, was hier steht: {places}",
        "add": "{rule}: oder einen Text aus {lists} ergänzen",
        "allow": "{rule}: oder es in das Hausprofil aufnehmen lassen ({lists})",
        "change": "{rule}: die Bedingung hängt nicht an einer Stelle des Textes",
        "only": "nur beobachtet",
        "retain": "hebt den Inhalt auf als {name}",
        "rollout": "wird ausgerollt: gilt für {share} der Beiträge, hier gezeigt wie für diese",
    },
    "en": {
        Outcome.MATCHED: "matches",
        Outcome.EXCUSED: "excused",
        Outcome.ALMOST: "almost",
        "yes": "yes",
        "no": "no",
        "raised": "could not be evaluated, counts as yes",
        "others": "{count} other rules see nothing of it",
        "place": "part {part}, characters {start} to {end}",
        "pass": "For the post to pass",
        "remove": "{rule}: remove what stands here: {places}",
        "add": "{rule}: or add a text of {lists}",
        "allow": "{rule}: or have it put into the house's profile ({lists})",
        "change": "{rule}: its condition does not hang on a place of the text",
        "only": "only watched",
        "retain": "keeps the content as {name}",
        "rollout": "being rolled out: counts for {share} of the posts, shown here as for those",
    },
}


def as_tree(decision: Decision, scan: Scan, rules: Sequence[Explained], language: str) -> Tree:
    """Return the decision, the rules that have a part in it, and what would let the post pass."""
    words = _WORDS[language]
    root = Tree(f"[bold]{decision.verdict.value}[/bold]")
    for reason in decision.reasons:
        root.add(escape(f"{reason.rule}: {reason.message.pick(language)}"))
    shown = [one for one in rules if one.outcome is not Outcome.NOT]
    for one in shown:
        branch = root.add(escape(f"{one.name}: {words[one.outcome]} -> {one.verdict.value}{_how_much(one, words)}"))
        if one.rule.retain is not None:
            branch.add(escape(words["retain"].format(name=one.rule.retain)))
        _grow(branch, one.when, scan, words)
    if len(rules) > len(shown):
        root.add(words["others"].format(count=len(rules) - len(shown)))
    steps = [step for one in shown for step in _steps(one, scan, words)]
    if steps:
        branch = root.add(words["pass"])
        for step in steps:
            branch.add(escape(step))
    return root


def as_row(decision: Decision, scan: Scan, rules: Sequence[Explained]) -> dict[str, object]:
    """Return the same as plain values; the findings of a condition are numbers of those in the list, from 0."""
    return {
        "decision": decision.verdict.value,
        "reasons": [reason.rule for reason in decision.reasons],
        "missing": list(decision.missing),
        "findings": finding_rows(scan),
        "rules": [
            {
                "rule": one.name,
                "mode": one.mode.value,
                "rollout": None if one.rule.rollout is None else share(one.rule.rollout),
                "retain": one.rule.retain,
                "action": one.verdict.value,
                "outcome": one.outcome.value,
                "when": _row(one.when),
                "missing_lists": list(one.absent()),
            }
            for one in rules
        ],
    }


def _how_much(one: Explained, words: dict[str, str]) -> str:
    if one.mode is not Mode.ENFORCE:
        return f" ({words['only']})"
    return "" if one.rule.rollout is None else f" ({words['rollout'].format(share=share(one.rule.rollout))})"


def _row(answer: Answer) -> dict[str, object]:
    return {
        "condition": described(answer),
        "held": answer.held,
        "raised": answer.raised,
        "findings": list(answer.findings),
        "inner": [_row(one) for one in answer.inner],
    }


def _grow(branch: Tree, answer: Answer, scan: Scan, words: dict[str, str]) -> None:
    said = words["raised"] if answer.raised else words["yes" if answer.held else "no"]
    places = "" if answer.inner else "; ".join(_places(answer, scan, words))
    leaf = branch.add(escape(f"{described(answer)}: {said}" + (f" - {places}" if places else "")))
    for one in answer.inner:
        _grow(leaf, one, scan, words)


def _steps(one: Explained, scan: Scan, words: dict[str, str]) -> list[str]:
    """Return what would keep a rule that stops the post from matching."""
    if one.outcome is not Outcome.MATCHED or one.mode is not Mode.ENFORCE or one.verdict is Verdict.ALLOW:
        return []
    places = list(dict.fromkeys(_places(one.when, scan, words)))
    found = [words["remove"].format(rule=one.name, places="; ".join(places))] if places else []
    if absent := one.absent():
        found.append(words["add"].format(rule=one.name, lists=", ".join(absent)))
    lists = [name for spec in one.rule.unless if isinstance(spec, AllowedSpec) for name in spec.lists]
    if lists:
        found.append(words["allow"].format(rule=one.name, lists=", ".join(lists)))
    return found or [words["change"].format(rule=one.name)]


def _places(answer: Answer, scan: Scan, words: dict[str, str]) -> list[str]:
    findings = [scan.findings[index] for index in answer.findings]
    return [
        words["place"].format(part=finding.part + 1, start=finding.span.start + 1, end=finding.span.end)
        + f" ({finding.rule if finding.entity == 'WORDS' else finding.entity}, {finding.confidence.value})"
        for finding in findings
    ]


def described(answer: Answer) -> str:
    """Return a condition in the words of a policy file."""
    condition = answer.condition
    if isinstance(condition, Group):
        return f"{condition.kind.value} (within {condition.within.value})"
    return spec_text(condition)
