"""
The endpoints that change policies, each one step of `proxy.gate.policy_life`.

A step that was begun ends, whether or not its client waits for it: what is on record is what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.gate.policy_rows import change_rows, status_rows, step_row
from proxy.web.api_answers import success
from proxy.web.api_table import Act, read_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.gate.policy_life import PolicyLife, Step
    from proxy.gate.policy_store import PackageCheck
    from proxy.gate.shield import Shield
    from proxy.gate.wire import WireAnswer
    from proxy.web.api_table import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyApiPorts:
    """What these endpoints are given."""

    life: PolicyLife
    check: PackageCheck
    shield: Shield
    read_json: Callable[[bytes], object]
    """Raises MalformedRequest for what can be read in more than one way, or not at all."""
    source: str
    """`policies.source` of this node: whether what comes into force here is what nodes decide by."""


class PolicyApi:
    """Does what is asked of policies."""

    def __init__(self, ports: PolicyApiPorts) -> None:
        self._ports = ports

    async def __call__(self, asked: Asked) -> WireAnswer:
        """
        Do it, and return the answer.

        Raises:
            PostgateError: whatever the step raises; `api_answers.refusal` has an answer for each.
        """
        return await self._ports.shield.run(self._done(asked))

    async def _done(self, asked: Asked) -> WireAnswer:
        life, by = self._ports.life, asked.by
        match Act(asked.endpoint.act):
            case Act.STATUS:
                return success(200, status_rows(await life.status()))
            case Act.PREVIEW:
                return await self._preview(asked.proposal)
            case Act.PROPOSE:
                await self._ports.check(asked.body)
                return self._step(201, await life.propose(asked.body, by=by, emergency=asked.said.emergency))
            case Act.SIGN:
                return self._step(200, await life.approve(asked.proposal, by=by))
            case Act.ROLL_BACK:
                said = read_keys(asked.endpoint, self._ports.read_json(asked.body))
                step = await life.rollback(by=by, digest=said.digest, emergency=said.emergency)
                return self._step(201, step)
            case Act.RETIRE:
                digest = read_keys(asked.endpoint, self._ports.read_json(asked.body)).digest or ""
                await life.retire(digest, by=by)
                return success(200, {"retired": digest})

    async def _preview(self, proposal: str) -> WireAnswer:
        before, changes = await self._ports.life.preview(proposal)
        return success(200, {"proposal": proposal, "from_digest": before, "changes": change_rows(changes)})

    def _step(self, status: int, step: Step) -> WireAnswer:
        return success(status, {**step_row(step), "source": self._ports.source})
