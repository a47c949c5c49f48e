from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from training import corpora

if TYPE_CHECKING:
    from pathlib import Path

    from training.examples import Example


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        stream.write(text)


def _marked(example: Example) -> list[tuple[str, str]]:
    return [(example.text[mark.start : mark.end], mark.label) for mark in example.marks]


def test_germeval_has_a_word_a_line(tmp_path: Path) -> None:
    """Its other names are MISC; the last sentence needs no empty line."""
    _write(tmp_path / "germeval14" / "dev_bioes.dev.gz", "Anna S-PER\nlacht O\n\nTatort S-OTH\n")

    assert [(one.text, _marked(one)) for one in corpora.germeval(tmp_path, "dev")] == [
        ("Anna lacht", [("Anna", "PER")]),
        ("Tatort", [("Tatort", "MISC")]),
    ]


def test_handles_are_no_names(tmp_path: Path) -> None:
    """Neither in one piece nor in two."""
    _write(
        tmp_path / "mobie" / "mobie-train.conll2003.gz",
        "-DOCSTART- -1- O O\n\n@\tX\tX\tO\nanna\tX\tX\tB-person\nund\tX\tX\tO\nAnna\tX\tX\tB-person\n",
    )

    (example,) = corpora.mobie(tmp_path)

    assert (example.text, _marked(example)) == ("@anna und Anna", [("Anna", "PER")])


def test_comments_are_no_words(tmp_path: Path) -> None:
    """PUD numbers its words and names its sentences."""
    _write(tmp_path / "pud-eval-only" / "de_pud-ud-test.iob2.gz", "# text = Anna\n1\tAnna\tB-PER\t-\t-\n")

    (example,) = corpora.german_pud(tmp_path)

    assert _marked(example) in ([], [("Anna", "PER")])
    assert example.text == "Anna"


def test_smartdata_counts_emoji_as_two(tmp_path: Path) -> None:
    """Offsets are UTF-16 units; a document is cut at its lines, marks across them are dropped."""
    document = {
        "text": "📈 Anna\nMeier kommt",
        "mentions": [[3, 7, "person"], [3, 13, "person"], [8, 13, "person"], [0, 1, "date"]],
    }
    _write(tmp_path / "smartdata" / "smartdata-v1-train-only.slim.jsonl.gz", json.dumps(document) + "\n")

    assert [_marked(example) for example in corpora.smartdata(tmp_path)] == [[("Anna", "PER")], [("Meier", "PER")]]


def test_english_corpora_come_together(tmp_path: Path) -> None:
    """Each with labels of its own."""
    for name in ("wnut17train.conll", "emerging.dev.conll"):
        _write(tmp_path / "en" / f"{name}.gz", "Anna\tB-person\n\n")
    _write(tmp_path / "en" / "btc-reduced.conll.gz", "Anna\tB-PER\n\n")
    _write(tmp_path / "en" / "wikigold.conll.txt.gz", "Anna I-PER\nMeier I-PER\n")

    assert [_marked(example)[0][0] for example in corpora.english(tmp_path)] == ["Anna", "Anna", "Anna", "Anna Meier"]


def test_titles_stay_outside(tmp_path: Path) -> None:
    """Also where the mark-up holds them; lines with # are comments."""
    (tmp_path / "social-dev-de.txt").write_text("# note\nMit [PER Frau Dr. Meier] in [LOC Köln]\n", encoding="utf-8")

    (example,) = corpora.social(tmp_path)

    assert (example.text, _marked(example)) == ("Mit Frau Dr. Meier in Köln", [("Meier", "PER"), ("Köln", "LOC")])
