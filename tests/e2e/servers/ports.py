"""
A free port on loopback, for servers that cannot choose one themselves.

Ports that the kernel gives to outgoing connections are left alone: one could be taken while its server restarts.
"""

from __future__ import annotations

import random
import socket
from pathlib import Path

_FIRST = 10_240
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_TRIES = 1_000
_chance = random.SystemRandom()


def free_port() -> int:
    """
    Return a port that nobody listens on at this moment.

    Raises:
        OSError: none was found.
    """
    beyond = int(_EPHEMERAL.read_text().split()[0])
    for _ in range(_TRIES):
        port = _chance.randrange(_FIRST, beyond)
        if _is_free(port):
            return port
    raise OSError(f"no free port found between {_FIRST} and {beyond} in {_TRIES} tries")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
