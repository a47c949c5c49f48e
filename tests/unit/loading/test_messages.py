"""Problems are made of the catalogues."""

from __future__ import annotations

import pytest

from proxy.loading.messages import problem, shown
from proxy.loading.texts import form, house, policies, tests


def test_every_code_is_used_once() -> None:
    """No catalogue hides an entry of another."""
    codes = [code for catalogue in (form, house, policies, tests) for code in catalogue.TEXTS]

    assert len(codes) == len(set(codes))


def test_a_problem_is_filled_in_and_placed() -> None:
    """It reads as one line in either language."""
    found = problem("missing-key", "a.yaml", line=3, column=1, key="owner")

    assert found.render("de") == "a.yaml:3:1: Der Schlüssel »owner« fehlt. »owner« ergänzen. [missing-key]"
    assert found.render("en") == "a.yaml:3:1: The key `owner` is missing. Add `owner`. [missing-key]"
    assert not found.warning


@pytest.mark.parametrize(
    ("text", "result"),
    [("kurz", "kurz"), ("x" * 40, "x" * 40), ("x" * 41, "x" * 40 + "..."), ("a\nb\u200bc\x1b[2J", "a?b?c?[2J")],
)
def test_only_the_beginning_of_a_text_is_shown(text: str, result: str) -> None:
    """Short, on one line, and nothing that a terminal would obey."""
    assert shown(text) == result
