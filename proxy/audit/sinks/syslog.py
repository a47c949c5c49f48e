"""
A receiver of log lines as a sink: one line for each checkpoint (RFC 5424), octet-counted over TLS (RFC 5425) or TCP.

Syslog has no answer: a receiver that closes the connection in order after we did has read the line, and says nothing
about keeping it. It cannot be read back.
"""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from proxy.audit.sinks.sink import NOTHING, Found
from proxy.audit.tlog.spelling import write_base64

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.audit.signed import Signed

TIMEOUT_S = 10.0
_PRIORITY = 13 * 8 + 5
"""Facility "log audit", severity "notice"."""
_DATA = "checkpoint@32473"
"""Name of the structured data; 32473 is the number that RFC 5612 sets aside for whoever has none of their own."""
_ESCAPED = str.maketrans({'"': '\\"', "\\": "\\\\", "]": "\\]"})


class Syslog:
    """Sends checkpoints to a receiver of log lines, each over a connection of its own."""

    def __init__(
        self,
        address: tuple[str, int],
        *,
        name: str,
        node: str,
        now: Callable[[], datetime],
        tls: ssl.SSLContext | None,
    ) -> None:
        """
        Remember where lines go.

        Args:
            address: host and port.
            name: of the sink.
            node: stands as host name in the line.
            now: wall time.
            tls: how the receiver is verified; None: no TLS.
        """
        self.name = name
        self._address = address
        self._node = node
        self._now = now
        self._tls = tls

    def publish(self, signed: Signed) -> None:
        """Send the line and wait until the receiver has closed the connection, as it does after ours."""
        framed = frame(line(signed, node=self._node, at=self._now()))
        with socket.create_connection(self._address, timeout=TIMEOUT_S) as plain:
            if self._tls is None:
                plain.sendall(framed)
                plain.shutdown(socket.SHUT_WR)
                _read_to_the_end(plain)
                return
            with self._tls.wrap_socket(plain, server_hostname=self._address[0]) as secured:
                secured.sendall(framed)
                _close(secured)

    def newest(self) -> Found:
        """Return nothing: what was sent is out of reach."""
        return NOTHING


def line(signed: Signed, *, node: str, at: datetime) -> bytes:
    """Return the line: what the checkpoint says, and the whole note in base64, so that the line alone is the proof."""
    origin, head = signed.checkpoint.origin, signed.checkpoint.head
    values = {
        "origin": origin.translate(_ESCAPED),
        "size": str(head.size),
        "root": write_base64(head.root),
        "note": write_base64(signed.note.data()),
    }
    data = " ".join(f'{name}="{value}"' for name, value in values.items())
    moment = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    said = f"checkpoint of {origin}: {head.size} records"
    return f"<{_PRIORITY}>1 {moment} {node} postgate - checkpoint [{_DATA} {data}] {said}".encode()


def frame(data: bytes) -> bytes:
    """Return a line with its length before it (RFC 6587, 3.4.1)."""
    return f"{len(data)} ".encode() + data


def _close(secured: ssl.SSLSocket) -> None:
    """End the line in order; an alert of the receiver, such as for a certificate it misses, is an error here."""
    try:
        secured.unwrap()
    except ssl.SSLEOFError:  # it closed without an alert of its own, as many do
        return


def _read_to_the_end(plain: socket.socket) -> None:
    while plain.recv(4096):
        continue
