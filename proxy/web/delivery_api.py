"""
The endpoints for posts that may have been published, each one call of `proxy.gate.settle`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from proxy.gate.settle import Said, Then
from proxy.web.api_answers import success
from proxy.web.delivery_endpoints import DeliveryAct
from proxy.web.delivery_types import Finding
from proxy.web.post_types import read_content

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.gate.settle import Settle
    from proxy.gate.shield import Shield
    from proxy.gate.wire import WireAnswer
    from proxy.web.api_table import Asked


class DeliveryApi:
    """Does what is asked of unclear posts."""

    def __init__(self, settle: Settle, *, shield: Shield, read_json: Callable[[bytes], object]) -> None:
        self._settle = settle
        self._shield = shield
        self._read_json = read_json
        """Raises MalformedRequest for what can be read in more than one way, or not at all."""

    async def __call__(self, asked: Asked) -> WireAnswer:
        """
        Do it, and return the answer.

        Raises:
            PostgateError: whatever the gate raises; `api_answers.refusal` has an answer for each.
        """
        match DeliveryAct(asked.endpoint.act):
            case DeliveryAct.LIST:
                return success(200, {"deliveries": [asdict(row) for row in await self._settle.all()]})
            case DeliveryAct.SETTLE:
                found = read_content(Finding, self._read_json(asked.body))
                said = Said(platform_id=found.platform_id, then=Then(found.then or "wait"))
                row = await self._shield.run(self._settle(asked.proposal, said, by=asked.by))
                return success(200, {"delivery": asdict(row)})
