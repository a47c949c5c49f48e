from __future__ import annotations

import os
import subprocess
import sys

import pytest

from proxy.core.model import Confidence
from proxy.detectors.ner_versions import rampart_version
from proxy.detectors.onnx_tokens import Word
from proxy.detectors.port import ModelAbsent
from proxy.detectors.rampart import Rampart, entities, groups
from proxy.detectors.sheet import make_sheet


@pytest.fixture(scope="module")
def backend() -> Rampart:
    """Load the real weights once."""
    return Rampart()


def _find(backend: Rampart, text: str) -> list[tuple[str, str, str]]:
    (found,) = backend.find(make_sheet((text,), "r").parts)
    return [(entity.kind, text[entity.start : entity.end], entity.confidence.value) for entity in found]


@pytest.mark.models
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gestern hat Anna Schneider angerufen.", ("PERSON", "Anna Schneider", "medium")),
        ("Yesterday John Smith called us.", ("PERSON", "John Smith", "medium")),
        ("Er wohnt in der Gartenstraße 5 in 20095 Hamburg.", ("ADDRESS", "Gartenstraße 5", "medium")),
    ],
)
def test_names_and_addresses_are_found(backend: Rampart, text: str, expected: tuple[str, str, str]) -> None:
    """Given and family name together, or street and number, are medium."""
    assert expected in _find(backend, text)


@pytest.mark.models
def test_nothing_is_said_about_an_ordinary_post(backend: Rampart) -> None:
    """No names, nothing found; nor in an empty text."""
    assert _find(backend, "Schönes Wochenende euch allen!") == []
    assert _find(backend, "") == []


@pytest.mark.models
def test_a_long_text_is_read_to_its_end(backend: Rampart) -> None:
    """The model raises over 512 tokens; windows do not, and a name at a seam is found with its offsets."""
    sentence = "Wir freuen uns sehr auf das Sommerfest mit euch allen. "
    for count in range(20, 70, 5):
        text = sentence * count + "Gestern hat Anna Schneider angerufen."

        assert ("PERSON", "Anna Schneider", "medium") in _find(backend, text)


@pytest.mark.models
def test_the_version_is_the_one_the_parent_expects(backend: Rampart) -> None:
    """Weights, code and libraries are in it."""
    assert backend.version == rampart_version()


def test_an_absent_model_is_not_fetched() -> None:
    """No files, no backend."""
    with pytest.raises(ModelAbsent):
        Rampart("/nowhere/at/all")


def test_a_runtime_that_would_report_to_its_maker_is_not_loaded() -> None:
    """Without the switch in the environment there is no backend, and the library is not even imported."""
    code = (
        "import sys\nfrom proxy.detectors.rampart import Rampart\n"
        "try:\n    Rampart()\nexcept Exception as error:\n    print(error.code, 'onnxruntime' in sys.modules)\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}

    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert said.stdout == "talks-to-its-maker False\n"


def _words(text: str, *labels: tuple[str, str]) -> list[Word]:
    return [
        Word(label=label, begins=True, start=text.index(word), end=text.index(word) + len(word))
        for label, word in labels
    ]


def test_neighbouring_names_are_told_apart() -> None:
    """A comma or a new given name starts another person; a hyphen joins a double name."""
    text = "Anna Beispiel-Muster Peter Probe, Muster"
    words = _words(
        text,
        ("GIVEN_NAME", "Anna"),
        ("SURNAME", "Beispiel"),
        ("SURNAME", "Muster"),
        ("GIVEN_NAME", "Peter"),
        ("SURNAME", "Probe"),
    )
    found = [entity for group in groups(words, text) for entity in entities(group)]

    assert [text[entity.start : entity.end] for entity in found] == ["Anna Beispiel-Muster", "Peter Probe"]
    assert {entity.confidence for entity in found} == {Confidence.MEDIUM}


def test_what_runs_of_words_amount_to() -> None:
    """One name is low, a city alone is a place, a number is some identifier."""
    text = "Anna Hamburg 4711"
    words = _words(text, ("GIVEN_NAME", "Anna"), ("CITY", "Hamburg"), ("TAX_ID", "4711"))
    found = [entity for group in groups(words, text) for entity in entities(group)]

    assert [(entity.kind, entity.confidence) for entity in found] == [
        ("PERSON", Confidence.LOW),
        ("LOCATION", Confidence.LOW),
        ("OTHER_IDENTIFIER", Confidence.LOW),
    ]
