"""
Wires the API: the listener for posts, policies and the log, with the parts of the node it runs on.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.assembly.policies import policy_life
from proxy.assembly.store import retention_terms
from proxy.assembly.watchers import VERSION
from proxy.audit.book import Book
from proxy.audit.export.exports import Exports
from proxy.audit.query import Searches
from proxy.gate.native import Native
from proxy.gate.questions import Questions
from proxy.gate.rates import Rates
from proxy.gate.recall import Recall
from proxy.gate.targets import Target
from proxy.gate.uploads import Uploads
from proxy.loading.package_check import NodePackageCheck
from proxy.observability.system import random_id
from proxy.platforms._wire.strict_json import read_json
from proxy.platforms._wire.uploading import read_upload
from proxy.settings.model import API
from proxy.storage.own_posts import SqlOwnPosts
from proxy.web.api import Api as ApiHandler
from proxy.web.api import ApiPorts
from proxy.web.api_table import ENDPOINTS, Act
from proxy.web.audit_api import AuditApi
from proxy.web.audit_endpoints import AUDIT_ENDPOINTS, AuditAct
from proxy.web.openapi import DESCRIBE_ENDPOINTS, DescribeAct, DescribeApi
from proxy.web.policy_api import PolicyApi, PolicyApiPorts
from proxy.web.post_api import PostApi, PostApiPorts
from proxy.web.post_endpoints import POST_ENDPOINTS, PostAct
from proxy.web.server import Listener

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from enum import StrEnum

    from proxy.assembly.doors import Wired
    from proxy.assembly.store import Store
    from proxy.assembly.watchers import Watchers
    from proxy.gate.examine import Ports
    from proxy.gate.media import Media
    from proxy.gate.ports import Clock, Refusals, Scanner
    from proxy.gate.shield import Shield
    from proxy.gate.submit import Submit
    from proxy.gate.wire import WireAnswer
    from proxy.loading.reload import PolicySource
    from proxy.settings.model import Api, Settings
    from proxy.web.api_table import Asked
    from proxy.web.flight import Flight


ALL_ENDPOINTS = (*ENDPOINTS, *AUDIT_ENDPOINTS, *POST_ENDPOINTS, *DESCRIBE_ENDPOINTS)


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
    ports: Ports
    submit: Submit
    media: Media
    doors: Sequence[Wired]


def wire_api(api: Api, settings: Settings, parts: NodeParts) -> Listener:
    """Return the listener of the API."""
    apis: Mapping[type[StrEnum], Callable[[Asked], Awaitable[WireAnswer]]] = {
        Act: PolicyApi(_policies(parts, settings)),
        AuditAct: AuditApi(_book(parts)),
        DescribeAct: DescribeApi(ALL_ENDPOINTS, version=VERSION),
        PostAct: PostApi(_posts(parts, settings)),
    }

    async def act(asked: Asked) -> WireAnswer:
        return await apis[type(asked.endpoint.act)](asked)

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
        endpoints=ALL_ENDPOINTS,
    )
    return Listener(name=API, address=api.address, handler=handler, refusals=parts.refusals)


def _policies(parts: NodeParts, settings: Settings) -> PolicyApiPorts:
    check = NodePackageCheck(
        parts.scanner,
        parts.policies,
        fingerprint_key=parts.store.keys.fingerprint,
        today=lambda: parts.clock.now().date(),
        retention=settings.audit.retention.names(),
    )
    return PolicyApiPorts(
        life=policy_life(parts.store, parts.clock),
        check=check,
        shield=parts.shield,
        read_json=read_json,
        source=settings.policies.source,
    )


def _targets(parts: NodeParts) -> dict[str, Target]:
    """Return the platforms of all doors, by the door's name."""
    return {
        wired.door.name: Target(
            wired.adapters.platform,
            composer=wired.adapters.composer,
            reader=wired.adapters.reader,
            spool=parts.ports.spool,
        )
        for wired in parts.doors
    }


def _posts(parts: NodeParts, settings: Settings) -> PostApiPorts:
    targets = _targets(parts)
    native = Native(
        submit=parts.submit,
        targets=targets,
        mandates=parts.store.identity,
        own=SqlOwnPosts(parts.store.reads),
        shield=parts.shield,
    )
    questions = Questions(
        parts.ports,
        targets=targets,
        mandates=parts.store.identity,
        rates=Rates(clock=parts.clock),
        retention=retention_terms(settings),
        pause=asyncio.sleep,
    )
    recall = Recall(
        native=native,
        submit=parts.submit,
        targets=targets,
        mandates=parts.store.identity,
        audit=parts.store.audit,
        clock=parts.clock,
        ids=random_id,
        shield=parts.shield,
        faults=parts.ports.faults,
    )
    return PostApiPorts(
        native=native,
        recall=recall,
        questions=questions,
        read_json=read_json,
        uploads=Uploads(parts.media, envelope=parts.ports.envelope),
        read_upload=read_upload,
    )


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
