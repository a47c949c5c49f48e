"""
From a draft to a decided case: compose the Post, scan it, decide it, redact it.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.core.errors import NotFound
from proxy.core.model import DetectorId, Localised, Part, Phase, Post, PostId, Reason, Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.redact import redact
from proxy.gate.appeals import heard
from proxy.gate.consents import all_stand, in_force
from proxy.gate.ports import SpooledMedia
from proxy.gate.records import register_version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from proxy.core.model import Decision
    from proxy.gate.consents import Consents
    from proxy.gate.filing import Case, Filing, KeptKey
    from proxy.gate.ports import (
        AuditLog,
        Clock,
        Envelope,
        Grant,
        Ids,
        MediaSpool,
        Observer,
        Policies,
        Posts,
        Scanner,
    )
    from proxy.gate.wire import Draft

NOT_CLEAN = Reason(
    rule="gate/redaction-not-clean",
    verdict=Verdict.HOLD,
    message=Localised(
        de="Auch der automatisch geschwärzte Text ist nicht frei von Treffern. Eine Person prüft den Beitrag.",
        en="The automatically redacted text still has findings. A person will look at the post.",
    ),
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
API_ACCOUNT = "api"
"""Stands for the account of images that are uploaded over the API: they are for any account of their author."""
THREAD = DetectorId(name="thread", version="1")
"""What stands for the thread among the detectors when it could not be read: expected, and missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What every use case of the gate is given."""

    scanner: Scanner
    policies: Policies
    consents: Consents
    audit: AuditLog
    posts: Posts
    spool: MediaSpool
    envelope: Envelope
    clock: Clock
    ids: Ids
    observer: Observer
    faults: Callable[[str], None]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    """How an answer waits for its time, in seconds."""


async def compose(ports: Ports, draft: Draft, grant: Grant) -> tuple[Post, tuple[SpooledMedia, ...]]:
    """
    Return the Post of a draft, with the texts of every image it uses as parts, and those images.

    Raises:
        NotFound: an image is not in the spool of this author and account.
    """
    ids = tuple(spool_id(ports, name, grant) for name in draft.media)
    media = [await _opened(ports, draft, media_id, grant) for media_id in ids]
    texts = tuple(
        replace(part, slot=f"media.{index}.{part.slot}") for index, item in enumerate(media) for part in item.parts
    )
    post = Post(
        id=PostId(ports.ids()),
        platform=grant.account.platform,
        account=grant.account.id,
        author=grant.principal.ref,
        operation=draft.operation,
        kind=draft.kind,
        parts=(*draft.parts, *texts),
        options=tuple(sorted(draft.options, key=lambda option: option[0])),
        media=ids,
        edit_of=draft.edit_of,
        reply_to=draft.reply_to,
        request=draft.request,
    )
    return post, tuple(media)


async def kept_image(spool: MediaSpool, media_id: str, *, author: str, account: str) -> SpooledMedia | None:
    """
    Return an image of this author: of the account's own, or one that was uploaded over the API for any account.

    Whatever it is used for, it is decided again with the post that shows it, for that post's account.
    """
    own = await spool.open(media_id, author=author, account=account)
    return own or await spool.open(media_id, author=author, account=API_ACCOUNT)


async def kept_media(spool: MediaSpool, post: Post) -> tuple[SpooledMedia, ...] | None:
    """Return the images of a post; None where one of them is gone that the platform has not got either."""
    found = []
    for name in post.media:
        opened = await kept_image(spool, name, author=post.author, account=post.account)
        if opened is None and post.edit_of is None:
            return None
        found.append(opened or SpooledMedia(id=name, mime="", parts=(), data=b"", decision=""))
    return tuple(found)


async def _opened(ports: Ports, draft: Draft, media_id: str, grant: Grant) -> SpooledMedia:
    opened = await kept_image(ports.spool, media_id, author=grant.principal.ref, account=grant.account.id)
    if opened is None and draft.keeps_media:
        return SpooledMedia(id=media_id, mime="", parts=(), data=b"", decision="")
    if opened is None:
        raise NotFound(expected="an image uploaded with this token", found="another media id")
    return opened


def spool_id(ports: Ports, name: str, grant: Grant) -> str:
    """
    Return the id under which an image is kept that a client calls by a name.

    A name that clients compute from the picture is the same for everybody who uploads it, so such an image is kept
    under an id for this author and account alone.
    """
    if _UUID.fullmatch(name):
        return name
    return ports.envelope.digest("media-id", f"{grant.principal.ref}\0{grant.account.id}\0{name}".encode())


async def examine(
    ports: Ports,
    filing: Filing,
    post: Post,
    phase: Phase = Phase.SUBMIT,
    *,
    thread: Sequence[str] | None = (),
    kept: KeptKey | None = None,
) -> Case:
    """
    Scan and decide a post with the bundle in force; the same bundle serves both.

    `thread` holds earlier texts of the post's thread, oldest first; None when they could not be read, which makes the
    scan incomplete. `kept` is the key of a post that was decided before.

    Raises:
        GateUnavailable: the register of consents does not answer.
    """
    bundle = ports.policies.current()
    started = ports.clock.monotonic()
    expected = ports.scanner.expected(bundle)
    scan = await ports.scanner.scan(post.parts, bundle, thread or ())
    if thread is None:
        expected |= {THREAD}
        scan = replace(scan, expected=scan.expected | {THREAD})
    scanned = ports.clock.monotonic()
    ports.faults("scanned")
    now = ports.clock.now()
    consents = await in_force(ports.consents, scan, bundle, now)
    decision = decide(
        post, scan, bundle, expected=expected, running=bundle.running(now), consents=consents, phase=phase
    )
    decision = heard(post, decision)
    case = filing.open_case(post, scan, decision, kept)
    ports.observer.stage("scan", scanned - started)
    ports.observer.stage("decide", ports.clock.monotonic() - scanned)
    ports.faults("decided")
    return case


async def outdated(ports: Ports, decision: Decision) -> str | None:
    """
    Return why a decision holds no more, None where it does.

    Other policies, calendars or another register are in force now, or a consent that it counted on is not any more.
    """
    if not await all_stand(ports.consents, decision, ports.clock.now()):
        return "consent"
    bundle = ports.policies.current()
    same = (
        bundle.digest == decision.policy_digest
        and bundle.running(ports.clock.now()) == decision.running
        and register_version(decision.expected) == register_version(ports.scanner.expected(bundle))
    )
    return None if same else "policy"


async def redacted(ports: Ports, filing: Filing, original: Case, *, thread: Sequence[str] | None = ()) -> Case:
    """
    Return the case of the redacted text when that is allowed, otherwise the original one, held.

    The redacted text is a new Post with its own key, scan and decision; rules that are being rolled out count for it as
    for the original.
    """
    parts: tuple[Part, ...] = redact(original.post, original.scan, original.decision)
    post = replace(original.post, id=PostId(ports.ids()), parts=parts, replaces=original.post.id)
    case = await examine(ports, filing, post, Phase.REDACTED, thread=thread)
    if case.decision.verdict is Verdict.ALLOW:
        return replace(case, original=original)
    held = replace(original.decision, verdict=Verdict.HOLD, reasons=(*original.decision.reasons, NOT_CLEAN))
    return filing.open_case(original.post, original.scan, held)
