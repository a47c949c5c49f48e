"""
Names in settings: of doors, nodes, queues, and whatever else appears in logs, metrics and records.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from proxy.settings.mistakes import mistake

_IDENTIFIER = re.compile(r"[a-z][a-z0-9-]{0,31}")


def _identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(value):
        raise mistake(code="identifier")
    return value


Identifier = Annotated[str, AfterValidator(_identifier)]
"""At most 32 small letters, digits and hyphens, a letter first."""
