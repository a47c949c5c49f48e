"""
The detectors of the product: which pool runs which, and how a worker builds them.

`line_ups` runs in the parent and imports no detection library; the two factories run in workers and import late, so
that each process loads only what it uses.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from proxy.core.detection.combination import NAME as COMBINATION
from proxy.detectors import disclosure, identifiers, lexicons, presidio_version, register, surfaces
from proxy.detectors.config import BACKENDS, CLASSIFIER, LineUp, LocalModel, Stage, detector_name
from proxy.detectors.ner_versions import local_version, own_version, rampart_version, spacy_en_version
from proxy.detectors.versions import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from proxy.detectors.config import ScannerConfig
    from proxy.detectors.ner import NerBackend
    from proxy.detectors.port import Builders, Detector

_NER_VERSIONS = {
    "postgate": own_version,
    CLASSIFIER: disclosure.expected_version,
    "spacy-en": spacy_en_version,
    "rampart": rampart_version,
}


def line_ups(config: ScannerConfig) -> tuple[LineUp, ...]:
    """Return what the settings ask for: the fast pool always, the one for language models when there are any."""
    limits = config.stages
    fast = LineUp(
        pool="fast",
        workers=config.workers,
        factory=f"{__name__}:build_fast",
        stages=(
            Stage(name=surfaces.NAME, version=surfaces.expected_version(), deadline_ms=limits.surfaces),
            Stage(
                name=identifiers.NAME,
                version=identifiers.expected_version(),
                deadline_ms=limits.identifiers,
                recognizers=True,
            ),
            Stage(name=lexicons.NAME, version=None, deadline_ms=limits.lexicons),
            Stage(name=presidio_version.NAME, version=presidio_version.expected_version(), deadline_ms=limits.presidio),
            *_register(config),
        ),
        surfaces_ms=limits.surfaces,
        options={"key": config.fingerprint_key, "register_key": config.register_key},
        combination=digest_of(COMBINATION, modules=("collect", "signals")),
    )
    return (fast, *_ner_pools(config))


def _register(config: ScannerConfig) -> Iterator[Stage]:
    """Yield the stage that looks into the register of customers, where the house has one."""
    if config.register is not None:
        yield Stage(
            name=register.NAME,
            version=register.expected_version(),
            deadline_ms=config.stages.register,
            register=True,
        )


def _ner_pools(config: ScannerConfig) -> Iterator[LineUp]:
    """Yield the pool for language models, if there are any, and one for each that brings its own code."""
    local = {model.name: model for model in config.local_models if model.name in config.ner}
    apart = [name for name in config.ner if name in local and local[name].kind == "python"]
    together = [name for name in config.ner if name not in apart]
    for pool, names in (("ner", together), *((f"ner-{name}", [name]) for name in apart)):
        if names:
            yield LineUp(
                pool=pool,
                workers=config.ner_workers,
                factory=f"{__name__}:build_ner",
                stages=tuple(
                    Stage(name=detector_name(name), version=_ner_version(name, local), deadline_ms=config.stages.ner)
                    for name in names
                ),
                surfaces_ms=config.stages.surfaces,
                options={
                    "key": config.fingerprint_key,
                    **{f"path:{name}": path for name, path in config.model_paths},
                    **{f"local:{name}": _plain(local[name]) for name in names if name in local},
                },
            )


def _ner_version(name: str, local: Mapping[str, LocalModel]) -> str:
    return local_version(local[name]) if name in local else _NER_VERSIONS[name]()


def _plain(model: LocalModel) -> list[list[object]]:
    """Return a model as pairs of values that JSON knows; a mapping among the options means bytes."""
    return [[name, value] for name, value in asdict(model).items()]


def build_fast(options: Mapping[str, object]) -> Builders:
    """Return how to build the detectors of the fast pool."""
    key = _key(options)

    def build_presidio() -> Detector:
        from proxy.detectors.presidio import PresidioDetector  # noqa: PLC0415

        return PresidioDetector(key)

    def build_register() -> Detector:
        return register.RegisterDetector(register_key=_key(options, "register_key"), fingerprint_key=key)

    return {
        surfaces.NAME: surfaces.SurfacesDetector,
        identifiers.NAME: lambda: identifiers.IdentifierDetector(key),
        lexicons.NAME: lexicons.LexiconDetector,
        presidio_version.NAME: build_presidio,
        register.NAME: build_register,
    }


def build_ner(options: Mapping[str, object]) -> Builders:
    """Return how to build the language models: ours, and those of the house that the options describe."""
    key = _key(options)

    def builder(name: str) -> Callable[[], Detector]:
        def build() -> Detector:
            from proxy.detectors.ner import NerDetector  # noqa: PLC0415

            return NerDetector(_backend(name, options), key)

        return build

    local = [option.removeprefix("local:") for option in options if option.startswith("local:")]
    builders: dict[str, Callable[[], Detector]] = {
        detector_name(name): builder(name) for name in (*BACKENDS, *local) if name != CLASSIFIER
    }
    path = options.get(f"path:{CLASSIFIER}")
    builders[CLASSIFIER] = lambda: disclosure.DisclosureDetector(path if isinstance(path, str) else None)
    return builders


def _backend(name: str, options: Mapping[str, object]) -> NerBackend:
    """Build a language model; only its own libraries are imported."""
    path = options.get(f"path:{name}")
    root = path if isinstance(path, str) else None
    match name:
        case "postgate":
            from proxy.detectors.postgate_ner import Postgate  # noqa: PLC0415

            return Postgate(root)
        case "spacy-en":
            from proxy.detectors.spacy_en import SpacyEnglish  # noqa: PLC0415

            return SpacyEnglish(root)
        case "rampart":
            from proxy.detectors.rampart import Rampart  # noqa: PLC0415

            return Rampart(root)
        case _:
            from proxy.detectors import local_models  # noqa: PLC0415

            return local_models.build(_model(options[f"local:{name}"]))


def _model(plain: object) -> LocalModel:
    """Return the model that the values describe."""
    values = dict(cast("Iterable[tuple[str, Any]]", plain))
    return LocalModel(**{**values, "labels": tuple((label, kind) for label, kind in values["labels"])})


def _key(options: Mapping[str, object], name: str = "key") -> bytes:
    key = options[name]
    if not isinstance(key, bytes):
        raise TypeError("a key is not bytes")
    return key
