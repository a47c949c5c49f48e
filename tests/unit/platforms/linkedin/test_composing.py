"""What comes over the API is read as a post of a client of LinkedIn, in the first name of the account."""

from __future__ import annotations

import pytest

from proxy.core.errors import GateUnavailable
from proxy.platforms.linkedin.building import PLAIN_TEXT
from proxy.platforms.linkedin.composing import LinkedInComposer
from proxy.platforms.linkedin.credentials import Authors
from proxy.platforms.linkedin.door import LinkedInDoor
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.composing import FIRST, SECOND, account, image, read, recalled, texts, wanted

PAGE, PERSON = "urn:li:organization:5583111", "urn:li:person:abc"
COMPOSER = LinkedInComposer(Authors(MemoryAccounts(presse=f"{PAGE},{PERSON} token")))
DOOR = LinkedInDoor(door="https://li.gw.example")


async def test_a_post_has_what_is_wanted() -> None:
    """Public, at once, plain text."""
    draft = await read(DOOR, COMPOSER, wanted("Grüße (an alle)"))

    assert texts(draft) == {"commentary": "Grüße (an alle)"}
    assert dict(draft.options) == {
        "author": PAGE,
        PLAIN_TEXT: True,
        "distribution.feedDistribution": "MAIN_FEED",
        "isReshareDisabledByAuthor": False,
        "lifecycleState": "PUBLISHED",
        "restli.version": "202601",
        "visibility": "PUBLIC",
    }


async def test_images_are_one_or_several() -> None:
    """Each with its own description, where it has one."""
    one = await read(DOOR, COMPOSER, wanted("x", image(alt="Filiale")))
    two = await read(DOOR, COMPOSER, wanted("x", image(), image(SECOND, "Markt")))

    assert (one.media, texts(one)["content.media.altText"]) == ((FIRST,), "Filiale")
    assert (two.media, texts(two)["content.multiImage.images.1.altText"]) == ((FIRST, SECOND), "Markt")
    assert "content.multiImage.images.0.altText" not in texts(two)


async def test_a_post_is_taken_back() -> None:
    """By its name, which paths encode."""
    draft = await recalled(DOOR, COMPOSER, "urn:li:share:7")

    assert (draft.operation, texts(draft)) == ("post.delete", {"path.id": "urn:li:share:7"})
    assert COMPOSER.limits() == ()


async def test_without_a_name_nothing_is_written() -> None:
    """The credential has another shape."""
    with pytest.raises(GateUnavailable):
        await LinkedInComposer(Authors(MemoryAccounts(presse="token"))).compose(wanted(), account("linkedin"))
