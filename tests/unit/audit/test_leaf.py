from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.leaf import MOST_BYTES, build, canonical
from proxy.audit.tlog.hashes import leaf_hash
from proxy.core.errors import InvalidRecord
from tests.works import MAC, Sample, content, decided

_KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_the_one_spelling_is_that_of_rfc_8785(value: dict[str, object]) -> None:
    """Byte for byte what an independent implementation writes."""
    try:
        spelled = canonical(value)
    except InvalidRecord:
        return  # nested too deeply
    assert spelled == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        {"a": 0.5},
        {"a": float("nan")},
        {"a": 2**53},
        {"a": -(2**53)},
        {"A": 1},
        {"a-b": 1},
        {"ä": 1},
        {"": 1},
        {"a": {"\U0001f600": 1}},
        {1: 1},
        {"a": "\ud800"},
        {"a": b"bytes"},
        {"a": (1,)},
        {"a": {1}},
        {"a": datetime(2026, 11, 23)},  # noqa: DTZ001  never spelled
        {"a": [[[[[[[[[[1]]]]]]]]]]},
        {"a": "x" * MOST_BYTES},
    ],
)
def test_what_has_no_one_spelling_is_refused(value: dict[str, object]) -> None:
    """Floats, large numbers, other keys, lone surrogates, other types, depth and length."""
    with pytest.raises(InvalidRecord) as caught:
        canonical(value)

    assert "xxx" not in str(caught.value)


def test_a_leaf_holds_exactly_these_members() -> None:
    """The format of the log, version 1."""
    record = replace(decided(Sample()), trace="ab" * 16, on_behalf_of="a_other")

    leaf = build(record, node="n1")

    members = json.loads(leaf.data)
    assert sorted(members) == [
        "actor", "at", "code", "content", "data", "id", "node", "on_behalf_of", "refs", "subject", "trace", "type", "v",
    ]  # fmt: skip
    assert members["at"] == "2026-11-23T09:00:00.000000Z"
    assert sorted(members["content"]) == ["alg", "class", "ct_sha256", "dek_sha256", "mac", "size"]
    assert members["content"]["mac"] == MAC
    assert (members["node"], members["v"], members["content"]["alg"]) == ("n1", 1, "A256GCM")
    assert leaf.hash == leaf_hash(leaf.data)
    assert orjson.dumps(members, option=orjson.OPT_SORT_KEYS) == leaf.data


def test_times_are_written_in_utc() -> None:
    """A time of another zone is turned; one without a zone is refused."""
    moment = datetime(2026, 11, 23, 10, 0, tzinfo=timezone(timedelta(hours=1)))

    assert b'"at":"2026-11-23T09:00:00.000000Z"' in build(replace(decided(Sample()), at=moment), node="n1").data
    with pytest.raises(InvalidRecord, match="without zone"):
        build(replace(decided(Sample()), at=moment.replace(tzinfo=None)), node="n1")


def test_neither_ciphertext_nor_leaf_is_shown() -> None:
    """A representation has ids and hashes."""
    sample = Sample()
    leaf = build(replace(decided(sample), content=content(sample, ciphertext=b"canary")), node="n1")

    assert "canary" not in repr(leaf)
    assert "post.decided" not in repr(leaf)
