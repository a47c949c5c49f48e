"""
Wires the API: the listener at which policies are changed, with the parts of the node it runs on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.assembly.policies import policy_life
from proxy.audit.book import Book
from proxy.audit.export.exports import Exports
from proxy.audit.query import Searches
from proxy.loading.package_check import NodePackageCheck
from proxy.observability.system import random_id
from proxy.platforms._wire.strict_json import read_json
from proxy.settings.model import API
from proxy.web.api import Api as ApiHandler
from proxy.web.api import ApiPorts
from proxy.web.api_table import ENDPOINTS
from proxy.web.audit_api import AuditApi
from proxy.web.audit_endpoints import AUDIT_ENDPOINTS, AuditAct
from proxy.web.policy_api import PolicyApi, PolicyApiPorts
from proxy.web.server import Listener

if TYPE_CHECKING:
    from proxy.assembly.store import Store
    from proxy.assembly.watchers import Watchers
    from proxy.gate.ports import Clock, Refusals, Scanner
    from proxy.gate.shield import Shield
    from proxy.gate.wire import WireAnswer
    from proxy.loading.reload import PolicySource
    from proxy.settings.model import Api, Settings
    from proxy.web.api_table import Asked
    from proxy.web.flight import Flight


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeParts:
    """What the API shares with the rest of its node."""

    store: Store
    scanner: Scanner
    policies: PolicySource
    refusals: Refusals
    watchers: Watchers
    flight: Flight
    shield: Shield
    clock: Clock


def wire_api(api: Api, settings: Settings, parts: NodeParts) -> Listener:
    """Return the listener of the API."""
    check = NodePackageCheck(
        parts.scanner,
        parts.policies,
        fingerprint_key=parts.store.keys.fingerprint,
        today=lambda: parts.clock.now().date(),
        retention=settings.audit.retention.names(),
    )
    policies = PolicyApi(
        PolicyApiPorts(
            life=policy_life(parts.store, parts.clock),
            check=check,
            shield=parts.shield,
            read_json=read_json,
            source=settings.policies.source,
        )
    )
    audit = AuditApi(_book(parts))

    async def act(asked: Asked) -> WireAnswer:
        return await (audit if isinstance(asked.endpoint.act, AuditAct) else policies)(asked)

    handler = ApiHandler(
        ApiPorts(
            people=parts.store.identity,
            act=act,
            refusals=parts.refusals,
            metrics=parts.watchers.metrics,
            log=parts.watchers.log,
            flight=parts.flight,
            monotonic=parts.clock.monotonic,
        ),
        host=api.host,
        limits=settings.limits,
        endpoints=(*ENDPOINTS, *AUDIT_ENDPOINTS),
    )
    return Listener(name=API, address=api.address, handler=handler, refusals=parts.refusals)


def _book(parts: NodeParts) -> Book:
    store, clock = parts.store, parts.clock
    searches = Searches(reads=store.reads, audit=store.audit, clock=clock, ids=random_id)
    exports = Exports(reads=store.reads, checkpoints=store.checkpoints, audit=store.audit, clock=clock, ids=random_id)
    return Book(
        reads=store.reads,
        searches=searches,
        exports=exports,
        checkpoints=store.checkpoints,
        orders=store.shown_orders(),
        audit=store.audit,
        clock=clock,
        ids=random_id,
    )
