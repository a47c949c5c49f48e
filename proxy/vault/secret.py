"""
A value that must not be shown.
"""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Holds a secret text; shows a mask wherever it is printed, and cannot be pickled or copied into a dump."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret; call it as late as possible and keep nothing."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, format_spec: str) -> str:
        return "***"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")
