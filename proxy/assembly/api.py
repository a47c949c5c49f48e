"""
Wires the API: the listener for posts, policies and the log, with the parts of the node it runs on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.assembly.policies import policy_life
from proxy.assembly.reviewing import review_tools
from proxy.assembly.store import retention_terms
from proxy.assembly.watchers import VERSION
from proxy.audit.book import Book
from proxy.audit.export.exports import Exports
from proxy.audit.query import Searches
from proxy.gate.appeal import Appeal, Appealing
from proxy.gate.native import Native
from proxy.gate.questions import Questions
from proxy.gate.recall import Recall
from proxy.gate.review_words import ReviewWords
from proxy.gate.settle import Settle
from proxy.gate.status import ReviewerSays, ShowStatus, reviewer_says
from proxy.gate.steps import Steps
from proxy.gate.take_all_back import TakeAllBack, TakingBack
from proxy.gate.take_back import TakeBack
from proxy.gate.targets import Target
from proxy.gate.uploads import Uploads
from proxy.loading.package_check import NodePackageCheck
from proxy.observability.system import random_id
from proxy.platforms._wire.strict_json import read_json
from proxy.platforms._wire.uploading import read_upload
from proxy.settings.model import API
from proxy.storage.own_posts import SqlOwnPosts
from proxy.storage.post_views import SqlPostViews
from proxy.web.api import Api as ApiHandler
from proxy.web.api import ApiPorts
from proxy.web.api_table import ENDPOINTS, Act
from proxy.web.audit_api import AuditApi
from proxy.web.audit_endpoints import AUDIT_ENDPOINTS, AuditAct
from proxy.web.delivery_api import DeliveryApi
from proxy.web.delivery_endpoints import DELIVERY_ENDPOINTS, DeliveryAct
from proxy.web.openapi import DESCRIBE_ENDPOINTS, DescribeAct, DescribeApi
from proxy.web.policy_api import PolicyApi, PolicyApiPorts
from proxy.web.post_api import PostApi, PostApiPorts
from proxy.web.post_endpoints import POST_ENDPOINTS, PostAct
from proxy.web.review_api import ReviewApi, ReviewApiPorts
from proxy.web.review_endpoints import REVIEW_ENDPOINTS, ReviewAct
from proxy.web.server import Listener

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from enum import StrEnum

    from proxy.assembly.doors import Wired
    from proxy.assembly.store import Store
    from proxy.assembly.watchers import Watchers
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Filing
    from proxy.gate.limits import Limits
    from proxy.gate.media import Media
    from proxy.gate.ports import Clock, Refusals, Scanner
    from proxy.gate.shield import Shield
    from proxy.gate.submit import Submit
    from proxy.gate.wire import WireAnswer
    from proxy.gate.withdraw import Withdraw
    from proxy.loading.reload import PolicySource
    from proxy.settings.model import Api, Settings
    from proxy.web.api_table import Asked
    from proxy.web.flight import Flight


ALL_ENDPOINTS = (
    *ENDPOINTS,
    *AUDIT_ENDPOINTS,
    *POST_ENDPOINTS,
    *REVIEW_ENDPOINTS,
    *DELIVERY_ENDPOINTS,
    *DESCRIBE_ENDPOINTS,
)


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
    limits: Limits
    submit: Submit
    filing: Filing
    withdraw: Withdraw
    settle: timedelta
    """After the end of a lease, before anybody may say that a post is not there."""
    media: Media
    doors: Sequence[Wired]
    wake: Callable[[], None]
    """Lets the node look for posts that became due."""


def wire_api(api: Api, settings: Settings, parts: NodeParts) -> Listener:
    """Return the listener of the API."""
    apis: Mapping[type[StrEnum], Callable[[Asked], Awaitable[WireAnswer]]] = {
        Act: PolicyApi(_policies(parts, settings)),
        AuditAct: AuditApi(_book(parts)),
        DescribeAct: DescribeApi(ALL_ENDPOINTS, version=VERSION),
        PostAct: PostApi(_posts(parts, settings)),
        ReviewAct: ReviewApi(_reviews(parts, settings)),
        DeliveryAct: DeliveryApi(_settle(parts, settings), shield=parts.shield, read_json=read_json),
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
    own = SqlOwnPosts(parts.store.reads)
    steps = Steps(policies=parts.ports.policies, clock=parts.ports.clock)
    native = Native(
        submit=parts.submit,
        targets=targets,
        mandates=parts.store.identity,
        own=own,
        ids=random_id,
        shield=parts.shield,
        steps=steps,
    )
    questions = Questions(
        parts.ports,
        targets=targets,
        mandates=parts.store.identity,
        limits=parts.limits,
        retention=retention_terms(settings),
        steps=steps,
    )
    recall = _recall(parts, native, targets)
    appeal = _appeal(parts, native)
    return PostApiPorts(
        native=native,
        status=_status(parts, native, appeal),
        take_back=_take_back(parts, native, recall),
        take_all_back=_take_all_back(parts, native, own, recall),
        appeal=appeal,
        questions=questions,
        read_json=read_json,
        uploads=Uploads(parts.media, envelope=parts.ports.envelope),
        read_upload=read_upload,
    )


def _status(parts: NodeParts, native: Native, appeal: Appeal) -> ShowStatus:
    written = ReviewWords(reviews=parts.store.reviews(), envelope=parts.store.envelope)

    async def words(post: str) -> tuple[ReviewerSays, ...]:
        return tuple(reviewer_says(one) for one in await written(post))

    views = SqlPostViews(parts.store.reads)
    return ShowStatus(native=native, views=views, policies=parts.policies, appeal=appeal, words=words)


def _recall(parts: NodeParts, native: Native, targets: Mapping[str, Target]) -> Recall:
    return Recall(
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


def _appeal(parts: NodeParts, native: Native) -> Appeal:
    own = Appealing(
        native=native,
        submit=parts.submit,
        mandates=parts.store.identity,
        filing=parts.filing,
        views=SqlPostViews(parts.store.reads),
    )
    return Appeal(parts.ports, own)


def _take_back(parts: NodeParts, native: Native, recall: Recall) -> TakeBack:
    return TakeBack(
        native=native,
        mandates=parts.store.identity,
        posts=parts.store.waiting_posts(),
        withdraw=parts.withdraw,
        recall=recall,
    )


def _take_all_back(parts: NodeParts, native: Native, own: SqlOwnPosts, recall: Recall) -> TakeAllBack:
    return TakeAllBack(
        TakingBack(
            native=native,
            own=own,
            mandates=parts.store.identity,
            withdraw=parts.withdraw,
            recall=recall,
            audit=parts.store.audit,
            clock=parts.clock,
            ids=random_id,
            shield=parts.shield,
        )
    )


def _settle(parts: NodeParts, settings: Settings) -> Settle:
    return Settle(
        parts.store.unclear_posts(),
        audit=parts.store.audit,
        clock=parts.clock,
        ids=random_id,
        settle=parts.settle,
        resend=timedelta(hours=settings.delivery.expires_hours),
    )


def _reviews(parts: NodeParts, settings: Settings) -> ReviewApiPorts:
    tools = review_tools(parts.store, settings, parts.clock, wake=parts.wake, faults=parts.ports.faults)
    return ReviewApiPorts(
        reviewing=tools.reviewing,
        looking=tools.looking,
        delegating=tools.delegating,
        shield=parts.shield,
        read_json=read_json,
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
