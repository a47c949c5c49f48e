from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from proxy.detectors.config import BACKENDS
from proxy.settings.language_model import OURS, LanguageModel

GOOD = {"name": "de-large", "kind": "spacy", "path": "/models/de", "sha256": "0a" * 32}


def test_a_model_of_the_house_is_described() -> None:
    """Labels are optional; a factory belongs to code."""
    model = LanguageModel.model_validate(GOOD | {"labels": {"PER": "PERSON"}})

    assert (model.path, model.labels, model.factory) == (Path("/models/de"), {"PER": "PERSON"}, "")
    assert LanguageModel.model_validate(GOOD | {"kind": "python", "factory": "ours.gliner:backend"}).kind == "python"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "postgate"}, "name-of-ours"),
        ({"name": "rampart"}, "name-of-ours"),
        ({"name": "Groß"}, "string_pattern_mismatch"),
        ({"kind": "hub"}, "literal_error"),
        ({"sha256": "0a"}, "string_pattern_mismatch"),
        ({"sha256": "0A" * 32}, "string_pattern_mismatch"),
        ({"labels": {"PER": "IBAN_CODE"}}, "literal_error"),
        ({"kind": "python"}, "factory"),
        ({"kind": "python", "factory": "no function"}, "factory"),
        ({"factory": "ours:backend"}, "factory"),
        ({"download": True}, "extra_forbidden"),
    ],
)
def test_mistakes_have_a_code(changes: dict[str, object], code: str) -> None:
    """And never repeat the input."""
    with pytest.raises(ValidationError) as caught:
        LanguageModel.model_validate(GOOD | changes)

    assert [error["type"] for error in caught.value.errors()] == [code]


def test_settings_and_detectors_know_the_same_models() -> None:
    """Neither imports the other."""
    assert OURS == BACKENDS
