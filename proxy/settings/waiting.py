"""
How long posts wait: for people, for a time, for their platform.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from proxy.settings.names import Identifier

_CLOSED = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)


class Review(BaseModel):
    """Held posts."""

    model_config = _CLOSED

    due_minutes: Annotated[int, Field(strict=True, ge=1, le=43_200)] = 240
    """When a held post is due for a person."""
    expires_hours: Annotated[int, Field(strict=True, ge=1, le=8784)] = 72
    """After so long a held post is not sent any more, whoever approves it; its author is told."""
    sample_per_mille: Annotated[int, Field(strict=True, ge=0, le=1000)] = 0
    """Of a thousand posts that were sent without a person, how many are drawn for a look at the rules' quality."""
    sample_queue: Identifier = "quality"
    """The queue that looks at them."""


class Delivery(BaseModel):
    """Posts that wait for a time or for their platform."""

    model_config = _CLOSED

    expires_hours: Annotated[int, Field(strict=True, ge=1, le=720)] = 24
    """After so long, from its time on, a post that could not be sent is not sent any more."""
    pace_seconds: Annotated[int, Field(strict=True, ge=0, le=3600)] = 0
    """Time between two posts of an account that can wait, on each node, besides what its platform asks for; 0: none."""
    breaker_failures: Annotated[int, Field(strict=True, ge=0, le=1000)] = 5
    """After so many failures within a minute a platform's host is left alone until it answers again; 0: never."""
