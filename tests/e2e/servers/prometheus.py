"""
A real Prometheus from Debian, in a private tree and without root, and its tool for rules.

`python -m tests.e2e.servers.install` installs it beforehand, so that a test run needs no network.
"""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import requests
import yaml

from tests.e2e.servers import debian
from tests.e2e.servers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CACHE = debian.CACHE / "prometheus"
OLDEST = (2, 42)
_PATIENCE_S = 60.0
"""On an idle machine it answers after half a second."""


class PrometheusMissing(RuntimeError):
    """Prometheus 2.42 or newer could not be installed; it comes from Debian's archive, so this needs Debian and apt."""


def installed(cache: Path = CACHE) -> Path:
    """
    Return the folder of `prometheus` and `promtool`, installing them first when the cache has none.

    Raises:
        PrometheusMissing: there is no Debian, no network, or only an older version.
    """
    programs = cache / "tree" / "usr" / "bin"
    if not programs.exists():
        try:
            debian.unpack("prometheus", cache, oldest=OLDEST)
        except (OSError, subprocess.CalledProcessError, StopIteration) as error:
            details = getattr(error, "stderr", None) or error
            raise PrometheusMissing(f"{PrometheusMissing.__doc__} {details}") from error
    return programs


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the tool for rules to its end, whatever that is."""
    return subprocess.run([installed() / "promtool", *words], check=False, capture_output=True, text=True)


@dataclass(slots=True, kw_only=True)
class PrometheusServer:
    """A running server, on loopback."""

    base_url: str
    log: Path
    _process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, directory: Path, configuration: dict[str, Any]) -> Self:
        """Start it with a configuration and no data in an empty directory; return once it answers."""
        file, port = directory / "prometheus.yml", free_port()
        file.write_text(yaml.safe_dump(configuration), encoding="utf-8")
        command = [
            str(installed() / "prometheus"),
            f"--config.file={file}",
            f"--web.listen-address=127.0.0.1:{port}",
            f"--storage.tsdb.path={directory / 'data'}",
        ]
        log = directory / "prometheus.log"
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        server = cls(base_url=f"http://127.0.0.1:{port}", log=log, _process=process)
        try:
            server.wait(server._answers)
        except BaseException:
            server.stop()
            raise
        return server

    def stop(self) -> None:
        """Stop the server."""
        # Nobody wants its data.
        self._process.kill()
        self._process.wait()

    def query(self, expression: str) -> list[dict[str, Any]]:
        """
        Return the samples that an expression has at this moment.

        Raises:
            ValueError: it is none, or cannot be evaluated.
        """
        result: list[dict[str, Any]] = self._get("query", {"query": expression})["result"]
        return result

    def firing(self) -> list[dict[str, str]]:
        """Return the labels of all alerts that fire at this moment."""
        return [alert["labels"] for alert in self._get("alerts", {})["alerts"] if alert["state"] == "firing"]

    def wait(self, question: Callable[[], object]) -> None:
        """Wait until something is true."""
        give_up = time.monotonic() + _PATIENCE_S
        while not question():
            ended = self._process.poll() is not None
            if ended or time.monotonic() > give_up:
                raise AssertionError(f"in vain; Prometheus wrote:\n{self.log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with requests.Session() as session:
                session.trust_env = False
                return session.get(f"{self.base_url}/-/ready", timeout=5).ok
        except requests.RequestException:
            return False

    def _get(self, path: str, parameters: dict[str, str]) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{self.base_url}/api/v1/{path}", params=parameters, timeout=10)
        found = json.loads(answer.text)
        if found["status"] != "success":
            raise ValueError(f"{parameters}: {found['error']}")
        data: dict[str, Any] = found["data"]
        return data
