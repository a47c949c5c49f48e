"""
A real server that speaks the Mastodon API: snac2, from Debian's backports, in a private tree and without root.

`python -m tests.e2e.servers.install` installs it beforehand, so that a test run needs no network. What it cannot do is
no mistake of ours: deleting a status answers 404, so does the second version of the instance document, a direct message
is shown as private, and a repeated form key makes the text empty. It closes each connection after one answer,
unannounced.
"""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import requests

from tests.e2e.servers import debian
from tests.e2e.servers.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

CACHE = debian.CACHE / "snac2"
OLDEST = (2, 75)
USER = "alice"
_START_SECONDS = 20.0
_THREADS = 24
"""It sends each post to itself as well: when all threads do that at once, they wait for each other for six seconds."""


class SnacMissing(RuntimeError):
    """snac2 2.75 or newer could not be installed; it comes from Debian's backports, so this needs Debian and apt."""


def installed(cache: Path = CACHE) -> Path:
    """
    Return the program, installing it first when the cache has none.

    Raises:
        SnacMissing: there is no Debian, no network, or only an older version.
    """
    program = cache / "tree" / "usr" / "bin" / "snac"
    if not program.exists():
        try:
            debian.unpack("snac2", cache, oldest=OLDEST, part="-backports")
        except (OSError, subprocess.CalledProcessError, StopIteration) as error:
            details = getattr(error, "stderr", None) or error
            raise SnacMissing(f"{SnacMissing.__doc__} {details}") from error
    return program


@dataclass(slots=True, kw_only=True)
class SnacServer:
    """A running server with one user, `alice`."""

    base_url: str
    directory: Path
    token: str = field(default="", repr=False)
    """Access token of `alice` on the server itself: the platform credential of a gateway in front of it."""
    _process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, directory: Path) -> SnacServer:
        """Set a server up in an empty directory and start it; return once it gave out a token."""
        program = str(installed())
        data, port = directory / "data", free_port()
        debian.call([program, "init", str(data)], cwd=directory, text=f"127.0.0.1\n{port}\n127.0.0.1:{port}\n\n\n")
        settings = json.loads((data / "server.json").read_text(encoding="utf-8"))
        settings["protocol"] = "http"
        settings["num_threads"] = _THREADS
        (data / "server.json").write_text(json.dumps(settings), encoding="utf-8")
        password = _password(debian.call([program, "adduser", str(data), USER], cwd=directory, text="\n"))
        with (directory / "snac.log").open("wb") as log:
            process = subprocess.Popen([program, "httpd", str(data)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        server = cls(base_url=f"http://127.0.0.1:{port}", directory=directory, _process=process)
        try:
            server._wait()
            server.token = server._log_in(password)
        except BaseException:
            server.stop()
            raise
        return server

    def stop(self) -> None:
        """Stop the server."""
        # Asked politely it takes three seconds, and nobody wants its data.
        self._process.kill()
        self._process.wait()

    def statuses(self) -> list[dict[str, object]]:
        """Return what `alice` has published, newest first, 256 at most."""
        with self.session() as session:
            me = session.get(f"{self.base_url}/api/v1/accounts/verify_credentials", timeout=10).json()
            answer = session.get(f"{self.base_url}/api/v1/accounts/{me['id']}/statuses?limit=100", timeout=10)
        answer.raise_for_status()
        posts: list[dict[str, object]] = answer.json()
        return posts

    def kept(self) -> list[tuple[str, str]]:
        """Return everything that `alice` has published, however much, as id and HTML; read from its files."""
        found = []
        for file in sorted((self.directory / "data" / "user" / USER / "public").glob("*.json")):
            note = json.loads(file.read_text(encoding="utf-8"))
            at = datetime.fromisoformat(note["published"])
            found.append((f"{round(at.timestamp())}{file.stem}", str(note["content"])))
        return found

    def session(self) -> requests.Session:
        """Return an HTTP session as `alice`, with a connection of its own for each request."""
        session = requests.Session()
        session.trust_env = False
        # The server closes every connection after its answer without saying so; a second request on it may be lost.
        session.hooks["response"] = [partial(_read_and_close, session)]
        if self.token:
            session.headers["Authorization"] = f"Bearer {self.token}"
        return session

    def _wait(self) -> None:
        give_up = time.monotonic() + _START_SECONDS
        with self.session() as session:
            while True:
                try:
                    session.get(f"{self.base_url}/api/v1/instance", timeout=2).raise_for_status()
                except requests.RequestException:
                    if self._process.poll() is not None or time.monotonic() > give_up:
                        raise
                    time.sleep(0.02)
                else:
                    return

    def _log_in(self, password: str) -> str:
        with self.session() as session:
            answer = session.post(
                f"{self.base_url}/oauth/x-snac-get-token", data={"login": USER, "passwd": password}, timeout=10
            )
        answer.raise_for_status()
        return answer.text.strip()


def _read_and_close(session: requests.Session, answer: requests.Response, **_: object) -> None:
    """Read an answer to its end, then drop the connection it came on."""
    answer.content  # noqa: B018  reading is the point
    session.close()


def _password(output: str) -> str:
    return next(line.rpartition(" ")[2] for line in output.splitlines() if "password" in line.lower())
