"""
Train the classifier: `make classifier`, or `python -m training.classifier`.

Reads the posts of `training/disclosures.py`, public sentences that give nothing away, and Brown clusters, and writes
the linear model into `rules/models/postgate-classifier`, where the encoder lies already (`make encoder`). It weighs the
two together on the posts that the encoder never saw, each judged by a linear model that has not seen it either; prints
what both do on these, and the seal.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from array import array
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np

from proxy.core.detection.classifier.features import Clusters, features
from proxy.core.detection.classifier.model import LEAK, WIDTH
from proxy.core.detection.classifier.tokens import tokens
from proxy.detectors.disclosure import CLUSTERS, FIGURES, HASHES, WEIGHTS
from proxy.detectors.encoder import Encoder
from training import corpora, vectors
from training.disclosures import CORPUS, IDENTIFIER, KINDS, POSTS, kind_of, told
from training.linear import Matrix, fit, matrix
from training.run import SEED, SUMS, digests

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from training.disclosures import Told

REPOSITORY = Path(__file__).resolve().parent.parent
STRENGTH = 20.0
FOLDS = 5
WORDS = (("en", 150_000, 1 << 20), ("de", 391_000, 0))
"""Language, most frequent words used, and what is added to their clusters; a word of both languages is the first's."""
PUBLIC = 2_000
"""Sentences of each public corpus; none of them tells the levels."""
LEARNED, MEASURED = slice(0, None, 2), slice(1, None, 2)
"""Documents of SmartData that are learned, and those that figures are measured on."""
RATES = {"low": 0.11, "medium": 0.025}
"""Share of clean posts, hard ones nearly all, that may reach a level."""
CLEARED = 0.01
"""Share of leaks that the linear model may clear without a second look."""


class Second(NamedTuple):
    """When the encoder is asked, and how its log odds and those of the linear model are weighed; see `disclosure`."""

    least: float
    linear: float
    encoder: float
    bias: float


def main() -> int:
    """Run the recipe."""
    parser = argparse.ArgumentParser(prog="python -m training.classifier", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--posts", type=Path, default=POSTS)
    parser.add_argument("--data", type=Path, help="folder with the corpora, see rules/models/README.md")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "rules" / "models" / "postgate-classifier")
    given = parser.parse_args()
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    encoder = Encoder(given.out)
    posts = told(given.corpus, given.posts)
    sys.stdout.write(run(posts, given.out, lambda text: encoder.read(text).score, given.data))
    return 0


def run(
    told_posts: Sequence[Told],
    out: Path,
    encoder: Callable[[str], float],
    data: Path | None = None,
    words: Callable[[], tuple[array[int], array[int]]] | None = None,
) -> str:
    """Train, write, and return figures and seal as JSON."""
    hashes, numbers = (words or word_clusters)()
    of_tokens = features(Clusters(hashes, numbers))
    texts = [*(post.text for post in told_posts), *public(data)]
    posts = matrix([of_tokens(tokens(text)) for text in texts], WIDTH)
    leaks = np.zeros(len(texts), dtype=np.bool_)
    leaks[: len(told_posts)] = [post.leak for post in told_posts]
    unseen = out_of_fold(posts, leaks)[: len(told_posts)]
    ours = leaks[: len(told_posts)]
    heads = {LEAK: fit(posts, leaks, strength=STRENGTH)}
    kinds = np.array([kind_of(post.category) for post in told_posts])
    for kind in (*KINDS, IDENTIFIER):
        heads[kind] = fit(_some(posts, leaks), kinds[ours] == kind, strength=STRENGTH)
    held = np.array([post.held for post in told_posts])
    read = np.array([encoder(post.text) for post in told_posts if post.held])
    second = weighed(unseen[held], read, ours[held], least=float(np.quantile(unseen[ours], CLEARED)))
    together = np.where(
        unseen[held] < second.least, -np.inf, second.bias + second.linear * unseen[held] + second.encoder * read
    )
    clean = np.sort(together[~ours[held]])
    levels = {name: float(clean[int(len(clean) * (1 - rate))]) for name, rate in RATES.items()}
    seal = write(out, (hashes, numbers), heads, levels, second)
    figures = {name: float((together[ours[held]] > level).mean()) for name, level in levels.items()}
    asked = float((unseen[~ours] >= second.least).mean())
    told_figures = {"posts": len(told_posts), "held out": int(held.sum()), "clean posts looked at twice": asked}
    return json.dumps({**told_figures, "leaks above the levels": figures, "seal": seal}, indent=1) + "\n"


def weighed(
    linear: NDArray[np.float64], encoder: NDArray[np.float64], leaks: NDArray[np.bool_], *, least: float
) -> Second:
    """Return the weights of both log odds that explain best what leaks, by Newton's method."""
    rows = np.column_stack([linear, encoder, np.ones(len(linear))])
    weights = np.array([0.5, 0.5, 0.0])
    for _ in range(30):
        chances = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (chances - leaks) + 1e-3 * weights
        bend = (rows * (chances * (1 - chances))[:, None]).T @ rows + 1e-3 * np.eye(3)
        weights = weights - np.linalg.solve(bend, slope)
    return Second(least, *map(float, weights))


def public(data: Path | None) -> list[str]:
    """Return public sentences, which give nothing away; none without the folder."""
    if data is None:
        return []
    random = Random(SEED)
    read = (
        corpora.germeval(data, "train"),
        corpora.mobie(data),
        corpora.english(data),
        corpora.smartdata(data, LEARNED),
    )
    return [one.text for corpus in read for one in random.sample(corpus, min(PUBLIC, len(corpus)))]


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
    clusters: tuple[array[int], array[int]],
    heads: dict[str, NDArray[np.float64]],
    levels: dict[str, float],
    second: Second,
) -> str:
    """Write the files of the linear model, little-endian, and the list of all files; return the seal."""
    out.mkdir(parents=True, exist_ok=True)
    (out / SUMS).unlink(missing_ok=True)
    for name, numbers in zip((HASHES, CLUSTERS), clusters, strict=True):
        np.frombuffer(numbers, np.uint32).astype("<u4").tofile(out / name)
    scales = {name: float(np.abs(weights[:-1]).max()) / 127 for name, weights in heads.items()}
    rows = [np.round(weights[:-1] / scales[name]).astype(np.int8) for name, weights in heads.items()]
    np.concatenate(rows).tofile(out / WEIGHTS)
    described = {name: {"scale": scales[name], "bias": float(weights[-1])} for name, weights in heads.items()}
    told_figures = {"heads": described, "levels": levels, "second": second._asdict()}
    (out / FIGURES).write_text(json.dumps(told_figures, indent=1) + "\n", encoding="utf-8")
    sums = "".join(f"{digest}  {name}\n" for name, digest in digests(out).items())
    (out / SUMS).write_text(sums, encoding="utf-8")
    return digests(out)[SUMS]


if __name__ == "__main__":
    sys.exit(main())
