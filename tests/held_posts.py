"""
Held posts in an installation, for tests of commands. All texts and people are invented.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.assembly.store import Store
from proxy.core.model import Localised, MatchedRule, Obligation, Reason, Verdict
from proxy.gate.filing import Filing, Terms
from proxy.gate.media import pack_texts
from proxy.gate.replay import claim_of
from proxy.gate.wire import WireAnswer
from proxy.gate.work import StoreMedia
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from tests.factories import make_decision, make_finding, make_grant, make_post, make_scan
from tests.works import new_id

if TYPE_CHECKING:
    from proxy.gate.filing import Case
    from tests.installation import Installation

TEXT = "Ein Mensch schreibt."
QUEUE = "compliance"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPost:
    """A post that waits for people."""

    review: str
    post: str
    record: str
    """Of its decision."""


async def hold(
    house: Installation,
    text: str = TEXT,
    *,
    author: str = "a_erfunden",
    stages: int = 1,
    hard: bool = False,
    rules: tuple[str, ...] = ("sample/person",),
    picture: bytes | None = None,
) -> HeldPost:
    """Record a post, with an image if there is one, that is held by rules which found the letters 4 to 10."""
    clock = SystemClock()
    store = await asyncio.to_thread(lambda: Store(load_settings(house.config, {}), clock=clock))
    await store.start()
    try:
        filing = Filing(envelope=store.envelope, clock=clock, ids=new_id, node="n1", terms=Terms())
        post, grant = replace(make_post(text, post_id=new_id()), author=author), make_grant(author)
        post = post if picture is None else replace(post, media=(new_id(),))
        words = Localised(de="Grund", en="reason")
        decision = replace(
            make_decision(post, Verdict.HOLD),
            reasons=tuple(Reason(rule=rule, verdict=Verdict.HOLD, message=words) for rule in rules),
            matched=tuple(MatchedRule(rule=rule, verdict=Verdict.HOLD, hard=hard) for rule in rules),
            obligations=(
                Obligation(name="review", arguments=(("queue", QUEUE), ("stages", stages), ("rule", rules[0]))),
            ),
        )
        found = make_finding("PERSON", start=4, end=10, rule="names/full")
        case = filing.open_case(post, make_scan(found), decision)
        review = filing.review(case)
        claim = claim_of(store.envelope, post=post, grant=grant, key=None)
        answer = WireAnswer(status=202, body=b"")
        work = filing.held(case, grant.principal, claim, review=review, answer=answer)
        kept = () if picture is None else (_stored(store, case, picture),)
        await store.audit.commit(replace(work, changes=(*work.changes, *kept)))
    finally:
        await store.stop()
    return HeldPost(review=review.id, post=post.id, record=case.record)


def _stored(store: Store, case: Case, picture: bytes) -> StoreMedia:
    """Return the change that keeps the image of a post."""
    (name,), key = case.post.media, case.key
    image_nonce, image = store.envelope.seal(key, place=f"media:{name}:image", plain=picture)
    texts_nonce, texts = store.envelope.seal(key, place=f"media:{name}:texts", plain=pack_texts(()))
    return StoreMedia(
        id=name,
        account=case.post.account,
        author=case.post.author,
        mime="image/png",
        size=len(picture),
        key=key.id,
        image_nonce=image_nonce,
        image=image,
        texts_nonce=texts_nonce,
        texts=texts,
        decision_record=case.record,
        created_at=case.at,
    )


def pseudonym(house: Installation, token: str) -> str:
    """Return the pseudonym of whoever holds a token."""
    listed = house.run("token", "list").output.splitlines()
    line = next(line for line in listed if f" {token[:8]}" in line)
    found = re.search(r"a_\w+", line)
    assert found is not None
    return found[0]
