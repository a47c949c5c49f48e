"""
Language models of the house: a spaCy pipeline or an ONNX token classifier in a directory, or code of the house's own.

The directory is sealed (see `models.SealedModel`); nothing is fetched, and the worker has no network. A model whose
libraries Postgate does not bring, such as GLiNER, comes as a factory and runs in a pool of its own.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

from proxy.core.model import Confidence
from proxy.detectors.models import SealedModel
from proxy.detectors.ner import KINDS, Entity, person_confidence
from proxy.detectors.ner_versions import local_version
from proxy.detectors.onnx_tokens import TokenClassifier
from proxy.detectors.port import WrongShape
from proxy.detectors.spacy_pipe import SpacyPipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from proxy.detectors.config import LocalModel
    from proxy.detectors.ner import NerBackend
    from proxy.detectors.port import PartViews

WEIGHTS = "model.onnx"
THRESHOLD = 0.5


def build(model: LocalModel) -> NerBackend:
    """
    Return the backend of a model of the house.

    Raises:
        ModelAbsent: no such directory, or a file is missing.
        ModelAltered: a file is not the one that was sealed.
    """
    root = SealedModel(seal=model.sha256).locate(model.path)
    match model.kind:
        case "spacy":
            return LocalSpacy(model, root)
        case "onnx":
            return LocalOnnx(model, root)
        case "python":
            return LocalCode(model, root)


class LocalSpacy:
    """A spaCy pipeline folder, such as the unpacked wheel of an official model."""

    def __init__(self, model: LocalModel, root: Path) -> None:
        self.name = model.name
        self.version = local_version(model)
        self._kinds = dict(model.labels) or KINDS
        self._pipe = SpacyPipe(root)

    def find(self, parts: Sequence[PartViews]) -> list[list[Entity]]:
        """Return the entities of every part."""
        texts = [part.normalised.text for part in parts]
        return [
            list(_entities(names, text, self._kinds)) for text, names in zip(texts, self._pipe.read(texts), strict=True)
        ]


class LocalOnnx:
    """A token classifier as exporters write it: `config.json`, `tokenizer.json`, `model.onnx`."""

    def __init__(self, model: LocalModel, root: Path) -> None:
        self.name = model.name
        self.version = local_version(model)
        self._kinds = dict(model.labels) or KINDS
        self._classifier = TokenClassifier(root, WEIGHTS, lambda label: THRESHOLD if label in self._kinds else 2.0)

    def find(self, parts: Sequence[PartViews]) -> list[list[Entity]]:
        """Return the entities of every part."""
        return [self._find_in(part.normalised.text) for part in parts]

    def _find_in(self, text: str) -> list[Entity]:
        groups: list[tuple[str, int, int]] = []
        for word in self._classifier.words(text):
            label, start, end = groups[-1] if groups else ("", 0, 0)
            glued = label == word.label and not word.begins and text[end : word.start].strip("-' ’") == ""
            if glued:
                groups[-1] = (label, start, word.end)
            else:
                groups.append((word.label, word.start, word.end))
        return list(_entities(groups, text, self._kinds))


class LocalCode:
    """A backend that a factory of the house builds; its answers are checked, its version is ours."""

    def __init__(self, model: LocalModel, root: Path) -> None:
        self.name = model.name
        self.version = local_version(model)
        module, _, function = model.factory.partition(":")
        make = cast("Callable[[Path], NerBackend]", getattr(importlib.import_module(module), function))
        self._backend = make(root)

    def find(self, parts: Sequence[PartViews]) -> Sequence[Sequence[Entity]]:
        """Return what the backend finds, if that is what backends return."""
        found = self._backend.find(parts)
        for part, entities in zip(parts, found, strict=True):
            for entity in entities:
                inside = 0 <= entity.start < entity.end <= len(part.normalised.text)
                if not inside or entity.confidence is Confidence.HIGH:
                    raise WrongShape
        return found


def _entities(names: Iterable[tuple[str, int, int]], text: str, kinds: Mapping[str, str]) -> Iterator[Entity]:
    for label, start, end in names:
        if label in kinds:
            kind = kinds[label]
            sure = person_confidence(text[start:end]) if kind == "PERSON" else Confidence.LOW
            yield Entity(kind=kind, start=start, end=end, confidence=sure)
