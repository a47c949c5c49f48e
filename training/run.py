"""
The steps of the recipe in their order.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.cli.train import train

from training import corpora, corpus, vectors
from training.examples import LABELS
from training.score import score

if TYPE_CHECKING:
    from spacy.language import Language

    from training.examples import Example

SEED = 42
SUMS = "SHA256SUMS"
DEFAULT_STEPS = 6_500
CONFIG = Path(__file__).with_name("pipeline.cfg")
NAME = "postgate_de_en"
VERSION = "1.0.0"


def run(data: Path, work: Path, out: Path, *, seed: int, steps: int) -> str:
    """Train, trim, score; return the figures and the seal as JSON."""
    work.mkdir(parents=True, exist_ok=True)
    names = vectors.build(work / "vectors", seed)
    corpus.write(corpus.training(data, seed), work / "train.spacy")
    corpus.write(corpus.development(data, seed), work / "dev.spacy")
    train(
        CONFIG,
        work / "model",
        overrides={
            "paths.train": str(work / "train.spacy"),
            "paths.dev": str(work / "dev.spacy"),
            "initialize.vectors": str(work / "vectors"),
            "system.seed": seed,
            "training.max_steps": steps,
        },
    )
    finish(work / "model" / "model-best", out, names)
    figures = {name: asdict(score(spacy.load(out), examples)) for name, examples in tests(data).items()}
    return json.dumps({"figures": figures, "seal": digests(out)[SUMS]}, indent=1, ensure_ascii=False) + "\n"


def tests(data: Path) -> dict[str, list[Example]]:
    """Return the corpora that only score."""
    germeval = corpora.germeval(data, "test")
    return {
        "germeval-test": germeval,
        "germeval-test-lower": [example.recased(example.text.lower()) for example in germeval],
        "german-pud": corpora.german_pud(data),
        "social": corpora.social(data),
    }


def finish(trained: Path, out: Path, names: list[int]) -> None:
    """
    Copy the pipeline without the strings it met in training and without paths of this machine.

    The rows of the vectors that belong to names go into `meta.json`: the backend restores the case of shouted text with
    them.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    pipeline: Language = spacy.load(trained)
    pipeline.meta.update({"name": NAME, "version": VERSION, "license": "CC-BY-4.0", "author": "Postgate contributors"})
    pipeline.meta["name_rows"] = names
    for key in ("paths", "initialize"):
        for name in ("train", "dev", "vectors"):
            if name in pipeline.config[key]:
                pipeline.config[key][name] = None
    pipeline.to_disk(out)
    # Words are looked up by hash; only the labels must be spelt out.
    (out / "vocab" / "strings.json").write_text(json.dumps(list(LABELS)), encoding="utf-8")
    sums = "".join(f"{digest}  {name}\n" for name, digest in digests(out).items())
    (out / SUMS).write_text(sums, encoding="utf-8")


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file, by path inside the folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
