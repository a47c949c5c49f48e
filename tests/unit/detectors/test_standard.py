from __future__ import annotations

import pytest

from proxy.detectors.standard import build_fast, build_ner, line_ups
from tests.fakes.detectors import KEY, config


def test_the_fast_pool_is_always_there() -> None:
    """Without language models there is one pool with four detectors."""
    (fast,) = line_ups(config())

    assert [stage.name for stage in fast.stages] == ["surfaces", "identifiers", "lexicons", "presidio"]
    assert [stage.name for stage in fast.stages if stage.version is None] == ["lexicons"]


def test_language_models_have_a_pool_of_their_own() -> None:
    """One detector per model, in the order of the settings, with the paths that the settings give."""
    settings = config(ner=("rampart", "spacy-en"), ner_workers=3, model_paths=(("rampart", "/models/r"),))
    _fast, ner = line_ups(settings)

    assert [stage.name for stage in ner.stages] == ["ner:rampart", "ner:spacy-en"]
    assert ner.workers == 3
    assert ner.options["path:rampart"] == "/models/r"


def test_what_workers_build_is_what_the_parent_expects() -> None:
    """Names and versions of the fast detectors agree."""
    (fast,) = line_ups(config())
    builders = build_fast(fast.options)
    built = [builders[stage.name]() for stage in fast.stages]

    assert [detector.name for detector in built] == [stage.name for stage in fast.stages]
    assert [detector.version("rules") for detector in built] == [stage.version_under("rules") for stage in fast.stages]


def test_a_model_at_another_path_must_be_the_same(tmp_path: pytest.TempPathFactory) -> None:
    """The builder of a model whose files are not there raises; its detector is missing then."""
    builders = build_ner({"key": KEY, "path:rampart": str(tmp_path), "path:spacy-en": str(tmp_path)})

    for name in ("ner:rampart", "ner:spacy-en"):
        with pytest.raises(Exception, match=r"model|cfg|onnx"):
            builders[name]()


def test_a_factory_without_a_key_builds_nothing() -> None:
    """Fingerprints without a key could be computed by anybody."""
    with pytest.raises((KeyError, TypeError)):
        build_fast({"key": "text"})
