"""
Ask a tree for typed values; every wrong answer becomes a Problem with its place, and reading goes on.

A method returns None when it has reported something, so that one run finds all mistakes of a file. Nothing here shows
more than a few characters of a file's content.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.errors import Localised, Problem
from proxy.loading.messages import CATALOGUE, KINDS, MOST_MISTAKES, problem, shown
from proxy.loading.strict_yaml import Broken, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from proxy.core.policy.fields import Complaint

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_NO_TEXT = _NOTHING.union(_TRUTH)
"""What is no text without quotes; a number is."""


@dataclass(slots=True, kw_only=True)
class Report:
    """Collects the mistakes of one file; after MOST_MISTAKES it only counts them, so that no file costs without end."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    _seen: int = 0
    """How many of the problems are counted in `_errors`."""
    _errors: int = 0

    def add(
        self, code: str, node: Node | None, *, near: tuple[str, Iterable[str]] | None = None, **values: str | int
    ) -> None:
        """Report a mistake at a node; None means the whole file. `near` is a word and those that may be meant."""
        line, column = (node.line, node.column) if node is not None else (0, 0)
        if self.full and not CATALOGUE[code].warning:
            self._more(line, column)
            return
        hint = {} if near is None else meant(*near)
        self.problems.append(problem(code, self.file, line=line, column=column, **values, **hint))

    def complain(self, complaint: Complaint, node: Node) -> None:
        """Report what a matcher itself finds wrong."""
        if self.full:
            self._more(node.line, node.column)
            return
        self.problems.append(
            Problem(
                file=self.file,
                line=node.line,
                column=node.column,
                code=complaint.code,
                message=complaint.message,
                remedy=complaint.remedy,
            ),
        )

    def wrong_kind(self, node: Node, expected: str) -> None:
        """Report that another kind of value was expected here."""
        if isinstance(node, Broken):
            return
        wanted, came = KINDS[expected], KINDS[kind_of(node)]
        self.add("wrong-kind", node, wanted_de=wanted.de, wanted_en=wanted.en, came_de=came.de, came_en=came.en)

    def _more(self, line: int, column: int) -> None:
        """Say once that there are more mistakes, and count each: whoever asks whether there was one must know."""
        if self.errors == MOST_MISTAKES:
            self.problems.append(problem("more-mistakes", self.file, line=line, column=column, limit=MOST_MISTAKES))
        else:
            self._errors += 1

    @property
    def errors(self) -> int:
        """Return how many mistakes there are, warnings not counted."""
        if len(self.problems) > self._seen:
            self._errors += sum(not one.warning for one in self.problems[self._seen :])
            self._seen = len(self.problems)
        return self._errors

    @property
    def full(self) -> bool:
        """Return whether further mistakes are no longer described."""
        return self.errors >= MOST_MISTAKES


def kind_of(node: Node) -> str:
    """Return what kind of value a node is, for messages."""
    match node:
        case Sequence():
            return "list"
        case Mapping():
            return "mapping"
        case Scalar(plain=True):
            return _plain_kind(node.text)
        case Scalar():
            return "text"
        case Broken():
            return "empty"


def _plain_kind(text: str) -> str:
    if text in _NOTHING:
        return "empty"
    if text in _TRUTH:
        return "truth"
    return "integer" if _INTEGER.fullmatch(text) else "text"


def text_of(report: Report, node: Node, *, limit: int = 500) -> str | None:
    """Return a text that says something; a number without quotes is taken as written."""
    if not isinstance(node, Scalar) or (node.plain and node.text in _NO_TEXT):
        report.wrong_kind(node, "text")
        return None
    if not node.text.strip():
        report.wrong_kind(Scalar("", True, node.line, node.column), "text")  # noqa: FBT003 - a named tuple
        return None
    if len(node.text) > limit:
        report.add("text-too-long", node, length=len(node.text), limit=limit)
        return None
    return node.text


def name_of(report: Report, node: Node) -> str | None:
    """Return a name of lower-case letters, digits, hyphens and underscores."""
    text = text_of(report, node)
    if text is None:
        return None
    if not NAME.fullmatch(text):
        report.add("bad-name", node, value=shown(text))
        return None
    return text


def choice_of(report: Report, node: Node, choices: Collection[str]) -> str | None:
    """Return one of a closed set of words."""
    if not isinstance(node, Scalar):
        report.wrong_kind(node, "text")
        return None
    if node.text not in choices:
        report.add(
            "bad-choice",
            node,
            value=shown(node.text),
            choices=", ".join(sorted(choices)),
            near=(node.text, choices),
        )
        return None
    return node.text


def integer_of(report: Report, node: Node, *, low: int, high: int) -> int | None:
    """Return a whole number within bounds."""
    if kind_of(node) != "integer":
        report.wrong_kind(node, "integer")
        return None
    value = int(node.text) if isinstance(node, Scalar) else low
    if not low <= value <= high:
        report.add("out-of-range", node, low=low, high=high)
        return None
    return value


