"""Why the wrapping key is not exchanged."""

from __future__ import annotations

import pytest

from proxy.vault.refusals import ExchangeRefused


@pytest.mark.parametrize("why", sorted(ExchangeRefused.REASONS))
def test_every_reason_is_told_in_both_languages(why: str) -> None:
    """With the names of what it is about."""
    refused = ExchangeRefused(why=why, names=("k1", "k2"))

    assert refused.reason.de != refused.reason.en
    assert ("k1, k2" in refused.reason.en) == ("k1, k2" in refused.reason.de) == (why != "nothing")
    assert "{" not in refused.reason.de + refused.reason.en
