from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.detectors.spacy_pipe import SpacyPipe
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
