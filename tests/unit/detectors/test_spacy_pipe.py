from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from thinc.api import NumpyOps, get_current_ops

from proxy.detectors.spacy_pipe import SpacyPipe, _Blas
from tests.fakes.models import tiny_spacy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: pytest.TempPathFactory) -> SpacyPipe:
    """Make a tiny pipeline."""
    folder = tmp_path_factory.mktemp("tiny")
    tiny_spacy(folder)
    return SpacyPipe(folder)


def test_every_text_has_its_names(pipe: SpacyPipe) -> None:
    """In order, with the labels of the model, and none for a text without."""
    assert pipe.read(["Anna in Hamburg", "", "Hier ist Anna Meier"]) == [
        [("PER", 0, 4), ("LOC", 8, 15)],
        [],
        [("PER", 9, 19)],
    ]
    assert pipe.read([]) == []


def test_it_forgets_the_words_it_was_shown(pipe: SpacyPipe) -> None:
    """Without a memory zone every unseen word would stay in memory for ever."""
    pipe.read(["Warm"])
    before = pipe.words_kept()
    for number in range(200):
        pipe.read([f"nie{number} gesehen{number}", f"auch{number} nicht"])

    assert pipe.words_kept() == before


def test_components_that_are_not_wanted_are_not_loaded(tmp_path: Path) -> None:
    """Without its only component nothing is named."""
    tiny_spacy(tmp_path)

    assert SpacyPipe(tmp_path, without=("entity_ruler",)).read(["Anna"]) == [[]]


def test_matrices_are_multiplied_as_thinc_does() -> None:
    """Turned round or not, with a place for the result or without."""
    ours, theirs = _Blas(), NumpyOps()
    random = np.random.default_rng(1)
    tall = random.random((5, 3), dtype=np.float32)
    wide = random.random((3, 4), dtype=np.float32)
    result = np.zeros((5, 4), dtype=np.float32)

    assert np.allclose(ours.gemm(tall, wide), theirs.gemm(tall, wide))
    assert np.allclose(ours.gemm(tall, wide.T.copy(), trans2=True), theirs.gemm(tall, wide))
    assert np.allclose(ours.gemm(tall.T.copy(), wide, trans1=True), theirs.gemm(tall, wide))
    assert ours.gemm(tall, wide, out=result) is result
    assert np.allclose(result, theirs.gemm(tall, wide))


def test_other_pipelines_of_the_process_keep_their_operations(tmp_path: Path) -> None:
    """What is set for loading is set back, also when it fails."""
    usual = get_current_ops()
    with pytest.raises(OSError):
        SpacyPipe(tmp_path / "nothing")

    assert get_current_ops() is usual
