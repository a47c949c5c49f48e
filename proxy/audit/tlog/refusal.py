"""
Why evidence about the log is refused: one error, with a reason that programs can compare.

Reasons are stable for ever. `expected` and `found` name kind and place, never the content of a leaf or a note.
"""

from __future__ import annotations

from typing import ClassVar

from proxy.core.errors import AuditBroken, Localised


class EvidenceRefused(AuditBroken):
    """A note, proof or tile is not in its one spelling, or does not verify."""

    code = "evidence_refused"
    status = 422
    text = Localised(
        de="Dieser Nachweis wird nicht anerkannt: Er ist nicht in der festgelegten Form, oder er geht nicht auf.",
        en="This evidence is refused: it is not in its fixed form, or it does not verify.",
    )
    REASONS: ClassVar[dict[str, str]] = {
        "note_malformed": "take the note again from where it came, byte for byte",
        "proof_malformed": "take the proof again from where it came, byte for byte",
        "key_malformed": "take the key again, on another way than the log itself",
        "path_malformed": "ask for a path as c2sp.org/tlog-tiles writes it",
        "key_unknown": "take the log's key on another way than the log itself, and compare it",
        "signature_invalid": "keep the note and ask who sent it: it was changed, or signed by somebody else",
        "origin_mismatch": "compare the origin with the setting audit.origin",
        "head_mismatch": "keep the database as it is and verify the log from its first record on",
        "root_mismatch": "keep both roots and ask for the leaves",
        "leaf_hash_mismatch": "compare the leaf with the database and with an earlier export",
        "inclusion_invalid": "make the proof again for the size of this checkpoint; if it still fails, keep everything",
        "consistency_invalid": "keep both checkpoints: the later log does not continue the earlier one",
        "tile_missing": "export the tiles again up to the size of this checkpoint",
        "tile_mismatch": "export the tiles again; if they still differ, keep everything",
        "entry_truncated": "export the entries again",
    }
    """Each reason, and what to do."""

    def __init__(self, reason: str, *, expected: str, found: str) -> None:
        super().__init__(expected=expected, found=found, remedy=self.REASONS[reason])
        self.reason = reason
        """One of `REASONS`."""
