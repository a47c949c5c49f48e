"""Keyed digests of values."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register.digests import SHARED_BITS, digester, digests, key_id
from proxy.core.detection.register.kinds import Kind

KEY = bytes(range(32))


@given(st.text(), st.sampled_from(Kind))
def test_a_digest_is_keyed_blake2b_with_the_kind_as_its_person(value: str, kind: Kind) -> None:
    """Eight bytes, big-endian, without the two bits that say how many share it (RFC 7693)."""
    expected = hashlib.blake2b(value.encode(), key=KEY, digest_size=8, person=kind.value.encode()).digest()

    assert digester(KEY, kind)(value) == int.from_bytes(expected) & ~SHARED_BITS


@given(st.lists(st.text()), st.sampled_from(Kind))
def test_many_digests_at_once_are_those_of_one_after_the_other(values: list[str], kind: Kind) -> None:
    """What the builder writes is what the gateway looks for, but for the two bits that are not cleared yet."""
    together = digests(KEY, kind)(values)
    alone = digester(KEY, kind)
    found = [int.from_bytes(together[start : start + 8]) for start in range(0, len(together), 8)]

    assert [digest & ~SHARED_BITS for digest in found] == [alone(value) for value in values]


def test_kinds_and_keys_keep_digests_apart() -> None:
    """The same letters as a last name and as an e-mail address are two things; another key sees neither."""
    digests = {digester(key, kind)("meier") for key in (KEY, KEY[::-1]) for kind in Kind}

    assert len(digests) == 2 * len(Kind)


def test_a_digester_can_be_used_again() -> None:
    """One value leaves nothing behind for the next."""
    digest = digester(KEY, Kind.WORD)

    assert digest("meier") == digest("meier") != digest("mueller")


def test_the_name_of_a_key_says_nothing_about_it() -> None:
    """Sixteen hexadecimal digits, others for each key."""
    assert len(key_id(KEY)) == 16
    assert key_id(KEY) == key_id(bytes(KEY)) != key_id(KEY[::-1])
    assert key_id(KEY) not in KEY.hex()


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"\x00"])
def test_a_key_has_32_bytes(key: bytes) -> None:
    """Nothing shorter is a key."""
    with pytest.raises(ValueError, match="32 bytes"):
        key_id(key)
    with pytest.raises(ValueError, match="32 bytes"):
        digester(key, Kind.WORD)
    with pytest.raises(ValueError, match="32 bytes"):
        digests(key, Kind.WORD)
