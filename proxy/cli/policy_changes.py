"""
How `postgate policy diff` shows what differs: in words, one line each, grouped by policy.

Nothing of the house's lists is shown, only how many entries came or went.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from proxy.core.policy.change import ChangeKind, Direction, Subject
from proxy.core.policy.diff import only_stricter
from proxy.gate.policy_rows import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.policy.change import Change

__all__ = ["as_lines"]

_WORDS = {
    "de": {
        Subject.POLICY: "Richtlinie",
        Subject.RULE: "Regel {name}",
        Subject.WORD_LIST: "Wortliste {name}",
        Subject.DETECTION_RULE: "Erkennungsregel {name}",
        Subject.ALLOW_LIST: "Ausnahmeliste {name}",
        Subject.CALENDAR: "Kalender {name}",
        Subject.CONFIDENTIAL_TERMS: "Vertrauliche Begriffe",
        Subject.SETTING: "Einstellung {name}",
        ChangeKind.ADDED: "neu",
        ChangeKind.REMOVED: "entfernt",
        ChangeKind.CHANGED: "geändert",
        Direction.STRICTER: "strenger",
        Direction.WEAKER: "schwächer",
        Direction.NEUTRAL: "gleich streng",
        Direction.UNCLEAR: "unklar",
        "house": "Was Regeln benutzen",
        "whole": "Einstellungen",
        "came": "{after} neu",
        "other": "{after} geändert",
        "went": "{before} entfernt",
        "hard": "schwächt eine Regel mit »hard: true«",
        "personal": "sieht neu auf Angaben zu Personen: {entities}; Mitbestimmung prüfen",
        "none": "Kein Unterschied",
        "sum": "{count} Unterschiede: {parts}",
        "proven": "Nachweislich wird kein Beitrag milder entschieden.",
        "not proven": "Nicht nachgewiesen, dass kein Beitrag milder entschieden wird.",
    },
    "en": {
        Subject.POLICY: "policy",
        Subject.RULE: "rule {name}",
        Subject.WORD_LIST: "word list {name}",
        Subject.DETECTION_RULE: "detection rule {name}",
        Subject.ALLOW_LIST: "allow-list {name}",
        Subject.CALENDAR: "calendar {name}",
        Subject.CONFIDENTIAL_TERMS: "confidential terms",
        Subject.SETTING: "setting {name}",
        ChangeKind.ADDED: "added",
        ChangeKind.REMOVED: "removed",
        ChangeKind.CHANGED: "changed",
        Direction.STRICTER: "stricter",
        Direction.WEAKER: "weaker",
        Direction.NEUTRAL: "as strict",
        Direction.UNCLEAR: "unclear",
        "house": "What rules use",
        "whole": "Settings",
        "came": "{after} added",
        "other": "{after} changed",
        "went": "{before} removed",
        "hard": "weakens a rule with `hard: true`",
        "personal": "newly looks at what says something of persons: {entities}; check co-determination",
        "none": "No difference",
        "sum": "{count} differences: {parts}",
        "proven": "It is proven that no post is decided less strictly.",
        "not proven": "It is not proven that no post is decided less strictly.",
    },
}
_COUNTED = frozenset({Subject.WORD_LIST, Subject.ALLOW_LIST, Subject.CONFIDENTIAL_TERMS})


def as_lines(changes: Sequence[Change], language: str) -> Iterator[str]:
    """Yield changes in words, one line each, grouped by policy."""
    words = _WORDS[language]
    if not changes:
        yield words["none"]
        return
    for heading, group in groupby(changes, key=lambda one: _heading(one, language)):
        yield heading
        for one in group:
            yield f"  {words[one.direction]:<13} {_line(one, language)}"
    counts = {direction: sum(one.direction is direction for one in changes) for direction in Direction}
    parts = ", ".join(f"{count} {words[direction]}" for direction, count in counts.items() if count)
    yield words["sum"].format(count=len(changes), parts=parts)
    yield words["proven" if only_stricter(changes) else "not proven"]


def _heading(change: Change, language: str) -> str:
    match change.subject:
        case Subject.POLICY | Subject.RULE:
            return change.name.partition("/")[0]
        case Subject.SETTING:
            return _WORDS[language]["whole"]
        case _:
            return _WORDS[language]["house"]


def _line(change: Change, language: str) -> str:
    words = _WORDS[language]
    name = change.name.partition("/")[2] if change.subject is Subject.RULE else change.name
    said = words[change.subject].format(name=name)
    if change.subject in _COUNTED:
        counts = [
            words[word].format(before=change.before, after=change.after)
            for word, count in (
                ("other" if change.field == "until" else "came", change.after),
                ("went", change.before),
            )
            if count
        ]
        said += f", {change.field}: {', '.join(counts)}" if change.field else f" {words[change.kind]}"
    elif change.field is None and change.subject is not Subject.SETTING:
        said += f" {words[change.kind]}"
    else:
        said += "" if change.field is None else f", {change.field}"
        both = change.before is not None or change.after is not None
        said += f": {value_text(change.before)} -> {value_text(change.after)}" if both else f" {words[change.kind]}"
    notes = [words["hard"]] if change.hard else []
    if change.personal:
        notes.append(words["personal"].format(entities=", ".join(change.personal)))
    return "; ".join((said, *notes))
