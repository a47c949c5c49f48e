from __future__ import annotations

import pytest

from proxy.audit.leaf import build
from proxy.audit.records import Order, Refused, read_leaf
from tests.works import Sample, decided, intended, outcome_record


def test_a_leaf_is_read_as_it_was_built() -> None:
    """With all its fields."""
    sample = Sample()
    leaf = build(decided(sample), node="n1")

    assert read_leaf(leaf.data)["id"] == sample.decision


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"data":{}}', b'{ "data": {} }', b"\xff", b"1"])
def test_other_bytes_are_no_leaf(data: bytes) -> None:
    """Whatever they are."""
    with pytest.raises(Refused) as refused:
        read_leaf(data)
    assert refused.value.reason == "schema_invalid"


@pytest.mark.parametrize("depth", [300, 1000, 5000])
def test_deep_nesting_is_no_leaf(depth: int) -> None:
    """Neither where it is still read but not written, nor where it is not even read."""
    with pytest.raises(Refused) as refused:
        read_leaf(b'{"data":' + b"[" * depth + b"]" * depth + b"}")
    assert refused.value.reason == "schema_invalid"


def test_the_order_of_sending_is_kept_over_a_whole_log() -> None:
    """Decision, intent, outcome; an intent without outcome is open until its lease is over."""
    order, one, two = Order(), Sample(), Sample()
    for record in (decided(one), intended(one), decided(two), outcome_record(one), intended(two)):
        order.add(record.id, read_leaf(build(record, node="n1").data))

    assert order.open_attempts() == 1
    order.end("2026-01-01T00:00:00.000000Z")
    with pytest.raises(Refused, match="sequence_broken"):
        order.end("2099-01-01T00:00:00.000000Z")
