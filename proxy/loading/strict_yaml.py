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
    from collections.abc import Iterator

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
_NO_KEY = Scalar("\0", plain=False, line=0, column=0)
"""Stands for a key that was refused already: this object and not what it holds, which a key in quotes can hold, too."""


class _Stop(Exception):
    """The rest of the file is not worth reading."""


def parse(data: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """Return the tree of a file and every mistake in its form; never raise, whatever the bytes are."""
    text = _text(data, file)
    if isinstance(text, Problem):
        return None, [text]
    builder = _Builder(file)
    try:
        for event in _events(text):
            builder.take(event)
    except _Stop:
        return None, builder.problems
    except yaml.YAMLError as error:
        return None, [*builder.problems, _syntax(error, file, text)]
    if builder.root is None:
        return None, [*builder.problems, problem("empty-file", file)]
    return builder.root, builder.problems


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


def _events(text: str) -> Iterator[yaml.Event]:
    return iter(yaml.parse(text, Loader=_LOADER))


class _Open:
    """A list or mapping that has not ended."""

    __slots__ = ("append", "entries", "key", "node")

    def __init__(self, node: Sequence | Mapping) -> None:
        self.node = node
        self.append = node.items.append if isinstance(node, Sequence) else None
        self.entries = node.entries if isinstance(node, Mapping) else {}
        self.key: Scalar | None = None


class _Builder:
    """Turns events into one tree without recursion; a thousand rules are 150,000 events, so it takes no detours."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self._file = file
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_extras(event)
            self._put(Scalar(event.value, not event.style, *_place(event)))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._put(self._open.pop().node)
        elif isinstance(event, yaml.CollectionStartEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_extras(event)
            mapping = isinstance(event, yaml.MappingStartEvent)
            self._enter(Mapping({}, *_place(event)) if mapping else Sequence([], *_place(event)))
        elif isinstance(event, yaml.AliasEvent):
            self._report("alias", event)
            self._put(Broken(*_place(event)))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._start_document(event)

    def _start_document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._report("several-documents", event)
            raise _Stop
        if event.version is not None or event.tags:
            self._report("directive", event)

    def _enter(self, node: Sequence | Mapping) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._note("too-deep", node.line, node.column, limit=MAX_DEPTH)
            raise _Stop
        self._open.append(_Open(node))

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if parent.append is not None:
            parent.append(node)
        elif parent.key is None:
            parent.key = node if isinstance(node, Scalar) else self._refused_key(node)
        else:
            key, parent.key = parent.key, None
            if key is _NO_KEY:
                return
            if key.text in parent.entries:
                self._report_twice(key, parent.entries[key.text].key)
            else:
                parent.entries[key.text] = Entry(key, node)

    def _refused_key(self, node: Node) -> Scalar:
        if not isinstance(node, Broken):
            self._note("complex-key", node.line, node.column)
        return _NO_KEY

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
