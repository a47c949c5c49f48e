"""`postgate rules score`: figures of a corpus."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from proxy.cli.rules_score import score
from tests.examples import IBAN, LEAK

ORGANISATIONS = Path("tests/corpus/organisations")
MISSED = "Bei uns läuft etwas, das keine Regel kennt"


def _row(name: str, text: str, *, leak: bool, split: str = "dev", category: str = "iban") -> str:
    spans = [{"part": 0, "start": 0, "end": 3, "type": "INSIDER_TOPIC"}] if leak else []
    if leak and IBAN in text:
        at = text.index(IBAN)
        spans = [{"part": 0, "start": at, "end": at + len(IBAN), "type": "IBAN_CODE"}]
    return json.dumps(
        {
            "id": name,
            "lang": "de",
            "parts": [{"kind": "body", "text": text}],
            "thread": [],
            "label": "leak" if leak else "clean",
            "expected": "block" if leak else "allow",
            "category": category,
            "spans": spans,
            "evasion": ["T2"] if text == MISSED else [],
            "organisation": "bank",
            "split": split,
            "note": "",
        }
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus of four posts, one of them locked."""
    shutil.copytree(ORGANISATIONS, tmp_path / "organisations")
    dev = [
        _row("leak-1", LEAK, leak=True),
        _row("leak-2", MISSED, leak=True, category="insider"),
        _row("clean-1", "Guten Morgen", leak=False),
    ]
    locked = [_row("leak-3", MISSED, leak=True, split="locked", category="insider")]
    for split, lines in (("dev", dev), ("locked", locked)):
        (tmp_path / split).mkdir()
        (tmp_path / split / "all.jsonl").write_text("\n".join(lines) + "\n")
    return tmp_path


def _run(corpus: Path, *arguments: str) -> Result:
    return CliRunner().invoke(score, ["--corpus", str(corpus), "--no-ner", "--jobs", "1", *arguments])


@pytest.mark.blocking
def test_tables_and_goals_are_printed_for_the_dev_part(corpus: Path) -> None:
    """Every table says which part it is from; the default part is the one that may be tuned on."""
    result = _run(corpus)

    assert result.exit_code == 0
    assert "category (split dev)" in result.output
    assert "split locked" not in result.output
    assert "MISSED leaks held or blocked: 50.0%" in result.output
    assert "met    clean posts blocked: 0.0%" in result.output
    assert LEAK not in result.output


@pytest.mark.blocking
def test_figures_are_written_as_json_and_as_a_page(corpus: Path, tmp_path: Path) -> None:
    """For a diff between two runs, and for the documentation."""
    figures, page = tmp_path / "figures.json", tmp_path / "page.md"
    result = _run(corpus, "--split", "all", "--json", str(figures), "--confusion", str(page))

    assert result.exit_code == 0
    assert json.loads(figures.read_text())["posts"] == 4
    assert page.read_text().startswith("### Split all: 4 posts\n")


@pytest.mark.blocking
def test_misses_show_their_text_in_the_dev_part_only(corpus: Path) -> None:
    """Who reads a locked post tunes on it."""
    dev, locked = _run(corpus, "--misses"), _run(corpus, "--misses", "--split", "locked")

    assert "leak-2 insider: expected block, got allow (-) evasion=T2" in dev.output
    assert MISSED in dev.output
    assert "leak-3 insider: expected block, got allow" in locked.output
    assert MISSED not in locked.output


@pytest.mark.blocking
def test_a_number_that_was_not_found_is_a_miss_even_if_the_post_was_stopped(corpus: Path) -> None:
    """The next post with it may have nothing else to stop it."""
    text = f"{IBAN} und die Steuer-ID von Frau Muster"
    row = json.loads(_row("leak-4", text, leak=True))
    row["spans"].append({"part": 0, "start": 40, "end": 45, "type": "CREDIT_CARD"})
    (corpus / "dev" / "more.jsonl").write_text(json.dumps(row) + "\n")

    assert "leak-4 iban: expected block, got block" in (printed := _run(corpus, "--misses").output)
    assert "not found: CREDIT_CARD" in printed


@pytest.mark.blocking
def test_one_category_can_be_chosen(corpus: Path) -> None:
    """For the author of one rule."""
    result = _run(corpus, "--category", "iban")

    assert "met    leaks held or blocked: 100.0%" in result.output


@pytest.mark.blocking
def test_the_profile_can_be_left_out(corpus: Path) -> None:
    """To see what it is worth."""
    own = "Spenden bitte an DE84 9999 9999 0000 1234 50."
    (corpus / "dev" / "more.jsonl").write_text(_row("clean-3", own, leak=False, category="donation") + "\n")

    assert "met    clean posts blocked: 0.0%" in _run(corpus, "--category", "donation").output
    assert "MISSED clean posts blocked: 100.0%" in _run(corpus, "--category", "donation", "--no-profile").output


def test_an_unknown_category_is_named_with_those_there_are(corpus: Path) -> None:
    """A typing error is no empty table."""
    result = _run(corpus, "--category", "ibam")

    assert result.exit_code == 2
    assert "unknown: ibam; there are iban, insider" in result.output


def test_a_broken_corpus_is_refused(corpus: Path) -> None:
    """With file and line."""
    (corpus / "dev" / "bad.jsonl").write_text("{}\n")
    result = _run(corpus)

    assert result.exit_code == 2
    assert "bad.jsonl" in result.output


@pytest.mark.blocking
def test_public_posts_are_judged_line_by_line(corpus: Path, tmp_path: Path) -> None:
    """Flagged lines are named by number, never repeated; what cannot be counted is neither met nor missed."""
    posts = tmp_path / "posts.txt"
    posts.write_text(f"Guten Morgen\n{LEAK}\n")
    result = _run(corpus, "--public", str(posts), "--misses")

    assert "MISSED public posts held or blocked: 50.0%" in result.output
    assert "line 2 public: expected allow, got block" in result.output
    assert LEAK not in result.output


@pytest.mark.blocking
def test_a_goal_without_posts_is_left_open(corpus: Path) -> None:
    """No leak in the category, nothing to say about leaks."""
    (corpus / "dev" / "more.jsonl").write_text(_row("clean-2", "Guten Abend", leak=False, category="everyday") + "\n")

    assert "-      leaks held or blocked: -" in _run(corpus, "--category", "everyday").output
