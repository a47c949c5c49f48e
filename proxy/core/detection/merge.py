"""
One finding per thing: what several recognizers saw in the same place becomes the best of them.

Only findings of the same kind meet: findings of another entity, or word hits of another list, are never removed. For
each finding that goes, one of the same kind stays that lies inside it or around it and is at least as sure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from proxy.core.model import View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.core.model import Finding

__all__ = ["merge"]


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """
    Keep the best of findings that lie inside one another, sorted by place.

    Better is: more confident, then readable without undoing an evasion, then longer. The order of the input never
    matters.
    """
    kinds: defaultdict[tuple[int, str, str, bool], list[Finding]] = defaultdict(list)
    for finding in findings:
        # A word hit is about its list: policies ask for the list by name, and a denied one never hides another.
        rule = finding.rule if finding.entity == "WORDS" else ""
        kinds[finding.part, finding.entity, rule, finding.negated].append(finding)
    # Most findings are the only ones of their kind: they need no choice.
    kept = [finding for kind in kinds.values() for finding in (kind if len(kind) == 1 else _best(kind))]
    return tuple(sorted(kept, key=lambda f: (f.part, f.span.start, f.span.end, f.entity, f.rule, f.negated)))


def _best(findings: list[Finding]) -> list[Finding]:
    # No kept span lies inside another, so their starts and their ends have the same order: two lookups decide.
    kept: list[Finding] = []
    starts: list[int] = []
    ends: list[int] = []
    for finding in sorted(findings, key=_preference):
        start, end = finding.span.start, finding.span.end
        before = bisect_right(starts, start) - 1
        after = bisect_left(starts, start)
        inside_another = before >= 0 and ends[before] >= end
        around_another = after < len(starts) and ends[after] <= end
        if not (inside_another or around_another):
            kept.append(finding)
            starts.insert(after, start)
            ends.insert(after, end)
    return kept


def _preference(finding: Finding) -> tuple[int, bool, int, int, str, str, str, tuple[str, ...]]:
    return (
        -finding.confidence.rank,
        finding.view is not View.PLAIN,
        finding.span.start - finding.span.end,
        finding.span.start,
        finding.rule,
        finding.detector,
        finding.fingerprint or "",
        finding.transforms,
    )
