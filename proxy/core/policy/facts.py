"""
What matchers look at: the post, its scan, the house's allow-lists, and where in the post findings stand.

Everything here only looks up; whatever needs computing over text was computed by the scan.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.model import Finding, Lexicon, Post, Scan, Span
    from proxy.core.policy.consent import Consent

WORD_HIT = "WORDS"
"""Entity of a word hit; its rule is the id of the list."""
CALENDAR = "calendar:"
"""What a signal begins with that says that a calendar is running."""


class Within(StrEnum):
    """How close together the hits of one group have to stand."""

    SENTENCE = "sentence"
    PART = "part"
    POST = "post"
    THREAD = "thread"
    """Earlier posts of the author's own thread count together with this one, but never without it."""


class Place(StrEnum):
    """Where in a rule a matcher may stand."""

    WHEN = "when"
    UNLESS = "unless"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatcherSpec:
    """Base of what a policy says to one matcher; each matcher has its own."""

    within: Within | None = None
    """None takes over what the surrounding group says."""

    def needs(self) -> frozenset[str] | None:
        """
        Return signals (`Facts.signals`) without which it cannot hold, whatever else the post has: one has to be there.

        None where it may hold without any. Rules whose signals are not there are not asked.
        """
        return None

    def lexicons(self) -> tuple[Lexicon, ...]:
        """Return word lists that stand in the policy itself."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What one matcher or group says about a post."""

    held: bool
    findings: frozenset[int] = frozenset()
    """Indexes of the findings that made it hold."""
    raised: bool = False
    """It could not be evaluated and therefore counts as held."""
    consents: frozenset[str] = frozenset()
    """Ids of the consents without which something that was excused would not be."""


MISS = Match(held=False)
RAISED = Match(held=True, raised=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One post as matchers see it. Made by `look`."""

    post: Post
    scan: Scan
    findings: tuple[Finding, ...]
    """Those of the post, and behind them those of earlier posts of the thread."""
    allow_lists: Mapping[str, frozenset[str]]
    running: frozenset[str]
    """Names of the calendars with a period at the time of the decision."""
    consents: tuple[Consent, ...]
    """Those in force at the time of the decision."""
    by_entity: Mapping[str, tuple[int, ...]]
    everything: frozenset[int]
    """Indexes of the post's own findings."""
    earlier: frozenset[int]
    """Indexes of those in earlier posts: only `within: thread` sees them."""
    signals: frozenset[str]
    """Entities and rules of findings, lists of word hits, running calendars: what says which rules are worth asking."""


def look(
    post: Post,
    scan: Scan,
    allow_lists: Mapping[str, frozenset[str]],
    running: frozenset[str] = frozenset(),
    consents: tuple[Consent, ...] = (),
) -> Facts:
    """Index the findings of a scan for matchers."""
    by_entity: dict[str, tuple[int, ...]] = {}
    findings, own = (*scan.findings, *scan.earlier), len(scan.findings)
    for index, finding in enumerate(findings):
        by_entity[finding.entity] = (*by_entity.get(finding.entity, ()), index)
    return Facts(
        post=post,
        scan=scan,
        findings=findings,
        allow_lists=allow_lists,
        running=running,
        consents=consents,
        by_entity=by_entity,
        everything=frozenset(range(own)),
        earlier=frozenset(range(own, len(findings))),
        signals=frozenset(by_entity).union(
            (finding.rule for finding in findings), (CALENDAR + name for name in running)
        ),
    )


def units(facts: Facts, within: Within, visible: frozenset[int]) -> tuple[frozenset[int], ...]:
    """
    Divide findings into the sentences, parts, the one post or the one thread they stand in.

    Those of earlier posts stand in the thread only. A finding of this one whose place is not known (no such part,
    between sentences, sentences missing) belongs to every unit it could stand in: not knowing makes a rule stricter,
    never weaker.
    """
    if within is Within.THREAD:
        return (visible,)
    visible &= facts.everything
    if within is Within.POST:
        return (visible,)
    by_part: dict[int, set[int]] = {}
    for index in visible:
        by_part.setdefault(facts.findings[index].part, set()).add(index)
    known = range(len(facts.post.parts))
    stray = {index for part, indexes in by_part.items() if part not in known for index in indexes}
    parts = [(part, indexes) for part, indexes in by_part.items() if part in known]
    if within is Within.PART:
        groups = [indexes for _, indexes in parts]
    else:
        groups = [group for part, indexes in parts for group in _sentences(facts.scan, part, indexes)]
    return tuple(frozenset(group | stray) for group in groups) or (frozenset(stray),)


def often_enough(facts: Facts, found: frozenset[int], at_least: int, within: Within | None) -> frozenset[int]:
    """
    Return the findings that stand in a unit with at least so many different places of findings.

    Without a word about closeness all of them are one unit: whoever asks shows no others.
    """
    if at_least <= 1:
        return found
    divided = (found,) if within is None else units(facts, within, found)
    return frozenset().union(*(unit for unit in divided if _places(facts, unit) >= at_least))


def seen(facts: Facts, visible: frozenset[int], within: Within | None) -> frozenset[int]:
    """Return the findings that count where these are visible: with `thread`, those of earlier posts too."""
    return visible | facts.earlier if within is Within.THREAD else visible


def _places(facts: Facts, indexes: frozenset[int]) -> int:
    """Count different spans; overlapping ones are not joined, since a joining finding would lower the count."""
    found = [(index in facts.earlier, facts.findings[index]) for index in indexes]
    return len({(earlier, finding.part, finding.span.start, finding.span.end) for earlier, finding in found})


def _sentences(scan: Scan, part: int, indexes: set[int]) -> list[set[int]]:
    spans: tuple[Span, ...] = scan.sentences[part] if part < len(scan.sentences) else ()
    groups = [{index for index in indexes if scan.findings[index].span.overlaps(span)} for span in spans]
    placed = set().union(*groups)
    unplaced = indexes - placed
    return [group | unplaced for group in groups] or [indexes]
