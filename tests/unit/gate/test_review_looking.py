"""Looks at reviews: each is on record before, and shows no more than its purpose allows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.errors import AuditUnavailable, NotFound
from proxy.core.model import PostKind
from proxy.gate.examine import examine
from proxy.gate.plea import ShownPlea, looked_at
from proxy.gate.replay import claim_of
from proxy.gate.review_cover import COVER
from proxy.gate.review_looking import Purpose
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.reviewing import Ballot, Verdict
from proxy.gate.wire import WireAnswer
from tests.factories import make_draft, make_grant, make_post
from tests.fakes.review_house import AUTHOR, ReviewHouse, person

BEN, CARLA, DORA = person("a_ben"), person("a_carla"), person("a_dora", "review:legal")
NO = Ballot(verdict=Verdict.REJECT, reason="claim")
PICTURE = b"invented picture"


@pytest.mark.req("JOB-REV-4")
async def test_a_text_is_covered_until_somebody_says_what_for() -> None:
    """Each look is on record before; without a record nothing is shown."""
    house = ReviewHouse()
    name = await house.held()
    covered = await house.looking.show(name, by=BEN)
    clear = await house.looking.reveal(name, by=BEN, purpose=Purpose.DECISION)

    assert covered.parts[0].text == f"Ein {COVER * 6} schreibt."
    assert clear.parts[0].text == "Ein Mensch schreibt."
    assert house.log.codes()[-2:] == ["PG-204", "PG-205"]
    assert house.log.records[-1].data == {"review": name, "spans": 1, "purpose": "decision", "case": None}
    before = len(house.log.records)
    with pytest.raises(ReviewRefused) as case:
        await house.looking.reveal(name, by=BEN, purpose=Purpose.DECISION, case="Herr Beispiel")
    assert (case.value.why, len(house.log.records)) == ("case", before)
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await house.looking.show(name, by=BEN)
    with pytest.raises(AuditUnavailable):
        await house.looking.reveal(name, by=BEN, purpose=Purpose.DECISION)


async def test_nobody_looks_who_is_not_asked() -> None:
    """The author, people of other queues, programs; nor at what is over or was never there."""
    house = ReviewHouse()
    name = await house.held()
    for by, why in ((person(AUTHOR), "own-post"), (DORA, "not-asked"), (person("a_x", kind="service"), "no-role")):
        with pytest.raises(ReviewRefused) as refused:
            await house.looking.show(name, by=by)
        assert refused.value.why == why
    with pytest.raises(NotFound):
        await house.looking.show("unbekannt", by=BEN)
    await house.reviewing.vote(name, NO, by=BEN)
    with pytest.raises(ReviewRefused) as closed:
        await house.looking.show(name, by=CARLA)
    assert closed.value.why == "closed"


async def test_a_picture_is_fetched_for_a_purpose() -> None:
    """It is listed by type and size; the look is on record before, with which one it was."""
    house = ReviewHouse()
    name = await house.held_with_image(PICTURE)

    (listed,) = (await house.looking.show(name, by=BEN)).images
    kept = await house.looking.image(name, 0, by=BEN, purpose=Purpose.DECISION, case="B-7")

    assert (listed.mime, listed.size, listed.alt) == ("image/png", len(PICTURE), "Unsere Filiale")
    assert kept.data == PICTURE
    assert (house.log.records[-1].code, house.log.records[-1].data) == (
        "PG-205",
        {"review": name, "spans": 0, "purpose": "decision", "case": "B-7", "image": 0},
    )
    with pytest.raises(ReviewRefused):
        await house.looking.image(name, 0, by=DORA, purpose=Purpose.DECISION)
    with pytest.raises(ReviewRefused):
        await house.looking.image(name, 0, by=BEN, purpose=Purpose.DECISION, case="Herr Beispiel")
    with pytest.raises(NotFound):
        await house.looking.image(name, 1, by=BEN, purpose=Purpose.DECISION)
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await house.looking.image(name, 0, by=BEN, purpose=Purpose.DECISION)


async def test_a_picture_that_does_not_open_is_not_there() -> None:
    """The texts of the post can still be decided."""
    house = ReviewHouse()
    name = await house.held_with_image(PICTURE)
    (kept,) = house.log.tables.media.values()
    object.__setattr__(kept, "image_nonce", b"another")

    (listed,) = (await house.looking.show(name, by=BEN)).images

    assert (listed.mime, listed.size) == (None, None)
    with pytest.raises(NotFound):
        await house.looking.image(name, 0, by=BEN, purpose=Purpose.DECISION)


async def test_an_edit_is_shown_beside_the_last_version_that_the_gateway_sent() -> None:
    """Not beside itself; what went another way is not known."""
    house = ReviewHouse()
    await house.submit("Schönes Wochenende!")
    (platform_id,) = house.log.tables.platform_ids.values()
    edit = replace(make_draft("Schönes Wochenende, sagt ein Mensch!"), kind=PostKind.EDIT, operation="status.update")
    await house.submit_draft(replace(edit, edit_of=platform_id))
    (name,) = house.log.tables.reviews
    await house.submit_draft(replace(edit, edit_of="unbekannt"))
    unknown = next(one for one in house.log.tables.reviews if one != name)

    edits = (await house.looking.show(name, by=BEN)).edits
    assert edits is not None
    assert [(one.removed, one.added) for one in edits.changes] == [
        ("Wochenende!", f"Wochenende, sagt ein {COVER * 6}!"),
    ]
    other = (await house.looking.show(unknown, by=BEN)).edits
    assert other is not None
    assert (other.known, other.changes) == (False, ())


async def test_the_words_of_an_appeal_are_those_of_its_first_record() -> None:
    """Whatever is decided about it later; once erased they are gone."""
    house = ReviewHouse()
    post = replace(make_post("Ein Mensch schreibt."), appeal_of="r1")
    case = await examine(house.ports, house.filing, post)
    case = replace(case, plea=await looked_at(house.scanner, house.policies.bundle, "Der Mensch ist erfunden."))
    grant = make_grant()
    claim = claim_of(house.ports.envelope, post=post, grant=grant, key=None)
    review = house.filing.review(case)
    answer = WireAnswer(status=202)
    await house.log.commit(house.filing.held(case, grant.principal, claim, review=review, answer=answer))

    appeal = (await house.looking.show(review.id, by=BEN)).appeal

    assert appeal is not None
    assert (appeal.decision, appeal.says) == ("d-r1", ShownPlea(text=f"Der {COVER * 6} ist erfunden.", covered=1))
    house.views.forgotten = True
    appeal = (await house.looking.show(review.id, by=BEN)).appeal
    assert appeal is not None
    assert appeal.says is None


async def test_what_was_decided_about_others_is_shown_without_anything_of_them() -> None:
    """Held by the same rules in the same queue, the last five, last first; nothing of one's own."""
    house = ReviewHouse(a_ben="review", a_carla="review")
    names = [await house.held(f"Ein Mensch, {number}.") for number in range(6)]
    for name in names:
        house.clock.advance(60)
        await house.reviewing.vote(name, NO, by=BEN)
    own = await house.held("Noch ein Mensch.", author="a_carla")
    await house.reviewing.vote(own, Ballot(verdict=Verdict.APPROVE), by=BEN)
    await house.reviewing.vote(await house.held("Das ist hart."), NO, by=BEN)
    name = await house.held()

    alike = (await house.looking.show(name, by=CARLA)).alike

    assert [one.review for one in alike] == names[:0:-1]
    assert {(one.verdict, one.reason) for one in alike} == {("reject", "claim")}
    assert (await house.looking.show(name, by=BEN)).alike[0].verdict == "approve"
