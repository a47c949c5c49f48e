"""
A line to PostgreSQL that breaks at COMMIT: before the server saw it, or after the server did it.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_COMMIT = b"COMMIT\x00"
_NAME = ".s.PGSQL.5432"


class LosingLine:
    """Passes bytes between a client and a server's unix socket; breaks one connection when it is told to."""

    def __init__(self, server: Path, directory: Path) -> None:
        self._server = server / _NAME
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(directory / _NAME))
        self._socket.listen()
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._pumps: list[threading.Thread] = []
        self._deliver: bool | None = None
        self.broken = 0
        """How often it broke a connection."""

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        for thread in (self._acceptor, *self._pumps):
            thread.join(10)
        self._socket.close()

    def break_at_commit(self, *, deliver: bool) -> None:
        """Break the next COMMIT: with `deliver` the server does it and its answer is lost."""
        self._deliver = deliver

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            pump = threading.Thread(target=self._pump, args=(client,), daemon=True)
            self._pumps.append(pump)
            pump.start()

    def _pump(self, client: socket.socket) -> None:
        """Pass bytes both ways until one side ends, or until the line breaks."""
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(str(self._server))
            while True:
                readable, _, _ = select.select([client, server], [], [])
                for source in readable:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client and self._deliver is not None and _COMMIT in data:
                        deliver, self._deliver = self._deliver, None
                        self.broken += 1
                        if deliver:
                            server.sendall(data)
                        return
                    (server if source is client else client).sendall(data)
