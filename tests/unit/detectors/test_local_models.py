from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from proxy.detectors.config import LocalModel
from proxy.detectors.local_models import build
from proxy.detectors.ner_versions import local_version
from proxy.detectors.port import ModelAbsent, ModelAltered, WrongShape
from proxy.detectors.sheet import make_sheet
from tests.fakes.models import seal, tiny_onnx, tiny_spacy

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.detectors.ner import NerBackend

TEXT = "Gestern hat Anna Meier den Tatort aus Hamburg gesehen, Anna!"
MAKERS = {"spacy": tiny_spacy, "onnx": tiny_onnx}


def _model(folder: Path, kind: Any, **changes: Any) -> LocalModel:
    return LocalModel(**{"name": "ours", "kind": kind, "path": str(folder), "sha256": MAKERS[kind](folder)} | changes)


def _find(backend: NerBackend, *texts: str) -> list[list[tuple[str, str, str]]]:
    found = backend.find(make_sheet(texts, "r").parts)
    return [
        [(entity.kind, text[entity.start : entity.end], entity.confidence.value) for entity in entities]
        for text, entities in zip(texts, found, strict=True)
    ]


@pytest.mark.parametrize("kind", MAKERS)
def test_a_model_of_the_house_names_people_and_places(tmp_path: Path, kind: str) -> None:
    """Usual labels need no setting, others are left out; each part has its answer."""
    backend = build(_model(tmp_path / "m", kind))

    assert _find(backend, "", TEXT) == [
        [],
        [("PERSON", "Anna Meier", "medium"), ("LOCATION", "Hamburg", "low"), ("PERSON", "Anna", "low")],
    ]


@pytest.mark.parametrize("kind", MAKERS)
def test_the_house_says_what_labels_mean(tmp_path: Path, kind: str) -> None:
    """Then nothing else counts."""
    backend = build(_model(tmp_path / "m", kind, labels=(("MISC", "ORGANIZATION"),)))

    assert _find(backend, TEXT) == [[("ORGANIZATION", "Tatort", "low")]]


@pytest.mark.parametrize("kind", MAKERS)
def test_it_has_its_name_and_the_version_that_the_parent_expects(tmp_path: Path, kind: str) -> None:
    """Computed without the model's libraries there, with them here."""
    model = _model(tmp_path / "m", kind)

    assert (build(model).name, build(model).version) == ("ours", local_version(model))


@pytest.mark.parametrize("kind", MAKERS)
def test_an_absent_or_altered_model_is_not_loaded(tmp_path: Path, kind: str) -> None:
    """One file more, one byte less, no directory."""
    model = _model(tmp_path / "m", kind)
    (tmp_path / "m" / "more").write_bytes(b"x")
    with pytest.raises(ModelAltered):
        build(model)

    with pytest.raises(ModelAbsent):
        build(_model(tmp_path / "n", kind, path="/nowhere/at/all"))


def test_words_of_one_name_are_one_finding(tmp_path: Path) -> None:
    """A comma or a new beginning ends it, a hyphen does not."""
    backend = build(_model(tmp_path / "m", "onnx"))

    found = _find(backend, "Anna-Meier Anna Meier, Meier")

    assert [text for _, text, _ in found[0]] == ["Anna-Meier", "Anna Meier", "Meier"]


def _code(folder: Path, **said: object) -> LocalModel:
    folder.mkdir()
    (folder / "answer.json").write_text(json.dumps({"end": 4, "confidence": "low"} | said), encoding="utf-8")
    return LocalModel(
        name="ours",
        kind="python",
        path=str(folder),
        sha256=seal(folder),
        factory="tests.fakes.local_code:backend",
    )


def test_code_of_the_house_builds_what_it_likes(tmp_path: Path) -> None:
    """It gets the checked directory; name and version are ours."""
    model = _code(tmp_path / "m")
    backend = build(model)

    assert _find(backend, "Anna war da") == [[("PERSON", "Anna", "low")]]
    assert (backend.name, backend.version) == ("ours", local_version(model))


@pytest.mark.parametrize("said", [{"end": 99}, {"end": 0}, {"confidence": "high"}, {"end": -1}])
def test_what_it_answers_is_checked(tmp_path: Path, said: dict[str, object]) -> None:
    """Ranges outside the text and proofs from a model count as no answer at all."""
    backend = build(_code(tmp_path / "m", **said))

    with pytest.raises(WrongShape):
        backend.find(make_sheet(("Anna",), "r").parts)
