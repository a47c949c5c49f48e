"""
`postgate demo`: the whole gate on loopback, driven by an unmodified Mastodon client.

Starts a gateway in a temporary directory with the embedded default (SQLite, the built-in sandbox platform), posts
through it with Mastodon.py, which is told nothing but an address and a token, shows what became of each post and of
the audit log, stops everything and removes the directory. All personal data is invented.
"""

from __future__ import annotations

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from proxy.loading.bundled import bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCOUNT = "mastodon:demo"
IBAN = "DE02 1203 0000 0000 2020 51"
"""A published example number, nobody's account."""
DONATION = "DE84 9999 9999 0000 1234 50"
"""Invented, and on the list of donation accounts in policies/organisation.yaml."""
READY_S = 60.0
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGOQ9esEAAGAAPXyUV94AAAAAElFTkSuQmCC")
"""A picture of one blue point."""
_RULE = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
_WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing an employee tries, and what should come of it."""

    title: str
    expected: str
    act: Callable[[Any], object]
    trace: str
    """Words that would be on the platform if it had been published."""


def steps() -> tuple[Step, ...]:
    """Return what the demo tries."""
    # Long: a table of what is tried.
    clean = "Heute ab 17 Uhr: offene Beratung in unserer Filiale am Markt. Kommen Sie vorbei!"
    named = "Unsere Kundin Frau Erika Mustermann hat heute ihren Kredit bekommen, herzlichen Glückwunsch!"
    return (
        Step(
            title="Clean post",
            expected="allow",
            act=lambda client: client.status_post(clean),
            trace="offene Beratung",
        ),
        Step(
            title="IBAN in the text",
            expected="block",
            act=lambda client: client.status_post(f"Bitte überweisen an {IBAN}"),
            trace="Bitte überweisen",
        ),
        Step(
            title="IBAN in a poll option",
            expected="block",
            act=lambda client: client.status_post(
                "Wohin mit dem Preisgeld?", poll=client.make_poll(["Tierheim", IBAN], expires_in=3600)
            ),
            trace="Preisgeld",
        ),
        Step(
            title="IBAN in an alt text",
            expected="block",
            act=lambda client: client.media_post(
                PIXEL, mime_type="image/png", file_name="auszug.png", description=f"Kontoauszug zu {IBAN}"
            ),
            trace="Kontoauszug",
        ),
        Step(
            title="IBAN in the profile",
            expected="block",
            act=lambda client: client.account_update_credentials(note=f"Spenden gern an {IBAN}"),
            trace="Spenden gern",
        ),
        Step(
            title="A customer named",
            expected="hold",
            act=lambda client: client.status_post(named),
            trace="Mustermann",
        ),
        Step(
            title="The house's donation account",
            expected="allow",
            act=lambda client: client.status_post(f"Spendenkonto der Nordlicht-Stiftung: {DONATION}"),
            trace="Nordlicht-Stiftung",
        ),
    )


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


CONFIGURATION = """\
schema: 1
node: demo
language: de
database: {{url: "sqlite:///{directory}/postgate.db"}}
keys: {{directory: "{directory}/keys"}}
doors:
  - name: mastodon
    platform: mastodon
    listen: "127.0.0.1:{door}"
    public_url: "http://127.0.0.1:{door}"
    upstream: sandbox
detection: {{workers: 1, ner_workers: 1, spares: 0}}
operations: {{listen: "127.0.0.1:{operations}"}}
policies:
  directory: "{policies}/de-bank"
  organisation: "{policies}/organisation.yaml"
  lexicons: "{rules}/lexicons"
  recognizers: "{rules}/recognizers"
