"""Reading a corpus: everything or a list of mistakes, never a text in a message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from proxy.core.errors import ConfigurationError
from proxy.core.model import PartKind, Span, Verdict
from proxy.scoring.corpus import KEYS, PUBLIC, read_corpus, read_public

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "Kanarienvogel"


def _row(**changes: Any) -> dict[str, Any]:
    return {
        "id": "iban-de-leak-1",
        "lang": "de",
        "parts": [{"kind": "body", "text": SECRET}],
        "thread": [],
        "label": "leak",
        "expected": "block",
        "category": "iban",
        "spans": [{"part": 0, "start": 0, "end": 5, "type": "IBAN_CODE"}],
        "evasion": ["T2"],
        "organisation": "bank",
        "split": "dev",
        "note": "",
    } | changes


def _written(directory: Path, *rows: object, split: str = "dev") -> Path:
    (directory / split).mkdir(exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (directory / split / "iban.de.jsonl").write_text("\n".join(lines) + "\n\n")
    return directory


def test_a_line_becomes_an_example(tmp_path: Path) -> None:
    """With its parts, marks and the verdict that is expected."""
    (example,) = read_corpus(_written(tmp_path, _row(thread=["davor"])))
    (mark,) = example.marks

    assert (example.leak, example.expected, example.thread, example.evasion) == (
        True,
        Verdict.BLOCK,
        ("davor",),
        ("T2",),
    )
    assert (example.parts[0].kind, mark.span, mark.entity) == (PartKind.BODY, Span(start=0, end=5), "IBAN_CODE")
    assert _row().keys() == KEYS


def test_one_split_or_all_are_read(tmp_path: Path) -> None:
    """What is not asked for is not opened."""
    _written(tmp_path, _row())
    _written(tmp_path, _row(split="locked", id="2"), split="locked")

    assert [one.id for one in read_corpus(tmp_path, split="locked")] == ["2"]
    assert [one.split for one in read_corpus(tmp_path)] == ["dev", "locked"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"text"',
        json.dumps(_row() | {"surprise": 1}),
        json.dumps({key: value for key, value in _row().items() if key != "note"}),
        json.dumps(_row(split="locked")),
        json.dumps(_row(organisation="insurance")),
        json.dumps(_row(label="maybe")),
        json.dumps(_row(expected="allow")),
        json.dumps(_row(expected="stop")),
        json.dumps(_row(parts=[])),
        json.dumps(_row(parts=[{"kind": "footnote", "text": SECRET}])),
        json.dumps(_row(parts=[{"kind": "body"}])),
        json.dumps(_row(spans=[{"part": 1, "start": 0, "end": 5, "type": "IBAN_CODE"}])),
        json.dumps(_row(spans=[{"part": 0, "start": 5, "end": 5, "type": "IBAN_CODE"}])),
        json.dumps(_row(spans=[{"part": 0, "start": 0, "end": 99, "type": "IBAN_CODE"}])),
    ],
)
def test_a_line_that_is_no_example_is_named_not_repeated(tmp_path: Path, line: str) -> None:
    """The mistake says file and line, and nothing of what stands there."""
    with pytest.raises(ConfigurationError) as refused:
        read_corpus(_written(tmp_path, _row(), line))
    (problem,) = refused.value.problems

    assert (problem.file, problem.line, problem.code) == ("iban.de.jsonl", 2, "bad-example")
    assert SECRET not in refused.value.render("en") + refused.value.render("de")


def test_an_empty_corpus_is_a_mistake(tmp_path: Path) -> None:
    """A wrong folder does not score a hundred percent."""
    with pytest.raises(ConfigurationError):
        read_corpus(tmp_path)


def test_an_example_does_not_show_its_text(tmp_path: Path) -> None:
    """Representations end up in tracebacks."""
    assert SECRET not in repr(read_corpus(_written(tmp_path, _row(thread=[SECRET]))))


def test_lines_of_a_file_are_public_posts(tmp_path: Path) -> None:
    """Blank lines are none; line numbers stay those of the file."""
    (tmp_path / "posts.txt").write_text("Guten Morgen\n\nBahn fällt aus\n")
    examples = read_public(tmp_path / "posts.txt", organisation="insurer")

    assert [(one.id, one.parts[0].text) for one in examples] == [
        ("line 1", "Guten Morgen"),
        ("line 3", "Bahn fällt aus"),
    ]
    assert {(one.split, one.leak, one.organisation) for one in examples} == {(PUBLIC, False, "insurer")}


def test_a_file_without_lines_is_a_mistake(tmp_path: Path) -> None:
    """Nothing judged is not nothing found."""
    (tmp_path / "posts.txt").write_text("\n")
    with pytest.raises(ConfigurationError):
        read_public(tmp_path / "posts.txt")
