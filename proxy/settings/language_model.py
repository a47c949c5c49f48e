"""
The settings of one language model of the house; `model` says where they belong.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from proxy.settings.mistakes import mistake

OURS = ("postgate", "classifier", "spacy-en", "rampart")
"""The language models that Postgate knows; no other may be called like one of them."""

Kind = Literal["PERSON", "ORGANIZATION", "LOCATION"]


class LanguageModel(BaseModel):
    """A language model of the house, in a directory of this machine."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
    """What `detection.ner` calls it."""
    kind: Literal["spacy", "onnx", "python"]
    """A spaCy pipeline, an ONNX token classifier, or what `factory` builds, in processes of its own."""
    path: Path
    """Directory of the model, with a file `SHA256SUMS` that lists every other file."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of that file."""
    labels: dict[str, Kind] = {}
    """What the labels of the model mean; empty for PER, ORG, LOC and their usual spellings."""
    factory: str = ""
    """`package.module:function` for the kind `python`; gets the directory, returns a backend."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.name in OURS:
            raise mistake(code="name-of-ours", places=(("name",),))
        if (self.kind == "python") != (":" in self.factory):
            raise mistake(code="factory", places=(("factory",),))
        return self
