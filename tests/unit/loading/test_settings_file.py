"""Settings come from one file and the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ConfigurationError
from proxy.loading.settings_file import load_settings, load_typed
from proxy.settings.waiting import Review

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SETTINGS = """\
schema: 1
doors:
  - name: presse
    platform: mastodon
    listen: 127.0.0.1:9000
    public_url: http://127.0.0.1:9000
    upstream: sandbox
policies:
  directory: policies
  organisation: policies/organisation.yaml
audit: {origin: bank.example/postgate}
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "postgate.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _problems(path: Path, environ: Mapping[str, str]) -> list[tuple[str, int, str]]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path, environ)
    return [(problem.file, problem.line, problem.code) for problem in caught.value.problems]


def test_a_good_file_gives_settings(tmp_path: Path) -> None:
    """Defaults fill what is not written."""
    settings = load_settings(_write(tmp_path, SETTINGS), {})

    assert settings.doors[0].name == "presse"
    assert settings.node == "n1"


def test_the_environment_replaces_values(tmp_path: Path) -> None:
    """Sections, lists and new sections; a variable of somebody else does not count."""
    environ = {
        "POSTGATE_DETECTION__WORKERS": "3",
        "POSTGATE_DETECTION__NER": "[spacy-en]",
        "POSTGATE_DOORS__0__ALLOW_PRIVATE": "true",
        "POSTGATE_POLICIES__ON_INCOMPLETE": "block",
        "POSTGATE_NODE": "n7",
        "POSTGATE_CONFIG": "elsewhere",
        "PATH": "/bin",
    }

    settings = load_settings(_write(tmp_path, SETTINGS), environ)

    assert (settings.detection.workers, settings.detection.ner) == (3, ("spacy-en",))
    assert (settings.doors[0].allow_private, settings.policies.on_incomplete, settings.node) == (True, "block", "n7")


@pytest.mark.parametrize(
    "name",
    ["POSTGATE_DOORS__7__NAME", "POSTGATE_NODE__X", "POSTGATE_DOORS__X__NAME", "POSTGATE_DOORS__9", "POSTGATE___X"],
)
def test_a_variable_that_names_no_place_is_a_mistake(tmp_path: Path, name: str) -> None:
    """It is not ignored."""
    text = SETTINGS.replace("schema: 1", "schema: 1\nnode: n1")

    assert (name, 0, "bad-variable") in _problems(_write(tmp_path, text), {name: "x"})


def test_a_mistake_names_the_variable_it_came_from(tmp_path: Path) -> None:
    """Not the file, which may be right."""
    environ = {"POSTGATE_DETECTION__WORKERS": "many", "POSTGATE_DETECTION__WORKER": "1"}

    assert _problems(_write(tmp_path, SETTINGS), environ) == [
        ("POSTGATE_DETECTION__WORKERS", 0, "bad-setting"),
        ("POSTGATE_DETECTION__WORKER", 0, "unknown-setting"),
    ]


def test_a_variable_with_broken_yaml_is_a_mistake(tmp_path: Path) -> None:
    """Whatever it was meant to say."""
    assert _problems(_write(tmp_path, SETTINGS), {"POSTGATE_DETECTION__NER": "[a"}) == [
        ("POSTGATE_DETECTION__NER", 0, "bad-variable"),
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["empty-file"]),
        ("[a]", ["wrong-kind"]),
        ("a: [", ["syntax-bracket"]),
        (SETTINGS + "schema: 1\n", ["duplicate-key"]),
        (SETTINGS.replace("schema: 1", "schema: 1\nnode: &a n1"), ["anchor"]),
        (SETTINGS.replace("schema: 1", "schema: 1\nnode: ~"), ["bad-setting"]),
        (SETTINGS.replace("platform: mastodon", "platform: mastodon\n    language: NO"), ["bad-setting"]),
    ],
)
def test_a_file_that_is_not_fully_understood_is_refused(tmp_path: Path, text: str, codes: list[str]) -> None:
    """The form first, then every value."""
    assert [code for _, _, code in _problems(_write(tmp_path, text), {})] == codes


def test_an_alias_counts_as_nothing_and_is_reported(tmp_path: Path) -> None:
    """Together with what is missing because of it."""
    text = SETTINGS.replace("{origin: bank.example/postgate}", "*origin")

    assert {code for _, _, code in _problems(_write(tmp_path, text), {})} == {"alias", "bad-setting"}


def test_a_missing_file_is_a_mistake(tmp_path: Path) -> None:
    """With what to do."""
    assert _problems(tmp_path / "none.yaml", {}) == [("none.yaml", 0, "unreadable")]


def test_any_model_can_be_read(tmp_path: Path) -> None:
    """Without an environment."""
    assert load_typed(_write(tmp_path, "due_minutes: 5"), Review).due_minutes == 5
