"""
A small installation for tests of commands: settings, keys and a SQLite database in a directory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from proxy.cli.main import main
from proxy.vault.kek import FileKek
from proxy.vault.keys import create_keys
from tests.stores import migrated

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

ORIGIN = "test.postgate.example"
_SETTINGS = """\
schema: 1
node: test
database: {{url: "{url}"}}
keys: {{directory: "{directory}/keys"}}
doors:
  - name: presse
    platform: mastodon
    listen: "127.0.0.1:8123"
    public_url: "http://127.0.0.1:8123"
    upstream: sandbox
policies: {{directory: policies, organisation: policies/organisation.yaml}}
audit: {{origin: {origin}}}
"""


class Installation:
    """An installation that is prepared, and the commands run on it."""

    def __init__(self, directory: Path) -> None:
        self.url = migrated(f"sqlite:///{directory}/postgate.db")
        self.keys = directory / "keys"
        create_keys(self.keys, FileKek(self.keys))
        self.config = directory / "postgate.yaml"
        self.config.write_text(_SETTINGS.format(url=self.url, directory=directory, origin=ORIGIN), encoding="utf-8")

    def run(
        self, *words: str, stdin: str | None = None, language: str = "en", tools: object = None, token: str = ""
    ) -> Result:
        """Run `postgate WORDS --config ...` in this process."""
        runner = CliRunner(
            env={
                "LANG": "de_DE.UTF-8" if language == "de" else "C.UTF-8",
                "LC_ALL": "",
                "COLUMNS": "120",
                "POSTGATE_TOKEN": token,
            }
        )
        return runner.invoke(main, [*words, "--config", str(self.config)], input=stdin, obj=tools)

    def bare(self, *words: str) -> Result:
        """Run a command that needs no settings."""
        return CliRunner(env={"LANG": "C.UTF-8", "LC_ALL": "", "COLUMNS": "120"}).invoke(main, list(words))

    def with_account(self) -> Installation:
        """Add the account `mastodon:presse`."""
        done = self.run(
            "account", "add", "mastodon:presse", "--platform", "mastodon", "--door", "presse", "--credential-file", "-",
            stdin="platform-credential\n",
        )  # fmt: skip
        assert done.exit_code == 0, done.output
        return self

    def issue(self, *words: str) -> str:
        """Issue a token and return it."""
        done = self.run("token", "issue", "--principal", "Erika Beispiel", "--account", "mastodon:presse", *words)
        assert done.exit_code == 0, done.output
        return done.stdout.strip()

    def signer(self, name: str, *scopes: str) -> str:
        """Issue a token to sign changes of policies and return it."""
        words = [word for scope in scopes or ("policy",) for word in ("--scope", scope)]
        done = self.run("token", "issue", "--principal", name, *words)
        assert done.exit_code == 0, done.output
        return done.stdout.strip()
