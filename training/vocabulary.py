"""
Which pieces of the multilingual tokenizer our encoder keeps, and its tokenizer file.

Nine tenths of the pieces belong to languages that our posts are not written in; without them a text is cut a little
finer now and then, and the weights are a quarter as large.
"""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from training import vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.e5 import Piece

__all__ = ["PIECES", "chosen_pieces", "tokenizer"]

PIECES = 26_000
FRAME = 4
"""Pieces that are no text: begin, padding, end, unknown."""
WORDS = (("de", ((20_000, 2.0), (60_000, 1.0), (120_000, 0.3))), ("en", ((20_000, 2.0), (60_000, 1.0))))
"""Language; up to which rank a word counts how much."""


def chosen_pieces(pieces: Sequence[Piece], posts: Sequence[str], plain: Sequence[str], most: int = PIECES) -> list[int]:
    """Return the numbers of the pieces that German and English posts are made of, rising, the frame first."""
    reader = Tokenizer.from_str(tokenizer(pieces))
    counts: defaultdict[int, float] = defaultdict(float)

    def count(texts: Sequence[str], weight: float) -> None:
        for encoding in reader.encode_batch(list(texts), add_special_tokens=False):
            for number in encoding.ids:
                counts[number] += weight

    count(posts, 3.0)
    count([text.lower() for text in posts], 0.5)
    count([text.upper() for text in posts], 0.3)
    count(plain, 1.0)
    for code, weighted in WORDS:
        words = list(islice(vectors.clusters(code), weighted[-1][0]))
        start = 0
        for end, weight in weighted:
            count(words[start:end], weight)
            start = end
    single = {number for number in counts if len(pieces[number].text.replace("▁", "")) <= 1}
    kept = {*range(FRAME), *single}
    for number in sorted(counts, key=lambda one: -counts[one]):
        if len(kept) >= most:
            break
        kept.add(number)
    return sorted(kept)


def tokenizer(kept: Sequence[Piece]) -> str:
    """Return the file of a tokenizer with these pieces; a text of ours is in NFKC already."""
    frame = [
        {
            "id": number,
            "content": kept[number].text,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for number in range(FRAME)
    ]
    described = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": frame,
        "normalizer": {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
            ],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {
                "<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]},
            },
        },
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": [[*piece] for piece in kept], "byte_fallback": False},
    }
    return json.dumps(described, ensure_ascii=False, separators=(",", ":")) + "\n"
