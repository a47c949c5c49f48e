"""
Write all golden files anew: `.venv/bin/python -m tests.golden.regenerate`. Read the difference before committing it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.golden import bad_files, decisions


def main() -> None:
    """Write the messages of every broken file and the decision of every case."""
    for name in bad_files.names():
        with tempfile.TemporaryDirectory() as scratch:
            bad_files.write(name, Path(scratch))
    for name in decisions.names():
        decisions.write(name)


if __name__ == "__main__":
    main()
