from __future__ import annotations

import pytest

from proxy.core.detection.prefilter import Prefilter, SetFailed, _Together


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
    prefilter._sets = [_Together((0,), _Silent())]

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


def test_a_guarded_pattern_is_looked_for_where_the_caller_agrees() -> None:
    """The others of its set are looked for anyway, and bring no answer about it."""
    prefilter = Prefilter(["a", "b", "c"], guarded=(1,))

    assert prefilter.may_match(b"abc", tuple) == [0, 2]
    assert prefilter.may_match(b"abc", lambda: (1, 7)) == [0, 1, 2]
    assert prefilter.may_match(b"abc") == [0, 1, 2]


def test_nobody_is_asked_about_what_cannot_occur() -> None:
    """Words are looked for only where a pattern that needs them may be."""
    prefilter = Prefilter(["a", "[0-9]"], guarded=(1,))

    assert prefilter.may_match(b"a", lambda: pytest.fail("nothing to agree to")) == [0]


def test_what_a_pattern_needs_is_asked_first() -> None:
    """A set none of whose patterns has what it needs is not searched: a silent one shows no failure."""
    prefilter = Prefilter(["[0-9]{3}"])
    prefilter._sets = [_Together((0,), _Silent())]

    prefilter_of_signs = Prefilter(["@a?", "[.:]"])

    assert prefilter.may_match(b"x12") == []
    assert prefilter_of_signs.may_match(b"x12") == []
    assert prefilter_of_signs.may_match(b"x1:2") == [1]
    with pytest.raises(SetFailed):
        prefilter.may_match(b"123")
