from __future__ import annotations

import tempfile

from proxy.detectors.heartbeat import SIZE, Heartbeat


def test_what_one_side_writes_the_other_reads() -> None:
    """Post and stage come over together, also with large numbers."""
    with tempfile.TemporaryFile() as file:
        file.truncate(SIZE)
        worker, parent = Heartbeat(file.fileno()), Heartbeat(file.fileno())

    assert parent.read() == (0, 0)
    worker.write(2**40 + 3, 255)
    assert parent.read() == (2**40 + 3, 255)
    worker.close()
    parent.close()
