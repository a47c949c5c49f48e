from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import spacy

from training.vectors import WIDTH, Language, chosen, merged, name_rows, rows, write

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGE = Language(code="de", most=5, names=frozenset({7}), places=frozenset({9}))
TABLE = {"und": 1, "stark": 2, "Klaus": 7, "Köln": 9, "Stark": 7, "x": 0, "Rarname": 7, "klaus": 3, "selten": 4}


def test_names_stand_there_in_lower_case_too() -> None:
    """Unless that is a frequent word of its own; rare words are left out, rare names are kept."""
    kept = chosen(LANGUAGE, TABLE)

    assert kept["Rarname"][0] == kept["rarname"][0] == 7
    assert kept["köln"][0] == 9
    assert kept["stark"][0] == 2
    assert "x" not in kept
    assert "selten" not in kept


def test_a_word_belongs_where_it_is_more_frequent() -> None:
    """With a little favour for German."""
    words = merged({"de": {"a": (1, 10), "b": (1, 40)}, "en": {"a": (5, 9), "b": (5, 9), "c": (5, 9)}})

    assert words == {"a": ("de", 1), "b": ("en", 5), "c": ("en", 5)}


def test_clusters_that_begin_alike_lie_close() -> None:
    """Equal every time; clusters with nothing in common are apart."""
    one, near, far = rows([("de", 0b000001), ("de", 0b1000001), ("en", 0b111110)], seed=1)

    assert np.array_equal(rows([("de", 1)], seed=1)[0], one)
    assert one @ near > 1.5
    assert abs(one @ far) < 1.5


def test_a_pipeline_holds_the_vectors(tmp_path: Path) -> None:
    """One row a cluster, however many words it has."""
    words = {"Anna": ("de", 40), "anna": ("de", 40), "und": ("de", 1)}

    assert write(tmp_path, words, seed=1) == 3
    vocabulary = spacy.load(tmp_path).vocab
    assert vocabulary.vectors.shape == (2, WIDTH)
    assert list(vocabulary["Anna"].vector) == list(vocabulary["anna"].vector)
    assert name_rows(words) == [1]
