"""`visibility`: who can see the post."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.policy.facts import look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.visibility import WORDS, VisibilitySpec, build, complain, match
from tests.factories import make_post, make_scan


def _held(said: str | None, *words: str) -> bool:
    options = (("sensitive", False),) if said is None else (("sensitive", False), ("visibility", said))
    facts = look(replace(make_post(), options=options), make_scan(), {})
    return match(VisibilitySpec(words=words), facts, frozenset()).held


@pytest.mark.parametrize(
    ("said", "word"),
    [("public", "public"), ("unlisted", "unlisted"), ("private", "followers"), ("direct", "direct")],
)
def test_each_word_means_one(said: str, word: str) -> None:
    """What the platform says has a word in the policy, and only that one holds."""
    assert [one for one in WORDS if _held(said, one)] == [word]


@pytest.mark.parametrize("said", [None, "friends"])
def test_what_is_not_known_is_public(said: str | None) -> None:
    """A post that says nothing is shown as its account decides, which may be to everybody."""
    assert [one for one in WORDS if _held(said, one)] == ["public"]


def test_one_of_several_is_enough() -> None:
    """A rule for all that strangers may read."""
    assert _held("unlisted", "public", "unlisted")
    assert not _held("direct", "public", "unlisted")


def test_a_spec_is_built_of_what_is_written() -> None:
    """One field, nothing to complain of."""
    written = Written(place="a/b#1", values={"is": ("public",)})

    assert complain(written) == ()
    assert build(written) == VisibilitySpec(words=("public",))
