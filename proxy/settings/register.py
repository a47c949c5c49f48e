"""
The settings of the register: files of customers and of restricted lists that posts are compared with.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from proxy.settings.mistakes import mistake

_AGE = re.compile(r"([1-9][0-9]{0,3})([hd])", re.ASCII)
_KEY = re.compile(r"(?:file|env):.+")


def _age(value: str) -> str:
    if _AGE.fullmatch(value) is None:
        raise mistake(code="register-age")
    return value


def _key(value: str) -> str:
    if _KEY.fullmatch(value) is None:
        raise mistake(code="register-key")
    return value


class Register(BaseModel):
    """Files that `postgate register build` made where the customers' data is; swapped by renaming, and read anew."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    customers: Path | None = None
    """File with the customers."""
    restricted: Path | None = None
    """File with restricted lists."""
    key: Annotated[str, AfterValidator(_key)]
    """Where the key of their digests lies: `file:PATH`, or `env:NAME` of a variable."""
    signed_by: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Public key of the machine that builds them, as `postgate register signing-key` printed it."""
    max_age: Annotated[str, AfterValidator(_age)] = "3d"
    """How old a file may become, such as `36h` or `3d`: then no node starts, and one that runs is not ready."""

    @property
    def oldest(self) -> timedelta:
        """Return how old a file may become."""
        number, unit = int(self.max_age[:-1]), self.max_age[-1]
        return timedelta(hours=number) if unit == "h" else timedelta(days=number)

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        if self.customers is None and self.restricted is None:
            raise mistake(code="register-empty")
        return self
