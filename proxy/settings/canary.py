"""
The settings of the canary: invented posts by which each node sees that its rules and detectors look.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Leak = Literal["iban", "spelled", "secret", "internal", "insider", "advertising"]
LEAKS: tuple[Leak, ...] = ("iban", "spelled", "secret", "internal", "insider", "advertising")


class Canary(BaseModel):
    """Invented leaks that must be stopped; one that is not makes the node not ready."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    leaks: Annotated[tuple[Leak, ...], Field(min_length=1)] = LEAKS
    """Which ones: leave out what no rule of yours is about, if you do not use a shipped pack."""
