"""What the first record of a log says of the one before."""

from __future__ import annotations

import hmac
from dataclasses import replace

import pytest

from proxy.audit.openings import End, Opening, accounts_for, opening_of
from proxy.audit.signed import read_signed
from tests.checkpoints import SIGNER, note_of
from tests.stores import ORIGIN

NEXT = ORIGIN.removesuffix("1") + "2"
ROOT = (b"r" * 32).hex()


def _opening(lost: int, kept: int | None, *, log: int = 1) -> Opening:
    origin = ORIGIN if log == 1 else NEXT
    restored = None if kept is None else End(origin=ORIGIN, size=kept, root=ROOT)
    return Opening(previous=End(origin=origin, size=lost, root=ROOT), note="a note", restored_from=restored)


def _digest(purpose: str, value: bytes) -> str:
    return hmac.digest(b"pepper", purpose.encode() + value, "sha256").hex()


@pytest.mark.parametrize("opening", [_opening(9, None), _opening(9, 4), _opening(9, 4).coded(_digest)])
def test_it_is_read_as_it_was_written(opening: Opening) -> None:
    """From the fields of the record."""
    assert opening_of({"data": opening.data()}) == opening


@pytest.mark.parametrize(
    ("opening", "log", "size", "root", "accounted"),
    [
        (_opening(9, None), 1, 9, b"r", False),
        (_opening(9, 4), 1, 9, b"r", True),
        (_opening(9, 4), 1, 9, b"x", False),
        (_opening(9, 4), 1, 7, b"x", True),
        (_opening(9, 4), 1, 4, b"x", False),
        (_opening(9, 4), 1, 10, b"r", False),
        (_opening(9, 4), 2, 1, b"r", False),
        (_opening(9, 4, log=2), 1, 500, b"x", True),
        (_opening(9, 4, log=2), 2, 9, b"r", True),
        (_opening(9, 4, log=2), 2, 10, b"r", False),
        (_opening(9, 12), 1, 7, b"x", True),
    ],
)
def test_a_restored_backup_accounts_for_what_is_missing(
    opening: Opening, log: int, size: int, root: bytes, accounted: bool
) -> None:
    """For what lies behind the backup, up to the checkpoint that PG-501 names, and for nothing else."""
    signer = SIGNER if log == 1 else SIGNER.named(NEXT)
    known = read_signed(note_of(size, root * 32, origin=signer.name, signer=signer), origin=ORIGIN)

    assert accounts_for([opening], known, name=ORIGIN) is accounted


def test_only_what_the_gateway_wrote_is_believed() -> None:
    """The code covers everything that is said; without the key no code is right."""
    coded = _opening(9, 4).coded(_digest)

    assert coded.made_here(_digest)
    assert not coded.made_here(None)
    assert not _opening(9, 4).made_here(_digest)
    for other in (_opening(10, 4), _opening(9, 3), _opening(9, 4, log=2), replace(_opening(9, 4), note="another")):
        assert not replace(other, code=coded.code).made_here(_digest)
