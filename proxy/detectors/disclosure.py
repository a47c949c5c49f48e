"""
The detector `classifier`: whether a post, as a whole, reads like one that gives something away, and what.

Rules know words; this one has read thousands of invented posts that give something away and as many that only look like
it, and weighs how people tell things. It proves nothing: `medium` at most, `low` where it would be wrong too often. It
reads all parts of a post together with the end of its thread, and what was encoded or spaced out once more by itself.
Codes that belong to nobody are left out before, and so are values that rules decide about by themselves; what is
encoded stands there as what it says: none is a sign of anything by its looks.

It looks twice: a linear model clears most posts at once, and an encoder (see `encoder`) reads those that it cannot
clear. What of these is too long to be read to its end is `low` at least.
"""

from __future__ import annotations

import json
import sys
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.classifier.features import Clusters, features
from proxy.core.detection.classifier.model import WIDTH, Head, LinearModel
from proxy.core.detection.classifier.tokens import tokens
from proxy.core.detection.combination import SUSPECT
from proxy.core.detection.impersonal import without_impersonal
from proxy.core.detection.ruled import without_ruled
from proxy.core.model import Confidence, Finding, View
from proxy.core.text.decoding import fragments
from proxy.detectors.config import CLASSIFIER as NAME
from proxy.detectors.models import CLASSIFIER
from proxy.detectors.versions import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from proxy.core.model import Span, Surface
    from proxy.detectors.port import Sheet

IDENTIFIER = "identifier"
SURER = 1.0
"""Log odds above `medium` that a post needs when it reads as if it had a number or an address in it: those have rules
of their own, and samples and donation accounts read like any other."""
HASHES, CLUSTERS, WEIGHTS, FIGURES = "word-hashes.bin", "word-clusters.bin", "weights.bin", "model.json"
_READ_AGAIN = frozenset({"decoded", "respaced"})
"""Views that say something else than the text they were made from."""
_FEWEST_TOKENS = 4
"""Below, a hidden piece says too little to be judged."""


def expected_version() -> str:
    """Return the version that this code has with the sealed weights."""
    return digest_of(
        NAME,
        modules=("disclosure", "encoder", "onnx_session", "models"),
        libraries=("onnxruntime", "tokenizers"),
        data=(CLASSIFIER.seal,),
    )


class _Opinion(NamedTuple):
    confidence: Confidence
    kind: str


class _Second(NamedTuple):
    """When the encoder is asked, and how its answer and that of the linear model are weighed together."""

    least: float
    """Log odds of the linear model from which it is asked."""
    linear: float
    encoder: float
    bias: float


@dataclass(slots=True)
class _Budget:
    """Windows that the encoder may still read of a post."""

    windows: int


