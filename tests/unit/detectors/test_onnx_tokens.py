from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from proxy.detectors.onnx_tokens import OVERLAP, WINDOW, TokenClassifier, bare, windows
from proxy.detectors.port import TalksToItsMaker
from tests.fakes.models import tiny_onnx

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> TokenClassifier:
    """Make a tiny model that is sure of people and places."""
    folder = tmp_path_factory.mktemp("tiny")
    tiny_onnx(folder)
    return TokenClassifier(folder, "model.onnx", lambda label: 0.5 if label in {"PER", "LOC"} else 2.0)


def _read(classifier: TokenClassifier, text: str) -> list[tuple[str, str, bool]]:
    return [(word.label, text[word.start : word.end], word.begins) for word in classifier.words(text)]


def test_words_have_labels_and_places(classifier: TokenClassifier) -> None:
    """Labels lose their position; what the caller does not trust is left out."""
    assert _read(classifier, "Gestern, Anna Meier im Tatort aus Hamburg!") == [
        ("PER", "Anna", True),
        ("PER", "Meier", False),
        ("LOC", "Hamburg", True),
    ]


def test_an_empty_text_has_no_words(classifier: TokenClassifier) -> None:
    """The model is not even asked."""
    assert classifier.words("") == []
    assert classifier.words(" \n") == []


def test_a_long_text_is_read_to_its_end(classifier: TokenClassifier) -> None:
    """A name at every seam is found."""
    for count in (WINDOW - 2, WINDOW - 1, WINDOW, 2 * WINDOW, 3000):
        text = "x " * count + "Anna"

        assert _read(classifier, text) == [("PER", "Anna", True)]


@pytest.mark.parametrize("count", [1, 64, 383, 384, 385, 448, 704, 705, 3000, 30_000])
def test_windows_cover_every_token_and_overlap(count: int) -> None:
    """No token is dropped, and every seam is seen from both sides."""
    starts = list(windows(count))
    covered = {token for start in starts for token in range(start, min(start + WINDOW, count))}

    assert covered == set(range(count))
    assert all(second - first == WINDOW - OVERLAP for first, second in pairwise(starts))


@pytest.mark.parametrize(("label", "kind"), [("B-PER", "PER"), ("I-LOC", "LOC"), ("PER", "PER"), ("O", "O")])
def test_labels_without_position(label: str, kind: str) -> None:
    """Some models have none."""
    assert bare(label) == kind


def test_a_runtime_that_would_report_to_its_maker_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The switch has to be in the environment before."""
    tiny_onnx(tmp_path)
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")

    with pytest.raises(TalksToItsMaker):
        TokenClassifier(tmp_path, "model.onnx", lambda _: 0.5)


def test_a_tokenizer_that_frames_nothing_is_refused(tmp_path: Path) -> None:
    """Without the frame that the model was trained with, its answers mean nothing."""
    tiny_onnx(tmp_path)
    file = tmp_path / "tokenizer.json"
    file.write_text(file.read_text(encoding="utf-8").replace("[CLS]", "[XXX]"), encoding="utf-8")

    with pytest.raises(ValueError, match="frame"):
        TokenClassifier(tmp_path, "model.onnx", lambda _: 0.5)
