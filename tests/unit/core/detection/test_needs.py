"""What is read off a pattern, and what is not."""

from __future__ import annotations

import pytest

from proxy.core.detection.needs import Need, need_of


@pytest.mark.parametrize(
    ("pattern", "digits", "sets"),
    [
        ("abc", 0, []),
        ("[0-9]{4}", 4, []),
        ("[0-9]{2,5}", 2, []),
        ("[0-9]+?[0-9]*", 1, []),
        ("[0-4]", 1, ["01234"]),
        ("a[.-]b", 0, ["-."]),
        ("[]-]", 0, ["-]"]),
        (r"a@b\.c", 0, ["@", "."]),
        (r"a\nb", 0, ["\n"]),
        (r"[\n-\r]", 0, ["\n\x0b\x0c\r"]),
        ("[a.]", 0, []),
        ("[^0-9]", 0, []),
        ("[ –]", 0, []),
        ("–", 0, []),
        (".?@{0}^$", 0, []),
        ("(?i)x(?:@|#{2})", 0, ["#@"]),
        ("(?P<value>[0-9]{3}|#[0-9])", 1, ["#0123456789"]),
        ("(?:[0-9]|[0-9]{2})", 1, []),
        ("(?:[0-4]|[5-9])", 1, []),
        ("(#|a)", 0, []),
        ("(?i:@)", 0, ["@"]),
        (r"$[*]\$", 0, ["*", "$"]),
    ],
)
def test_digits_and_signs_are_needed(pattern: str, digits: int, sets: list[str]) -> None:
    """Letters are not: every text has some, and they have other spellings."""
    assert need_of(pattern) == Need(digits, frozenset(frozenset(map(ord, one)) for one in sets))


@pytest.mark.parametrize(
    "pattern", [r"\pN@", "(?=@)", "@(", "@)", "@[a", "*@", "@**", "@[[:digit:]]", "@\\", "@{x}", "@(?<n>a)", "@(?:a"]
)
def test_what_is_not_understood_needs_nothing(pattern: str) -> None:
    """Then it is always looked for."""
    assert need_of(pattern) == Need()
