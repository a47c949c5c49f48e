from __future__ import annotations

from dataclasses import replace

from proxy.detectors.config import LocalModel
from proxy.detectors.ner_versions import local_version, own_version, rampart_version, spacy_en_version

MODEL = LocalModel(name="ours", kind="spacy", path="/models/ours", sha256="a" * 64)


def test_backends_have_versions_of_their_own() -> None:
    """Two models never share a version."""
    assert len({own_version(), spacy_en_version(), rampart_version()}) == 3
    assert own_version() == own_version()


def test_the_version_of_a_model_of_the_house_is_what_decides() -> None:
    """Weights, labels, kind and name are in it; where the directory lies is not."""
    changed = [
        replace(MODEL, sha256="b" * 64),
        replace(MODEL, labels=(("PER", "PERSON"),)),
        replace(MODEL, kind="onnx"),
        replace(MODEL, kind="python", factory="ours:backend"),
        replace(MODEL, name="other"),
    ]

    assert len({local_version(model) for model in (MODEL, *changed)}) == 1 + len(changed)
    assert local_version(replace(MODEL, path="/elsewhere")) == local_version(MODEL)
