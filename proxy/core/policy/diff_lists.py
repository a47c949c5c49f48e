"""
What differs in what rules refer to: word lists, detection rules, and the lists and terms of the house.

Entries are counted, never named: the lists of the house are secret, and how many words came says enough.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING

from proxy.core.policy.change import Change, ChangeKind, Direction, Subject
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.calendar import CalendarSpec
from proxy.core.policy.matchers.missing import MissingSpec
from proxy.core.policy.policy import Mode
from proxy.core.policy.strictness import (
    all_of,
    enforced,
    entities_of,
    findings_added,
    lists_of,
    matching_more,
    words_added,
)
from proxy.core.policy.vocabulary import COMBINED, IMPERSONAL
from proxy.core.policy.wider import uses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from proxy.core.model import Lexicon, Recognizer
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.policy import Rule

__all__ = ["compared_lists"]

_TERM = "CONFIDENTIAL_TERM"
_EVASION = "OBFUSCATION"


def compared_lists(old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    """
    Yield what differs in everything that rules refer to.

    Raises:
        ValueError: one id twice.
    """
    yield from _word_lists(old, new)
    yield from _detection_rules(old, new)
    yield from _allow_lists(old, new)
    yield from _confidential_terms(old, new)
    yield from _calendars(old, new)


def _combines(rule: Rule, names: Collection[str], old: PolicyBundle) -> bool:
    """Return whether detection makes what a rule asks for of one of these: of what it combines, or digs out."""
    asked = entities_of(rule, old)
    return _EVASION in asked or (not COMBINED.isdisjoint(names) and not COMBINED.isdisjoint(asked))


def _calendars(old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    """Yield calendars with other periods; whether more of them are stricter depends on where rules name them."""
    before, after = ({one.name: one for one in bundle.calendars} for bundle in (old, new))
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was != now:
            asking = [rule for policy in old.policies for rule in policy.rules if _names_calendar(rule, name)]
            yield Change(
                subject=Subject.CALENDAR,
                name=name,
                kind=ChangeKind.ADDED if was is None else ChangeKind.REMOVED if now is None else ChangeKind.CHANGED,
                direction=Direction.UNCLEAR if asking else Direction.NEUTRAL,
                hard=any(rule.hard for rule in asking),
            )


def _names_calendar(rule: Rule, name: str) -> bool:
    return any(isinstance(spec, CalendarSpec) and name in spec.names for spec, _ in uses(rule.when))


def _word_lists(old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    before, after = _lexicons(old), _lexicons(new)
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was != now:
            yield from _word_list(name, was, now, old=old, new=new)


def _lexicons(bundle: PolicyBundle) -> dict[str, Lexicon]:
    """Return all word lists by id, those written in rules too."""
    written = {
        lexicon.id: lexicon
        for policy in bundle.policies
        for rule in policy.rules
        for spec, _ in uses(rule.when)
        for lexicon in spec.lexicons()
    }
    return written | {lexicon.id: lexicon for lexicon in bundle.lexicons}


def _word_list(
    name: str, was: Lexicon | None, now: Lexicon | None, *, old: PolicyBundle, new: PolicyBundle
) -> Iterator[Change]:
    hard = any(name in lists_of(rule.when) or _combines(rule, {name}, old) for rule in _hard(old, new))
    terms = frozenset() if was is None else frozenset(was.terms), frozenset() if now is None else frozenset(now.terms)
    more, fewer = words_added(name, old), _fewer_words(name, old, new)
    if was is None or now is None:
        kind, direction = (ChangeKind.ADDED, more) if was is None else (ChangeKind.REMOVED, fewer)
        yield Change(
            subject=Subject.WORD_LIST,
            name=name,
            kind=kind,
            direction=direction,
            before=len(terms[0]) or None,
            after=len(terms[1]) or None,
            hard=_counts(direction, hard=hard),
        )
        return
    yield from _entries(Subject.WORD_LIST, name, "terms", terms, (more, fewer), hard=hard)
    exclude = frozenset(was.exclude), frozenset(now.exclude)
    yield from _entries(Subject.WORD_LIST, name, "exclude", exclude, (fewer, more), hard=hard)
    for one in fields(was):
        if one.name not in {"id", "terms", "exclude"} and getattr(was, one.name) != getattr(now, one.name):
            yield Change(
                subject=Subject.WORD_LIST,
                name=name,
                kind=ChangeKind.CHANGED,
                direction=Direction.UNCLEAR,
                field=one.name,
                hard=hard,
            )


def _fewer_words(name: str, old: PolicyBundle, new: PolicyBundle) -> Direction:
    """Return what fewer words in a list do: nothing where nobody looks at it."""
    rules = [rule for bundle in (old, new) for policy in bundle.policies for rule in policy.rules]
    if name not in COMBINED and not any(name in lists_of(rule.when) for rule in rules):
        return Direction.NEUTRAL
    missing = any(isinstance(spec, MissingSpec) and name in spec.lists for rule in rules for spec, _ in uses(rule.when))
    return Direction.UNCLEAR if missing else Direction.WEAKER


def _detection_rules(old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    before, after = _recognizers(old), _recognizers(new)
    known = {one.entity for one in before.values() if one.in_force}
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was != now:
            came = now is not None and now.in_force and now.entity not in known | IMPERSONAL
            entities = {one.entity for one in (was, now) if one is not None}
            hard = any(entities & entities_of(rule, old) or _combines(rule, entities, old) for rule in _hard(old, new))
            yield from _detection_rule(
                name, was, now, old=old, hard=hard, personal=(now.entity,) if came and now is not None else ()
            )


def _recognizers(bundle: PolicyBundle) -> dict[str, Recognizer]:
    found = {one.id: one for one in bundle.recognizers}
    if len(found) != len(bundle.recognizers):
        message = "a detection rule twice"
        raise ValueError(message)
    return found


def _detection_rule(
    name: str,
    was: Recognizer | None,
    now: Recognizer | None,
    *,
    old: PolicyBundle,
    hard: bool,
    personal: tuple[str, ...],
) -> Iterator[Change]:
    def change(kind: ChangeKind, direction: Direction, field: str | None = None) -> Change:
        return Change(
            subject=Subject.DETECTION_RULE,
            name=name,
            kind=kind,
            direction=direction,
            field=field,
            hard=_counts(direction, hard=hard),
            personal=personal,
        )

    finds_now = now is not None and now.in_force
    if was is None:
        more = Direction.NEUTRAL if now is None or not finds_now else findings_added(now.entity, old)
        yield change(ChangeKind.ADDED, more)
    elif now is None:
        yield change(ChangeKind.REMOVED, Direction.WEAKER if was.in_force else Direction.NEUTRAL)
    else:
        silent = not was.in_force and not finds_now
        for one in fields(was):
            if getattr(was, one.name) != getattr(now, one.name):
                lost = one.name == "status" and was.in_force and not finds_now
                direction = Direction.WEAKER if lost else Direction.UNCLEAR
                yield change(ChangeKind.CHANGED, Direction.NEUTRAL if silent else direction, one.name)


def _allow_lists(old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    for name in sorted({*old.allow_lists, *new.allow_lists}):
        entries = old.allow_lists.get(name, frozenset()), new.allow_lists.get(name, frozenset())
        excused = [rule for _, rule in enforced(old) if _excuses(rule, name)]
        fewer = all_of((Direction.STRICTER, *(matching_more(rule, Mode.ENFORCE, old) for rule in excused)))
        hard = any(_excuses(rule, name) for rule in _hard(old, new))
        yield from _entries(Subject.ALLOW_LIST, name, "entries", entries, (Direction.WEAKER, fewer), hard=hard)
        yield from _ends(name, entries[0] & entries[1], old, new, fewer, hard=hard)


def _ends(
    name: str, entries: frozenset[str], old: PolicyBundle, new: PolicyBundle, fewer: Direction, *, hard: bool
) -> Iterator[Change]:
    """Yield how many entries last longer and how many end earlier than before."""
    before, after = (bundle.allow_ends.get(name, {}) for bundle in (old, new))
    never = date.max
    longer = sum(after.get(value, never) > before.get(value, never) for value in entries)
    shorter = sum(after.get(value, never) < before.get(value, never) for value in entries)
    for count, direction in ((longer, Direction.WEAKER), (shorter, fewer)):
        if count:
            yield Change(
                subject=Subject.ALLOW_LIST,
                name=name,
                kind=ChangeKind.CHANGED,
                direction=direction,
                field="until",
                after=count,
                hard=_counts(direction, hard=hard),
            )


def _excuses(rule: Rule, name: str) -> bool:
    return any(not isinstance(spec, AllowedSpec) or name in spec.lists for spec in rule.unless)


def _confidential_terms(old: PolicyBundle, new: PolicyBundle) -> Iterator[Change]:
    before, after = old.house, new.house
    if before == after:
        return
    names = [one.name for one in fields(before)]
    gained = all(getattr(before, name) <= getattr(after, name) for name in names)
    lost = all(getattr(before, name) >= getattr(after, name) for name in names)
    hard = any(_TERM in entities_of(rule, old) for rule in _hard(old, new))
    kind, direction = ChangeKind.CHANGED, Direction.UNCLEAR
    if gained:
        kind, direction = ChangeKind.ADDED, findings_added(_TERM, old)
    elif lost:
        kind, direction = ChangeKind.REMOVED, Direction.WEAKER
    yield Change(
        subject=Subject.CONFIDENTIAL_TERMS,
        name="confidential_terms",
        kind=kind,
        direction=direction,
        field="forms",  # of one term there may be many, and only their digests are known
        before=len(before.terms - after.terms),
        after=len(after.terms - before.terms),
        hard=_counts(direction, hard=hard),
    )


def _entries(
    subject: Subject,
    name: str,
    field: str,
    entries: tuple[frozenset[Any], frozenset[Any]],
    directions: tuple[Direction, Direction],
    *,
    hard: bool,
) -> Iterator[Change]:
    """Yield how many entries came and how many went; the directions are those of more and of fewer."""
    before, after = entries
    came, went = len(after - before), len(before - after)
    if came:
        yield Change(
            subject=subject,
            name=name,
            kind=ChangeKind.ADDED,
            direction=directions[0],
            field=field,
            after=came,
            hard=_counts(directions[0], hard=hard),
        )
    if went:
        yield Change(
            subject=subject,
            name=name,
            kind=ChangeKind.REMOVED,
            direction=directions[1],
            field=field,
            before=went,
            hard=_counts(directions[1], hard=hard),
        )


def _counts(direction: Direction, *, hard: bool) -> bool:
    return hard and direction in {Direction.WEAKER, Direction.UNCLEAR}


def _hard(*bundles: PolicyBundle) -> Iterator[Rule]:
    return (rule for bundle in bundles for policy in bundle.policies for rule in policy.rules if rule.hard)
