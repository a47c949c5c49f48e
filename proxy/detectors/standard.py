"""
The detectors of the product: which pool runs which, and how a worker builds them.

`line_ups` runs in the parent and imports no detection library; the two factories run in workers and import late, so
that each process loads only what it uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.detectors import identifiers, lexicons, presidio_version, surfaces
from proxy.detectors.config import LineUp, Stage
from proxy.detectors.ner_versions import rampart_version, spacy_en_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.detectors.config import ScannerConfig
    from proxy.detectors.port import Builders, Detector

_NER_VERSIONS = {"spacy-en": spacy_en_version, "rampart": rampart_version}


def line_ups(config: ScannerConfig) -> tuple[LineUp, ...]:
    """Return what the settings ask for: the fast pool always, the one for language models when there are any."""
    limits = config.stages
    fast = LineUp(
        pool="fast",
        workers=config.workers,
        factory=f"{__name__}:build_fast",
        stages=(
            Stage(name=surfaces.NAME, version=surfaces.expected_version(), deadline_ms=limits.surfaces),
            Stage(name=identifiers.NAME, version=identifiers.expected_version(), deadline_ms=limits.identifiers),
            Stage(name=lexicons.NAME, version=None, deadline_ms=limits.lexicons),
            Stage(name=presidio_version.NAME, version=presidio_version.expected_version(), deadline_ms=limits.presidio),
        ),
        surfaces_ms=limits.surfaces,
        options={"key": config.fingerprint_key},
    )
    if not config.ner:
        return (fast,)
    return (
        fast,
        LineUp(
            pool="ner",
            workers=config.ner_workers,
            factory=f"{__name__}:build_ner",
            stages=tuple(
                Stage(name=f"ner:{backend}", version=_NER_VERSIONS[backend](), deadline_ms=limits.ner)
                for backend in config.ner
            ),
            surfaces_ms=limits.surfaces,
            options={"key": config.fingerprint_key, **{f"path:{name}": path for name, path in config.model_paths}},
        ),
    )


def build_fast(options: Mapping[str, object]) -> Builders:
    """Return how to build the detectors of the fast pool."""
    key = _key(options)

    def build_presidio() -> Detector:
        from proxy.detectors.presidio import PresidioDetector  # noqa: PLC0415

        return PresidioDetector(key)

    return {
        surfaces.NAME: surfaces.SurfacesDetector,
        identifiers.NAME: lambda: identifiers.IdentifierDetector(key),
        lexicons.NAME: lexicons.LexiconDetector,
        presidio_version.NAME: build_presidio,
    }


def build_ner(options: Mapping[str, object]) -> Builders:
    """Return how to build the language models."""
    key = _key(options)

    def build_spacy_en() -> Detector:
        from proxy.detectors.ner import NerDetector  # noqa: PLC0415
        from proxy.detectors.spacy_en import SpacyEnglish  # noqa: PLC0415

        return NerDetector(SpacyEnglish(_path(options, "spacy-en")), key)

    def build_rampart() -> Detector:
        from proxy.detectors.ner import NerDetector  # noqa: PLC0415
        from proxy.detectors.rampart import Rampart  # noqa: PLC0415

        return NerDetector(Rampart(_path(options, "rampart")), key)

    return {"ner:spacy-en": build_spacy_en, "ner:rampart": build_rampart}


def _key(options: Mapping[str, object]) -> bytes:
    key = options["key"]
    if not isinstance(key, bytes):
        raise TypeError("the fingerprint key is not bytes")
    return key


def _path(options: Mapping[str, object], backend: str) -> str | None:
    path = options.get(f"path:{backend}")
    return path if isinstance(path, str) else None
