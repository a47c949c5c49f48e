"""What comes over the API is read as a post of a client of X."""

from __future__ import annotations

from proxy.core.model import PostKind
from proxy.platforms.x.composing import XComposer
from proxy.platforms.x.door import XDoor
from tests.fakes.composing import FIRST, SECOND, image, read, recalled, texts, wanted

COMPOSER, DOOR = XComposer(), XDoor()


async def test_a_post_has_what_is_wanted() -> None:
    """Images by their numbers; an answer names the post before."""
    plain = await read(DOOR, COMPOSER, wanted("Grüße"))
    full = await read(DOOR, COMPOSER, wanted("Grüße", image(), image(SECOND), reply_to="17"))

    assert (plain.kind, texts(plain), plain.media) == (PostKind.POST, {"text": "Grüße"}, ())
    assert (full.kind, full.reply_to, full.media) == (PostKind.REPLY, "17", (FIRST, SECOND))


async def test_a_post_is_taken_back() -> None:
    """By its number; X tells no limits."""
    draft = await recalled(DOOR, COMPOSER, "17")

    assert (draft.operation, texts(draft)) == ("tweet.delete", {"path.id": "17"})
    assert COMPOSER.limits() == ()
