"""The shipped word lists: complete headers, and every sample is found or not found as its file says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from proxy.core.detection.lexicon import LexiconMatcher
from proxy.core.model import Lexicon, LexiconTerm
from proxy.core.text.surfaces import surfaces

FOLDER = Path(__file__).resolve().parents[2] / "rules" / "lexicons"
FILES = sorted(FOLDER.glob("*.yaml"))
KEYS = {
    "schema", "id", "status", "title", "language", "terms", "exclude", "falsepositives", "references", "tests",
}  # fmt: skip


def _read(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def _matcher(content: dict[str, Any]) -> LexiconMatcher:
    terms = [LexiconTerm(text=term.get("term") or term["phrase"], forms=term["forms"]) for term in content["terms"]]
    lexicon = Lexicon(
        id=content["id"], language=content["language"], terms=tuple(terms), exclude=tuple(content["exclude"])
    )
    return LexiconMatcher((lexicon,))


def _samples(kind: str) -> list[Any]:
    return [
        pytest.param(path, sample, id=f"{path.stem}-{number}")
        for path in FILES
        for number, sample in enumerate(_read(path)["tests"][kind])
    ]


def _hits(path: Path, text: str) -> list[str]:
    view = next(view for view in surfaces(0, text) if view.name == "normalised")
    return [text[finding.span.start : finding.span.end] for finding in _matcher(_read(path)).find(view)]


def test_the_lists_that_policies_build_on_are_there() -> None:
    """The starter policies name these."""
    assert {"claim-event", "contract-topic", "customer-relation", "health"} <= {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_list_is_complete(path: Path) -> None:
    """Every key, the file's own name as id, both titles, known false positives, three samples of a kind, no double."""
    content = _read(path)
    assert set(content) == KEYS
    assert (content["schema"], content["id"], content["status"]) == (1, path.stem, "stable")
    assert set(content["title"]) == {"de", "en"}
    assert content["falsepositives"]
    assert min(len(content["tests"]["match"]), len(content["tests"]["no_match"])) >= 3
    terms = [str(term.get("term") or term["phrase"]).casefold() for term in content["terms"]]
    assert len(terms) == len(set(terms))


@pytest.mark.parametrize(("path", "sample"), _samples("match"))
def test_what_should_match_matches(path: Path, sample: dict[str, str]) -> None:
    """The list finds exactly these words in the sample."""
    assert sample["find"] in _hits(path, sample["text"])


@pytest.mark.parametrize(("path", "sample"), _samples("no_match"))
def test_what_should_not_match_does_not(path: Path, sample: str) -> None:
    """The list finds nothing in the sample."""
    assert _hits(path, sample) == []