class DisclosureDetector:
    """
    Judges whole posts.

    Raises:
        ModelAbsent: the files of the model are not there.
        ModelAltered: they are not the sealed ones.
    """

    name = NAME

    def __init__(self, path: str | None = None) -> None:
        from proxy.detectors.encoder import MOST_WINDOWS, Encoder  # noqa: PLC0415  only workers load its libraries

        root = CLASSIFIER.locate(path)
        described = json.loads((root / FIGURES).read_text(encoding="utf-8"))
        self._features: Callable[[Sequence[str]], set[int]] = features(
            Clusters(_numbers(root / HASHES, "I"), _numbers(root / CLUSTERS, "I"))
        )
        self._model = LinearModel(_heads(root / WEIGHTS, described["heads"]))
        self._encoder, self._most_windows = Encoder(root), MOST_WINDOWS
        self._second = _Second(**described["second"])
        self._levels = {level: described["levels"][level.value] for level in (Confidence.MEDIUM, Confidence.LOW)}
        self._version = expected_version()

    def version(self, rules: str) -> str:  # noqa: ARG002  the model depends on no word list
        """Return the digest of code and weights."""
        return self._version

    def find(self, sheet: Sheet) -> list[Finding]:
        """Return one finding for a post that reads like a disclosure, and one for each hidden piece that does."""
        found, budget = [], _Budget(self._most_windows)
        if (opinion := self._opinion(whole_text(sheet), budget)) is not None and sheet.parts:
            found.append(self._finding(self._place(sheet), opinion))
        for part in sheet.parts:
            for view in part.surfaces:
                if view.name in _READ_AGAIN:
                    opinion = self._opinion(view.text, budget, _FEWEST_TOKENS)
                    found += self._in_view(view, opinion) if opinion is not None else ()
        return found

    def _opinion(self, text: str, budget: _Budget, fewest: int = 1) -> _Opinion | None:
        """Return how sure the models are that a text gives something away, None where they are not."""
        text = as_said(text)
        words = tokens(text)
        if len(words) < fewest:
            return None
        seen = self._features(words)
        first = self._model.score(seen)
        if first < self._second.least:
            return None
        if budget.windows == 0:
            return _Opinion(Confidence.LOW, self._model.kind(seen))
        reading = self._encoder.read(text, budget.windows)
        budget.windows -= reading.windows
        score = self._second.bias + self._second.linear * first + self._second.encoder * reading.score
        kind = self._model.kind(seen)
        confidence = confidence_of(score, kind, self._levels) or (None if reading.whole else Confidence.LOW)
        return None if confidence is None else _Opinion(confidence, kind)

    def _place(self, sheet: Sheet) -> tuple[int, Span]:
        """Return the part and place of the sentence that says most."""
        candidates = [(number, span) for number, part in enumerate(sheet.parts) for span in part.sentences]
        if len(candidates) > 1:
            number, span = max(candidates, key=lambda one: self._weight(sheet.parts[one[0]].normalised, one[1]))
        else:
            number, span = candidates[0]
        return number, sheet.parts[number].normalised.origin(span.start, span.end)

    def _weight(self, view: Surface, sentence: Span) -> float:
        return self._model.score(self._features(tokens(view.text[sentence.start : sentence.end])))

    def _in_view(self, view: Surface, opinion: _Opinion) -> Iterator[Finding]:
        place = view.place(0, len(view.text))
        if place is not None:
            yield self._finding(place, opinion, View.DEOBFUSCATED, view.transforms)

    def _finding(
        self,
        place: tuple[int, Span],
        opinion: _Opinion,
        view: View = View.PLAIN,
        transforms: tuple[str, ...] = (),
    ) -> Finding:
        return Finding(
            rule=f"{NAME}/{opinion.kind}",
            entity=SUSPECT,
            confidence=opinion.confidence,
            part=place[0],
            span=place[1],
            view=view,
            transforms=transforms,
            detector=NAME,
        )


def confidence_of(score: float, kind: str, levels: Mapping[Confidence, float]) -> Confidence | None:
    """Return the level that log odds reach, None below both."""
    if score >= levels[Confidence.MEDIUM] + (SURER if kind == IDENTIFIER else 0):
        return Confidence.MEDIUM
    return Confidence.LOW if score >= levels[Confidence.LOW] else None


def as_said(text: str) -> str:
    """
    Return a text with what is encoded in it read out, without codes that belong to nobody and values with rules.

    What says too little to be judged, a date or a name, stays encoded: that somebody hides it is what can be seen.
    """
    said, read = "", 0
    for start, end, value in fragments(text):
        if len(tokens(value)) >= _FEWEST_TOKENS:
            said, read = said + text[read:start] + value, end
    return without_ruled(without_impersonal(said + text[read:]))


def whole_text(sheet: Sheet) -> str:
    """Return all a post says: its parts, a line each, behind the ends of earlier texts of its thread."""
    if sheet.joined:
        return sheet.joined[0].text
    return "\n".join(part.normalised.text for part in sheet.parts)


def _heads(path: Path, described: dict[str, dict[str, float]]) -> dict[str, Head]:
    weights = memoryview(path.read_bytes()).cast("b")
    return {
        name: Head(weights=weights[number * WIDTH : (number + 1) * WIDTH], scale=one["scale"], bias=one["bias"])
        for number, (name, one) in enumerate(described.items())
    }


def _numbers(path: Path, kind: str) -> array[int]:
    """Return the unsigned little-endian numbers of a file."""
    numbers = array(kind, path.read_bytes())
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
