"""The file of a register: its header, and whether a digest is in it."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register import table
from proxy.core.detection.register.table import (
    ALIGNMENT,
    FOREVER,
    MAGIC,
    BrokenRegister,
    Contents,
    Shared,
    Table,
    body_start,
    head_of,
    index_bits,
    read_header,
    signed_bytes,
    write_header,
)
from tests.registers import make_header, register_bytes

DIGESTS = st.integers(0, 2**62 - 1).map(lambda number: number << 2)
NEAR = st.integers(0, 40).map(lambda number: number << 2)
"""Digests in one bucket, one beside the other."""


def _table(data: bytes) -> Table:
    return Table(memoryview(data))


@given(st.dictionaries(DIGESTS | NEAR, st.sampled_from(Shared), max_size=30), st.lists(DIGESTS | NEAR, max_size=10))
def test_what_is_in_the_file_is_found_and_nothing_else(keys: dict[int, Shared], others: list[int]) -> None:
    """With how many customers share it; for whatever digests, also the first and last there can be."""
    looked = _table(register_bytes(keys))

    assert {digest: looked.find(digest) for digest in keys} == keys
    assert [digest for digest in others if digest not in keys and looked.find(digest) is not None] == []


@pytest.mark.parametrize("digest", [0, 2**64 - 4])
def test_nothing_is_in_an_empty_register(digest: int) -> None:
    """A house without customers is no mistake of the file."""
    assert _table(register_bytes({})).find(digest) is None
    assert not _table(register_bytes([])).open_at(digest, 0)


def test_an_entry_counts_in_each_of_its_windows() -> None:
    """Both ends belong to it; between two windows it does not count, and no other entry lends it one."""
    looked = _table(register_bytes([(8, (10, 20)), (8, (30, 40)), (12, (25, 26)), (2**64 - 4, FOREVER)]))

    assert [minute for minute in (9, 10, 20, 21, 25, 30, 40, 41) if looked.open_at(8, minute)] == [10, 20, 30, 40]
    assert looked.open_at(2**64 - 4, 0)
    assert looked.open_at(2**64 - 4, 2**40)
    assert not looked.open_at(4, 15)
    assert not looked.open_at(16, 15)


def test_the_header_comes_back_as_it_was_written() -> None:
    """With its own bytes and the signature over them."""
    header = make_header(number_lengths=(8, 22), predecessor="0123456789abcdef", counts={"word": 2})
    data = register_bytes({}, number_lengths=(8, 22), predecessor="0123456789abcdef", counts={"word": 2})

    found, raw, signature = read_header(memoryview(data))

    assert (found.number_lengths, found.counts, found.predecessor) == ((8, 22), {"word": 2}, header.predecessor)
    assert raw == write_header(found)
    assert signature == bytes(64)
    assert signed_bytes(raw) == b"postgate/register/v1\x00" + raw


def test_the_version_changes_with_whatever_the_header_says() -> None:
    """Two registers of one version are the same register."""
    first, second = make_header(), make_header(records=1)

    assert first.version == make_header().version
    assert first.version != second.version
    assert len(first.version) == 16


@pytest.mark.parametrize("length", [0, 1, ALIGNMENT - 84, ALIGNMENT - 83, 2 * ALIGNMENT])
def test_the_index_begins_at_a_page(length: int) -> None:
    """Whatever the length of the header."""
    start = body_start(length)

    assert start % ALIGNMENT == 0
    assert start >= 84 + length
    assert len(head_of(b"x" * length, bytes(64))) == start


@pytest.mark.parametrize(("keys", "bits"), [(0, 8), (1, 8), (2_000, 8), (8_000_000, 20), (2**40, 28)])
def test_the_index_grows_with_the_keys(keys: int, bits: int) -> None:
    """About eight keys a bucket, within bounds."""
    assert index_bits(keys) == bits


def _with_header(raw: bytes) -> bytes:
    body = register_bytes({})[body_start(len(write_header(make_header()))) :]
    return head_of(raw, bytes(64)) + body


def _changed(**values: object) -> bytes:
    fields = json.loads(write_header(make_header())) | values
    return _with_header(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-a-register"),
        (MAGIC, "not-a-register"),
        (b"x" * 8_192, "not-a-register"),
        (MAGIC + b"\xff\xff\xff\xff" + bytes(8_192), "cut"),
        (MAGIC + b"\x01\x00\x00\x00", "cut"),
        (register_bytes({4: Shared.ONE})[:-1], "cut"),
        (register_bytes({4: Shared.ONE}) + b"x", "cut"),
        (_with_header(b"{"), "altered"),
        (_with_header(b"[]"), "altered"),
        (_with_header(b"[" * 60_000), "altered"),
        (_with_header(b'{"format":2}'), "altered"),
        (_with_header(write_header(make_header()).replace(b",", b", ")), "altered"),
        (_changed(format=1), "format"),
        (_changed(contents="friends"), "altered"),
        (_changed(number_lengths=None), "altered"),
        (_changed(number_lengths=["8"]), "altered"),
        (_changed(keys=-1), "altered"),
        (_changed(keys=True), "altered"),
        (_changed(keys=2**32), "altered"),
        (_changed(keys="0"), "altered"),
        (_changed(index_bits=7), "altered"),
        (_changed(index_bits=29), "altered"),
        (_changed(index_bits=8.0), "altered"),
        (_changed(index_bits="8"), "altered"),
        (_changed(key_id=1), "altered"),
        (_changed(built_at=None), "altered"),
        (_changed(counts=[]), "altered"),
        (_changed(counts={"word": "2"}), "altered"),
        (_changed(other=1), "altered"),
    ],
)
def test_what_is_no_register_is_refused(data: bytes, code: str) -> None:
    """With one kind of error, whatever the bytes are."""
    with pytest.raises(BrokenRegister) as broken:
        _table(data)

    assert broken.value.code == code


@given(st.data())
def test_no_change_of_the_head_breaks_the_reader(data: st.DataObject) -> None:
    """One byte, any place, any value: refused as a broken register, or read as what it now says."""
    whole = bytearray(register_bytes({4: Shared.ONE, 2**63: Shared.MANY}))
    place = data.draw(st.integers(0, body_start(len(write_header(make_header()))) - 1))
    whole[place] = data.draw(st.integers(0, 255))

    with suppress(BrokenRegister):
        read_header(memoryview(bytes(whole)))


def test_a_machine_that_counts_bytes_the_other_way_round_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would find nothing, and say so of every customer."""
    monkeypatch.setattr(table, "_LITTLE_ENDIAN", False)

    with pytest.raises(BrokenRegister) as broken:
        _table(register_bytes({}))

    assert broken.value.code == "format"


def test_contents_are_told_apart() -> None:
    """By the header, which is signed."""
    assert _table(register_bytes({})).header.contents is Contents.CUSTOMERS
    assert _table(register_bytes([])).header.contents is Contents.RESTRICTED
