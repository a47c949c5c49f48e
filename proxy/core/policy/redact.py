"""
Put a label in the place of what redact rules found. The result is a new post that is scanned and decided again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.model import Decision, Language, Localised, Part, PartKind, Post, Scan, Verdict

if TYPE_CHECKING:
    from proxy.core.policy.facts import Facts, Match

_NOT_FREE_TEXT = frozenset({PartKind.LINK, PartKind.FILE_NAME, PartKind.OTHER})
LABEL = Localised(de="[entfernt]", en="[removed]")


def redact(post: Post, scan: Scan, decision: Decision) -> tuple[Part, ...]:
    """
    Return the parts with a label instead of every finding that a matched redact rule names.

    A span that does not fit its part removes the whole text of the part. A place that rules with different labels name
    gets the label of the gate.
    """
    languages, labels = _languages(post, scan), _labels(decision)
    places: dict[int, list[_Place]] = {}
    for matched in decision.matched:
        if matched.verdict is Verdict.REDACT:
            for index in matched.findings:
                finding = scan.findings[index]
                label = labels.get(matched.rule, LABEL).pick(languages.get(finding.part, ""))
                places.setdefault(finding.part, []).append(_Place(finding.span.start, finding.span.end, label))
    return tuple(
        replace(part, text=_labelled(part.text, places[index], LABEL.pick(languages[index])))
        if index in places
        else part
        for index, part in enumerate(post.parts)
    )


def redactable(match: Match, facts: Facts) -> bool:
    """Return whether a label can take the place of everything that a rule found."""
    parts = facts.post.parts
    places = [facts.scan.findings[index].part for index in match.findings]
    return (
        bool(places)
        and not match.raised
        and all(place in range(len(parts)) and parts[place].kind not in _NOT_FREE_TEXT for place in places)
    )


class _Place(NamedTuple):
    start: int
    end: int
    label: str


def _labels(decision: Decision) -> dict[str, Localised]:
    """Return the labels that rules have of their own, by rule."""
    asked = [dict(one.arguments) for one in decision.obligations if one.name == "replace"]
    return {
        str(one["rule"]): Localised(de=str(one["label_de"]), en=str(one["label_en"]))
        for one in asked
        if "label_de" in one and "label_en" in one
    }


def _labelled(text: str, places: list[_Place], shared: str) -> str:
    if any(not 0 <= place.start < place.end <= len(text) for place in places):
        return shared
    pieces: list[str] = []
    done = 0
    for place in _merged(places, shared):
        pieces += [text[done : place.start], place.label]
        done = place.end
    return "".join([*pieces, text[done:]])


def _merged(places: list[_Place], shared: str) -> list[_Place]:
    """Join places that overlap or touch, so that no character between labels is left of a value."""
    joined: list[_Place] = []
    for place in sorted(places):
        last = joined[-1] if joined else None
        if last is not None and place.start <= last.end:
            label = last.label if last.label == place.label else shared
            joined[-1] = _Place(last.start, max(last.end, place.end), label)
        else:
            joined.append(place)
    return joined


def _languages(post: Post, scan: Scan) -> dict[int, str]:
    """Return for each part the language of its label: its own, else that of another part, else that of the house."""
    ours = {Language.DE: "de", Language.EN: "en"}
    told = {part: ours[language] for part, language in enumerate(scan.languages or ()) if language in ours}
    other = next(iter(told.values()), "de")
    return {part: told.get(part, other) for part in range(len(post.parts))}
