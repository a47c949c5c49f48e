"""
Load one broken file among good ones and render what is said about it.

What a file is broken as follows from its name: `organisation_*` is a profile, `lexicon_*` a word list, `settings_*` the
settings, `*_test` a test file; all others are policies.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from proxy.core.errors import ConfigurationError
from proxy.loading.policies import Sources, load
from proxy.loading.policy_tests import collect
from proxy.loading.settings_file import load_settings

HERE = Path(__file__).parent
FOLDER = HERE / "bad_policies"
LANGUAGES = ("de", "en")
TODAY = date(2026, 11, 23)
KEY = b"an invented key of some length.."


def names() -> list[str]:
    """Return the names of all broken files."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def messages(name: str, scratch: Path) -> dict[str, str]:
    """Return what is said about a broken file, by language."""
    path = FOLDER / f"{name}.yaml"
    found = _settings(path) if name.startswith("settings_") else _policies(path, scratch)
    return {language: found.render(language) + "\n" for language in LANGUAGES}


def _settings(path: Path) -> ConfigurationError:
    try:
        load_settings(path, {})
    except ConfigurationError as error:
        return error
    return ConfigurationError(())


def _policies(path: Path, scratch: Path) -> ConfigurationError:
    policies, lexicons = scratch / "policies", scratch / "lexicons"
    policies.mkdir()
    shutil.copytree(HERE / "lexicons", lexicons)
    organisation = path if path.stem.startswith("organisation_") else None
    if path.stem.startswith("lexicon_"):
        shutil.copy(path, lexicons)
    elif organisation is None:
        shutil.copy(path, policies)
    if path.stem.startswith(("organisation_", "lexicon_")) or path.stem.endswith("_test"):
        shutil.copy(HERE / "good_policy.yaml", policies / "good.yaml")
    sources = Sources(directory=policies, organisation=organisation, lexicons=lexicons, fingerprint_key=KEY)
    loaded = load(sources, TODAY)
    _, problems = collect(loaded, policies, KEY)
    return ConfigurationError((*loaded.problems, *problems))


def write(name: str, scratch: Path) -> None:
    """Write the expected messages of a broken file anew."""
    for language, text in messages(name, scratch).items():
        (FOLDER / f"{name}.{language}.txt").write_text(text, encoding="utf-8")
