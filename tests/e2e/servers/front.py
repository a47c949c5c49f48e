"""
Real nginx and real HAProxy from Debian, with the example configurations of `deploy`, in front of two nodes.

Only paths, addresses and ports of the examples are replaced; one that is not there any more is an error.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import requests

from tests.certificates import Authority
from tests.e2e.servers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
NGINX, HAPROXY = "/usr/sbin/nginx", "/usr/sbin/haproxy"
_NGINX = """\
daemon off;
master_process off;
pid {directory}/nginx.pid;
error_log {directory}/main.log crit;
events {{}}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/answers;
    fastcgi_temp_path {directory}/unused;
    uwsgi_temp_path {directory}/unused;
    scgi_temp_path {directory}/unused;
    include {directory}/postgate.conf;
}}
"""


class Front:
    """A proxy that ends TLS; not running before it is started."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.authority = Authority(directory)
        self._process: subprocess.Popen[bytes] | None = None
        self._command: list[str] = []

    @property
    def address(self) -> str:
        """Return what clients are given as server address."""
        return f"https://127.0.0.1:{self.port}"

    def nginx(self, doors: Sequence[str]) -> None:
        """Configure nginx in front of doors at `HOST:PORT`."""
        certificate, key = self._certificate()
        text = (DEPLOY / "nginx" / "postgate.conf").read_text(encoding="utf-8")
        for old, new in (
            ("10.1.0.11:8040", doors[0]),
            ("10.1.0.12:8040", doors[1]),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            ("/etc/nginx/tls/mastodon.pem", str(certificate)),
            ("/etc/nginx/tls/mastodon.key", str(key)),
            ("/var/log/nginx", str(self.directory)),
        ):
            text = _replaced(text, old, new)
        (self.directory / "postgate.conf").write_text(text, encoding="utf-8")
        file = self.directory / "nginx.conf"
        file.write_text(_NGINX.format(directory=self.directory), encoding="utf-8")
        self._command = [NGINX, "-c", str(file), "-p", str(self.directory), "-e", str(self.directory / "main.log")]
        self._check([*self._command, "-t"])

    def haproxy(self, doors: Sequence[str], operations: Sequence[str]) -> None:
        """Configure HAProxy in front of doors at `HOST:PORT`, which asks the operations listeners there."""
        certificate, key = self._certificate()
        both = self.directory / "both.pem"
        both.write_bytes(certificate.read_bytes() + key.read_bytes())
        text = (DEPLOY / "haproxy" / "haproxy.cfg").read_text(encoding="utf-8")
        ports = [address.rpartition(":")[2] for address in operations]
        for old, new in (
            ("10.1.0.11:8040", f"{doors[0]} port {ports[0]}"),
            ("10.1.0.12:8040", f"{doors[1]} port {ports[1]}"),
            ("bind :443", f"bind 127.0.0.1:{self.port}"),
            ("/etc/haproxy/tls/mastodon.pem", str(both)),
            ("log /dev/log local0", "log stdout format raw local0"),
            ("    user haproxy\n    group haproxy\n    chroot /var/lib/haproxy\n", ""),
        ):
            text = _replaced(text, old, new)
        file = self.directory / "haproxy.cfg"
        file.write_text(text, encoding="utf-8")
        self._command = [HAPROXY, "-f", str(file)]
        self._check([*self._command, "-c"])

    def start(self) -> Self:
        """Start it; return once it answers."""
        with (self.directory / "front.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(os.environ)
            )
        self.wait_until(lambda: self.get("/").status_code > 0)
        return self

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def session(self) -> requests.Session:
        """Return a client that trusts the authority of this proxy's certificate."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.authority.file)
        return session

    def get(self, path: str) -> requests.Response:
        """Ask for a page."""
        with self.session() as session:
            return session.get(self.address + path, timeout=30)

    def wait_until(self, question: Callable[[], bool]) -> None:
        """Wait until something is true; while nobody listens it is not."""
        give_up = time.monotonic() + 30
        while True:
            try:
                if question():
                    return
            except requests.RequestException:
                pass
            assert time.monotonic() < give_up, self.written()
            time.sleep(0.05)

    def written(self) -> str:
        """Return everything that it wrote into its logs."""
        return "".join(file.read_text(errors="replace") for file in sorted(self.directory.glob("*.log")))

    def _certificate(self) -> tuple[Path, Path]:
        certificate, key = self.directory / "front.pem", self.directory / "front.key"
        self.authority.issue(certificate, key)
        return certificate, key

    def _check(self, command: list[str]) -> None:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        assert "warn" not in said.lower(), said


def _replaced(text: str, old: str, new: str) -> str:
    assert old in text, f"the example does not have {old!r}"
    return text.replace(old, new)
