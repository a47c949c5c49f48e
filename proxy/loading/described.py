"""
Read what matchers and actions describe of themselves: the fields of `proxy.core.policy.fields`.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.policy.facts import Within
from proxy.core.policy.fields import Field, FieldKind
from proxy.core.text.hosts import canonical_host, ends_in_known_domain
from proxy.loading.messages import shown
from proxy.loading.strict_yaml import Node, Scalar
from proxy.loading.validation import (
    Fields,
    Report,
    choice_of,
    duration_of,
    flag_of,
    integer_of,
    items_of,
    kind_of,
    localised_of,
    name_of,
    one_or_many,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

HOST = re.compile(r"[^\s.:/\\?#@*%,;()]+(?:\.[^\s.:/\\?#@*%,;()]+)*")
"""What is written as a host: no address with `https://`, no path, no `*`."""
PARAMETER = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
LONGEST_LABEL = 40
MOST_LISTED = 12
"""Words that a message lists; of more it shows a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names a policy may use."""

    entities: frozenset[str]
    """Entities that a detector of this version finds."""
    planned: frozenset[str]
    """Entities of the language that no detector of this version finds yet."""
    lexicons: frozenset[str]
    patterns: frozenset[str]
    """Ids of the detection rules that find something."""
    allow_lists: frozenset[str]
    calendars: frozenset[str] = frozenset()
    retention: frozenset[str] | None = None
    """Retention classes of the settings; None where no settings are known."""


def read_fields(
    fields: Fields,
    described: Collection[Field],
    vocabulary: Vocabulary,
    matcher: Callable[[Node, Field], object] | None = None,
) -> dict[str, object] | None:
    """Return the values of all present fields, or None when something was reported; `matcher` reads one inside."""
    before = fields.report.errors
    values: dict[str, object] = {}
    for one in described:
        node = fields.need(one.name) if one.required else fields.get(one.name)
        if node is not None and one.kind is FieldKind.MATCHER and matcher is not None:
            values[one.name] = matcher(node, one)
        elif node is not None:
            values[one.name] = _value(fields.report, node, one, vocabulary)
    fields.close()
    return values if fields.report.errors == before else None


def _value(report: Report, node: Node, field: Field, vocabulary: Vocabulary) -> object:
    match field.kind:
        case FieldKind.FLAG:
            return flag_of(report, node)
        case FieldKind.INTEGER:
            return integer_of(report, node, low=field.low, high=field.high)
        case FieldKind.DISTANCE:
            return _distance(report, node, field)
        case FieldKind.DURATION:
            return duration_of(report, node, low=field.low, high=field.high)
        case FieldKind.RANGE:
            return _range(report, node, field)
        case _:
            return _words(report, node, field, vocabulary)


def _words(report: Report, node: Node, field: Field, vocabulary: Vocabulary) -> object:
    match field.kind:
        case FieldKind.CHOICE:
            return choice_of(report, node, field.choices)
        case FieldKind.CHOICES:
            return tuple(choice_of(report, item, field.choices) for item in one_or_many(report, node))
        case FieldKind.TEXTS | FieldKind.HOSTS | FieldKind.PARAMETERS:
            return _texts(report, node, field.kind)
        case FieldKind.LABEL:
            return localised_of(report, node, limit=LONGEST_LABEL)
        case FieldKind.NAME:
            return name_of(report, node)
        case _:
            return _names(report, node, field.kind, vocabulary)


def _texts(report: Report, node: Node, kind: FieldKind) -> tuple[str | None, ...]:
    if kind is FieldKind.TEXTS:
        return tuple(text_of(report, item, limit=100) for item in items_of(report, node))
    read = _host if kind is FieldKind.HOSTS else _parameter
    return tuple(read(report, item) for item in one_or_many(report, node))


def _host(report: Report, node: Node) -> str | None:
    """Return a host as the scan writes it; a single label has to be a top-level domain, such as `com`."""
    text = text_of(report, node)
    if text is None:
        return None
    host = None if HOST.fullmatch(text) is None else canonical_host(text)
    if host is None or not ("." in host or ends_in_known_domain(host)):
        report.add("bad-host", node, value=shown(text))
    return host


def _parameter(report: Report, node: Node) -> str | None:
    text = text_of(report, node)
    if text is not None and PARAMETER.fullmatch(text) is None:
        report.add("bad-parameter", node, value=shown(text))
        return None
    return text


def _range(report: Report, node: Node, field: Field) -> tuple[int | None, int | None] | None:
    fields = Fields.of(report, node)
    if fields is None:
        return None
    if not fields.node.entries:
        report.add("missing-key", node, key="from")
    bounds = [
        None if bound is None else integer_of(report, bound, low=field.low, high=field.high)
        for bound in (fields.get("from"), fields.get("to"))
    ]
    fields.close()
    return bounds[0], bounds[1]


def _distance(report: Report, node: Node, field: Field) -> str | int | None:
    if isinstance(node, Scalar) and node.text == Within.SENTENCE:
        return Within.SENTENCE
    if kind_of(node) != "integer":
        report.wrong_kind(node, "distance")
        return None
    return integer_of(report, node, low=field.low, high=field.high)


def _names(report: Report, node: Node, kind: FieldKind, vocabulary: Vocabulary) -> tuple[str, ...]:
    code, known = _known(kind, vocabulary)
    names: list[str] = []
    undetected: list[Node] = []
    for item in one_or_many(report, node):
        if not isinstance(item, Scalar):
            report.wrong_kind(item, "text")
        elif item.text in known:
            names.append(item.text)
        elif kind is FieldKind.ENTITIES and item.text in vocabulary.planned:
            names.append(item.text)
            undetected.append(item)
            report.add("undetected-type", item, value=item.text)
        else:
            listed = "" if report.full else _listed(item.text, known)
            report.add(code, item, value=shown(item.text), known=listed, near=(item.text, known))
    if undetected and len(undetected) == len(names):
        report.add("nothing-detected", node, known=_listed(names[0], known))
    return tuple(names)


def _listed(word: str, known: Collection[str]) -> str:
    """Return all words, or of many those that look most like the one that was written, and where all stand."""
    if len(known) <= MOST_LISTED:
        return ", ".join(sorted(known)) or "-"
    written = word[:80].upper() if all(map(str.isupper, known)) else word[:80].lower()
    nearest = difflib.get_close_matches(written, sorted(known), n=MOST_LISTED // 2, cutoff=0.3)
    return f"{', '.join(sorted(nearest) or sorted(known)[: MOST_LISTED // 2])}, ... (docs/reference/policy-language.md)"


def _known(kind: FieldKind, vocabulary: Vocabulary) -> tuple[str, frozenset[str]]:
    table: Mapping[FieldKind, tuple[str, frozenset[str]]] = {
        FieldKind.ENTITIES: ("unknown-type", vocabulary.entities),
        FieldKind.LEXICONS: ("unknown-word-list", vocabulary.lexicons),
        FieldKind.PATTERNS: ("unknown-pattern", vocabulary.patterns),
        FieldKind.ALLOW_LISTS: ("unknown-allow-list", vocabulary.allow_lists),
        FieldKind.CALENDARS: ("unknown-calendar", vocabulary.calendars),
    }
    return table[kind]
