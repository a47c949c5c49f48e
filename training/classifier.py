"""
Train the classifier: `make classifier`, or `python -m training.classifier`.

Reads the dev part of the corpus, public sentences that give nothing away, and Brown clusters, and writes
`rules/models/postgate-classifier`.
Prints what it does on posts it was not trained on (each post judged by a model that has not seen it), and the seal.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from array import array
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from proxy.core.detection.classifier.features import Clusters, features
from proxy.core.detection.classifier.model import LEAK, WIDTH
from proxy.core.detection.classifier.tokens import tokens
from proxy.core.text.joining import recent
from proxy.detectors.disclosure import CLUSTERS, FIGURES, HASHES, WEIGHTS, whole_text
from proxy.detectors.sheet import make_sheet
from proxy.scoring.corpus import read_corpus
from training import corpora, vectors
from training.linear import Matrix, fit, matrix
from training.run import SEED, SUMS, digests

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from proxy.scoring.corpus import Example

REPOSITORY = Path(__file__).resolve().parent.parent
STRENGTH = 20.0
FOLDS = 5
WORDS = (("en", 150_000, 1 << 20), ("de", 391_000, 0))
"""Language, most frequent words used, and what is added to their clusters; a word of both languages is the first's."""
KINDS = {
    "customer": frozenset({"amount-person", "customer-relation", "health-claim", "inferred-customer"}),
    "insider": frozenset({"insider"}),
    "advertising": frozenset({"advertising"}),
}
"""Head to the categories of the corpus it is for; every other leak is an `identifier`."""
IDENTIFIER = "identifier"
PUBLIC = 1_500
"""Sentences of each public corpus; none of them tells the levels."""
RATES = {"low": 0.35, "medium": 0.02}
"""Share of clean posts, hard ones nearly all, that may reach a level."""


def main() -> int:
    """Run the recipe."""
    parser = argparse.ArgumentParser(prog="python -m training.classifier", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=REPOSITORY / "tests" / "corpus")
    parser.add_argument("--data", type=Path, help="folder with the corpora, see rules/models/README.md")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "rules" / "models" / "postgate-classifier")
    given = parser.parse_args()
    sys.stdout.write(run(given.corpus, given.out, given.data))
    return 0


def run(
    corpus: Path,
    out: Path,
    data: Path | None = None,
    words: Callable[[], tuple[array[int], array[int]]] | None = None,
) -> str:
    """Train, write, and return figures and seal as JSON."""
    examples = read_corpus(corpus, split="dev")
    hashes, numbers = (words or word_clusters)()
    of_tokens = features(Clusters(hashes, numbers))
    texts = [*map(_text, examples), *public(data)]
    posts = matrix([of_tokens(tokens(text)) for text in texts], WIDTH)
    leaks = np.zeros(len(texts), dtype=np.bool_)
    leaks[: len(examples)] = [example.leak for example in examples]
    unseen = out_of_fold(posts, leaks)[: len(examples)]
    ours = leaks[: len(examples)]
    levels = {name: float(np.quantile(unseen[~ours], 1 - rate)) for name, rate in RATES.items()}
    heads = {LEAK: fit(posts, leaks, strength=STRENGTH)}
    told = np.array([kind_of(example.category) for example in examples])
    for kind in (*KINDS, IDENTIFIER):
        heads[kind] = fit(_some(posts, leaks), told[ours] == kind, strength=STRENGTH)
    seal = write(out, hashes, numbers, heads, levels)
    figures = {name: float((unseen[ours] > level).mean()) for name, level in levels.items()}
    return json.dumps({"posts": len(examples), "leaks above the levels": figures, "seal": seal}, indent=1) + "\n"


def public(data: Path | None) -> list[str]:
    """Return public sentences, which give nothing away; none without the folder."""
    if data is None:
        return []
    random = Random(SEED)
    corpora_used = (corpora.germeval(data, "train"), corpora.mobie(data), corpora.english(data))
    return [one.text for corpus in corpora_used for one in random.sample(corpus, min(PUBLIC, len(corpus)))]


def _text(example: Example) -> str:
    return whole_text(make_sheet([part.text for part in example.parts], "", recent(example.thread)))


def kind_of(category: str) -> str:
    """Return the head that posts of a category belong to."""
    return next((kind for kind, categories in KINDS.items() if category in categories), IDENTIFIER)


def word_clusters() -> tuple[array[int], array[int]]:
    """Return the hashes of the words that have a cluster, sorted, and their clusters."""
    table: dict[int, int] = {}
    for code, most, added in WORDS:
        for number, (word, cluster) in enumerate(vectors.clusters(code).items()):
            if number >= most:
                break
            table.setdefault(crc32(word.encode()), cluster + added)
    hashes = sorted(table)
    return array("I", hashes), array("I", (table[key] for key in hashes))


def out_of_fold(data: Matrix, labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return for each post what a model says that was trained without it."""
    scores = np.zeros(data.posts)
    for fold in range(FOLDS):
        held = np.arange(data.posts) % FOLDS == fold
        weights = fit(_some(data, ~held), labels[~held], strength=STRENGTH)
        scores[held] = data.scores(weights)[held]
    return scores


def _some(data: Matrix, chosen: NDArray[np.bool_]) -> Matrix:
    kept = chosen[data.rows]
    places = np.cumsum(chosen) - 1
    return Matrix(
        columns=data.columns[kept],
        rows=places[data.rows[kept]],
        values=data.values[kept],
        posts=int(chosen.sum()),
        width=data.width,
    )


def write(
    out: Path,
    hashes: array[int],
    numbers: array[int],
    heads: dict[str, NDArray[np.float64]],
    levels: dict[str, float],
) -> str:
    """Write the files of the model, little-endian, and return the seal."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    np.frombuffer(hashes, np.uint32).astype("<u4").tofile(out / HASHES)
    np.frombuffer(numbers, np.uint32).astype("<u4").tofile(out / CLUSTERS)
    scales = {name: float(np.abs(weights[:-1]).max()) / 127 for name, weights in heads.items()}
    rows = [np.round(weights[:-1] / scales[name]).astype(np.int8) for name, weights in heads.items()]
    np.concatenate(rows).tofile(out / WEIGHTS)
    described = {name: {"scale": scales[name], "bias": float(weights[-1])} for name, weights in heads.items()}
    (out / FIGURES).write_text(json.dumps({"heads": described, "levels": levels}, indent=1) + "\n", encoding="utf-8")
    sums = "".join(f"{digest}  {name}\n" for name, digest in digests(out).items())
    (out / SUMS).write_text(sums, encoding="utf-8")
    return digests(out)[SUMS]


if __name__ == "__main__":
    sys.exit(main())
