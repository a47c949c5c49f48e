"""`postgate init` and `postgate serve`: prepare once, refuse what is broken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from proxy.cli.main import main
from proxy.cli.serve import is_new
from proxy.loading.settings_file import load_settings
from tests.installation import Installation

if TYPE_CHECKING:
    from click.testing import Result

LINES = """\
schema: 1
node: test
database: {url: "sqlite:///DIRECTORY/postgate.db"}
keys: {directory: DIRECTORY/keys}
doors:
  - {name: presse, platform: mastodon, listen: "127.0.0.1:8123", public_url: "http://127.0.0.1:8123", upstream: sandbox}
policies: {directory: DIRECTORY/policies, organisation: DIRECTORY/organisation.yaml}
audit: {origin: test.postgate.example}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return the settings of a new installation."""
    file = tmp_path / "postgate.yaml"
    file.write_text(LINES.replace("DIRECTORY", str(tmp_path)), encoding="utf-8")
    return file


def _run(*words: str) -> Result:
    return CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(main, [*words])


def _content(directory: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((directory / "keys").iterdir())}


def test_an_installation_is_prepared_once(config: Path) -> None:
    """Keys and database are created; the second time nothing changes."""
    first = _run("init", "--config", str(config))
    keys = _content(config.parent)
    second = _run("init", "--config", str(config))

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert _content(config.parent) == keys
    assert keys.keys() == {"checkpoint", "fingerprint", "kek", "pepper"}
    assert (config.parent / "postgate.db").exists()
    assert first.output == second.output


def test_only_an_installation_without_anything_is_new(config: Path) -> None:
    """A node that finds a database without its keys, or keys without their database, creates neither."""
    settings = load_settings(config, {})
    assert is_new(settings)
    settings.keys.directory.mkdir()
    assert not is_new(settings)
    settings.keys.directory.rmdir()
    Path(settings.database.url.removeprefix("sqlite:///")).touch()
    assert not is_new(settings)


def test_a_database_server_is_never_new(config: Path) -> None:
    """Whether another node's log is there cannot be seen from here: `postgate init` is asked for."""
    url = "postgresql+psycopg://gate@127.0.0.1/postgate"
    text = config.read_text(encoding="utf-8").replace(f"sqlite:///{config.parent}/postgate.db", url)
    config.write_text(text, encoding="utf-8")

    assert not is_new(load_settings(config, {}))


@pytest.mark.parametrize("command", ["init", "serve"])
def test_every_mistake_of_the_settings_is_listed(config: Path, command: str) -> None:
    """Exit code 2; file and line of each; nothing was created."""
    text = config.read_text(encoding="utf-8").replace("schema: 1", "schema: 7") + "surprise: hunter2\ndrain: -1\n"
    config.write_text(text, encoding="utf-8")
    done = _run(command, "--config", str(config))
    told = done.stderr.splitlines()

    assert done.exit_code == 2
    assert {line.split(":")[1] for line in told} == {"1", "9", "10"}
    assert all(line.endswith("]") for line in told)
    assert "hunter2" not in done.output
    assert sorted(file.name for file in config.parent.iterdir()) == ["postgate.yaml"]


@pytest.mark.blocking
def test_a_key_that_others_may_read_stops_the_start(tmp_path: Path) -> None:
    """No gateway with keys that are no secret; the file is named."""
    house = Installation(tmp_path)
    (house.keys / "kek").chmod(0o644)
    done = _run("serve", "--config", str(house.config))

    assert done.exit_code == 2
    assert "kek" in done.stderr


def test_a_file_that_is_not_there_is_a_mistake_of_the_command_line(tmp_path: Path) -> None:
    """Exit code 2, in words."""
    done = _run("serve", "--config", str(tmp_path / "nowhere.yaml"))

    assert done.exit_code == 2
    assert "nowhere.yaml" in done.stderr
