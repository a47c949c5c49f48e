"""
What a gateway token has to allow, and the refusal of one that does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import Localised, RefusedRequest

if TYPE_CHECKING:
    from collections.abc import Iterable


class ScopeMissing(RefusedRequest):
    """The gateway token does not allow this."""

    code = "scope_missing"
    status = 403
    reason = "auth"
    text = Localised(
        de="Dieses Zugangstoken erlaubt das nicht.",
        en="This gateway token does not allow this.",
    )


def names_of(scopes: Iterable[str]) -> frozenset[str]:
    """Return scopes without what they are narrowed to: `review` for `review:legal`."""
    return frozenset(scope.partition(":")[0] for scope in scopes)
