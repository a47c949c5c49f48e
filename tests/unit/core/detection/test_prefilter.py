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


class _Silent:
    """A set that ran out of memory while it searched: RE2 then names no pattern at all."""

    def Match(self, text: bytes) -> list[int]:  # noqa: N802  the library's name
        return []


def test_silence_is_no_answer() -> None:
    """RE2 says "no match" when it gives up; the pattern that always matches tells the difference."""
    prefilter = Prefilter(["a"])
    prefilter._sets = [(0, 1, _Silent())]

    with pytest.raises(SetFailed):
        prefilter.may_match(b"a")


def test_no_room_for_a_set_shows_when_rules_are_loaded() -> None:
    """Not when posts are read."""
    with pytest.raises(ValueError, match="no set"):
        Prefilter(["[a-z]{1,200}1[a-z]{1,200}"] * 4, memory=1 << 12)


def test_numbers_count_on_from_set_to_set() -> None:
    """A few patterns share an automaton; their numbers are those of the list."""
    assert Prefilter([f"x{number}y" for number in range(11)]).may_match(b"x10y x3y x4y") == [3, 4, 10]


def test_what_re2_cannot_read_makes_no_set() -> None:
    """The mistake shows when rules are loaded, not when posts are read."""
    with pytest.raises(ValueError, match="no set"):
        Prefilter(["("])
