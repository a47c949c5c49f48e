"""
Versions of the language-model backends, computed without importing a model library: the parent never does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.detectors.models import RAMPART, SPACY_EN
from proxy.detectors.versions import digest_of

if TYPE_CHECKING:
    from proxy.detectors.models import PinnedModel


def spacy_en_version() -> str:
    """Return the version of `spacy-en` with the pinned weights and the installed library."""
    return digest_of(
        "spacy-en",
        modules=("ner", "spacy_en", "language", "models"),
        libraries=("spacy",),
        data=_pins(SPACY_EN),
    )


def rampart_version() -> str:
    """Return the version of `rampart` with the pinned weights and the installed libraries."""
    return digest_of(
        "rampart",
        modules=("ner", "rampart", "models"),
        libraries=("onnxruntime", "tokenizers"),
        data=_pins(RAMPART),
    )


def _pins(model: PinnedModel) -> tuple[str, ...]:
    return tuple(f"{name}={digest}" for name, digest in sorted(model.sha256.items()))
