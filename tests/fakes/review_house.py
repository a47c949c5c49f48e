"""
The gate over twins with people who review, all of them invented.

A text with `Mensch` is held for one person of `compliance`, one with `Recht` for two of `legal`, one with `hart` by a
hard rule.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.model import PartKind, PostKind, Principal, Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.gate.delegating import Delegating
from proxy.gate.review_changes import OpenReview
from proxy.gate.review_looking import Looking, LookingPorts
from proxy.gate.review_words import ReviewWords
from proxy.gate.reviewing import Reviewing, ReviewingPorts
from proxy.gate.wire import Draft, Upload
from proxy.gate.work import Work
from tests.factories import CREATE, make_draft, make_grant, make_part
from tests.fakes.clock import ManualClock
from tests.fakes.gate_house import GateHouse
from tests.fakes.reviews import MemoryReviews, Team
from tests.fakes.scanner import ScriptedScanner
from tests.fakes.views import MemoryPostViews
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle

AUTHOR = make_grant().principal.ref
WORDS = {"IBAN": "IBAN_CODE", "Mensch": "PERSON", "Recht": "LOCATION", "hart": "PHONE_NUMBER"}


def review_bundle(*extra: str) -> PolicyBundle:
    """Return policies for the words; `extra` names entities that are held too."""
    rules = [
        make_rule(),
        make_rule("person", when=FindingSpec(entities=("PERSON",)), action=Verdict.HOLD),
        make_rule("legal", when=FindingSpec(entities=("LOCATION",)), action=HoldSpec(queue="legal", stages=2)),
        replace(make_rule("hard", when=FindingSpec(entities=("PHONE_NUMBER",)), action=Verdict.HOLD), hard=True),
    ]
    rules += [make_rule(f"more-{one}", when=FindingSpec(entities=(one,)), action=Verdict.HOLD) for one in extra]
    return make_bundle(make_policy(*rules, kinds=frozenset(PostKind)))


def person(ref: str, *scopes: str, kind: str = "employee") -> Principal:
    """Return an invented person with a token."""
    return Principal(ref=ref, kind=kind, scopes=frozenset(scopes or ("review",)), token_prefix="pgt_test")


class ReviewHouse(GateHouse):
    """A gate with reviewers."""

    def __init__(self, **team: str) -> None:
        super().__init__(bundle=review_bundle(), scanner=ScriptedScanner(WORDS), clock=ManualClock())
        self.woken = 0
        self.reviews = MemoryReviews(self.log)
        self.team = Team(**team)
        self.reviewing = Reviewing(
            ReviewingPorts(
                reviews=self.reviews,
                posts=self.posts,
                colleagues=self.team,
                audit=self.log,
                envelope=self.ports.envelope,
                clock=self.clock,
                ids=self.ports.ids,
                delivery_ends=timedelta(hours=24),
                wake=self._wake,
                faults=self.ports.faults,
            )
        )
        self.views = MemoryPostViews(self.log)
        self.looking = Looking(
            LookingPorts(
                reviews=self.reviews,
                posts=self.ports.posts,
                views=self.views,
                spool=self.ports.spool,
                colleagues=self.team,
                audit=self.log,
                envelope=self.ports.envelope,
                clock=self.clock,
                ids=self.ports.ids,
            )
        )
        self.delegating = Delegating(
            reviews=self.reviews, colleagues=self.team, audit=self.log, clock=self.clock, ids=self.ports.ids
        )
        self.words = ReviewWords(reviews=self.reviews, envelope=self.ports.envelope)

    def _wake(self) -> None:
        self.woken += 1

    async def held(self, text: str = "Ein Mensch schreibt.", *, author: str = AUTHOR) -> str:
        """Submit a post that is held; return the id of its review."""
        before = set(self.log.tables.reviews)
        await self.submit(text, grant=make_grant(author))
        (name,) = set(self.log.tables.reviews) - before
        return name

    async def held_with_image(self, picture: bytes) -> str:
        """Submit a post with an image that is held; return the id of its review."""
        upload = Draft(
            operation="media.create",
            kind=PostKind.MEDIA,
            parts=(make_part("Unsere Filiale", kind=PartKind.ALT_TEXT, slot="description"),),
            uploads=(Upload(slot="file", mime="image/png", data=picture),),
        )
        await self.media.take(CREATE, upload, make_grant(), self.platform)
        (media,) = self.log.tables.media
        await self.submit_draft(make_draft("Ein Mensch vor der Filiale.", media=(media,)))
        (name,) = self.log.tables.reviews
        return name

    async def sampled(self, text: str = "Schönes Wochenende!") -> str:
        """Publish a post and open a look at it; return the id of its review."""
        await self.submit(text)
        post = list(self.log.tables.posts.values())[-1]
        opened = OpenReview(
            id=self.ports.ids(),
            post=post.id,
            kind="sample",
            queue="compliance",
            stages=1,
            author=post.author,
            mac=post.mac,
            opened_at=self.clock.now(),
            due_at=self.clock.now() + timedelta(hours=2),
            escalate_to="compliance",
            decision_record=post.decision_record,
            policy_digest="b" * 64,
        )
        record = replace(self.log.records[0], id=self.ports.ids())
        await self.log.commit(Work(records=(record,), changes=(opened,)))
        return opened.id

    async def send(self) -> None:
        """Look at everything that is due, as the dispatcher does."""
        for waiting in await self.posts.due(self.clock.now(), limit=9):
            await self.deliver(waiting)
