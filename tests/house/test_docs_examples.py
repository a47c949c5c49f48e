"""Examples in pages do what the pages say: code compiles, YAML loads, the auditor's arithmetic is that of the log."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
import pytest
import yaml

from proxy.audit.chain import genesis, link
from proxy.audit.leaf import build
from proxy.gate.work import Actor, AuditRecord
from proxy.loading.lexicons import load_lexicons
from proxy.loading.policies import Sources, load
from proxy.loading.recognizers import load_recognizers
from proxy.loading.settings_file import load_settings
from proxy.loading.word_hits import word_search
from tests.house.files import REPOSITORY, below, committed, text_of

if TYPE_CHECKING:
    from pathlib import Path

HOW_TO = REPOSITORY / "docs" / "how-to"
EXAMPLES = REPOSITORY / "deploy" / "examples"
ORIGIN, NOTED = "postgate.example", 38
"""As in the auditor's example."""


def _blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(path), re.DOTALL | re.MULTILINE)


def _pages() -> list[Path]:
    return [path for path in committed() if path.suffix == ".md"]


@pytest.mark.parametrize("path", _pages(), ids=below)
def test_code_in_a_page_can_be_read(path: Path) -> None:
    """Python compiles, YAML and JSON parse."""
    for text in _blocks(path, "python"):
        if "# so " not in text and "..." not in text:
            compile(text, str(path), "exec")
    for text in _blocks(path, "yaml"):
        yaml.safe_load(text)
    for text in _blocks(path, "json"):
        orjson.loads(text)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_example_of_a_detection_rule_loads(tmp_path: Path, language: str) -> None:
    """Its samples hold."""
    (rule,) = _blocks(HOW_TO / "compliance" / f"write-a-rule.{language}.md", "yaml")
    (tmp_path / "sample.yaml").write_text(rule, encoding="utf-8")

    recognizers, problems = load_recognizers(tmp_path)

    assert ([one.id for one in recognizers], problems) == (["de-depot-number-example"], [])


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_example_files_for_compliance_load(tmp_path: Path, language: str) -> None:
    """Policy, organisation profile and word list of the page come through the strict reader without a mistake."""
    policy, _, more, organisation, lexicon = _blocks(HOW_TO / "compliance" / f"edit-a-policy.{language}.md", "yaml")
    policy = policy.replace("default: allow", f"{more}default: allow")
    for folder in ("policies", "lexicons"):
        (tmp_path / folder).mkdir()
    (tmp_path / "policies" / "sample.yaml").write_text(policy, encoding="utf-8")
    (tmp_path / "policies" / "organisation.yaml").write_text(organisation, encoding="utf-8")
    (tmp_path / "lexicons" / "sample.yaml").write_text(lexicon, encoding="utf-8")
    sources = Sources(
        directory=tmp_path / "policies",
        organisation=tmp_path / "policies" / "organisation.yaml",
        lexicons=tmp_path / "lexicons",
        fingerprint_key=b"an invented key of some length..",
    )

    loaded = load(sources, datetime(2026, 11, 23, tzinfo=UTC).date())

    assert [problem.render("en") for problem in loaded.problems] == []
    assert load_lexicons(tmp_path / "lexicons", word_search)[1] == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_auditors_script_finds_the_link_of_the_log(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the page computes with hashlib and json is what the writer linked, umlauts included."""
    (script,) = _blocks(HOW_TO / "auditor" / f"read-the-log.{language}.md", "python")
    expected, lines = genesis(ORIGIN), []
    for number in range(NOTED + 2):
        leaf = build(_record(number), node="n1")
        told = {"seq": number, "leaf_hash": leaf.hash.hex(), **orjson.loads(leaf.data)}
        lines.append(orjson.dumps(told).decode())
        if number < NOTED:
            expected = link(expected, leaf.hash)
    file = tmp_path / "records.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")

    exec(compile(script.replace('"records.jsonl"', repr(str(file))), "page", "exec"), {})

    assert capsys.readouterr().out.strip() == expected.hex()


def _record(number: int) -> AuditRecord:
    data: dict[str, object] = {"account": f"mastodon:grüße-{number}", "reason": 'ein "Wort"\n\t\x01\x7f€😀'}
    return AuditRecord(
        id=f"sample-{number}",
        code="PG-408",
        type="account.removed",
        at=datetime(2026, 11, 23, 9, 0, number, tzinfo=UTC),
        actor=Actor(kind="operator", ref="o_sample"),
        data=data,
    )


def test_the_example_configuration_of_the_readme_is_one() -> None:
    """The settings that every page points to are valid as they stand."""
    assert load_settings(EXAMPLES / "serve.yaml", {}).doors[0].sandboxed


@pytest.mark.parametrize("name", ["one-node", "many-nodes"])
def test_the_example_configurations_are_valid_and_fit_the_units(name: str) -> None:
    """As the node reads them; keys, policies and rules where the sandbox lets it read, the rest where it may write."""
    settings = load_settings(EXAMPLES / f"{name}.yaml", {})

    policies = settings.policies
    read = (
        settings.keys.directory,
        policies.directory,
        policies.organisation,
        policies.lexicons,
        policies.recognizers,
    )
    assert [path for path in read if not path.is_relative_to("/etc/postgate")] == []
    assert settings.state.is_relative_to(f"/var/lib/postgate/{settings.node}")
    assert settings.database.url.startswith(("postgresql://", f"sqlite:////var/lib/postgate/{settings.node}/"))
    assert (settings.withdraw > 0) == settings.database.url.startswith("postgresql://")


def test_the_proxies_of_the_examples_lead_to_the_doors_of_the_examples() -> None:
    """Address, host name and the largest upload are the same in all files of `deploy`."""
    settings = load_settings(EXAMPLES / "many-nodes.yaml", {})
    (door,) = settings.doors
    nginx, haproxy = (text_of(REPOSITORY / "deploy" / name) for name in ("nginx/postgate.conf", "haproxy/haproxy.cfg"))

    assert f"server {door.listen} " in nginx
    assert f"server n1 {door.listen}\n" in haproxy
    assert f"check port {settings.operations.address[1]} " in haproxy
    assert f"server_name {door.host};" in nginx
    assert "client_max_body_size 17m;" in nginx
    assert settings.limits.upload_bytes < 17 * 1024 * 1024
    assert f"gt {17 * 1024 * 1024} " in haproxy
