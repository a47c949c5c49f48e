"""
A log handler that counts and never formats: libraries put text of a post into their messages.

Not a `logging.Handler`: that module belongs to `observability`, and all that a logger asks of a handler is a level and
`handle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

WARNING = 30


class DeafHandler:
    """Counts records and forgets them."""

    level = WARNING

    def __init__(self) -> None:
        self.count = 0

    def handle(self, _record: object) -> bool:
        """Note that something was said, not what."""
        self.count += 1
        return True


def deafen(logger: Any) -> DeafHandler:  # noqa: ANN401  the type belongs to a module that this layer does not import
    """Leave a logger with a counting handler as its only one, cut off from all others."""
    handler = DeafHandler()
    set_level: Callable[[int], None] = logger.setLevel
    set_level(WARNING)
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.disabled = False
    return handler
