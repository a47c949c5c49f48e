"""The posts that the classifier learns from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from training.disclosures import CORPUS, POSTS, Told, held_out, kind_of, told

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("category", "kind"),
    [("inferred-customer", "customer"), ("insider", "insider"), ("advertising", "advertising"), ("card", "identifier")],
)
def test_categories_have_kinds(category: str, kind: str) -> None:
    """What is no customer, inside topic or advertising is a number, address or secret."""
    assert kind_of(category) == kind


def test_parts_are_read_together(tmp_path: Path) -> None:
    """A post is read as the classifier reads it: its parts, a line each, after those of the corpus."""
    row = {"category": "insider", "label": "leak", "lang": "de", "organisation": "bank", "parts": ["Pst ...", "Eins"]}
    (tmp_path / "author.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "author.jsonl").write_text(json.dumps(row | {"parts": ["Zwei"]}) + "\n", encoding="utf-8")

    assert told(CORPUS, tmp_path)[-2:] == [
        Told("Pst ...\nEins", leak=True, category="insider", held=held_out("Pst ...\nEins")),
        Told("Zwei", leak=True, category="insider", held=True),
    ]


def test_about_a_tenth_is_held_out() -> None:
    """The choice depends on the text alone, so a post stays on its side when others join."""
    texts = [f"Post number {number}" for number in range(2_000)]

    assert 150 < sum(map(held_out, texts)) < 250
    assert [held_out(text) for text in texts] == [held_out(text) for text in texts]


def test_training_posts_are_sound() -> None:
    """Every line has what a post needs, no post stands there twice, and both kinds are many."""
    lines = [line for path in sorted(POSTS.rglob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    rows = [json.loads(line) for line in lines]
    texts = ["\n".join(row["parts"]) for row in rows]

    assert {frozenset(row) for row in rows} == {frozenset({"category", "label", "lang", "organisation", "parts"})}
    assert {row["label"] for row in rows} == {"leak", "clean"}
    assert not [row for row in rows if row["label"] == "leak" and row["category"] == "everyday"]
    assert len(set(texts)) == len(texts)
    assert min(sum(row["label"] == label for row in rows) for label in ("leak", "clean")) > len(rows) / 3
