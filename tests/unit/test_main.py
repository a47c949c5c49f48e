"""`python -I -m proxy` is `postgate`."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version


def test_the_package_can_be_run() -> None:
    """Isolated, so that no file in the working directory takes its place."""
    done = subprocess.run(
        [sys.executable, "-I", "-m", "proxy", "--version"], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == f"postgate, version {version('postgate')}"
