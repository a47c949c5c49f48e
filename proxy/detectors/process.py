"""
One worker process as the parent sees it: start, talk, kill, reap.

Talks over a socket pair in the event loop, without a thread per call. Decides nothing: the pool does.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from proxy.detectors import messages
from proxy.detectors.heartbeat import SIZE, Heartbeat

if TYPE_CHECKING:
    from collections.abc import Callable

_BOOT = Path(__file__).with_name("boot.py")
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TMPDIR")
"""Variables of the environment that a worker gets; no other, because settings and secrets come that way."""
_FIXED = {
    "BLIS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # ONNX Runtime records what it does and sends it to its maker, from native code that no audit hook sees.
    "ORT_DISABLE_TELEMETRY": "1",
    "REGEX_TIMEOUT_SECONDS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""Read by libraries when they are imported, so they have to be there first."""


class WorkerLost(Exception):
    """The process ended, was killed, or said something that is no message."""


@dataclass(frozen=True, slots=True)
class _Spawned:
    process: subprocess.Popen[bytes]
    connection: socket.socket
    heartbeat: Heartbeat


class WorkerProcess(asyncio.Protocol):
    """A running worker. Reports go to `on_report`, its end to `on_lost` and the future `lost`."""

    def __init__(
        self,
        on_report: Callable[[WorkerProcess, messages.Ready | messages.Loaded | messages.Answers], None],
        on_lost: Callable[[WorkerProcess], None],
    ) -> None:
        self._on_report = on_report
        self._on_lost = on_lost
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._spawned: _Spawned | None = None
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.cause = "crash"
        """Why it ended: `crash` unless the parent had a reason to kill it."""

    async def launch(self) -> None:
        """
        Start the process; the pool configures it.

        Raises:
            OSError: the system refused.
        """
        loop = asyncio.get_running_loop()
        # Starting a process blocks for some milliseconds. Cancelled meanwhile, it is still started and then ended.
        spawning = loop.run_in_executor(None, _spawn)
        try:
            self._spawned = await asyncio.shield(spawning)
        except asyncio.CancelledError:
            self._spawned = await spawning
            raise
        await loop.create_unix_connection(lambda: self, sock=self._spawned.connection)

    @property
    def pid(self) -> int:
        """Return the process id, 0 before the start."""
        return self._spawned.process.pid if self._spawned else 0

    def place(self) -> tuple[int, int]:
        """Return the number of the post and of the stage the worker is at."""
        return self._spawned.heartbeat.read() if self._spawned else (0, 0)

    def send(self, frame: bytes) -> None:
        """Send a frame; a lost worker ignores it, and its end is reported anyway."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)

    def kill(self, cause: str) -> None:
        """End the process at once, whatever it does."""
        self.cause = cause
        if self._spawned is not None and self._spawned.process.poll() is None:
            self._spawned.process.kill()
        if self._transport is not None:
            self._transport.abort()

    def retire(self) -> None:
        """Let the process end by itself; it has nothing to do any more."""
        self.cause = "retired"
        if self._transport is not None:
            self._transport.close()

    async def end(self) -> None:
        """Kill what is left and take the process off the system's table."""
        if self._spawned is None:
            return
        spawned, self._spawned = self._spawned, None
        if self._transport is None:
            spawned.connection.close()
        else:
            self._transport.abort()
        if self.cause != "retired":
            spawned.process.kill()
        # Cancelled meanwhile, it is still waited for: what nobody waits for stays on the table.
        reaping = asyncio.get_running_loop().run_in_executor(None, _reap, spawned.process)
        try:
            await asyncio.shield(reaping)
        except asyncio.CancelledError:
            await reaping
            raise
        finally:
            spawned.heartbeat.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Cut what comes into frames and pass on what they say; kill a worker that says nonsense."""
        self._received += data
        header = messages.HEADER.size
        try:
            while len(self._received) >= header:
                (length,) = messages.HEADER.unpack_from(self._received)
                if length > messages.MAX_FRAME:
                    raise messages.BrokenMessage
                if len(self._received) < header + length:
                    return
                body = bytes(self._received[header : header + length])
                del self._received[: header + length]
                self._on_report(self, messages.decode_report(body))
        except messages.BrokenMessage:
            self.kill("error")

    def connection_lost(self, _error: Exception | None) -> None:
        """Report the end once."""
        if not self.lost.done():
            self.lost.set_result(None)
            self._on_lost(self)


def _spawn() -> _Spawned:
    ours, theirs = socket.socketpair()
    with theirs, tempfile.TemporaryFile() as memory:
        memory.truncate(SIZE)
        heartbeat = Heartbeat(memory.fileno())
        try:
            process = subprocess.Popen(  # noqa: S603  our own file under our own interpreter
                [sys.executable, "-I", str(_BOOT), str(theirs.fileno()), str(memory.fileno()), json.dumps(_paths())],
                env={**{name: os.environ[name] for name in _KEPT if name in os.environ}, **_FIXED},
                pass_fds=(theirs.fileno(), memory.fileno()),
                stdin=subprocess.DEVNULL,
                # A traceback of the interpreter or a library may hold text of a post.
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            ours.close()
            heartbeat.close()
            raise
    ours.setblocking(False)  # noqa: FBT003  the only way to say it
    return _Spawned(process=process, connection=ours, heartbeat=heartbeat)


def _paths() -> list[str]:
    return [str(Path(path).resolve()) for path in sys.path if path]


def _reap(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end; a retired process gets some time to leave by itself."""
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
