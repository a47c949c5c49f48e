"""
Where the policies and rules that come with Postgate lie.

Inside the installed wheel, or beside the package in a checkout.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def bundled(name: str) -> Path:
    """
    Return the directory `policies` or `rules` that came with this installation.

    Raises:
        FileNotFoundError: neither the wheel nor the checkout has it.
    """
    for place in (PACKAGE / "_bundled" / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    message = f"the directory {name} of this installation is missing; install postgate again"
    raise FileNotFoundError(message)
