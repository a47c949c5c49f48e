from __future__ import annotations

import pytest

from proxy.core.model import Confidence, Span
from proxy.detectors.ner_versions import spacy_en_version
from proxy.detectors.port import ModelAbsent
from proxy.detectors.sheet import make_sheet
from proxy.detectors.spacy_en import SpacyEnglish, _stretches

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def backend() -> SpacyEnglish:
    """Load the real weights once."""
    return SpacyEnglish()


def _find(backend: SpacyEnglish, text: str) -> list[tuple[str, str]]:
    (found,) = backend.find(make_sheet((text,), "r").parts)
    return [(entity.kind, text[entity.start : entity.end]) for entity in found]


def test_people_in_english_sentences_are_found(backend: SpacyEnglish) -> None:
    """A model alone is low, and only kinds that somebody uses come out."""
    text = "Yesterday John Smith called us from London about his contract."

    found = _find(backend, text)

    assert ("PERSON", "John Smith") in found
    assert {kind for kind, _ in found} <= {"PERSON", "ORGANIZATION", "LOCATION"}
    (entities,) = backend.find(make_sheet((text,), "r").parts)
    assert {entity.confidence for entity in entities} == {Confidence.LOW}


def test_german_sentences_are_not_shown_to_it(backend: SpacyEnglish) -> None:
    """Offsets are right behind a German sentence."""
    assert _find(backend, "Wir freuen uns auf das Sommerfest mit der Filiale Hamburg.") == []
    mixed = "Wir freuen uns auf das Fest mit euch. John Smith of London will be there, too."
    assert ("PERSON", "John Smith") in _find(backend, mixed)


def test_stretches_join_neighbours_and_skip_german() -> None:
    """Sentences in a row go to the model together."""
    text = "One is the. Two of the. Das ist ein der. Three is the."
    sentences = (Span(start=0, end=11), Span(start=12, end=23), Span(start=24, end=40), Span(start=41, end=54))

    assert list(_stretches(text, sentences)) == [(0, 23), (41, 54)]
    assert list(_stretches(text, sentences[2:3])) == []


def test_it_forgets_the_words_it_was_shown(backend: SpacyEnglish) -> None:
    """Without a memory zone every unseen token would stay in memory for ever."""
    _find(backend, "Warm up with Jane Doe.")
    before = backend.words_kept()
    for number in range(300):
        _find(backend, f"The customer neverseen{number} met xq{number}zw in yk{number}.")

    assert backend.words_kept() == before


def test_the_version_is_the_one_the_parent_expects(backend: SpacyEnglish) -> None:
    """Weights, code and library are in it."""
    assert backend.version == spacy_en_version()


def test_an_absent_model_is_not_fetched() -> None:
    """No files, no backend."""
    with pytest.raises(ModelAbsent):
        SpacyEnglish("/nowhere/at/all")
