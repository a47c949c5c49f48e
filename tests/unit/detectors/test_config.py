from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from proxy.detectors.config import LineUp, LocalModel, ScannerConfig, Stage
from tests.fakes.detectors import KEY, config

MODEL = LocalModel(name="ours", kind="spacy", path="/models/ours", sha256="0" * 64)


def test_a_model_of_the_house_may_be_chosen() -> None:
    """Among those that are described."""
    assert config(ner=("ours", "postgate"), local_models=(MODEL,)).ner == ("ours", "postgate")


@pytest.mark.parametrize(
    "changes",
    [{"name": "rampart"}, {"kind": "python"}, {"factory": "ours:backend"}],
)
def test_a_model_that_cannot_be_meant_is_refused(changes: dict[str, Any]) -> None:
    """One of our names; code without a factory, and the other way round."""
    with pytest.raises(ValueError):
        replace(MODEL, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"workers": 0},
        {"ner_workers": 0, "ner": ("rampart",)},
        {"ner": ("rampart", "rampart")},
        {"ner": ("de_core_news_lg",)},
        {"local_models": (MODEL, MODEL)},
        {"fingerprint_key": b"short"},
        {"fingerprint_key": b"x" * 65},
    ],
)
def test_settings_that_would_look_at_nothing_are_refused(changes: dict[str, object]) -> None:
    """No workers, unknown models and keys that are none raise when the settings are made."""
    with pytest.raises(ValueError):
        config(**changes)


@pytest.mark.parametrize(
    ("stage", "version"),
    [
        (Stage(name="x", version="1", deadline_ms=1), "1"),
        (Stage(name="x", version=None, deadline_ms=1), "rules"),
        (Stage(name="x", version="1", deadline_ms=1, recognizers=True), "1-rules"),
        (Stage(name="x", version="1", deadline_ms=1, register=True), "1-register"),
    ],
)
def test_a_version_says_what_else_decides(stage: Stage, version: str) -> None:
    """The rules of the bundle, or the register beside it."""
    assert stage.version_under("rules", "register") == version
    assert stage.by_rules is (version != "1")


def test_an_empty_detector_list_refuses_to_start() -> None:
    """Nothing configured to look, nothing may pass."""
    with pytest.raises(ValueError, match="without detectors"):
        LineUp(pool="fast", workers=1, factory="a:b", stages=())


def test_a_line_up_without_workers_is_refused() -> None:
    """A pool that no process serves would answer nothing."""
    with pytest.raises(ValueError, match="without workers"):
        LineUp(pool="fast", workers=0, factory="a:b", stages=(Stage(name="x", version="1", deadline_ms=1),))


def test_the_key_is_in_no_representation() -> None:
    """Neither settings nor line-ups show the fingerprint key."""
    settings = ScannerConfig(workers=1, ner_workers=1, fingerprint_key=KEY)
    stage = Stage(name="x", version="1", deadline_ms=1)
    line_up = LineUp(pool="fast", workers=1, factory="a:b", stages=(stage,), options={"key": KEY})

    assert "invented" not in repr(settings) + repr(line_up)


def test_limits_follow_the_stages() -> None:
    """Stage 0 is the work before the first detector."""
    stages = (Stage(name="x", version="1", deadline_ms=100), Stage(name="y", version="1", deadline_ms=200))

    assert LineUp(pool="p", workers=1, factory="a:b", stages=stages, surfaces_ms=50).limits() == (0.05, 0.1, 0.2)
