"""
Read a corpus: JSON lines of invented posts, each with what is in it and what the gate should say.

Everything is read before anything is judged; every mistake is reported with file and line, never with text of a line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proxy.core.errors import ConfigurationError, Localised, Problem
from proxy.core.model import Part, PartKind, Span, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SPLITS = ("dev", "locked")
"""`dev` is read while rules are written; of `locked` only figures are looked at."""
PUBLIC = "public"
"""The split of posts that real people published and nobody labelled."""
HOUSES = {"bank": "de-bank", "insurer": "de-insurer"}
"""Kind of organisation to the folder of its starter policies."""
KEYS = frozenset(
    {
        "id", "lang", "parts", "thread", "label", "expected", "category", "spans", "evasion", "organisation", "split",
        "note",
    }
)  # fmt: skip
_REMEDY = Localised(
    de="Die Zeile nach tests/corpus/README.md berichtigen.", en="Correct the line as tests/corpus/README.md says."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in a post, and what stands there."""

    part: int
    span: Span
    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One post of the corpus."""

    id: str
    lang: str
    category: str
    organisation: str
    """`bank` or `insurer`: whose policies and profile judge the post."""
    split: str
    leak: bool
    expected: Verdict
    parts: tuple[Part, ...] = field(repr=False)
    thread: tuple[str, ...] = field(default=(), repr=False)
    """Earlier posts of the same thread, oldest first."""
    marks: tuple[Mark, ...] = ()
    evasion: tuple[str, ...] = ()
    """Ids of the ways in which something is disguised; empty for plain posts."""


class _Unfit(ValueError):
    """A line that is no example; the message names the field, never what stands in it."""


def read_corpus(directory: Path, *, split: str = "all") -> tuple[Example, ...]:
    """
    Return the examples of one or all splits, in the order of files and lines.

    Raises:
        ConfigurationError: no examples, or lines that cannot be read; each is named.
    """
    examples: list[Example] = []
    problems: list[Problem] = []
    for name in SPLITS if split == "all" else (split,):
        for path in sorted((directory / name).glob("*.jsonl")):
            for number, row in _rows(path):
                try:
                    examples.append(_example(row, name))
                except (_Unfit, KeyError, TypeError, ValueError) as mistake:
                    problems.append(_problem(path, number, mistake))
    if not examples and not problems:
        problems.append(_problem(directory, 0, _Unfit("no examples")))
    if problems:
        raise ConfigurationError(tuple(problems))
    return tuple(examples)


def read_public(path: Path, *, organisation: str = "bank") -> tuple[Example, ...]:
    """
    Return the lines of a text file as clean posts of one house: real public posts, which nobody labelled.

    Raises:
        ConfigurationError: no lines.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    examples = tuple(
        Example(
            id=f"line {number}",
            lang="any",
            category=PUBLIC,
            organisation=organisation,
            split=PUBLIC,
            leak=False,
            expected=Verdict.ALLOW,
            parts=(Part(kind=PartKind.BODY, slot="text", text=line),),
        )
        for number, line in enumerate(lines, start=1)
        if line.strip()
    )
    if not examples:
        raise ConfigurationError((_problem(path, 0, _Unfit("no lines")),))
    return examples


def _rows(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, line


def _example(line: str, split: str) -> Example:
    row: Any = json.loads(line)
    if not isinstance(row, dict) or row.keys() != KEYS:
        message = "not exactly the keys of an example"
        raise _Unfit(message)
    if row["split"] != split or row["organisation"] not in HOUSES or row["label"] not in {"leak", "clean"}:
        message = "split, organisation or label"
        raise _Unfit(message)
    parts = tuple(
        Part(kind=PartKind(item["kind"]), slot=f"parts.{index}", text=item["text"])
        for index, item in enumerate(row["parts"])
    )
    leak, expected = row["label"] == "leak", Verdict(row["expected"])
    if leak is (expected is Verdict.ALLOW) or not parts:
        message = "expected does not fit the label, or there are no parts"
        raise _Unfit(message)
    return Example(
        id=row["id"],
        lang=row["lang"],
        category=row["category"],
        organisation=row["organisation"],
        split=split,
        leak=leak,
        expected=expected,
        parts=parts,
        thread=tuple(row["thread"]),
        marks=tuple(_mark(item, parts) for item in row["spans"]),
        evasion=tuple(row["evasion"]),
    )


def _mark(item: Mapping[str, Any], parts: tuple[Part, ...]) -> Mark:
    part, start, end = item["part"], item["start"], item["end"]
    if not 0 <= part < len(parts) or not 0 <= start < end <= len(parts[part].text):
        message = "a span outside its part"
        raise _Unfit(message)
    return Mark(part=part, span=Span(start=start, end=end), entity=item["type"])


def _problem(path: Path, line: int, mistake: Exception) -> Problem:
    why = str(mistake) if isinstance(mistake, _Unfit) else "a field is missing or of the wrong kind"
    return Problem(
        file=path.name,
        line=line,
        column=0,
        code="bad-example",
        message=Localised(de=f"Kein Beispiel des Korpus ({why}).", en=f"Not an example of the corpus ({why})."),
        remedy=_REMEDY,
    )
