"""
The corpora of the data folder, read into examples. Nothing of them is kept in this repository.
"""

from __future__ import annotations

import gzip
import json
import re
from itertools import islice
from typing import TYPE_CHECKING

from training.examples import Example, Mark, disjoint, from_tokens, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ALL = slice(None)
_PLAIN = {label: label for label in ("PER", "LOC", "ORG", "MISC")}
_GERMEVAL = {"PER": "PER", "LOC": "LOC", "ORG": "ORG", "OTH": "MISC"}
_DFKI = {
    "person": "PER",
    "organization": "ORG",
    "organization-company": "ORG",
    "location": "LOC",
    "location-city": "LOC",
    "location-street": "LOC",
    "location-stop": "LOC",
}
_WNUT = {
    "person": "PER",
    "location": "LOC",
    "corporation": "ORG",
    "group": "ORG",
    "creative-work": "MISC",
    "product": "MISC",
}
_MARKUP = re.compile(r"\[(PER|LOC|ORG|MISC) ([^\]]+)\]")
_TITLES = re.compile(r"(?:(?:Frau|frau|Herr|Hr\.|Dr\.|Prof\.|Dipl\.-Ing\.|Familie|Ehepaar|Oma)\s+)+")


def germeval(data: Path, split: str) -> list[Example]:
    """Return a split of GermEval 2014, outer layer: `train`, `dev` or `test`."""
    return list(_columns(data / "germeval14" / f"{split}_bioes.{split}.gz", _GERMEVAL))


def mobie(data: Path) -> list[Example]:
    """Return the training part of MobIE."""
    return list(_columns(data / "mobie" / "mobie-train.conll2003.gz", _DFKI))


def german_pud(data: Path) -> list[Example]:
    """Return German PUD: for scoring only."""
    return list(_columns(data / "pud-eval-only" / "de_pud-ud-test.iob2.gz", _PLAIN, word=1, tag=2))


def english(data: Path) -> list[Example]:
    """Return the English training corpora: WNUT 2017, Broad Twitter, Wikigold."""
    folder = data / "en"
    return [
        *_columns(folder / "wnut17train.conll.gz", _WNUT),
        *_columns(folder / "emerging.dev.conll.gz", _WNUT),
        *_columns(folder / "btc-reduced.conll.gz", _PLAIN),
        *_columns(folder / "wikigold.conll.txt.gz", _PLAIN),
    ]


def smartdata(data: Path, documents: slice = ALL) -> list[Example]:
    """Return the paragraphs of the SmartData documents, of all or of those with these numbers."""
    found: list[Example] = []
    with gzip.open(data / "smartdata" / "smartdata-v1-train-only.slim.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, documents.start, documents.stop, documents.step):
            document = json.loads(line)
            text = document["text"]
            place = _code_points(text)
            marks = [
                Mark(place[start], place[end], _DFKI[kind])
                for start, end, kind in document["mentions"]
                if kind in _DFKI
            ]
            found.extend(_paragraphs(text, marks))
    return found


def social(data: Path) -> list[Example]:
    """Return the invented German posts: for scoring only."""
    lines = (data / "social-dev-de.txt").read_text(encoding="utf-8").splitlines()
    return [_marked_up(line) for line in lines if line and not line.startswith("#")]


def _marked_up(line: str) -> Example:
    text, marks, last = "", [], 0
    for match in _MARKUP.finditer(line):
        text += line[last : match.start()]
        name = match.group(2)
        title = _TITLES.match(name) if match.group(1) == "PER" else None
        start = len(text) + (title.end() if title else 0)
        text += name
        marks.append(Mark(start, len(text), match.group(1)))
        last = match.end()
    return Example(text=text + line[last:], marks=tuple(marks))


def _code_points(text: str) -> list[int]:
    """Return the place of each UTF-16 unit in code points: that corpus counts an emoji as two."""
    places = [index for index, letter in enumerate(text) for _ in range(2 if ord(letter) > 0xFFFF else 1)]
    return [*places, len(text)]


def _paragraphs(text: str, marks: list[Mark]) -> Iterator[Example]:
    offset = 0
    for paragraph in text.split("\n"):
        end = offset + len(paragraph)
        if paragraph.strip():
            inside = (
                trimmed(paragraph, Mark(mark.start - offset, mark.end - offset, mark.label))
                for mark in marks
                if offset <= mark.start and mark.end <= end
            )
            yield Example(text=paragraph, marks=disjoint(mark for mark in inside if mark.end > mark.start))
        offset = end + 1


def _columns(path: Path, labels: Mapping[str, str], *, word: int = 0, tag: int = -1) -> Iterator[Example]:
    """Yield the sentences of a file with one word a line."""
    tokens: list[str] = []
    tags: list[str] = []
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as lines:
        for line in (*lines, "\n"):
            cells = line.split()
            if not cells:
                if tokens:
                    yield from_tokens(*_handles(tokens, tags), labels)
                tokens, tags = [], []
            elif _is_word(line, cells, word):
                tokens.append(cells[word])
                tags.append(cells[tag])


def _is_word(line: str, cells: list[str], word: int) -> bool:
    comment = line.startswith("-DOCSTART") or (word > 0 and line.startswith("#"))
    return not comment and len(cells) > 1


def _handles(tokens: list[str], tags: list[str]) -> tuple[list[str], list[str]]:
    """Glue `@` to the handle behind it and unmark handles: an account is not a name."""
    words: list[str] = []
    marks: list[str] = []
    for token, tag in zip(tokens, tags, strict=True):
        if words and words[-1] == "@":
            words[-1] += token
            marks[-1] = "O"
        else:
            words.append(token)
            marks.append("O" if token.startswith("@") and len(token) > 1 else tag)
    return words, marks
