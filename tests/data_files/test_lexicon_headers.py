"""The shipped word lists: complete headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "rules" / "lexicons"
FILES = sorted(FOLDER.glob("*.yaml"))
KEYS = {
    "schema", "id", "status", "title", "language", "terms", "exclude", "falsepositives", "references", "tests",
}  # fmt: skip


def _read(path: Path) -> dict[str, Any]:
    content = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    assert isinstance(content, dict)
    return content


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