def flag_of(report: Report, node: Node) -> bool | None:
    """Return a truth value as YAML 1.2 knows it: `true` or `false`, nothing else."""
    if not isinstance(node, Scalar) or kind_of(node) != "truth":
        report.wrong_kind(node, "truth")
        return None
    return _TRUTH[node.text]


def duration_of(report: Report, node: Node, *, low: int, high: int) -> int | None:
    """Return seconds of a duration such as `30m`, `2h`, `1d`."""
    found = _DURATION.fullmatch(node.text) if isinstance(node, Scalar) else None
    if found is None:
        report.wrong_kind(node, "duration")
        return None
    seconds = int(found[1]) * _SECONDS[found[2]]
    if not low <= seconds <= high:
        report.add("duration-range", node, low=low // 60, high=high // 86_400)
        return None
    return seconds


def items_of(report: Report, node: Node, *, empty: bool = False) -> list[Node]:
    """Return the items of a list; an empty one is a mistake unless allowed."""
    if not isinstance(node, Sequence):
        report.wrong_kind(node, "list")
        return []
    if not node.items and not empty:
        report.add("empty-list", node)
    return node.items


def one_or_many(report: Report, node: Node) -> list[Node]:
    """Return the items of a list, or a single value as its only item."""
    return [node] if isinstance(node, Scalar) else items_of(report, node)


def meant(word: str, known: Iterable[str]) -> dict[str, str]:
    """Return the half sentence that offers the nearest known word, in both languages."""
    by_folded = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(word[:80].casefold(), list(by_folded), n=1, cutoff=0.6)
    if not near:
        return {"meant_de": "", "meant_en": ""}
    word = by_folded[near[0]]
    return {"meant_de": f" Gemeint war vielleicht »{word}«.", "meant_en": f" Did you mean `{word}`?"}


class Fields:
    """The keys of one mapping: ask for each that is known, then `close`."""

    __slots__ = ("_known", "node", "report")

    def __init__(self, report: Report, node: Mapping) -> None:
        self.report = report
        self.node = node
        self._known: list[str] = []

    @classmethod
    def of(cls, report: Report, node: Node) -> Fields | None:
        """Return the fields of a node, or report that it is no mapping."""
        if isinstance(node, Mapping):
            return cls(report, node)
        report.wrong_kind(node, "mapping")
        return None

    def get(self, key: str) -> Node | None:
        """Return the value of a key that may be absent."""
        self._known.append(key)
        entry = self.node.entries.get(key)
        return None if entry is None else entry.value

    def need(self, key: str) -> Node | None:
        """Return the value of a key that must not be absent."""
        value = self.get(key)
        if value is None:
            self.report.add("missing-key", self.node, key=key)
        return value

    def name(self, key: str) -> str | None:
        """Return an obligatory name."""
        node = self.need(key)
        return None if node is None else name_of(self.report, node)

    def text(self, key: str, *, limit: int = 500) -> str | None:
        """Return an obligatory text."""
        node = self.need(key)
        return None if node is None else text_of(self.report, node, limit=limit)

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str | None:
        """Return a word of a closed set; obligatory without a default."""
        node = self.need(key) if default is None else self.get(key)
        return default if node is None else choice_of(self.report, node, choices)

    def flag(self, key: str) -> bool | None:
        """Return a truth value, false when absent."""
        node = self.get(key)
        return False if node is None else flag_of(self.report, node)

    def texts(self, key: str, *, required: bool = False, limit: int = 500) -> tuple[str, ...]:
        """Return a list of texts, empty when absent."""
        node = self.need(key) if required else self.get(key)
        if node is None:
            return ()
        found = (text_of(self.report, item, limit=limit) for item in items_of(self.report, node, empty=not required))
        return tuple(text for text in found if text is not None)

    def localised(self, key: str) -> Localised | None:
        """Return an obligatory text in German and English."""
        node = self.need(key)
        return None if node is None else localised_of(self.report, node)

    def schema(self) -> None:
        """Demand `schema: 1`."""
        node = self.need("schema")
        if node is not None and not (isinstance(node, Scalar) and node.text == "1"):
            self.report.add("bad-schema", node)

    def close(self) -> None:
        """Report every key that nobody asked for."""
        for key, entry in self.node.entries.items():
            if key not in self._known:
                known = ", ".join(sorted(self._known))
                self.report.add("unknown-key", entry.key, key=shown(key), known=known, near=(key, self._known))


def localised_of(report: Report, node: Node, *, limit: int = 500) -> Localised | None:
    """Return a text in German and English."""
    fields = Fields.of(report, node)
    if fields is None:
        return None
    de, en = fields.text("de", limit=limit), fields.text("en", limit=limit)
    fields.close()
    return None if de is None or en is None else Localised(de=de, en=en)
