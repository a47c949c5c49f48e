"""Names of logs and of places in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.logs import log_of, origin_of, place_of, read_place, related

NAMES = st.sampled_from(["bank.example", "bank.example/1", "bank.example/postgate/house/1", "bank.example/7", "1"])
NUMBERS = st.integers(1, 999_999_999)


@pytest.mark.parametrize(
    ("name", "log", "origin"),
    [
        ("bank.example/postgate/house/1", 1, "bank.example/postgate/house/1"),
        ("bank.example/postgate/house/1", 2, "bank.example/postgate/house/2"),
        ("bank.example", 1, "bank.example"),
        ("bank.example", 12, "bank.example/12"),
        ("bank.example/7", 2, "bank.example/7/2"),
    ],
)
def test_the_last_part_counts_the_logs(name: str, log: int, origin: str) -> None:
    """In the place of a 1 that is there, or behind the name."""
    assert origin_of(name, log) == origin
    assert log_of(name, origin) == log
    assert related(name, origin)


@given(name=NAMES, one=NUMBERS, other=NUMBERS)
def test_no_two_logs_have_one_name(name: str, one: int, other: int) -> None:
    """And each name leads back to its log."""
    assert (origin_of(name, one) == origin_of(name, other)) == (one == other)
    assert log_of(name, origin_of(name, one)) == one
    assert related(origin_of(name, one), origin_of(name, other))


@pytest.mark.parametrize(
    "origin", ["", "other.example", "bank.example/0", "bank.example/1", "bank.example/02", "bank.example/x", "/2"]
)
def test_what_is_no_log_of_ours_has_no_number(origin: str) -> None:
    """Whatever it looks like."""
    assert log_of("bank.example", origin) is None


def test_other_houses_are_not_related() -> None:
    """Their keys sign nothing here."""
    assert not related("bank.example", "other.example/2")
    assert not related("bank.example/2", "bank.example.evil/2")


@given(log=NUMBERS, seq=st.integers(0, 10**18 - 1))
def test_a_place_names_one_record(log: int, seq: int) -> None:
    """In log 1 by its number alone."""
    assert read_place(place_of(log, seq)) == (log, seq)
    assert read_place(str(seq)) == (1, seq)


@pytest.mark.parametrize("text", ["", "x", "-1", "2:", ":2", "0:3", "02:3", "1:2:3", "9" * 19, "\u0663", "2:3\n"])
def test_what_is_no_place_is_an_id(text: str) -> None:
    """Or nothing."""
    assert read_place(text) is None
