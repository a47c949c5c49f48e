"""
How the API reads tokens and names refusals; its way through a request is tested in `tests/integration/test_api.py`.
"""

from __future__ import annotations

import pytest

from proxy.core.errors import AuditBusy, ConfigurationError, NotFound, PostgateError, SealBroken, UnknownToken
from proxy.core.model import Principal
from proxy.gate.policy_refusals import FailingTests, ProposalRefused
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.scopes import ScopeMissing
from proxy.gate.wire import WireRequest
from proxy.web.api import _reason, _require, _token
from proxy.web.audit_endpoints import AUDIT_ENDPOINTS, AuditAct


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("Bearer pgt_invented", "pgt_invented"),
        ("bearer  pgt_invented", "pgt_invented"),
        ("Basic pgt_invented", None),
        ("Bearer", None),
        ("Bearer a b", None),
        (f"Bearer {'a' * 513}", None),
        (None, None),
    ],
)
def test_a_token_stands_in_one_place(value: str | None, token: str | None) -> None:
    """In the header of its scheme, whole, and nowhere else."""
    headers = () if value is None else (("authorization", value),)

    assert _token(WireRequest(method="GET", path="/v1/policies", query="token=x", headers=headers)) == token


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (UnknownToken(), "auth"),
        (NotFound(), "endpoint"),
        (AuditBusy(), "busy"),
        (ProposalRefused(why="no-role"), "auth"),
        (ProposalRefused(why="same-person"), None),
        (ReviewRefused(why="no-role"), "auth"),
        (ReviewRefused(why="own-post"), None),
        (FailingTests(names=()), None),
        (ConfigurationError(()), None),
        (SealBroken(), None),
    ],
)
def test_what_was_not_let_in_is_noted(error: PostgateError, reason: str | None) -> None:
    """Also people without the role; what a step refused after looking is no refused request."""
    assert _reason(error) == reason


@pytest.mark.parametrize("scope", ["audit", "privacy", "legal", "content", "post", "policy"])
def test_who_orders_sees_orders_and_no_records(scope: str) -> None:
    """Cases and holds are for those who order them and for auditors, everything else of the log for auditors."""
    by = Principal(ref="a_x", kind="employee", scopes=frozenset({scope}), token_prefix="pgt_0000")
    seen = set()
    for endpoint in AUDIT_ENDPOINTS:
        try:
            _require(endpoint, by)
        except ScopeMissing:
            continue
        seen.add(endpoint.act)

    orders = {AuditAct.CASES, AuditAct.HOLDS}
    assert seen == {"audit": set(AuditAct), "privacy": orders, "legal": orders}.get(scope, set())
