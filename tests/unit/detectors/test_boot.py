from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from proxy.detectors import boot
from proxy.detectors.heartbeat import SIZE
from proxy.detectors.messages import HEADER, Configure, Ready, decode_report, encode_configure


def test_a_worker_starts_as_a_script_and_ends_with_its_parent() -> None:
    """In isolated mode, with nothing but the given paths; closing the socket ends it."""
    ours, theirs = socket.socketpair()
    with ours, theirs, tempfile.TemporaryFile() as memory:
        memory.truncate(SIZE)
        paths = json.dumps([str(Path(path).resolve()) for path in sys.path if path])
        process = subprocess.Popen(
            [sys.executable, "-I", boot.__file__, str(theirs.fileno()), str(memory.fileno()), paths],
            pass_fds=(theirs.fileno(), memory.fileno()),
        )
        theirs.close()
        ours.sendall(
            encode_configure(
                Configure(
                    factory="tests.fakes.detectors:build",
                    stages=("x",),
                    options={"x": "good"},
                    recycle_posts=1,
                    recycle_mib=1,
                )
            )
        )
        with ours.makefile("rb") as reports:
            (length,) = HEADER.unpack(reports.read(HEADER.size))
            report = decode_report(reports.read(length))
        ours.close()

        assert report == Ready(faults=())
        assert process.wait(timeout=30) == 0
