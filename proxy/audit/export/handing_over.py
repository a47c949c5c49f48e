"""
The proofs that keys handed over, as an export carries them: from the first key of the logs to the one that signs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.handovers import read_handover
from proxy.audit.nodes import SqlNodes
from proxy.audit.records import Refused
from proxy.audit.stored_logs import checkpoints, logs, rotations
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.audit.tlog.keys import read_verifier_key
from proxy.audit.tlog.notes import read_note
from proxy.audit.tlog.proof_files import ProofFile
from proxy.audit.tlog.proving import prove_inclusion
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.storage.tables import audit_records

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from proxy.audit.key_chain import Rotation
    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.tlog.notes import Note


def handover_path(number: int) -> str:
    """Return the path of the proof of a handover; the first has number 1."""
    return f"handovers/{number}.tlog-proof"


def handovers_to(connection: Connection, key: VerifierKey) -> list[ProofFile]:
    """
    Return the proofs that lead from the first key of the logs to this one; none where it is the first.

    Raises:
        EvidenceRefused: `key_unknown`: the logs have other keys, or a checkpoint that both keys signed is missing; or a
            proof that its reader would refuse.
    """
    found: list[ProofFile] = []
    said = [one for log in logs(connection) for one in rotations(connection, log)]
    current = read_verifier_key(said[0].old).public if said else key.public
    while current != key.public:
        same = [one for one in said if read_verifier_key(one.old).public == current]
        if not same or len(found) == len(said):
            raise _missing("a record that another key handed over to this one")
        found.append(_proof(connection, same))
        try:
            current = read_handover(found[-1]).new.public
        except Refused:
            raise _missing("a proof that one key handed over to the next") from None
    return found


def _proof(connection: Connection, same: list[Rotation]) -> ProofFile:
    """Return the proof of the first checkpoint that both keys signed; records that name them may be several."""
    old, new = read_verifier_key(same[0].old), read_verifier_key(same[0].new)
    for log in (log for log in logs(connection) if log >= same[0].log):
        for stored in checkpoints(connection, log, after=same[0].seq if log == same[0].log else 0):
            note = read_note(stored.note)
            record = next((one for one in same if one.log == log and one.seq < stored.size), None)
            if record is not None and _signed_by(note, old, new):
                hashes = prove_inclusion(SqlNodes(connection, log), index=record.seq, size=stored.size)
                return ProofFile(index=record.seq, hashes=hashes, note=note, extra=_leaf(connection, record))
    raise _missing("a checkpoint that both keys signed")


def _signed_by(note: Note, *keys: VerifierKey) -> bool:
    origin = read_checkpoint(note.text).origin
    return [one.key_id for one in note.signatures] == [key.named(origin).key_id() for key in keys]


def _leaf(connection: Connection, record: Rotation) -> bytes:
    columns = audit_records.c
    query = sa.select(columns.leaf).where(columns.log_id == record.log, columns.seq == record.seq)
    return bytes(connection.execute(query).scalar_one())


def _missing(expected: str) -> EvidenceRefused:
    return EvidenceRefused("key_unknown", expected=expected, found="none")