audit: {{origin: demo.postgate.example}}
withdraw: 0
"""


class Installation:
    """A gateway of one's own in a temporary directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.door = free_port()
        self.operations = free_port()
        self.config = directory / "postgate.yaml"
        self.config.write_text(
            CONFIGURATION.format(
                directory=directory,
                door=self.door,
                operations=self.operations,
                policies=bundled("policies"),
                rules=bundled("rules"),
            ),
            encoding="utf-8",
        )

    @property
    def address(self) -> str:
        """Return what a client is given as server address."""
        return f"http://127.0.0.1:{self.door}"

    def command(self, *words: str) -> list[str]:
        """Return a postgate command line for this installation."""
        return [sys.executable, "-I", "-m", "proxy", *words, "--config", str(self.config)]

    def run(self, *words: str, stdin: str = "") -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(  # noqa: S603  our own command line, no shell
            self.command(*words), input=stdin, capture_output=True, text=True, check=False, env=_environment()
        )
        if done.returncode:
            message = f"postgate {' '.join(words)} ended with {done.returncode}:\n{done.stderr}"
            raise click.ClickException(message)
        return done.stdout

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until `/readyz` says yes, or the process ended."""
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            if self._ready():
                return
            time.sleep(0.1)
        log = (self.directory / "gateway.log").read_text(encoding="utf-8", errors="replace")
        message = f"the gateway did not become ready; its log:\n{log[-4000:]}"
        raise click.ClickException(message)

    def _ready(self) -> bool:
        address = f"http://127.0.0.1:{self.operations}/readyz"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return int(answer.status) == 200
        except (urllib.error.URLError, OSError):
            return False


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("POSTGATE_")}


@click.command()
def demo() -> None:
    """Show the gate at work: a client, a leak, a held post, the audit log. Needs no configuration."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    with tempfile.TemporaryDirectory(prefix="postgate-demo-") as name:
        house = Installation(Path(name))
        house.run("init")
        log = (house.directory / "gateway.log").open("wb")
        with (
            log,
            subprocess.Popen(  # noqa: S603  our own command line, no shell
                house.command("serve"), stdout=log, stderr=log, env=_environment()
            ) as process,
        ):
            try:
                failures = _tour(console, house, process)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)
    if failures:
        raise click.ClickException("; ".join(failures))


def _tour(console: Console, house: Installation, process: subprocess.Popen[bytes]) -> list[str]:
    house.run(
        "account", "add", ACCOUNT, "--platform", "mastodon", "--door", "mastodon", "--credential-file", "-",
        stdin="sandbox-credential",
    )  # fmt: skip
    token = house.run("token", "issue", "--principal", "Erika Beispiel", "--account", ACCOUNT, "--days", "1").split()[0]
    house.wait_until_ready(process)
    console.rule("Postgate demo: an unmodified Mastodon.py, given an address and a token")
    rows = list(_try_all(house, token))
    console.print(_table(rows))
    console.rule("What the audit log holds")
    click.echo(house.run("audit", "query", "--limit", "40"), nl=False)
    console.rule("Does the log verify?")
    click.echo(house.run("audit", "verify"), nl=False)
    console.rule("Where to go next")
    console.print(
        "make serve                     a gateway with the example configuration, until you stop it\n"
        "docs/tutorials/                a tour for client users, compliance officers, auditors and operators\n"
        "policies/de-bank/              the rules that stopped these posts, with their tests beside them\n"
        "postgate policy test           runs those tests"
    )
    return [f"{row.step.title}: expected {row.step.expected}, got {row.verdict}" for row in rows if not row.good]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of a step."""

    step: Step
    verdict: str
    rule: str
    reached: bool

    @property
    def good(self) -> bool:
        """Return whether verdict and platform are as they should be."""
        return self.verdict == self.step.expected and self.reached == (self.step.expected == "allow")


def _try_all(house: Installation, token: str) -> Iterator[Row]:
    try:
        from mastodon import Mastodon  # noqa: PLC0415  only the demo needs a client
    except ImportError:
        message = "the demo needs a Mastodon client: pip install 'postgate[demo]'"
        raise click.ClickException(message) from None
    client = Mastodon(api_base_url=house.address, access_token=token)
    tried = [(step, *_try(client, step)) for step in steps()]
    mine = client.account_statuses(client.me()["id"])
    platform = " ".join([*(status["content"] for status in mine), client.me()["note"] or ""])
    for step, verdict, rule in tried:
        yield Row(step=step, verdict=verdict, rule=rule, reached=step.trace in platform)


def _try(client: Any, step: Step) -> tuple[str, str]:  # noqa: ANN401  the client's types are its own
    """Return the verdict and the rule as the client shows them to its user."""
    from mastodon import MastodonAPIError  # noqa: PLC0415  only the demo needs a client

    try:
        answer = step.act(client)
    except MastodonAPIError as error:
        told = " ".join(str(word) for word in error.args)
        rule = _RULE.search(told)
        return ("block", rule[0]) if rule else ("refused", told)
    held = getattr(answer, "scheduled_at", None) is not None
    return ("hold", "a person looks first") if held else ("allow", "")


def _table(rows: list[Row]) -> Table:
    table = Table(show_lines=False)
    for heading in ("What was posted", "Verdict", "Rule, as the client was told", "Reached the platform"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        style = "green" if row.good else "bold red"
        table.add_row(row.step.title, f"[{style}]{row.verdict}[/]", row.rule, "yes" if row.reached else "no")
    return table
