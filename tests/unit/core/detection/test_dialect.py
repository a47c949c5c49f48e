from __future__ import annotations

import pytest

from proxy.core.detection.dialect import bad_pattern, compiled, mask_pattern, refused


@pytest.mark.parametrize(
    ("pattern", "piece"),
    [
        (r"\bFrau", r"\b"),
        (r"a\d", r"\d"),
        (r"(a)\1", r"\1"),
        (r"(?=a)b", "(?=a"),
        (r"(?<!a)b", "(?<!"),
        (r"(?m)^a", "(?m)"),
        (r"a{201}", "{201}"),
        (r"a{1,999999999999}", "{1,999999999999}"),
    ],
)
def test_what_the_dialect_leaves_out_is_named(pattern: str, piece: str) -> None:
    """Classes that know only ASCII, looks around, references back, other flags, long repetitions."""
    assert refused(pattern) == piece


@pytest.mark.parametrize(
    "pattern", [r"[0-9]{7,12}", r"\pL+", r"\\d", r"(?i)über", r"(?:a|b){200}", r"(?P<value>a)", r"\.\$", "a\\"]
)
def test_what_the_dialect_takes(pattern: str) -> None:
    """An escaped backslash before a letter is no class."""
    assert refused(pattern) is None


@pytest.mark.parametrize(("pattern", "bad"), [("a", False), ("a*", True), ("(", True), ("a|", True), ("", True)])
def test_a_pattern_says_something(pattern: str, *, bad: bool) -> None:
    """What RE2 cannot read, and what matches nothing at all, is no pattern."""
    assert bad_pattern(pattern) is bad


def test_a_match_is_the_longest() -> None:
    """The order of alternatives makes no difference."""
    found = compiled("KD|KD-[0-9]+").search(b"KD-123")

    assert found is not None
    assert found.span() == (0, 6)


def test_an_unreadable_pattern_is_a_value_error() -> None:
    """And its text is not in the message."""
    with pytest.raises(ValueError, match="cannot read this pattern"):
        compiled("(secret")


@pytest.mark.parametrize(
    ("mask", "grouped", "text", "fits"),
    [
        ("KD-######", False, "KD-123456", True),
        ("KD-######", False, "kd 123456", True),
        ("KD-######", False, "KD123456", True),
        ("KD-######", True, "KD123456", True),
        ("KD-######", True, "KD-123456", False),
        ("KD-######", False, "KD-12345", False),
        ("AA##", False, "xY12", True),
        (r"\A##", False, "A12", True),
        (r"\A##", False, "B12", False),
        (r"\##", False, "12", False),
    ],
)
def test_masks(mask: str, *, grouped: bool, text: str, fits: bool) -> None:
    """`#` is a digit, `A` a letter, separators are optional, a backslash takes the next character as it is."""
    assert (compiled(mask_pattern(mask, grouped=grouped)).fullmatch(text.encode()) is not None) is fits
