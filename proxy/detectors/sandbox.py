"""
What a worker process may never do: talk to the network or start another program.

An audit hook cannot be taken back. It is no wall against hostile machine code; it stops libraries that look something
up or download a model, and shows it in the tests.
"""

from __future__ import annotations

import sys

REFUSED = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "pty.spawn",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "socket.sendmsg",
        "socket.sendto",
        "subprocess.Popen",
        "urllib.Request",
    }
)


def close_sandbox() -> None:
    """Refuse network and programs in this process from now on."""
    sys.addaudithook(refuse)


def refuse(event: str, _arguments: tuple[object, ...]) -> None:
    """
    Refuse one event of the interpreter.

    Raises:
        PermissionError: it is on the list.
    """
    if event in REFUSED:
        raise PermissionError(f"a detection worker does not do {event}")
