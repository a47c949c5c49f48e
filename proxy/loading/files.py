"""
Find and read the files of a directory; what cannot be read is a Problem, never skipped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from proxy.loading.messages import problem
from proxy.loading.strict_yaml import MAX_BYTES, Node, parse
from proxy.loading.validation import Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO, Literal

    from proxy.core.errors import Problem

SUFFIX = ".yaml"
TEST_SUFFIX = "_test.yaml"
ORGANISATION = "organisation.yaml"
_PIECE = 64 * 1024
"""Bytes that nearly every file is smaller than."""


class Entry(Protocol):
    """A file or folder: one on disk (`pathlib.Path`) or one in a package."""

    @property
    def name(self) -> str:
        """Return the last piece of its path."""
        ...

    @property
    def parent(self) -> Self:
        """Return the folder it lies in."""
        ...

    def is_dir(self) -> bool:
        """Return whether it is a folder."""
        ...

    def iterdir(self) -> Iterator[Self]:
        """Yield what lies in a folder."""
        ...

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Open a file for reading."""
        ...

    def __lt__(self, other: Self, /) -> bool:
        """Order by path."""
        ...


def name_below(path: Entry, folder: Entry) -> str:
    """Return what messages call a file: its path below a folder."""
    return str(path)[len(str(folder)) :].lstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file: its tree (None when there is none) and where its mistakes go."""

    report: Report
    node: Node | None


def read_document(path: Entry, name: str) -> Document:
    """Return the tree of one file; `name` is what messages call it."""
    report = Report(file=name)
    try:
        with path.open("rb") as file:
            data = _bounded(file)
    except OSError as error:
        report.problems.append(_unreadable(name, error))
        return Document(report=report, node=None)
    node, problems = parse(data, name)
    report.problems.extend(problems)
    return Document(report=report, node=node)


def _bounded(file: BinaryIO) -> bytes:
    """Return what a file holds, at most a byte more than it may, without reserving all that it may."""
    data = file.read(_PIECE)
    return data if len(data) < _PIECE else data + file.read(MAX_BYTES + 1 - _PIECE)


def content_key(folders: Iterable[Entry]) -> bytes | None:
    """Return a digest over the names and contents of all files that a loader reads there; None if one is unreadable."""
    digest = hashlib.sha256()
    try:
        for folder in folders:
            for path in sorted(_yaml_files(folder)):
                with path.open("rb") as file:
                    content = hashlib.sha256(_bounded(file)).digest()
                digest.update(f"{folder.name}/{name_below(path, folder)}".encode("utf-8", "surrogateescape") + content)
    except OSError:
        return None
    return digest.digest()


def policy_files(directory: Entry) -> tuple[list[Entry], list[Entry], list[Problem]]:
    """
    Return policy files and test files below a directory, sorted, and what is wrong with the directory.

    Files whose name begins with `_` or `.` and `organisation.yaml` are no policies.
    """
    try:
        found = sorted(_yaml_files(directory))
    except OSError as error:
        return [], [], [_unreadable(directory.name or str(directory), error)]
    policies = [path for path in found if not path.name.endswith(TEST_SUFFIX)]
    tests = [path for path in found if path.name.endswith(TEST_SUFFIX)]
    return policies, tests, []


def lexicon_files(directory: Entry) -> tuple[list[Entry], list[Problem]]:
    """Return the word lists of a directory, sorted, and what is wrong with the directory."""
    try:
        return sorted(_yaml_files(directory)), []
    except OSError as error:
        return [], [_unreadable(directory.name or str(directory), error)]


def _yaml_files(directory: Entry) -> list[Entry]:
    found: list[Entry] = []
    for path in directory.iterdir():
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            found.extend(_yaml_files(path))
        elif path.name.lower().endswith((SUFFIX, ".yml")) and path.name != ORGANISATION:
            found.append(path)
    return found


def _unreadable(name: str, error: OSError) -> Problem:
    return problem("unreadable", name, why=error.strerror or type(error).__name__)
