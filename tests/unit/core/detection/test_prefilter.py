from __future__ import annotations

import pytest

from proxy.core.detection.prefilter import Prefilter, SetFailed


def test_patterns_that_occur_are_named_in_order() -> None:
    """Boundaries play no part yet."""
    prefilter = Prefilter(["[0-9]{4}", "Straße", "(?i)über"])

    assert prefilter.may_match("Überall x12345".encode()) == [0, 2]
    assert prefilter.may_match(b"") == []


def test_equal_patterns_are_two_rules() -> None:
    """Neither hides the other."""
    assert Prefilter(["a", "a"]).may_match(b"a") == [0, 1]


def test_a_set_without_memory_gives_no_answer() -> None:
    """RE2 says "no match" when it runs out; here it is a failure."""
    with pytest.raises((SetFailed, ValueError)):
        Prefilter([f"[a-z]{{1,200}}{number}[a-z]{{1,200}}" for number in range(20)], memory=1 << 20).may_match(
            b"abcdefghijklmnopqrstuvwxyz" * 400 + b"7" + b"abc" * 300
        )


def test_what_re2_cannot_read_makes_no_set() -> None:
    """The mistake shows when rules are loaded, not when posts are read."""
    with pytest.raises(ValueError, match="no set"):
        Prefilter(["("])
