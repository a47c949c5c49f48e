"""Ids of the spool as digits: there and back, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.errors import UnreadableField
from proxy.platforms._wire.fields import Sink
from proxy.platforms._wire.numbers import NUMBER, SpoolNumber, to_number, to_spool_id

if TYPE_CHECKING:
    from proxy.platforms._wire.body import Tree

SPOOL = "00000000-0000-4000-8000-00000000000a"


@given(st.uuids().filter(lambda one: one.int > 0))
def test_there_and_back(spool_id: object) -> None:
    """The same bits."""
    number = to_number(str(spool_id))
    assert NUMBER.fullmatch(number)
    assert to_spool_id(number) == str(spool_id)


@pytest.mark.parametrize("text", ["", "0", "01", "-1", "1.0", "x", "9" * 39, "٣", "1\n"])
def test_other_texts_are_no_number(text: str) -> None:
    """No leading zero, no sign, no more than 128 bits."""
    assert to_spool_id(text) is None


def test_what_is_no_spool_id_stays() -> None:
    """Nothing is made up."""
    assert to_number("m-1") == "m-1"


def test_reader() -> None:
    """Text or number, each once."""
    sink = Sink()
    SpoolNumber().read(to_number(SPOOL), "x", sink)
    assert (sink.media, sink.parts) == ([SPOOL], [])
    values: list[Tree] = [int(to_number(SPOOL)), "x", True, None, ["1"]]
    for value in values:
        with pytest.raises(UnreadableField):
            SpoolNumber().read(value, "x", sink)
