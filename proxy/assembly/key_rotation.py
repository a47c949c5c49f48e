"""
Replaces the key that signs checkpoints: one checkpoint is signed by both, so that nobody has to take our word for it.

    record     PG-503 names both keys; the checkpoint that follows covers it
    swap       from the next start on, nodes on this machine sign with the new key
    sign       both keys, into table and state file
    hand out   to every sink, so that a start finds there what the new key verifies

After a crash the same command goes on: the key that was drawn stays, and is handed over to.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.assembly.operations import operator_of
from proxy.assembly.store import Store
from proxy.audit.anchoring import hand_out
from proxy.audit.key_chain import ROTATED
from proxy.audit.signed import Trust, signer_of
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.core.errors import AuditBroken
from proxy.gate.work import AuditRecord, Work
from proxy.observability.system import random_id
from proxy.vault.key_change import begin_change, finish_change, put_in_place

if TYPE_CHECKING:
    from proxy.audit.checkpointing import Checkpointing
    from proxy.audit.signed import Signed
    from proxy.gate.ports import Clock
    from proxy.gate.work import Actor
    from proxy.settings.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What was done."""

    key: str
    """The new verifier key, as its line."""
    size: int
    """Records that the checkpoint of both keys covers."""
    unreached: tuple[tuple[str, str], ...]
    """Sinks that did not take it, each with a code."""


async def rotate_key(settings: Settings, *, reason: str | None, clock: Clock) -> Rotated:
    """
    Replace the key of the log while no node runs.

    Raises:
        ConfigurationError: there is no key, or a setting or file is unfit.
        AuditBroken: the log does not continue what was signed, or a running node signed in between.
        GateUnavailable: the database does not answer.
        OSError: a file cannot be written.
    """
    directory = settings.keys.directory
    change = await asyncio.to_thread(begin_change, directory)
    store = await asyncio.to_thread(lambda: Store(settings, clock=clock))
    old, new = (signer_of(settings.audit.origin, seed).key() for seed in (change.old, change.new))
    try:
        await store.start()
        record = _record(await operator_of(store), old.text(), new.text(), reason=reason, clock=clock)
        await store.audit.commit(Work(records=(record,)))
        await asyncio.to_thread(put_in_place, directory, change)
        signing = store.handing_over(old=change.old, new=change.new)
        signed = await asyncio.to_thread(_sign, signing)
        for key in (old, new):
            _require_signed_by(signed, Trust(origin=settings.audit.origin, keys=(key,)))
        unreached = await hand_out(store.sinks, signed)
        await asyncio.to_thread(finish_change, directory)
    finally:
        await store.stop()
    return Rotated(key=new.text(), size=signed.size, unreached=unreached)


def _record(by: Actor, old: str, new: str, *, reason: str | None, clock: Clock) -> AuditRecord:
    data: dict[str, object] = {"from_key": old, "to_key": new, "reason": reason}
    return AuditRecord(id=random_id(), code=ROTATED, type="log.key_rotated", at=clock.now(), actor=by, data=data)


def _sign(signing: Checkpointing) -> Signed:
    signed = signing.sign()
    if signed is None:
        raise AuditBroken(expected="a log with records", found="none")
    signing.remember(signed)
    return signed


def _require_signed_by(signed: Signed, trust: Trust) -> None:
    try:
        trust.open(signed.note)
    except EvidenceRefused:
        raise AuditBroken(
            expected="a checkpoint of both keys",
            found="one of a node that runs",
            remedy="stop all nodes of this log, and run the command again",
        ) from None
