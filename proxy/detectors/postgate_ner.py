"""
The backend `postgate`: our own small pipeline for German and English posts.

It reads each text once, and once more where the writer shouted or left out all capitals. A name glued together in a
hashtag or a file name is spelt out before. Trained with the recipe in `training/`; what it is made of and how good it
is stands in the model card beside the weights.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.strings import get_string_id

from proxy.core.model import Confidence
from proxy.detectors.models import OWN
from proxy.detectors.ner import KINDS, Entity, person_confidence
from proxy.detectors.ner_versions import own_version
from proxy.detectors.readings import Reading, recased, spelt_out
from proxy.detectors.spacy_pipe import SpacyPipe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.detectors.port import PartViews
    from proxy.detectors.spacy_pipe import Named

_HANDLE = re.compile(r"@([^\W\d_]{3,})[._]([^\W\d_]{3,})(?![\w@.]*@)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_NAME = frozenset("0123456789@/")
"""Nobody is called like that; models believe it of numbers and addresses."""
PERSON = "PER"
_EDGES = "#@ \n\t.,;:!?\"'„“”‚‘’()[]*_–-"


class Postgate:
    """Names of people, organisations and places in German and English posts."""

    name = "postgate"

    def __init__(self, path: str | None = None) -> None:
        self._pipe = SpacyPipe(OWN.locate(path))
        self._rows = self._pipe.pipeline.vocab.vectors.key2row
        self._name_rows = frozenset(self._pipe.pipeline.meta["name_rows"])
        self.version = own_version()

    def words_kept(self) -> int:
        """Return how many strings the pipeline remembers; it must not grow with what it is shown."""
        return self._pipe.words_kept()

    def find(self, parts: Sequence[PartViews]) -> list[list[Entity]]:
        """Return the entities of every part."""
        readings: list[tuple[int, Reading]] = []
        for number, part in enumerate(parts):
            first = spelt_out(part.normalised.text)
            again = recased(first, self._is_name, self._is_word)
            readings.append((number, first))
            if again is not None:
                readings.append((number, again))
        found: list[list[Entity]] = [list(self._handles(part.normalised.text)) for part in parts]
        seen = self._pipe.read([reading.text for _, reading in readings])
        for (number, reading), names in zip(readings, seen, strict=True):
            for entity in self._entities(reading, names):
                _add(found[number], entity)
        return found

    def _entities(self, reading: Reading, names: Sequence[Named]) -> Iterator[Entity]:
        """Yield what the model named, as ranges of the text that the reading was made from."""
        for label, begin, stop in names:
            start, end = _trimmed(reading.text, begin, stop)
            said = reading.text[start:end]
            if label not in KINDS or not said or (label == PERSON and not _NO_NAME.isdisjoint(said)):
                continue
            first, last = reading.back(start, end)
            sure = self._confidence(said) if label == PERSON else Confidence.LOW
            yield Entity(kind=KINDS[label], start=first, end=last, confidence=sure)

    def _confidence(self, said: str) -> Confidence:
        """Return `medium` for two words of which at least one is a known name."""
        known = any(self._is_name(word.lower()) or self._is_name(word) for word in _WORD.findall(said))
        return person_confidence(said) if known else Confidence.LOW

    def _handles(self, text: str) -> Iterator[Entity]:
        """Yield accounts that are called like a person: `@anna_meier`. Nobody knows that it is one."""
        for handle in _HANDLE.finditer(text):
            if self._is_name(handle.group(1).lower()) and self._is_name(handle.group(2).lower()):
                yield Entity(kind="PERSON", start=handle.start() + 1, end=handle.end(), confidence=Confidence.LOW)

    def _is_name(self, word: str) -> bool:
        """Return whether a word stands where names stand."""
        return self._row(word) in self._name_rows

    def _is_word(self, word: str) -> bool:
        return self._row(word) >= 0

    def _row(self, word: str) -> int:
        row: int = self._rows.get(get_string_id(word), -1)
        return row


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without signs and marks at its ends."""
    kept = text[start:end].rstrip(_EDGES)
    return end - len(text[start:end].lstrip(_EDGES)), start + len(kept)


def _add(known: list[Entity], new: Entity) -> None:
    """Add an entity, unless one of its kind holds it; one that holds others takes their place."""
    same = [old for old in known if old.kind == new.kind]
    if any(old.start <= new.start and new.end <= old.end for old in same):
        return
    for old in same:
        if new.start <= old.start and old.end <= new.end:
            known.remove(old)
    known.append(new)
