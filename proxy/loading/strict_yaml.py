"""
Read YAML in exactly one way: PyYAML's events, our own tree, every value with its place.

Not used: PyYAML's loaders. They crash on deep nesting, take duplicate keys silently and read `NO` as false. Scalars
stay text here; what a value means is decided by whoever asks for it (see `validation`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import yaml

from proxy.core.errors import Problem
from proxy.loading.messages import MOST_MISTAKES, problem, shown

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 24

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Besides control characters U+0085, U+2028 and U+2029 (line ends in YAML 1.1, none in 1.2) and U+FEFF."""


# The nodes are named tuples, not dataclasses: a thousand rules make eighty thousand of them.
class Scalar(NamedTuple):
    """A single value, as text."""

    text: str
    plain: bool
    """Written without quotes."""
    line: int
    column: int


class Sequence(NamedTuple):
    """A list."""

    items: list[Node]
    line: int
    column: int


class Mapping(NamedTuple):
    """Keys and values, in file order."""

    entries: dict[str, Entry]
    line: int
    column: int


class Broken(NamedTuple):
    """A value that was refused already; asking for it reports nothing more."""

    line: int
    column: int


class Entry(NamedTuple):
    """One key of a mapping with its value."""

    key: Scalar
    value: Node


Node = Scalar | Sequence | Mapping | Broken
_new = tuple.__new__
"""Makes a named tuple in half the time that its own constructor takes."""


class _Stop(Exception):
    """The rest of the file is not worth reading."""


def parse(data: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """Return the tree of a file and every mistake in its form; never raise, whatever the bytes are."""
    text = _text(data, file)
    if isinstance(text, Problem):
        return None, [text]
    reader = _Reader(text, file)
    try:
        root = reader.document()
    except _Stop:
        return None, reader.problems
    except yaml.YAMLError as error:
        return None, [*reader.problems, _syntax(error, file, text)]
    if root is None:
        return None, [*reader.problems, problem("empty-file", file)]
    return root, reader.problems


def _text(data: bytes, file: str) -> str | Problem:
    if len(data) > MAX_BYTES:
        return problem("too-large", file, limit=MAX_BYTES // 1024)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return problem("not-utf8", file, line=data.count(b"\n", 0, error.start) + 1)
    if control := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, control.start()) + 1
        column = control.start() - (text.rfind("\n", 0, control.start()) + 1) + 1
        return problem("control-character", file, line=line, column=column, number=f"{ord(control[0]):04X}")
    return text


class _Reader:
    """Reads events into one tree; a thousand rules are 130,000 events, so it takes no detours."""

    def __init__(self, text: str, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._next: Callable[[], yaml.Event] = _LOADER(text).get_event
        self._depth = 0

    def document(self) -> Node | None:
        """Return the root of the only document, None when there is nothing in it."""
        root: Node | None = None
        started = False
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                self._start_document(event, again=started)
                started = True
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event)
        return root

    def _start_document(self, event: yaml.DocumentStartEvent, *, again: bool) -> None:
        if again:
            self._report("several-documents", event)
            raise _Stop
        if event.version is not None or event.tags:
            self._report("directive", event)

    def _node(self, event: yaml.Event) -> Node:
        """Return the node that begins with an event; a scalar first, because most are."""
        mark = event.start_mark
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_extras(event)
            line, column = mark.line + 1, mark.column + 1  # type: ignore[union-attr]  # what is parsed has a place
            return _new(Scalar, (event.value, not event.style, line, column))
        if isinstance(event, yaml.CollectionStartEvent):
            return self._collection(event)
        self._report("alias", event)
        return Broken(*_place(event))

    def _collection(self, event: yaml.CollectionStartEvent) -> Sequence | Mapping:
        """Return a list or mapping; what is inside is read by recursion, and never below MAX_DEPTH."""
        if event.anchor is not None or event.tag is not None:
            self._refuse_extras(event)
        line, column = _place(event)
        if self._depth == MAX_DEPTH:
            self._note("too-deep", line, column, limit=MAX_DEPTH)
            raise _Stop
        self._depth += 1
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = Mapping(self._entries(), line, column) if mapping else Sequence(self._items(), line, column)
        self._depth -= 1
        return node

    def _items(self) -> list[Node]:
        items = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event))
        return items

    def _entries(self) -> dict[str, Entry]:
        following, read = self._next, self._node
        entries: dict[str, Entry] = {}
        while not isinstance(event := following(), yaml.MappingEndEvent):
            key = read(event)
            if not isinstance(key, Scalar):
                self._refuse_key(key)
                read(following())
                continue
            value = read(following())
            if key.text in entries:
                self._report_twice(key, entries[key.text].key)
            else:
                entries[key.text] = _new(Entry, (key, value))
        return entries

    def _refuse_key(self, node: Sequence | Mapping | Broken) -> None:
        if not isinstance(node, Broken):
            self._note("complex-key", node.line, node.column)

    def _report_twice(self, key: Scalar, first: Scalar) -> None:
        self._note("duplicate-key", key.line, key.column, key=shown(key.text), first=first.line)

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self._report("anchor", event)
        if event.tag is not None:
            self._report("tag", event)

    def _report(self, code: str, event: yaml.Event) -> None:
        self._note(code, *_place(event))

    def _note(self, code: str, line: int, column: int, **values: str | int) -> None:
        if len(self.problems) == MOST_MISTAKES:
            self.problems.append(problem("more-mistakes", self._file, line=line, column=column, limit=MOST_MISTAKES))
            raise _Stop
        self.problems.append(problem(code, self._file, line=line, column=column, **values))


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (0, 0) if mark is None else (mark.line + 1, mark.column + 1)


_SYNTAX = {
    "mapping values are not allowed": "syntax-colon",
    "tab character": "syntax-tab",
    "unexpected end of stream": "syntax-quote",
    "expected ',' or": "syntax-bracket",
    "did not find expected node content": "syntax-bracket",
    "did not find expected key": "syntax-indent",
    "did not find expected '-' indicator": "syntax-indent",
    "could not find expected ':'": "syntax-missing-colon",
    "cannot start any token": "syntax-start",
}


def _syntax(error: yaml.YAMLError, file: str, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = str(getattr(error, "problem", "") or "")
    code = next((code for phrase, code in _SYNTAX.items() if phrase in said), "syntax")
    if mark is None:
        return problem(code, file)
    lines = text.splitlines()
    if code == "syntax-start" and mark.line < len(lines) and lines[mark.line][mark.column :].startswith("\t"):
        code = "syntax-tab"
    return problem(code, file, line=mark.line + 1, column=mark.column + 1)
