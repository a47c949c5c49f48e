"""
Posts that tell the classifier what gives something away: the dev part of the corpus, and posts that are only for it.

The latter stand in `training/posts`, one JSON object a line: `category`, `label` (`leak` or `clean`), `lang`,
`organisation`, and `parts`, a list of texts. They are invented by authors who knew neither rules nor code.

What stands in `training/posts/later` was written after the encoder was taught, and moves up before it is taught again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from proxy.core.text.joining import recent
from proxy.detectors.disclosure import IDENTIFIER, whole_text
from proxy.detectors.sheet import make_sheet
from proxy.scoring.corpus import read_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CORPUS", "IDENTIFIER", "KINDS", "POSTS", "Told", "held_out", "kind_of", "told"]

_REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = _REPOSITORY / "tests" / "corpus"
POSTS = Path(__file__).with_name("posts")
LATER = "later"
KINDS = {
    "customer": frozenset({"amount-person", "customer-relation", "health-claim", "inferred-customer"}),
    "insider": frozenset({"insider"}),
    "advertising": frozenset({"advertising"}),
}
"""What is given away, by category; every other leak is an `identifier`."""
_ONE_IN = 10


class Told(NamedTuple):
    """A post as the classifier reads it, and whether and what it gives away."""

    text: str
    leak: bool
    category: str
    held: bool
    """The encoder never learns from it."""


def told(corpus: Path = CORPUS, posts: Path = POSTS) -> list[Told]:
    """
    Return all posts, those of the corpus first.

    Raises:
        ConfigurationError: a line of the corpus cannot be read.
        KeyError, ValueError: a line of the posts cannot be read.
    """
    of_corpus = (
        _told(_whole([part.text for part in one.parts], one.thread), one.leak, one.category)
        for one in read_corpus(corpus, split="dev")
    )
    return [*of_corpus, *_lines(posts), *_lines(posts / LATER, held=True)]


def held_out(text: str) -> bool:
    """Return whether a post is one of the tenth that the encoder never learns from."""
    return crc32(text.encode()) % _ONE_IN == 0


def kind_of(category: str) -> str:
    """Return what posts of a category give away."""
    return next((kind for kind, categories in KINDS.items() if category in categories), IDENTIFIER)


def _lines(posts: Path, *, held: bool = False) -> Iterator[Told]:
    for path in sorted(posts.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield _told(_whole(row["parts"]), row["label"] == "leak", row["category"], held=held)


def _told(text: str, leak: bool, category: str, *, held: bool = False) -> Told:  # noqa: FBT001  columns of a table
    return Told(text, leak, category, held or held_out(text))


def _whole(parts: Sequence[str], thread: Sequence[str] = ()) -> str:
    return whole_text(make_sheet(parts, "", recent(thread)))
