"""
Earlier texts of the thread that a post belongs to, so that what is spread over several posts shows.

Only the author's own posts on the same account that went through this gateway, from the one that is answered upwards
until one is somebody else's; no other post of the person is ever opened. An edit belongs to the thread of its original.
A post that answers nothing costs no read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from proxy.core.errors import SealBroken
from proxy.core.model import PartKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Post
    from proxy.gate.ports import EarlierPost, Envelope, Posts

MOST_POSTS = 5
MOST_CHARACTERS = 500
"""The end of each text."""


class Threads:
    """Opens what was recorded of earlier posts."""

    def __init__(self, *, posts: Posts, envelope: Envelope) -> None:
        self._posts = posts
        self._envelope = envelope

    async def before(self, post: Post) -> tuple[str, ...] | None:
        """
        Return the ends of the earlier texts of a post's thread, oldest first; None if one of them does not open.

        A text that was erased counts as empty; what came before it cannot be known.

        Raises:
            GateUnavailable: the database does not answer.
        """
        try:
            return tuple(reversed(await self._upwards(post)))
        except SealBroken:
            return None

    async def _upwards(self, post: Post) -> list[str]:
        above = post.reply_to
        if above is None and post.edit_of is not None:
            above = _answered(await self._recorded(post, post.edit_of))
        texts: list[str] = []
        while above is not None and len(texts) < MOST_POSTS:
            recorded = await self._recorded(post, above)
            if recorded:
                texts.append(_text(recorded[-1]))
            above = _answered(recorded)
        return texts

    async def _recorded(self, post: Post, platform_id: str) -> list[dict[str, Any]]:
        """Return what was recorded of a post of the same author and account: as first written, as last edited."""
        found = await self._posts.on_platform(author=post.author, account=post.account, platform_id=platform_id)
        return [self._opened(one) for one in found]

    def _opened(self, earlier: EarlierPost) -> dict[str, Any]:
        if earlier.wrapped_key is None:
            return {}
        key = self._envelope.unwrap(key_id=earlier.key, wrapped=earlier.wrapped_key, kek_id=earlier.kek_id)
        plain = self._envelope.open_content(
            key, record=earlier.record, nonce=earlier.nonce, ciphertext=earlier.ciphertext
        )
        content: dict[str, Any] = json.loads(plain)
        return content


def ends(texts: Sequence[str]) -> tuple[str, ...]:
    """Return as much of texts that are not on the platform yet as is looked at of those that are."""
    return tuple(text[-MOST_CHARACTERS:] for text in texts[-MOST_POSTS:])


def _answered(recorded: list[dict[str, Any]]) -> str | None:
    """Return what a post answers; only as first written it says so."""
    return next((content["reply_to"] for content in recorded if content.get("reply_to") is not None), None)


def _text(content: dict[str, Any]) -> str:
    """Return the end of what people read in a post, its body last."""
    texts = [(kind, text) for kind, _, text in content.get("parts", ()) if kind != PartKind.OTHER]
    ordered = sorted(texts, key=lambda pair: pair[0] == PartKind.BODY)
    return "\n".join(text for _, text in ordered)[-MOST_CHARACTERS:]
