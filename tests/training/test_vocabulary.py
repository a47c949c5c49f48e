"""The pieces of words that the encoder keeps."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from training import vectors, vocabulary
from training.e5 import Piece

PIECES = [
    *(Piece(text, 0.0) for text in ("<s>", "<pad>", "</s>", "<unk>")),
    *(Piece(text, -3.0) for text in ("▁", "B", "a", "n", "k")),
    Piece("▁Bank", -4.0),
    Piece("▁банк", -4.0),
    Piece("ank", -5.0),
]


@pytest.fixture(autouse=True)
def _no_word_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without the word lists of languages, which the tests do not install."""
    monkeypatch.setattr(vectors, "clusters", lambda _: dict.fromkeys(("Bank",), 1))


def test_a_text_is_cut_into_known_pieces_and_framed() -> None:
    """White space of any kind is one space; what no piece covers is unknown."""
    reader = Tokenizer.from_str(vocabulary.tokenizer(PIECES))

    assert reader.encode("Bank\n\nBank").tokens == ["<s>", "▁Bank", "▁Bank", "</s>"]
    assert reader.encode("Bank", add_special_tokens=False).ids == [9]
    assert 3 in reader.encode("語").ids


def test_pieces_of_other_languages_go() -> None:
    """The frame and single letters that occur stay, then the most frequent pieces; numbers rise."""
    kept = vocabulary.chosen_pieces(PIECES, ["Bank Bank", "Kank"], ["Bank"], most=10)

    assert kept == sorted(kept)
    assert kept[:4] == [0, 1, 2, 3]
    assert PIECES.index(Piece("▁Bank", -4.0)) in kept
    assert PIECES.index(Piece("▁банк", -4.0)) not in kept
