"""The recipe of the classifier, on a small corpus."""

from __future__ import annotations

import json
from array import array
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from proxy.core.detection.classifier.features import Clusters
from proxy.core.detection.classifier.model import WIDTH
from proxy.detectors.disclosure import CLUSTERS, FIGURES, HASHES, WEIGHTS
from proxy.detectors.models import SealedModel
from training import classifier
from training.disclosures import told

if TYPE_CHECKING:
    from pathlib import Path

CATEGORIES = ("customer-relation", "insider", "advertising", "iban")


def _row(number: int, category: str, *, leak: bool) -> dict[str, object]:
    text = f"{category} verraten, Fall {number}" if leak else f"Guten Morgen aus {category}, Nummer {number}"
    return {
        "id": f"{category}-{number}-{leak}",
        "lang": "de",
        "organisation": "bank",
        "category": category,
        "label": "leak" if leak else "clean",
        "expected": "hold" if leak else "allow",
        "parts": [{"kind": "body", "text": text}],
        "thread": [],
        "spans": [{"part": 0, "start": 0, "end": 4, "type": "WORDS"}] if leak else [],
        "evasion": [],
        "split": "dev",
        "note": "",
    }


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Write a corpus in which leaks say so."""
    folder = tmp_path / "corpus" / "dev"
    folder.mkdir(parents=True)
    for category in CATEGORIES:
        rows = [_row(number, category, leak=leak) for number in range(25) for leak in (True, False)]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{category}.de.jsonl").write_text(lines, encoding="utf-8")
    return folder.parent


def _two_words() -> tuple[array[int], array[int]]:
    hashes = sorted(crc32(word) for word in (b"Fall", b"Morgen"))
    return array("I", hashes), array("I", [1, 2])


def _knows(text: str) -> float:
    return 4.0 if "verraten" in text else -4.0


def test_a_model_is_sealed_and_can_be_read(corpus: Path, tmp_path: Path) -> None:
    """One row of weights a head, levels, clusters; the seal is that of the list of files."""
    out = tmp_path / "model"

    posts = told(corpus, tmp_path / "none")
    figures = json.loads(classifier.run(posts, out, _knows, words=_two_words))

    assert SealedModel(seal=figures["seal"]).locate(str(out)) == out
    described = json.loads((out / FIGURES).read_text(encoding="utf-8"))
    assert list(described["heads"]) == ["leak", "customer", "insider", "advertising", "identifier"]
    assert described["levels"]["low"] <= described["levels"]["medium"]
    assert list(described["second"]) == ["least", "linear", "encoder", "bias"]
    assert described["second"]["encoder"] > 0
    assert (out / WEIGHTS).stat().st_size == WIDTH * 5
    hashes, numbers = ((out / name).read_bytes() for name in (HASHES, CLUSTERS))
    assert Clusters(array("I", hashes), array("I", numbers)).of("Morgen") in {1, 2}
    assert figures["posts"] == 200
