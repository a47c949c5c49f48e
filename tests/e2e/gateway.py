"""
A gateway of a test's own: real processes, real configuration file, real key files, in a temporary directory.

`Gateway.start` runs the product as people do (`python -I -m proxy serve`); `Gateway.launch` runs it through
`launcher.py`, the only place that can make it crash at a named point or shorten its lease.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import requests

from tests.e2e import processes
from tests.e2e.servers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).resolve().parents[2]
LAUNCHER = Path(__file__).with_name("launcher.py")
ACCOUNT = "mastodon:presse"
PRINCIPAL = "Erika Beispiel"
CREDENTIAL = "platform-credential-of-the-house"
READY_SECONDS = 90.0
CRASHED = 137

_CONFIGURATION = """\
schema: 1
node: test
language: {language}
database:
  url: "{database}"
keys:
  directory: "{directory}/keys"
doors:
  - name: {platform}
    platform: {platform}
    listen: "127.0.0.1:{door}"
    public_url: "http://127.0.0.1:{door}"
    upstream: "{upstream}"
    allow_private: true
{door_more}operations:
  listen: "127.0.0.1:{operations}"
detection:
  workers: {workers}
  spares: {spares}
  ner: [{ner}]
  deadline_ms: {deadline_ms}
policies:
  directory: "{policies}/de-bank"
  organisation: "{policies}/organisation.yaml"
  lexicons: "{lexicons}"
  recognizers: "{recognizers}"
  watch_seconds: 1
  source: {source}
audit:
  origin: test.postgate.example
limits:
  per_principal: {per_principal}
  stopped_per_hour: {stopped_per_hour}
  register_hits_per_hour: {stopped_per_hour}
  account_register_hits_per_hour: {stopped_per_hour}
delivery:
  breaker_failures: {breaker}
