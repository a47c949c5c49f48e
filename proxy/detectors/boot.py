"""
Entry of a worker process, run as a script: `python -I boot.py SOCKET HEARTBEAT PATHS`.

Takes over the parent's module search path, so that parent and worker run the same code, and nothing else of it.
"""

from __future__ import annotations

import json
import sys


def run(arguments: list[str]) -> None:
    """Serve the socket until the parent closes it."""
    socket_fd, heartbeat_fd, paths = arguments
    sys.path[:] = json.loads(paths)
    # Imported late: where from is only known now.
    from proxy.detectors.worker import serve  # noqa: PLC0415

    serve(int(socket_fd), int(heartbeat_fd))


if __name__ == "__main__":
    run(sys.argv[1:])
