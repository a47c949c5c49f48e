"""
Versions of the language-model backends, computed without importing a model library: the parent never does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.detectors.models import OWN, RAMPART, SPACY_EN
from proxy.detectors.versions import digest_of

if TYPE_CHECKING:
    from proxy.detectors.config import LocalModel
    from proxy.detectors.models import PinnedModel

_LOCAL: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "spacy": (("spacy_pipe",), ("spacy",)),
    "onnx": (("onnx_tokens", "onnx_session"), ("onnxruntime", "tokenizers")),
    "python": ((), ()),
}
"""Modules and libraries that decide, by the kind of a model."""


def own_version() -> str:
    """Return the version of `postgate` with the sealed weights and the installed library."""
    return digest_of(
        "postgate",
        modules=("ner", "postgate_ner", "readings", "spacy_pipe", "models"),
        libraries=("spacy",),
        data=(OWN.seal,),
    )


def spacy_en_version() -> str:
    """Return the version of `spacy-en` with the pinned weights and the installed library."""
    return digest_of(
        "spacy-en",
        modules=("ner", "spacy_en", "spacy_pipe", "models"),
        libraries=("spacy",),
        data=_pins(SPACY_EN),
    )


def rampart_version() -> str:
    """Return the version of `rampart` with the pinned weights and the installed libraries."""
    return digest_of(
        "rampart",
        modules=("ner", "rampart", "onnx_tokens", "onnx_session", "models"),
        libraries=("onnxruntime", "tokenizers"),
        data=_pins(RAMPART),
    )


def local_version(model: LocalModel) -> str:
    """Return the version of a model of the house with its sealed weights, its labels and the installed libraries."""
    modules, libraries = _LOCAL[model.kind]
    return digest_of(
        model.name,
        modules=("ner", "models", "local_models", *modules),
        libraries=libraries,
        data=(model.sha256, model.factory, *(f"{label}={kind}" for label, kind in model.labels)),
    )


def _pins(model: PinnedModel) -> tuple[str, ...]:
    return tuple(f"{name}={digest}" for name, digest in sorted(model.sha256.items()))
