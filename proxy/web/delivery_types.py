"""
What the API takes where unclear posts are concerned.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from proxy.web.post_types import Body


class Finding(Body):
    """What a person found on the platform."""

    result: Literal["published", "absent"]
    """Whether the post is there."""
    platform_id: Annotated[str, Field(pattern=r"^[!-~]{1,256}$")] | None = None
    """The platform's id of it, where it is there."""
    then: Literal["resend", "close", "wait"] | None = None
    """What becomes of it, where it is not there; without a word it waits."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        published = self.result == "published"
        if published != (self.platform_id is not None) or (published and self.then is not None):
            raise PydanticCustomError("other_finding", "platform_id with published, then with absent")
        return self
