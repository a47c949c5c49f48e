from __future__ import annotations

import pytest

from proxy.audit.export.told import names_of, records_of, said
from proxy.audit.leaf import build
from tests.works import Sample, decided


def test_records_have_their_place_and_hash() -> None:
    """From the first leaf on."""
    leaves = [build(decided(Sample()), node="n1") for _ in range(3)]

    records = list(records_of(leaf.data for leaf in leaves))

    assert [(one.seq, one.leaf_hash, one.leaf["id"]) for one in records] == [
        (place, leaf.hash.hex(), leaf.id) for place, leaf in enumerate(leaves)
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, ""),
        ({"a": None, "b": "", "c": [], "d": {}}, ""),
        ({"count": 0, "sure": False}, "count: 0; sure: False"),
        (
            {"rules": [{"rule": "a/b", "verdict": "hold", "rollout": None}, {"rule": "c/d", "verdict": "block"}]},
            "rules: a/b hold, c/d block",
        ),
        ({"names": ["x", "y"]}, "names: x, y"),
        ({"digest": "ab" * 32, "other": "sha256:" + "cd" * 32}, "digest: abababababab…; other: sha256:cdcdcdcdcdcd…"),
    ],
)
def test_data_are_said_in_a_line(data: dict[str, object], words: str) -> None:
    """Every field, whatever the code; what is empty is left out, digests are cut."""
    assert said(data) == words


def test_names_are_taken_from_texts_and_rows() -> None:
    """What is no list has none."""
    assert names_of(["a", {"rule": "b"}], "rule") == ["a", "b"]
    assert names_of(None, "rule") == []
