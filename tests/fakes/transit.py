"""
A server that speaks the part of Vault's HTTP API that we use, as its documentation describes it.

Transit encrypt and decrypt, a token in `X-Vault-Token`, errors as lists of texts. It is no Vault: it proves our calls,
not Vault's sealing.
"""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "hvs.invented-for-tests"


@dataclass(kw_only=True)
class Transit:
    """An engine with one key; a test may seal it, or let it answer with something else."""

    key: str = "postgate"
    mount: str = "transit"
    sealed: bool = False
    answer: bytes | None = None
    status: int = 200
    address: str = ""
    asked: list[str] = field(default_factory=list)
    secret: Fernet = field(default_factory=lambda: Fernet(Fernet.generate_key()))

    def reply(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Return status and body."""
        self.asked.append(path)
        if self.answer is not None:
            return self.status, self.answer
        if self.sealed:
            return 503, _errors("Vault is sealed")
        if headers.get("x-vault-token") != TOKEN:
            return 403, _errors("permission denied")
        act, said = path.removeprefix(f"/v1/{self.mount}/").removesuffix(f"/{self.key}"), json.loads(body)
        if path != f"/v1/{self.mount}/{act}/{self.key}" or act not in {"encrypt", "decrypt"}:
            return 404, _errors()
        if act == "encrypt":
            base64.b64decode(said["plaintext"], validate=True)
            sealed = self.secret.encrypt(said["plaintext"].encode()).decode()
            return 200, _data(ciphertext="vault:v1:" + base64.b64encode(sealed.encode()).decode())
        try:
            opened = self.secret.decrypt(base64.b64decode(said["ciphertext"].removeprefix("vault:v1:")))
        except (InvalidToken, ValueError):
            return 400, _errors("invalid ciphertext: could not decrypt")
        return 200, _data(plaintext=opened.decode())


def _data(**values: str) -> bytes:
    return json.dumps({"request_id": "r", "data": values}).encode()


def _errors(*texts: str) -> bytes:
    return json.dumps({"errors": list(texts)}).encode()


@contextmanager
def transit_server(**options: Any) -> Iterator[Transit]:
    """Run it on a free loopback port."""
    transit = Transit(**options)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = transit.reply(self.path, headers, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    transit.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield transit
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
