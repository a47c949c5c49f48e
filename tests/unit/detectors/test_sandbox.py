from __future__ import annotations

import subprocess
import sys

import pytest

from proxy.detectors.sandbox import REFUSED, refuse


def test_only_listed_events_are_refused() -> None:
    """Reading files and importing goes on."""
    refuse("open", ("/etc/hosts", "r", 0))
    with pytest.raises(PermissionError, match=r"socket\.connect"):
        refuse("socket.connect", (None, ("127.0.0.1", 80)))


@pytest.mark.parametrize(
    "statement",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.fork()",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
    ],
)
def test_a_process_with_a_closed_sandbox_refuses(statement: str) -> None:
    """Network and programs are refused by the interpreter itself, in a process of its own."""
    code = (
        "from proxy.detectors.sandbox import close_sandbox; close_sandbox()\n"
        f"try:\n    {statement}\nexcept PermissionError:\n    raise SystemExit(7)\n"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 7


def test_the_list_covers_network_and_programs() -> None:
    """A shorter list has to be argued for."""
    assert {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"} <= REFUSED
