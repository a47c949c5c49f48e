"""Samples of a word list are searched as detection searches."""

from __future__ import annotations

import pytest

from proxy.core.model import Lexicon, LexiconTerm
from proxy.loading.word_hits import word_search

MONEY = Lexicon(id="money", language="de", terms=(LexiconTerm(text="Taler", forms="compound"),), exclude=("Talerbaum",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zehn Taler", ["Taler"]),
        ("Zehn T\u200baler", ["T\u200baler"]),
        ("Der Silbertaler", ["Silbertaler"]),
        ("Der Talerbaum", []),
        ("", []),
    ],
)
def test_the_authors_own_piece_is_returned(text: str, found: list[str]) -> None:
    """Disguise is undone, inflection and exclusions count."""
    assert word_search(MONEY)(text) == found


def test_a_list_that_cannot_be_searched_is_refused() -> None:
    """A term without a letter would match anywhere or nowhere."""
    with pytest.raises(ValueError, match="word"):
        word_search(Lexicon(id="x", language="de", terms=(LexiconTerm(text="!!"),)))
