"""
Wires what operators do with the wrapping key: look at what each key wraps, draw one, put it into use, exchange.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from proxy.assembly.keys import kek_source, keys_of
from proxy.assembly.operations import operator_of, reading
from proxy.assembly.store import Store
from proxy.storage.wrapping_keys import Usage, noted, usage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from proxy.gate.ports import Clock
    from proxy.settings.model import Settings
    from proxy.storage.wrapping_keys import Noted
    from proxy.vault.exchange import Exchanged


class Standing(StrEnum):
    """What a wrapping key is for at the moment."""

    CURRENT = "current"
    """It wraps what comes in."""
    OPENS = "opens"
    """It opens what it wrapped, and wraps nothing new."""
    UNUSED = "unused"
    """It is here, and wraps nothing."""
    MISSING = "missing"
    """Something that lives is wrapped by it, and it is not here."""
    LEFT = "left"
    """It wraps nothing that lives any more, is not here, and may still be used by a node: it is not retired."""
    RETIRED = "retired"
    """The database takes nothing that it wraps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """What may be shown of a wrapping key: never the key."""

    kek_id: str
    standing: Standing
    here: bool
    """Whether this machine has it."""
    usage: Usage
    retired_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStatus:
    """All wrapping keys that are here, or that the database names."""

    rows: tuple[KeyRow, ...]

    @property
    def sound(self) -> bool:
        """Return whether everything opens and the current key may wrap."""
        return all(
            row.standing is not Standing.MISSING and not (row.standing is Standing.CURRENT and row.retired_at)
            for row in self.rows
        )


def key_status(settings: Settings, environ: Mapping[str, str] = os.environ) -> KeyStatus:
    """
    Return what each wrapping key wraps; blocking, and changes nothing.

    Raises:
        ConfigurationError: a key is missing, exposed or none, or Vault does not give it.
        GateUnavailable: the database does not answer, or was not brought up to date.
    """
    keys = keys_of(settings, environ)

    def read(connection: Connection) -> KeyStatus:
        used, notes = usage(connection), noted(connection)
        names = sorted(keys.ring() | set(used) | set(notes))
        rows = (_row(name, keys.kek_id(), keys.ring(), used.get(name, Usage()), notes.get(name)) for name in names)
        return KeyStatus(rows=tuple(rows))

    with reading(settings) as reads:
        return reads.run_blocking(read)


def _row(name: str, current: str, ring: frozenset[str], used: Usage, note: Noted | None) -> KeyRow:
    here, lives = name in ring, any(used.live.values())
    retired_at = None if note is None else note.retired_at
    if name == current:
        standing = Standing.CURRENT
    elif retired_at is not None:
        standing = Standing.RETIRED
    elif lives:
        standing = Standing.OPENS if here else Standing.MISSING
    else:
        standing = Standing.UNUSED if here else Standing.LEFT
    return KeyRow(kek_id=name, standing=standing, here=here, usage=used, retired_at=retired_at)


def draw_key(settings: Settings, environ: Mapping[str, str] = os.environ) -> str:
    """
    Draw a wrapping key beside the current one; return its name. Blocking.

    Raises:
        ConfigurationError: it cannot be kept, or others set the keys.
        OSError: a file cannot be written.
    """
    return kek_source(settings, environ).draw()


def use_key(settings: Settings, name: str, environ: Mapping[str, str] = os.environ) -> None:
    """
    Put a key that is here into the place of the current one. Blocking.

    Raises:
        ConfigurationError: it is not here, or others set the keys.
        OSError: a file cannot be written.
    """
    kek_source(settings, environ).use(name)


async def exchange_keys(settings: Settings, *, reason: str | None, clock: Clock) -> Exchanged:
    """
    Wrap everything with the current key and retire the others, beside running nodes.

    Raises:
        ConfigurationError: any mistake in keys, or the current key is retired.
        ExchangeRefused: it did not come to its end, with the reason.
        GateUnavailable: the database does not answer, or cannot be written.
    """
    store = await asyncio.to_thread(lambda: Store(settings, clock=clock))
    try:
        await store.start()
        done = await store.key_exchange().run(by=await operator_of(store), reason=reason)
        await asyncio.to_thread(store.sweep)
    finally:
        await store.stop()
    return done
