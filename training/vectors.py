"""
Brown clusters as static vectors: one row for each cluster, shared by all its words.

`spacy-lookups-data` holds a cluster for a million words of each language. Words of one cluster stand in the same places
of texts, so a surname that no corpus has still looks like a surname. Lower-cased twins of names are added, because
people do not bother with capitals. The result is plain spaCy: nothing of ours runs when the pipeline is loaded.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import spacy
from spacy.strings import hash_string  # type: ignore[attr-defined]  # a function of the compiled module
from spacy.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX_BITS = ((4, 16), (6, 32))
_OWN_WIDTH = 80
RARER = 3
"""How much rarer a word must be than the name it looks like, to be taken for that name in lower case."""
WIDTH = sum(width for _, width in _PREFIX_BITS) + _OWN_WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Which words of a cluster table are used; `names` and `places` are the clusters that hold those."""

    code: str
    most: int
    names: frozenset[int]
    places: frozenset[int]


LANGUAGES = (
    Language(
        code="de",
        most=200_000,
        names=frozenset({40, 56, 504, 24, 248, 120}),
        places=frozenset({80, 848, 16}),
    ),
    Language(
        code="en",
        most=120_000,
        names=frozenset({86, 22, 502, 1014, 1990, 1382}),
        places=frozenset({678, 1702}),
    ),
)


def clusters(code: str) -> dict[str, int]:
    """Return the cluster of every word, most frequent words first."""
    found = importlib.util.find_spec("spacy_lookups_data")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("spacy_lookups_data")
    path = Path(found.origin).parent / "data" / f"{code}_lexeme_cluster.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        table: dict[str, int] = json.load(file)
    return table


def chosen(language: Language, table: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """
    Return (cluster, rank) of the words that are used.

    Names and places stand there in lower case, too, unless that is a word of its own: `klaus` is, `stark` is not.
    """
    ranks = {word: rank for rank, word in enumerate(table)}
    kept = {
        word: (cluster, ranks[word])
        for word, cluster in table.items()
        if cluster and (ranks[word] < language.most or cluster in language.names)
    }
    for word, (cluster, rank) in list(kept.items()):
        lowered = word.lower()
        rarer = lowered not in ranks or ranks[lowered] > RARER * (rank + 1)
        if cluster in language.names | language.places and lowered != word and rarer:
            kept[lowered] = (cluster, rank)
    return kept


def merged(tables: Mapping[str, Mapping[str, tuple[int, int]]]) -> dict[str, tuple[str, int]]:
    """Return (language, cluster) of every word; one that both know belongs where it is more frequent."""
    best: dict[str, tuple[float, str, int]] = {}
    for code, table in tables.items():
        # A frequent English word is rarer in German texts than its rank says; 1.5 in favour of German.
        weight = 1.0 if code == "de" else 1.5
        for word, (cluster, rank) in table.items():
            if word not in best or rank * weight < best[word][0]:
                best[word] = (rank * weight, code, cluster)
    return {word: (code, cluster) for word, (_, code, cluster) in best.items()}


def name_rows(words: Mapping[str, tuple[str, int]]) -> list[int]:
    """Return the rows of the clusters that hold given names and surnames."""
    names = {language.code: language.names for language in LANGUAGES}
    return [row for row, (code, cluster) in enumerate(sorted(set(words.values()))) if cluster in names[code]]


def rows(keys: list[tuple[str, int]], seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return a vector for each cluster; clusters whose codes begin alike lie close."""
    random = np.random.RandomState(seed)
    drawn: dict[tuple[object, ...], np.ndarray[tuple[int], np.dtype[np.float64]]] = {}

    def direction(key: tuple[object, ...], width: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        if key not in drawn:
            vector = random.randn(width)
            drawn[key] = vector / np.linalg.norm(vector)
        return drawn[key]

    table = np.zeros((len(keys), WIDTH), dtype=np.float32)
    for row, (code, cluster) in enumerate(keys):
        pieces = [direction((code, bits, cluster & ((1 << bits) - 1)), width) for bits, width in _PREFIX_BITS]
        table[row] = np.concatenate([*pieces, direction((code, "own", cluster), _OWN_WIDTH)])
    return table


def write(folder: Path, words: Mapping[str, tuple[str, int]], seed: int) -> int:
    """Write an empty pipeline that holds the vectors; return how many words have one."""
    keys = sorted(set(words.values()))
    place = {key: row for row, key in enumerate(keys)}
    vectors = Vectors(data=rows(keys, seed), name="clusters")
    for word, key in words.items():
        vectors.add(hash_string(word), row=place[key])
    pipeline = spacy.blank("de")
    pipeline.vocab.vectors = vectors
    pipeline.to_disk(folder)
    return len(words)


def build(folder: Path, seed: int) -> list[int]:
    """Build the vectors of all languages; return the rows that belong to names."""
    words = merged({language.code: chosen(language, clusters(language.code)) for language in LANGUAGES})
    write(folder, words, seed)
    return name_rows(words)
