from __future__ import annotations

from proxy.gate.scopes import ScopeMissing, names_of


def test_it_says_so_and_counts_as_a_refused_login() -> None:
    """403, with a stable code, in both languages."""
    error = ScopeMissing(expected="a token of the scope audit", found="another one")

    assert (error.status, error.code, error.reason) == (403, "scope_missing", "auth")
    assert error.text.de != error.text.en


def test_a_narrowed_scope_has_the_name_of_the_whole_one() -> None:
    """What it is narrowed to is for whoever acts."""
    assert names_of({"review:legal", "post"}) == {"review", "post"}
