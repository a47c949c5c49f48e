"""Headers of our own and a credential fit for one of them."""

from __future__ import annotations

import pytest

from proxy.platforms._wire.exchange import NoCredential, open_credential, request_headers
from tests.fakes.accounts import MemoryAccounts


def test_headers_are_complete() -> None:
    """All that is ever sent; what is not given is not there."""
    assert request_headers("postgate/1", token=None, content_type=None, key=None) == {
        "User-Agent": "postgate/1",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
    }
    assert request_headers("postgate/1", token="t", content_type="c", key="k") == {
        "User-Agent": "postgate/1",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Authorization": "Bearer t",
        "Content-Type": "c",
        "Idempotency-Key": "k",
    }


async def test_credential() -> None:
    """A token passes; a removed account, line ends and empty tokens do not, and no error shows them."""
    accounts = MemoryAccounts(presse="secret", broken="a\r\nX-Other: b", empty="")
    assert await open_credential(accounts, "mastodon:presse") == "secret"
    for name in ("mastodon:broken", "mastodon:empty", "mastodon:gone"):
        with pytest.raises(NoCredential) as caught:
            await open_credential(accounts, name)
        assert "X-Other" not in str(caught.value)
