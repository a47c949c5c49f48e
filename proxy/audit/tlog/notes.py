"""
Signed notes (c2sp.org/signed-note): text, a blank line, and signatures one a line.

    <text, ends with a line feed>
    <blank line>
    — <key name> <base64(key id || signature)>

Reading a note says nothing about who signed it: use its text only as it comes out of `open_note`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.audit.tlog.keys import KEY_ID_BYTES, check_name
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.spelling import Place, read_base64, read_text, write_base64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.tlog.keys import NoteSigner, VerifierKey

MOST_BYTES = 2**20
MOST_SIGNATURES = 100
"""The standard asks for 16 at least; each may have 5 kB when it is a post-quantum one."""
_DASH = "— "
_NOTE = Place(reason="note_malformed", where="a note")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line, not verified."""

    name: str
    key_id: bytes
    """4 bytes."""
    signature: bytes = field(repr=False)
    """1 byte or more; 64 for Ed25519."""

    def line(self) -> str:
        """Return the line, with its line feed."""
        return f"{_DASH}{self.name} {write_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as it was read: nothing is verified."""

    text: str = field(repr=False)
    """With its last line feed."""
    signatures: tuple[NoteSignature, ...]

    def data(self) -> bytes:
        """Return the bytes of the note."""
        return (self.text + "\n" + "".join(one.line() for one in self.signatures)).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedNote:
    """A text, and who verifiably signed it."""

    text: str = field(repr=False)
    keys: tuple[VerifierKey, ...]
    """Known keys that signed, in the order of their lines; one or more."""
    strangers: int
    """Signature lines of unknown keys. The standard ignores them; a format of ours may refuse them."""


def read_note(data: bytes, *, most: int = MOST_BYTES) -> Note:
    """
    Return the note from its bytes; `read_note(data).data() == data`.

    Args:
        data: the whole note.
        most: bytes that it may have.

    Raises:
        EvidenceRefused: `note_malformed`.
    """
    whole = read_text(data, _NOTE, most=most)
    head, blank, lines = whole.rpartition("\n\n")  # the text may have blank lines, the signatures have none
    if not blank or not lines:
        raise _NOTE.refuse("text, a blank line and signatures", "no signatures after a blank line")
    rows = lines.removesuffix("\n").split("\n")
    if len(rows) > MOST_SIGNATURES:
        raise _NOTE.refuse(f"at most {MOST_SIGNATURES} signatures", f"{len(rows)}")
    return Note(text=head + "\n", signatures=tuple(_read_line(row, number) for number, row in enumerate(rows, start=1)))


def sign_note(text: str, signers: Sequence[NoteSigner], *, most: int = MOST_BYTES) -> Note:
    """
    Return the note with one signature of each signer, in their order.

    Args:
        text: that is signed.
        signers: one or more.
        most: bytes that the note may have.

    Raises:
        EvidenceRefused: `note_malformed`: no signer, or a text that cannot be told from its signatures.
    """
    message = text.encode("utf-8", errors="surrogatepass")  # refused below, with a reason
    signatures = tuple(
        NoteSignature(name=one.name, key_id=one.key().key_id(), signature=one.sign(message)) for one in signers
    )
    lines = "".join(one.line() for one in signatures)
    return read_note(message + b"\n" + lines.encode(), most=most)


def open_note(note: Note, keys: Sequence[VerifierKey]) -> OpenedNote:
    """
    Return the text of a note that a known key signed.

    Raises:
        EvidenceRefused: `signature_invalid`: a line of a known key does not verify, or one key has two lines;
            `key_unknown`: no line is of a known key; `key_malformed`: two known keys with one name and id.
    """
    known = {(key.name, key.key_id()): key for key in keys}
    if len(known) != len(keys):
        raise EvidenceRefused("key_malformed", expected="keys with different names or ids", found="one of them twice")
    message = note.text.encode()
    signed: list[VerifierKey] = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if key in signed:
            raise EvidenceRefused("signature_invalid", expected="one line for each key", found="two lines of one key")
        if not key.verifies(message, line.signature):
            raise EvidenceRefused(
                "signature_invalid",
                expected=f"a signature of the key {key.key_id().hex()} over this text",
                found="another one",
            )
        signed.append(key)
    if not signed:
        raise EvidenceRefused(
            "key_unknown",
            expected="a signature of " + (" or ".join(key.key_id().hex() for key in keys) or "a known key"),
            found=f"{len(note.signatures)} signatures of other keys",
        )
    return OpenedNote(text=note.text, keys=tuple(signed), strangers=len(note.signatures) - len(signed))


def _read_line(row: str, number: int) -> NoteSignature:
    place = Place(reason="note_malformed", where=f"signature line {number} of a note")
    if not row.startswith(_DASH):
        raise place.refuse("an em dash and a space", "another beginning")
    name, _, encoded = row.removeprefix(_DASH).partition(" ")
    check_name(name, place)
    data = read_base64(encoded, place)
    if len(data) <= KEY_ID_BYTES:
        raise place.refuse(f"a key id of {KEY_ID_BYTES} bytes and a signature", f"{len(data)} bytes")
    return NoteSignature(name=name, key_id=data[:KEY_ID_BYTES], signature=data[KEY_ID_BYTES:])
