"""How logs follow each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from proxy.audit.key_chain import KeyChain
from proxy.audit.openings import End, Opening
from proxy.audit.records import Refused
from proxy.audit.succession import Succession
from tests.checkpoints import ANOTHER, SIGNER, note_of
from tests.stores import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable

NEXT = ORIGIN.removesuffix("1") + "2"
ROOT = (b"r" * 32).hex()
END = End(origin=ORIGIN, size=3, root=ROOT)
NOTE = note_of(3).data()


def _opened(previous: End = END, note: bytes = NOTE, restored: End | None = None) -> dict[str, Any]:
    data = Opening(previous=previous, note=note.decode(), restored_from=restored).data()
    return {"code": "PG-501", "data": data}


def _walk(
    second: Callable[[Succession], None], *, last: str = "PG-502", note: bytes | None = NOTE, closed: bool = True
) -> Succession:
    """Walk a log of three records, and what follows."""
    succession = Succession(KeyChain(ORIGIN, [SIGNER.key()], ()))
    succession.begin(1)
    for seq, code in enumerate(("PG-101", "PG-101", last)):
        succession.add(seq, {"code": code})
    succession.close(END, note=note, closed=closed)
    second(succession)
    return succession


def _follow(*leaves: dict[str, Any], log: int = 2) -> Callable[[Succession], None]:
    def walk(succession: Succession) -> None:
        succession.begin(log)
        for seq, leaf in enumerate(leaves):
            succession.add(seq, leaf)
        succession.close(End(origin=NEXT, size=len(leaves), root=ROOT), note=None, closed=False)
        succession.end()

    return walk


LOST = End(origin=ORIGIN, size=8, root=ROOT)


def test_a_log_begins_where_the_one_before_ended() -> None:
    """With its last checkpoint; after a restored backup with the last one that is known."""
    assert _walk(_follow(_opened(), {"code": "PG-101"})).lost == {}
    restored = _opened(LOST, note_of(8).data(), END)
    assert _walk(_follow(restored), last="PG-101", note=None).lost == {ORIGIN: LOST}
    assert _walk(_follow(restored, log=3), last="PG-101", note=None).lost == {ORIGIN: LOST}


@pytest.mark.parametrize(
    ("second", "more", "words"),
    [
        (_follow({"code": "PG-101"}), {}, "opens with no PG-501"),
        (_follow(), {}, "without its first record"),
        (_follow(_opened(), _opened()), {}, "in the middle"),
        (_follow(_opened(), {"code": "PG-502"}), {}, "none follows"),
        (_follow(_opened(), {"code": "PG-502"}, {"code": "PG-101"}), {}, "after the end"),
        (_follow(_opened(), log=1), {}, "log 1 after log 1"),
        (_follow(_opened()), {"closed": False}, "is open"),
        (_follow(_opened()), {"last": "PG-101"}, "has no end"),
        (_follow(_opened()), {"note": None}, "another checkpoint"),
        (_follow(_opened()), {"note": note_of(3, b"x" * 32).data()}, "another checkpoint"),
        (_follow(_opened(LOST, note_of(8).data())), {}, "another end"),
        (_follow(_opened(End(origin=ORIGIN, size=3, root="00"))), {}, "another end"),
        (_follow(_opened(LOST, note_of(8).data(), END)), {}, "or both"),
        (_follow(_opened(), log=3), {}, "log 1 ended, and log 3 follows"),
        (_follow(_opened(END, NOTE, END)), {"last": "PG-101"}, "nothing is missing"),
        (_follow(_opened(replace(LOST, origin="other.test/1"), NOTE, END)), {"last": "PG-101"}, "installation"),
        (_follow(_opened(LOST, NOTE, END)), {"last": "PG-101"}, "something else"),
        (_follow(_opened(LOST, b"no note", END)), {"last": "PG-101"}, "is refused"),
        (_follow(_opened(LOST, note_of(8, signer=ANOTHER).data(), END)), {"last": "PG-101"}, "is refused"),
        (lambda succession: succession.end(), {}, "none follows"),
        (lambda succession: succession.end(), {"last": "PG-101"}, "none follows"),
    ],
)
def test_everything_else_is_refused(second: Callable[[Succession], None], more: dict[str, Any], words: str) -> None:
    """A gap, a record behind an end, another end, a checkpoint that is not the last one, two open logs."""
    with pytest.raises(Refused) as refused:
        _walk(second, **more)
    assert words in refused.value.detail


def test_log_1_comes_first() -> None:
    """Unless somebody says that only later ones are at hand."""
    with pytest.raises(Refused):
        Succession().begin(2)
    later = Succession(first=2)
    later.begin(2)
    later.add(0, _opened())
    assert later.opening is not None
