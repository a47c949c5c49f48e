"""Which key counts for which checkpoint of a log whose key was replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.audit.key_chain import KeyChain, Rotation, rotation_of
from proxy.audit.records import Refused
from proxy.audit.signed import signer_of
from proxy.audit.tlog.checkpoints import Checkpoint
from proxy.audit.tlog.notes import sign_note
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.trees import TreeHead
from tests.stores import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.tlog.notes import Note

SIGNERS = {name: signer_of(ORIGIN, bytes([number]) * 32) for number, name in enumerate("abcx")}


def _vkey(name: str) -> str:
    return SIGNERS[name].key().text()


def _rotation(seq: int, names: str) -> Rotation:
    return Rotation(seq=seq, old=_vkey(names[0]), new=_vkey(names[1]))


def _note(size: int, names: str) -> Note:
    text = Checkpoint(origin=ORIGIN, head=TreeHead(size=size, root=bytes([size]) * 32)).text()
    return sign_note(text, [SIGNERS[name] for name in names])


def _walk(given: str, rotations: Sequence[tuple[int, str]], notes: Sequence[tuple[int, str]]) -> str:
    """Return the sizes that were believed, or the reason of the refusal."""
    try:
        chain = KeyChain(
            ORIGIN, [SIGNERS[name].key() for name in given], [_rotation(seq, names) for seq, names in rotations]
        )
        sizes = [chain.open(_note(size, names)).head.size for size, names in notes]
        chain.end()
    except (EvidenceRefused, Refused) as refused:
        return refused.reason
    return " ".join(map(str, sizes))


ONCE = [(5, "ab")]
TWICE = [(5, "ab"), (9, "bc")]
BOTH = [(3, "a"), (5, "a"), (6, "ab"), (8, "b")]


@pytest.mark.parametrize(
    ("given", "rotations", "notes", "expected"),
    [
        ("a", [], [(3, "a"), (4, "a")], "3 4"),
        ("x", [], [(3, "a")], "key_unknown"),
        ("xa", [], [(3, "a"), (4, "x")], "3 4"),
        # one key of the chain is enough, whichever
        ("a", ONCE, BOTH, "3 5 6 8"),
        ("b", ONCE, BOTH, "3 5 6 8"),
        ("xb", ONCE, BOTH, "3 5 6 8"),
        ("x", ONCE, BOTH, "key_unknown"),
        *((given, TWICE, [*BOTH, (9, "b"), (12, "bc"), (20, "c")], "3 5 6 8 9 12 20") for given in "abc"),
        # the record alone hands nothing over
        ("a", ONCE, [(3, "a"), (6, "b")], "key_unknown"),
        ("b", ONCE, [(3, "a"), (6, "a")], "key_unknown"),
        ("b", ONCE, [(3, "a"), (5, "ab")], "key_unknown"),
        # nor does the new key before the record, or the old one after the handover
        ("a", ONCE, [(3, "b")], "key_unknown"),
        ("a", ONCE, [(3, "a"), (6, "ab"), (7, "a")], "key_unknown"),
        # a node that still ran signed once more before
        ("a", ONCE, [(3, "a"), (6, "a"), (8, "ab"), (9, "b")], "3 6 8 9"),
        # the command was run again after a crash
        ("a", [(5, "ab"), (7, "ab")], [(3, "a"), (8, "ab"), (9, "b")], "3 8 9"),
        # nothing signed yet
        ("b", ONCE, [], ""),
        # a gap
        ("a", [(5, "ab"), (9, "xc")], BOTH, "key_unknown"),
        ("a", [(5, "ab"), (9, "ac")], BOTH, "key_unknown"),
    ],
)
def test_one_key_leads_to_the_others(
    given: str, rotations: Sequence[tuple[int, str]], notes: Sequence[tuple[int, str]], expected: str
) -> None:
    """Each is vouched for by a checkpoint that both signed, over the record that names them."""
    assert _walk(given, rotations, notes) == expected


def test_a_second_signature_that_does_not_verify_is_no_handover() -> None:
    """It is refused by name."""
    chain = KeyChain(ORIGIN, [SIGNERS["a"].key()], [_rotation(5, "ab")])
    good, other = _note(6, "ab"), _note(7, "ab")
    forged = type(good)(text=good.text, signatures=(good.signatures[0], other.signatures[1]))

    with pytest.raises(EvidenceRefused) as refused:
        chain.open(forged)
    assert refused.value.reason == "signature_invalid"


def test_a_key_that_is_none_is_refused() -> None:
    """Whatever the log says."""
    with pytest.raises(EvidenceRefused) as refused:
        KeyChain(ORIGIN, [SIGNERS["a"].key()], [Rotation(seq=5, old=_vkey("a"), new="none")])
    assert refused.value.reason == "key_malformed"


def test_a_record_names_both_keys() -> None:
    """By their lines."""
    leaf = {"data": {"from_key": _vkey("a"), "to_key": _vkey("b"), "reason": None}}

    assert rotation_of(5, leaf) == _rotation(5, "ab")


NEXT = ORIGIN.removesuffix("1") + "2"


def _later(size: int, names: str) -> Note:
    text = Checkpoint(origin=NEXT, head=TreeHead(size=size, root=bytes([size]) * 32)).text()
    return sign_note(text, [SIGNERS[name].named(NEXT) for name in names])


@pytest.mark.parametrize(
    ("given", "named", "rotations", "later", "expected"),
    [
        ("a", ORIGIN, [], "a", "a"),
        ("a", NEXT, [], "a", "a"),
        ("a", "other.example", [], "a", "key_unknown"),
        ("a", ORIGIN, [(1, 5, "ab")], "b", "b"),
        ("b", NEXT, [(1, 5, "ab")], "b", "b"),
        ("a", ORIGIN, [(1, 5, "ab")], "a", "key_unknown"),
        ("x", NEXT, [(1, 5, "ab")], "x", "key_unknown"),
        ("a", ORIGIN, [(1, 5, "ab"), (2, 1, "bx")], "x", "key_unknown"),
        ("x", NEXT, [(1, 5, "ab"), (2, 1, "bx")], "b", "key_unknown"),
    ],
)
def test_the_next_log_goes_on_with_the_key_of_the_one_before(
    given: str, named: str, rotations: Sequence[tuple[int, int, str]], later: str, expected: str
) -> None:
    """Under its own name; a key that comes from nowhere opens neither."""
    changes = [Rotation(seq=seq, old=_vkey(names[0]), new=_vkey(names[1]), log=log) for log, seq, names in rotations]
    try:
        chain = KeyChain(ORIGIN, [SIGNERS[given].key().named(named)], changes)
        chain.open(_note(6, "ab" if rotations else "a"))
        chain.turn(2, NEXT)
        chain.open(_later(3, later))
        chain.end()
        found = later
    except (EvidenceRefused, Refused) as refused:
        found = refused.reason
    assert found == expected
