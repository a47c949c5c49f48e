"""
Starts what a measurement stands in front of and beside: the platforms' sink, and the bare proxy.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.servers.ports import free_port

if TYPE_CHECKING:
    from contextlib import ExitStack

_BARE = Path(__file__).with_name("bare_proxy.py")
_SINK = Path(__file__).with_name("sink.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process that listens."""

    address: str
    pid: int


def start_bare_proxy(stack: ExitStack, upstream: str) -> Running:
    """Start the bare proxy before an address; it ends with the stack."""
    return _started(stack, _BARE, upstream)


def start_sink(stack: ExitStack) -> Running:
    """Start the sink; it ends with the stack."""
    return _started(stack, _SINK)


def _started(stack: ExitStack, program: Path, *more: str) -> Running:
    port = free_port()
    command = [sys.executable, "-I", str(program), str(port), *more]
    process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    stack.callback(process.kill)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return Running(address=f"http://127.0.0.1:{port}", pid=process.pid)
