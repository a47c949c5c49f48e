"""
What is known outside the database when a process begins: the newest checkpoint of every sink that answers in time.

A sink that is away, hangs, or holds something that is none of ours stops nothing: it is told.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.audit.apart import Apart
from proxy.audit.sinks.sink import NOTHING, Found, code_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.audit.signed import Signed
    from proxy.audit.sinks.sink import Sink

LIMIT_S = 10.0
"""How long a start waits for the sinks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What lies in the sinks."""

    newest: tuple[Signed, ...] = ()
    """Checkpoints that a key of the log signed."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """Sinks that could not be read, or hold something that does not count, each with a code."""


async def look_outside(sinks: Sequence[Sink], *, limit_s: float = LIMIT_S) -> Outside:
    """Ask all sinks at the same time, each in a thread of its own."""
    found = await asyncio.gather(*(_look(sink, limit_s) for sink in sinks))
    return Outside(
        newest=tuple(one.newest for one in found if one.newest is not None),
        problems={sink.name: one.problem for sink, one in zip(sinks, found, strict=True) if one.problem is not None},
    )


async def _look(sink: Sink, limit_s: float) -> Found:
    try:
        return await Apart(sink.name, limit_s=limit_s).run(sink.newest)
    except Exception as error:  # noqa: BLE001  one odd place must not stop a start; what it holds is missing, and told
        return Found(newest=NOTHING.newest, problem=code_of(error))