withdraw: 0
drain: 15
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a test may choose about its gateway."""

    upstream: str
    database: str | None = None
    """SQLAlchemy URL; None for a SQLite file in the gateway's directory."""
    platform: str = "mastodon"
    door_more: str = ""
    """Further lines of the door's settings."""
    credential: str = CREDENTIAL
    language: str = "en"
    ner: tuple[str, ...] = ()
    workers: int = 1
    spares: int = 0
    """A spare is a third of what a start costs, and only of use where a worker dies."""
    deadline_ms: int = 10_000
    """Long: a busy machine must not turn an allow into a hold in tests about something else."""
    per_principal: int = 64
    stopped_per_hour: int = 100_000
    """One person posts what a whole house does in a year."""
    breaker: int = 0
    """Failures after which the platform is left alone; 0, for most tests let it fail again and again."""
    source: str = "files"
    """Where the policies come from."""
    own_policies: bool = False
    """Whether the gateway gets a copy of the policies that the test may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """Where the launcher ends the process: at the given passing of a named point."""

    point: str
    passing: int = 1


class Gateway:
    """One installation, and at most one running process of it."""

    def __init__(self, directory: Path, setup: Setup) -> None:
        self.directory = directory
        self.setup = setup
        self.config = directory / "postgate.yaml"
        self.token = ""
        self._door = free_port()
        self._operations = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.policies = directory / "policies" if setup.own_policies else REPOSITORY / "policies"

    @property
    def account(self) -> str:
        """Return the id of the account that the house posts with."""
        return f"{self.setup.platform}:presse"

    @property
    def address(self) -> str:
        """Return what a client is given as server address."""
        return f"http://127.0.0.1:{self._door}"

    @property
    def operations(self) -> str:
        """Return the address of the operations listener."""
        return f"http://127.0.0.1:{self._operations}"

    @property
    def database_file(self) -> Path:
        """Return the SQLite file."""
        return self.directory / "postgate.db"

    @property
    def pid(self) -> int:
        """Return the id of the running process."""
        assert self._process is not None
        return self._process.pid

    def configure(self) -> None:
        """Write the configuration file."""
        if self.setup.own_policies and not self.policies.exists():
            shutil.copytree(REPOSITORY / "policies", self.policies)
        text = _CONFIGURATION.format(
            language=self.setup.language,
            database=self.setup.database or f"sqlite:///{self.database_file}",
            directory=self.directory,
            door=self._door,
            upstream=self.setup.upstream,
            platform=self.setup.platform,
            door_more="".join(f"    {line}\n" for line in self.setup.door_more.splitlines()),
            operations=self._operations,
            workers=self.setup.workers,
            spares=self.setup.spares,
            ner=", ".join(self.setup.ner),
            deadline_ms=self.setup.deadline_ms,
            policies=self.policies,
            lexicons=REPOSITORY / "rules" / "lexicons",
            recognizers=REPOSITORY / "rules" / "recognizers",
            per_principal=self.setup.per_principal,
            stopped_per_hour=self.setup.stopped_per_hour,
            breaker=self.setup.breaker,
            source=self.setup.source,
        )
        self.config.write_text(text, encoding="utf-8")

    def prepare(self) -> None:
        """Write the configuration, make keys and database, add the account, issue a token."""
        self.configure()
        self.run("init")
        self.run(
            *("account", "add", self.account, "--platform", self.setup.platform, "--door", self.setup.platform),
            *("--credential-file", "-"),
            stdin=self.setup.credential,
        )
        self.token = self.issue(PRINCIPAL)

    def issue(self, principal: str) -> str:
        """Issue a token."""
        printed = self.run("token", "issue", "--principal", principal, "--account", self.account, "--days", "1")
        return printed.split()[0]

    def signer(self, principal: str) -> str:
        """Issue a token to sign changes of policies."""
        return self.run("token", "issue", "--principal", principal, "--scope", "policy", "--days", "1").split()[0]

    def copy(self, directory: Path, *, upstream: str, own_policies: bool | None = None) -> Gateway:
        """
        Return a prepared gateway like this one, in another directory and on other ports.

        It has policies of its own, which a test may change, as `own_policies` says; None: as this one has.
        """
        own = self.setup.own_policies if own_policies is None else own_policies
        for folder in ("keys", "state"):
            shutil.copytree(self.directory / folder, directory / folder)
        for file in self.directory.glob("postgate.db*"):
            shutil.copy2(file, directory / file.name)
        other = Gateway(directory, replace(self.setup, upstream=upstream, own_policies=own))
        other.token = self.token
        other.configure()
        return other

    def command(self, *words: str) -> list[str]:
        """Return a command line of the product for this installation."""
        return [sys.executable, "-I", "-m", "proxy", *words, "--config", str(self.config)]

    def run(self, *words: str, stdin: str = "") -> str:
        """Run a command that must succeed and return what it printed."""
        done = self.attempt(*words, stdin=stdin)
        assert done.returncode == 0, f"postgate {' '.join(words)} ended with {done.returncode}: {done.stderr}"
        return done.stdout

    def attempt(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever it is."""
        return subprocess.run(
            self.command(*words), input=stdin, capture_output=True, text=True, check=False, env=environment()
        )

    def records(self, *, code: str | None = None) -> list[dict[str, Any]]:
        """Return the audit log, oldest first, as `postgate audit query --json` prints it."""
        words = ("--code", code) if code is not None else ()
        printed = self.run("audit", "query", "--json", "--limit", "100000", *words)
        records = [json.loads(line) for line in printed.splitlines()]
        return sorted(records, key=lambda record: (int(record["log"]), int(record["seq"])))

    def records_of(self, platform_id: str) -> list[str]:
        """Return the codes of all records of the posts that became this object on the platform, in order."""
        records = self.records()
        posts = {
            record["subject"]["post"]
            for record in records
            if record["code"] == "PG-103" and record["data"]["upstream_id"] == platform_id
        }
        return [record["code"] for record in records if record["subject"].get("post") in posts]

    def start(self) -> None:
        """Start the product and wait until it is ready."""
        self.spawn(self.command("serve"))
        self.wait_until_ready()

    def launch(
        self,
        crash: Crash | None = None,
        *,
        lease: float = 3.0,
        reap: float = 0.2,
        access_life: float = 7200.0,
        settle: float = 120.0,
        canary: float = 30.0,
        canary_doors: float = 900.0,
        wait: bool = True,
    ) -> None:
        """Start it through the launcher, with a short lease and perhaps a place to crash at."""
        command = [sys.executable, "-I", str(LAUNCHER), "--config", str(self.config)]
        command += ["--lease", str(lease), "--reap", str(reap), "--access-life", str(access_life)]
        command += ["--settle", str(settle), "--canary", str(canary)]
        command += ["--canary-doors", str(canary_doors)]
        command += ["--crash-at", crash.point, "--passing", str(crash.passing)] if crash is not None else []
        self.spawn(command)
        if wait:
            self.wait_until_ready()

    def spawn(self, command: list[str], *, before: Callable[[], None] | None = None) -> None:
        """Start a command as the process of this gateway; `before` is called in it first."""
        assert self._process is None
        with (self.directory / "gateway.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
                cwd=self.directory,
                preexec_fn=before,  # noqa: PLW1509  only where a test starts no thread before
            )

    def wait_until_ready(self) -> None:
        """Wait until `/readyz` says yes."""
        give_up = time.monotonic() + READY_SECONDS
        while time.monotonic() < give_up and self.running():
            if self.status("/readyz") == 200:
                return
            time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the gateway did not become ready; its log ends with:\n{self.log()[-4000:]}")

    def running(self) -> bool:
        """Return whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def status(self, path: str) -> int:
        """Return the status of an operations page; 0 when nobody answers."""
        try:
            return _get(self.operations + path).status_code
        except requests.RequestException:
            return 0

    def page(self, path: str) -> str:
        """Return the text of an operations page, whatever its status."""
        return _get(self.operations + path).text

    def log(self) -> str:
        """Return everything that the gateway wrote to its output."""
        return (self.directory / "gateway.log").read_text(encoding="utf-8", errors="replace")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self, *, seconds: float = 60.0) -> int:
        """Wait for the end of the process and return its exit code."""
        assert self._process is not None
        code = self._process.wait(timeout=seconds)
        self._process = None
        return code

    def stop(self) -> int:
        """Ask the process to end; return its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """End the process at once, as a loss of power would; its workers must notice by themselves."""
        if self._process is None:
            return
        workers = processes.descendants(self._process.pid)
        self._process.kill()
        self.wait()
        assert processes.gone(workers, seconds=10), "worker processes outlived their gateway"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def environment() -> dict[str, str]:
    """Return the environment of a process of the product: nothing that could change it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("POSTGATE_")}


def _get(address: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(address, timeout=10)
