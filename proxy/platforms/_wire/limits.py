"""
How long a text may be on each platform, counted as the platform counts: facts of its public documentation.

Mastodon's limit is not here, for each server states its own. Where a platform does not say what a character is,
graphemes are counted, which is never more: nothing is refused that the platform would take.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.core.errors import TextTooLong
from proxy.platforms._wire.graphemes import count_graphemes
from proxy.platforms._wire.weights import count_weighted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_HASHTAG = re.compile(r"(?<![\w#&/])#\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one text may be at most."""

    characters: int
    count: Callable[[str], int] = count_graphemes
    octets: int | None = None
    """Bytes in UTF-8; None: no limit of its own."""
    hashtags: int | None = None
    note: str = ""
    """How characters are counted, for whoever has to shorten a text."""

    def configured(self, characters: int | None) -> Limit:
        """Return it with another number of characters, as an account's plan may allow; None: as it is."""
        return self if characters is None else replace(self, characters=characters)

    def check(self, texts: Iterable[str]) -> None:
        """
        Check texts that count together.

        Raises:
            TextTooLong: what is too much, and how much there may be.
        """
        whole = tuple(texts)
        if sum(map(self.count, whole)) > self.characters:
            raise TextTooLong(expected=f"at most {self.characters} characters{self.note}", found="more")
        if self.octets is not None and sum(len(text.encode("utf-8")) for text in whole) > self.octets:
            raise TextTooLong(expected=f"at most {self.octets} bytes in UTF-8", found="more")
        if self.hashtags is not None and sum(len(_HASHTAG.findall(text)) for text in whole) > self.hashtags:
            raise TextTooLong(expected=f"at most {self.hashtags} hashtags", found="more")


BLUESKY = Limit(characters=300, octets=3_000)
"""app.bsky.feed.post: `maxGraphemes` and `maxLength` of its lexicon."""
X = Limit(characters=280, count=count_weighted, note=" as X counts them (a link 23, an emoji 2)")
"""Accounts of a paid plan may write more."""
LINKEDIN = Limit(characters=3_000)
LINKEDIN_COMMENT = Limit(characters=1_250)
FACEBOOK = Limit(characters=63_206)
INSTAGRAM = Limit(characters=2_200, hashtags=30)
THREADS = Limit(characters=500)
