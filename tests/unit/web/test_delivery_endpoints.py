"""The table of the endpoints for unclear posts."""

from __future__ import annotations

from proxy.web.api_table import Body
from proxy.web.delivery_endpoints import DELIVERING, DELIVERY_ENDPOINTS, DeliveryAct


def test_every_act_has_one_endpoint_and_a_scope_of_its_own() -> None:
    """Who may post may not say what became of it."""
    assert [one.act for one in DELIVERY_ENDPOINTS] == list(DeliveryAct)
    assert {one.scopes for one in DELIVERY_ENDPOINTS} == {DELIVERING} == {("deliver",)}
    assert [one.act for one in DELIVERY_ENDPOINTS if (one.body is Body.JSON) != (one.takes is not None)] == []
