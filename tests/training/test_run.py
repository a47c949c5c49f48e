from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, cast

import spacy

from proxy.detectors.models import SealedModel
from training import run

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.pipeline import EntityRuler


def _trained(folder: Path) -> Path:
    pipeline = spacy.blank("de")
    cast("EntityRuler", pipeline.add_pipe("entity_ruler")).add_patterns([{"label": "PER", "pattern": "Anna"}])
    pipeline("Wörter aus dem Training")
    pipeline.config["initialize"]["vectors"] = "/elsewhere/somebody/vectors"
    pipeline.to_disk(folder)
    return folder


def test_what_is_shipped_has_a_seal_and_no_traces(tmp_path: Path) -> None:
    """No strings of the training, no paths of the machine; the rows of names are written down."""
    out = tmp_path / "models" / "out"

    run.finish(_trained(tmp_path / "trained"), out, [3, 5])

    assert json.loads((out / "vocab" / "strings.json").read_text(encoding="utf-8")) == ["PER", "LOC", "ORG", "MISC"]
    assert "somebody" not in (out / "config.cfg").read_text(encoding="utf-8")
    assert spacy.load(out).meta["name_rows"] == [3, 5]
    seal = hashlib.sha256((out / run.SUMS).read_bytes()).hexdigest()
    assert SealedModel(seal=seal).locate(str(out)) == out
    assert run.digests(out)[run.SUMS] == seal


def test_the_corpora_that_score_are_never_trained_on(tmp_path: Path) -> None:
    """The test part, the same in lower case, and the two that only score."""
    for name, text in (
        ("germeval14/test_bioes.test", "Anna S-PER\n"),
        ("pud-eval-only/de_pud-ud-test.iob2", "1\tA\tO\n"),
    ):
        file = tmp_path / f"{name}.gz"
        file.parent.mkdir(parents=True)
        with gzip.open(file, "wt", encoding="utf-8") as stream:
            stream.write(text)
    (tmp_path / "social-dev-de.txt").write_text("Mit [PER Anna]\n", encoding="utf-8")

    parts = run.tests(tmp_path)

    assert {name: [example.text for example in examples] for name, examples in parts.items()} == {
        "germeval-test": ["Anna"],
        "germeval-test-lower": ["anna"],
        "german-pud": ["A"],
        "social": ["Mit Anna"],
    }
