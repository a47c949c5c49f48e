"""In whose name an account writes, and with which token."""

from __future__ import annotations

import pytest

from proxy.platforms._wire.exchange import NoCredential
from proxy.platforms.linkedin.credentials import Authors
from tests.fakes.accounts import MemoryAccounts

ACCOUNT = "mastodon:presse"


async def test_the_first_name_is_that_of_posts_that_name_none() -> None:
    """In the order of the credential."""
    authors = Authors(MemoryAccounts(presse="urn:li:person:b,urn:li:organization:1 token"))
    assert await authors.first("mastodon:presse") == "urn:li:person:b"


async def test_a_credential_is_names_and_a_token() -> None:
    """One page, or a page and the person who manages it."""
    one = Authors(MemoryAccounts(presse="urn:li:organization:5583111 a-token"))
    two = Authors(MemoryAccounts(presse="urn:li:organization:5583111,urn:li:person:a_-B a-token"))

    assert await one.of(ACCOUNT) == {"urn:li:organization:5583111"}
    assert await one.credential(ACCOUNT) == "a-token"
    assert await two.of(ACCOUNT) == {"urn:li:organization:5583111", "urn:li:person:a_-B"}


@pytest.mark.parametrize(
    "credential",
    [
        "a-token",
        "urn:li:organization:5583111",
        "urn:li:organization:5583111  a-token",
        "urn:li:organization:5583111, a-token",
        "urn:li:share:7 a-token",
        "urn:li:organization:5583111 a-token\n",
    ],
)
async def test_another_shape_opens_nothing(credential: str) -> None:
    """A token alone would write in any name that it can."""
    authors = Authors(MemoryAccounts(presse=credential))
    with pytest.raises(NoCredential):
        await authors.credential(ACCOUNT)
    with pytest.raises(NoCredential):
        await authors.of(ACCOUNT)
