"""
What the API does with posts that may have been published. What is not listed is refused.
"""

from __future__ import annotations

from enum import StrEnum

from proxy.web.api_table import ApiEndpoint, Body
from proxy.web.api_types import DeliveriesAnswer, DeliveryAnswer
from proxy.web.delivery_types import Finding

DELIVERING = ("deliver",)
"""What a token must allow."""


class DeliveryAct(StrEnum):
    """What an endpoint does; its name in logs."""

    LIST = "deliveries.list"
    SETTLE = "deliveries.settle"


DELIVERY_ENDPOINTS = (
    ApiEndpoint(
        act=DeliveryAct.LIST,
        method="GET",
        path="/v1/deliveries",
        scopes=DELIVERING,
        does="Posts that may have been published, and those that are known not to be and wait for a person.",
        answers="200: `deliveries`, a row each, oldest first",
        gives=DeliveriesAnswer,
    ),
    ApiEndpoint(
        act=DeliveryAct.SETTLE,
        method="POST",
        path="/v1/deliveries/{id}",
        scopes=DELIVERING,
        body=Body.JSON,
        takes=Finding,
        does="Say what was found on the platform, by the `decision_id` of a row; what is absent is closed, or "
        "decided again and sent again.",
        answers="200: `delivery`, the row as it is then",
        gives=DeliveryAnswer,
    ),
)
