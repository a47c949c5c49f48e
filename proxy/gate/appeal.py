"""
An author's appeal against a block: the same post as a new one, held for people, and linked to the decision.

There is one appeal a post, whoever asks how often: the second request gets the answer of the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import Localised, PostgateError
from proxy.gate.examine import examine, kept_media
from proxy.gate.filing import Pending
from proxy.gate.lifecycle import State
from proxy.gate.plea import looked_at
from proxy.gate.post_rows import RowAnswers, row_of
from proxy.gate.recorded import post_in
from proxy.gate.replay import Replays, claim_of, decision_id, key_of, scope_of
from proxy.gate.sealed import opened_content
from proxy.gate.thread import Threads
from proxy.gate.wire import Endpoint, EndpointClass

if TYPE_CHECKING:
    from proxy.core.model import Post, Principal
    from proxy.gate.api_ports import Mandates, OwnPost
    from proxy.gate.examine import Ports
    from proxy.gate.filing import Filing
    from proxy.gate.native import Native
    from proxy.gate.plea import Plea
    from proxy.gate.ports import Grant, SpooledMedia
    from proxy.gate.post_rows import PostRow
    from proxy.gate.post_views import PostViews
    from proxy.gate.replay import Claim
    from proxy.gate.submit import Submit

_ENDPOINT = Endpoint(name="post.appeal", cls=EndpointClass.WRITE)
_FOR_GOOD = timedelta(days=3653)
"""A post is appealed against once."""


class NotBlocked(PostgateError):
    """Only a block can be appealed against, as long as its text and images are kept; nothing was changed."""

    code = "not_blocked"
    status = 409
    text = Localised(
        de="Einspruch ist nur gegen eine Sperre möglich, solange Text und Bilder aufbewahrt sind. "
        "Es wurde nichts geändert.",
        en="Only a block can be appealed against, as long as its text and images are kept. Nothing was changed.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Appealing:
    """What the use case is given."""

    native: Native
    submit: Submit
    mandates: Mandates
    filing: Filing
    views: PostViews


class Appeal:
    """Opens appeals against blocks of one's own posts."""

    def __init__(self, ports: Ports, parts: Appealing) -> None:
        self._ports = ports
        self._parts = parts
        self._replays = Replays(posts=ports.posts, envelope=ports.envelope, clock=ports.clock)
        self._threads = Threads(posts=ports.posts, envelope=ports.envelope)
        self._answers = RowAnswers()

    async def __call__(self, name: str, *, by: Principal, says: str | None = None) -> PostRow:
        """
        Appeal against the block of a post, by the name of its decision; return the row of the appeal.

        `says` is what its author says for it, to those who decide.

        Raises:
            NotFound: there is no such post of one's own.
            NotBlocked: it is not blocked, it is an appeal itself, or its text or an image is gone.
            AuditUnavailable: nothing is known to be recorded.
        """
        own = await self._parts.native.own(name, by=by)
        grant = await self._parts.mandates.grant(by, own.account)
        post = await self._again(own, grant)
        claim = self._claim(post, own, grant)
        earlier = await self._replays.earlier(claim)
        if earlier is None:
            thread = await self._threads.before(post)
            media = await self._media(post)
            case = await examine(self._ports, self._parts.filing, post, thread=thread)
            if says is not None:
                case = replace(case, plea=await self._looked_at(says))
            pending = Pending(
                endpoint=_ENDPOINT, answers=self._answers, grant=grant, claim=claim, media=media, case=case
            )
            earlier = await self._parts.submit.finish(pending)
        return replace(row_of(earlier), target=own.account)

    async def of(self, own: OwnPost, *, by: Principal) -> str | None:
        """
        Return the name of the decision on the appeal against a post, if there is one.

        Raises:
            NotFound: the account is not one of one's own any more.
            GateUnavailable: the database does not answer.
        """
        grant = await self._parts.mandates.grant(by, own.account)
        envelope = self._ports.envelope
        scope, key = scope_of(envelope, grant), key_of(envelope, _key(own))
        stored = await self._ports.posts.by_key(scope, key, self._ports.clock.now())
        return None if stored is None else decision_id(stored.decision_record)

    def _claim(self, post: Post, own: OwnPost, grant: Grant) -> Claim:
        return claim_of(self._ports.envelope, post=post, grant=grant, key=_key(own), life=_FOR_GOOD)

    async def _looked_at(self, says: str) -> Plea:
        return await looked_at(self._ports.scanner, self._ports.policies.current(), says)

    async def _media(self, post: Post) -> tuple[SpooledMedia, ...]:
        """Return the images of a post, without which it could not be sent, whatever people decide."""
        media = await kept_media(self._ports.spool, post)
        if media is None:
            raise NotBlocked(expected="a blocked post whose images are kept", found="one without an image")
        return media

    async def _again(self, own: OwnPost, grant: Grant) -> Post:
        """Return the text of a blocked post as a new post."""
        kept = await self._parts.views.kept(own.id) if own.state is State.BLOCKED else None
        content = None if kept is None else opened_content(self._ports.envelope, kept.content)
        if kept is None or content is None:
            raise NotBlocked(expected="a blocked post whose text is kept", found="another, or one that does not open")
        post = post_in(
            content.says,
            id=self._ports.ids(),
            platform=kept.platform,
            account=own.account,
            author=grant.principal.ref,
            kind=kept.kind,
        )
        if post.appeal_of is not None:
            raise NotBlocked(expected="a post that is no appeal", found="an appeal")
        return replace(post, appeal_of=own.decision_record, request=own.request)


def _key(own: OwnPost) -> str:
    """Return the idempotency key of an appeal; the space keeps it apart from those of clients."""
    return f"appeal {own.decision_record}"
