"""
A gateway that says what it is told to, over real sockets, for tests of those who ask one.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(kw_only=True)
class ToldGateway:
    """What was asked, and what is answered."""

    status: int = 200
    answer: object = None
    """JSON, or bytes that are sent as they are; None: the connection is closed."""
    uploaded: object = None
    """JSON for uploads, where that is another answer."""
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    """Method, path, headers and content of every request."""
    port: int = 0

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def told_gateway(answer: object = None, *, status: int = 200) -> Iterator[ToldGateway]:
    """Listen on a free loopback port."""
    told = ToldGateway(status=status, answer=answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(None)

        def do_DELETE(self) -> None:
            self._say(None)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self._say(json.loads(body) if self.headers["content-type"] == "application/json" else body)

        def _say(self, content: object) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.asked.append((self.command, self.path, headers, content))
            if told.answer is None:
                self.close_connection = True
                return
            answer = told.uploaded if self.path == "/v1/media" and told.uploaded is not None else told.answer
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(told.status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
