"""
What a gateway token has to allow, and the refusal of one that does not.
"""

from __future__ import annotations

from proxy.core.errors import Localised, RefusedRequest


class ScopeMissing(RefusedRequest):
    """The gateway token does not allow this."""

    code = "scope_missing"
    status = 403
    reason = "auth"
    text = Localised(
        de="Dieses Zugangstoken erlaubt das nicht.",
        en="This gateway token does not allow this.",
    )
