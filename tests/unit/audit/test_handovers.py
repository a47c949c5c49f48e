"""That each key handed over to the next, as an outsider sees it."""

from __future__ import annotations

import pytest

from proxy.audit.handovers import Handover, Handovers, one_chain
from proxy.audit.records import Refused
from proxy.audit.signed import signer_of
from proxy.audit.tlog.trees import TreeHead
from tests.replaced_keys import NEXT, STRANGER, A, B, C
from tests.stores import ORIGIN

KEYS = {"A": A, "B": B, "C": C, "X": STRANGER}


def _handover(names: str, size: int, origin: str = ORIGIN) -> Handover:
    old, new = (KEYS[name].key() for name in names)
    return Handover(old=old, new=new, index=size - 1, origin=origin, head=TreeHead(size=size, root=bytes([size]) * 32))


TWICE = [_handover("AB", 5), _handover("BC", 3, NEXT)]


def _names(keys: Handovers, origin: str, size: int) -> str:
    return "".join(
        name for one in keys.at(origin, size) for name, key in KEYS.items() if key.key().public == one.public
    )


def test_each_checkpoint_has_the_keys_of_its_day() -> None:
    """Up to a handover the old one, at it both, then the new one; in the order of the logs, under the name of each."""
    keys = Handovers(TWICE, [A.key()])

    assert [_names(keys, ORIGIN, size) for size in (0, 4, 5, 6, 99)] == ["A", "A", "AB", "B", "B"]
    assert [_names(keys, NEXT, size) for size in (0, 2, 3, 4, 99)] == ["B", "B", "BC", "C", "C"]
    assert {one.name for one in keys.at(NEXT, 3)} == {NEXT}
    assert [keys.after(count, NEXT) for count in range(3)] == [(one.named(NEXT).key(),) for one in (A, B, C)]


def test_without_a_handover_each_key_that_was_given_counts() -> None:
    """Once, under whichever name of a log of the house it was given."""
    keys = Handovers([], [A.key(), A.named(NEXT).key(), B.key()])

    assert keys.at(ORIGIN, 7) == keys.after(0, ORIGIN) == (A.key(), B.key())


@pytest.mark.parametrize(
    ("handovers", "given"),
    [
        (TWICE, "X"),
        (TWICE, ""),
        ([TWICE[1], TWICE[0]], "A"),
        ([TWICE[0], TWICE[0]], "A"),
        ([TWICE[0], _handover("XC", 3, NEXT)], "A"),
        ([TWICE[0], _handover("BC", 5)], "A"),
        ([TWICE[0], _handover("BC", 4)], "A"),
    ],
)
def test_what_is_no_chain_from_or_to_a_key_that_was_given_is_refused(handovers: list[Handover], given: str) -> None:
    """Each follows from the one before, at a later place."""
    with pytest.raises(Refused) as refused:
        Handovers(handovers, [KEYS[name].key() for name in given])
    assert refused.value.reason == "key_unknown"


def test_the_same_key_of_another_house_is_another_one() -> None:
    """A key counts under the names of the logs of its house."""
    other = signer_of("elsewhere.example/1", bytes([1]) * 32).key()
    assert other.public == A.key().public

    with pytest.raises(Refused):
        Handovers(TWICE, [other])


def test_several_exports_have_one_chain() -> None:
    """Each the beginning of the longest."""
    assert one_chain([[], TWICE, TWICE[:1]]) == TWICE
    with pytest.raises(Refused) as refused:
        one_chain([TWICE, TWICE[1:]])
    assert refused.value.reason == "key_unknown"


@pytest.mark.parametrize(
    ("names", "fits"), [("AB", True), ("BC", True), ("CX", True), ("AX", False), ("BX", False), ("XA", False)]
)
def test_a_record_of_a_replaced_key_has_its_handover(names: str, fits: bool) -> None:
    """Or is the last one, whose handover is still to come."""
    old, new = (KEYS[name].key().text() for name in names)
    leaf = {"data": {"from_key": old, "to_key": new, "reason": None}}
    keys = Handovers(TWICE, [A.key()])

    if fits:
        keys.check(leaf)
    else:
        with pytest.raises(Refused) as refused:
            keys.check(leaf)
        assert refused.value.reason == "file_missing"
