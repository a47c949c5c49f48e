"""What two people together may do, and one alone may not. All texts and names are invented."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from proxy.audit.orders.model import CASE_OPEN, WAITS, Kind, Target
from proxy.audit.orders.refusals import OrderRefused
from proxy.audit.verify import Broken, Verified
from proxy.core.errors import Conflict, NotFound
from proxy.core.model import Principal, Verdict
from proxy.gate.replay import claim_of
from proxy.storage.columns import instant
from proxy.storage.engines import create_engine
from proxy.storage.order_tables import audit_orders
from proxy.storage.posts import SqlPosts
from proxy.storage.tables import actors, idempotency, media, posts, tokens
from tests.factories import make_grant
from tests.orders import ACCOUNT, IMAGE
from tests.stores import bytes_on_disk

if TYPE_CHECKING:
    from tests.orders import DeskHouse

AUTHOR = "a_erfunden"
OTHER = "a_jemand_anders"


async def _rows(house: DeskHouse, query: sa.Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    found = await house.reads.run(lambda connection: connection.execute(query).all())
    return [tuple(row) for row in found]


async def _refused(why: str, house: DeskHouse, kind: Kind, target: Target = Target(), **more: object) -> None:  # noqa: B008
    with pytest.raises(OrderRefused) as refused:
        await house.order(kind, target, **more)
    assert refused.value.why == why


async def test_a_post_is_erased_by_two_people(house: DeskHouse) -> None:
    """Its content is gone, the other one's is there, and the log is whole."""
    gone = await house.post("Kanarienvogel eins", author=AUTHOR, key="k1")
    stays = await house.post("Kanarienvogel zwei", author=AUTHOR)

    order = await house.order(Kind.ERASE, Target(posts=(gone.id,)))
    assert await house.kept() == {gone.id, stays.id}
    done = await house.desk.confirm(order.id, by=house.legal)

    assert (done.keys, len(done.records)) == (1, 1)
    assert await house.kept() == {stays.id}
    left = await _rows(house, sa.select(posts.c.answer, posts.c.fingerprint).where(posts.c.id == gone.id))
    assert left == [(None, "")]
    assert await _rows(house, sa.select(idempotency.c.fingerprint)) == [("",)]
    verified = await house.verified()
    assert isinstance(verified, Verified)
    assert verified.erased == 1


async def test_the_records_of_an_erasure_say_who_why_and_what(house: DeskHouse) -> None:
    """Requested, done; by pseudonym, with case, basis and the decision whose content is gone; no text anywhere."""
    post = await house.post("Kanarienvogel", author=AUTHOR)
    done = await house.both(Kind.ERASE, Target(posts=(post.id,)))

    requested, erased = await house.records("PG-505", "PG-506")
    decided = (await house.records("PG-101"))[0]
    assert requested["actor"]["ref"] == house.privacy.ref
    assert requested["data"] | {"order": done.order.id} == requested["data"]
    assert (erased["actor"]["ref"], erased["data"]["second"]) == (house.legal.ref, house.privacy.ref)
    assert (erased["data"]["case"], erased["data"]["basis"]) == ("DSB-2026/17", "gdpr-17-1-b")
    assert (erased["refs"], erased["data"]["posts"]) == ([decided["id"]], [post.id])
    assert "Kanarienvogel" not in str((requested, erased))


async def test_one_person_alone_erases_nothing(house: DeskHouse) -> None:
    """Not whoever opened it, not with another token, not without the leading role, not a program."""
    post = await house.post("Kanarienvogel", author=AUTHOR)
    order = await house.order(Kind.ERASE, Target(posts=(post.id,)))
    again = await house.person("dana  SCHUTZ", "legal")  # the same person under another token
    auditor, other = await house.person("Ada Prüf", "audit"), await house.person("Alf Recht", "legal")
    service = replace(house.legal, kind="service")

    for by, why in ((house.privacy, "same-person"), (again, "same-person"), (service, "no-role")):
        with pytest.raises(OrderRefused) as refused:
            await house.desk.confirm(order.id, by=by)
        assert refused.value.why == why
    unled = await house.order(Kind.ERASE, Target(posts=(post.id,)), by=auditor)
    with pytest.raises(OrderRefused) as refused:
        await house.desk.confirm(unled.id, by=other)
    assert refused.value.why == "no-lead"
    assert await house.kept() == {post.id}


async def test_a_person_is_erased_with_everything_written(house: DeskHouse) -> None:
    """All contents, the name and the tokens; what others wrote stays."""
    author = await house.person("Erika Beispiel", "audit")
    image = await house.image("m1", author=author.ref)
    await house.post("Kanarienvogel eins", author=author.ref)
    await house.redacted("Kanarienvogel zwei", author=author.ref)
    stays = await house.post("Kanarienvogel drei", author=OTHER)

    done = await house.both(Kind.ERASE, Target(actor=author.ref))

    assert done.keys == 4
    assert await house.kept() == {stays.id}
    assert await _rows(house, sa.select(media.c.id)) == []
    row = (await _rows(house, sa.select(actors.c.name, actors.c.name_key).where(actors.c.ref == author.ref)))[0]
    assert row == (b"", b"")
    revoked = await _rows(house, sa.select(tokens.c.revoked_at).where(tokens.c.principal == author.ref))
    assert revoked == [(house.clock.now(),)]
    erased = (await house.records("PG-506"))[0]
    assert erased["on_behalf_of"] == author.ref
    assert isinstance(await house.verified(), Verified)
    assert image.id
    await _refused("nothing-found", house, Kind.ERASE, Target(actor=author.ref))


async def test_somebody_who_was_erased_comes_back_as_somebody_new(house: DeskHouse) -> None:
    """The same name gets another pseudonym: nothing leads from one to the other."""
    before = await house.person("Erika Beispiel", "audit")
    await house.both(Kind.ERASE, Target(actor=before.ref))
    after = await house.person("Erika Beispiel", "audit")

    assert after.ref != before.ref


async def test_what_belongs_to_a_post_goes_with_it(house: DeskHouse) -> None:
    """The original of a redacted post, and its images, whichever of the two was named."""
    upload = await house.image("m1", author=AUTHOR)
    shown = await house.post("Kanarienvogel", author=AUTHOR, media=("m1",))
    original, form = await house.redacted("Kanarienvogel zwei", author=AUTHOR)

    order = await house.order(Kind.ERASE, Target(posts=(shown.id, form.id)))
    assert set(order.target.posts) == {upload.id, shown.id, original.id, form.id}
    assert (await house.desk.show(order.id))[1] == 4
    await house.desk.confirm(order.id, by=house.legal)
    assert await house.kept() == set()
    assert await _rows(house, sa.select(media.c.id)) == []


@pytest.mark.parametrize("named", ["post", "first", "second", "refused"])
async def test_all_texts_of_an_image_go_with_it(house: DeskHouse, named: str) -> None:
    """Also those that were replaced before it was sent, and those that were refused; whichever of them was named."""
    first = await house.image("m1", author=AUTHOR)
    refused = await house.image(
        "m1", author=AUTHOR, text="Kanarienvogel", verdict=Verdict.BLOCK, of=await house.decision(first)
    )
    second = await house.image("m1", author=AUTHOR, text="Markt", of=await house.decision(first))
    third = await house.image("m1", author=AUTHOR, text="Platz", of=await house.decision(second))
    post = await house.post("Unser Markt", author=AUTHOR, media=("m1",))
    other = await house.image("m2", author=AUTHOR)
    texts = {first.id, refused.id, second.id, third.id}

    one = {"post": post, "first": first, "second": second, "refused": refused}[named]
    done = await house.both(Kind.ERASE, Target(posts=(one.id,)))

    assert set(done.order.target.posts) == texts | {one.id}
    assert await house.kept() == {other.id, post.id} - {one.id}
    refs = [leaf["refs"] for leaf in await house.records("PG-101")][1:4]
    assert refs == [[await house.decision(first)], [await house.decision(first)], [await house.decision(second)]]
    assert isinstance(await house.verified(), Verified)


async def test_an_image_that_was_erased_does_not_come_back_by_a_change_of_its_text(house: DeskHouse) -> None:
    """Somebody changed it while it was erased: the change was made of what it was before."""
    upload = await house.image("m1", author=AUTHOR)
    await house.both(Kind.ERASE, Target(posts=(upload.id,)))

    with pytest.raises(Conflict, match="media"):
        await house.image("m1", author=AUTHOR, of=await house.decision(upload))
    assert await _rows(house, sa.select(media.c.id)) == []


async def test_all_versions_of_a_post_go_together(house: DeskHouse) -> None:
    """It was edited: both have one place on the platform. What has another place, or another account's, stays."""
    first, edit, other, foreign = [await house.post(f"Kanarienvogel {n}", author=AUTHOR) for n in range(4)]
    await house.published((first, "42"), (edit, "42"), (other, "43"), (foreign, "42"))

    def move() -> None:
        engine = create_engine(house.url)
        with engine.begin() as connection:
            connection.execute(sa.update(posts).where(posts.c.id == foreign.id).values(account="mastodon:andere"))
        engine.dispose()

    await asyncio.to_thread(move)
    await house.both(Kind.ERASE, Target(posts=(first.id,)))

    assert await house.kept() == {other.id, foreign.id}


@pytest.mark.parametrize("named", range(4))
async def test_edits_that_never_reached_the_platform_go_with_their_post(house: DeskHouse, named: int) -> None:
    """Stopped ones have no place there, only the one that they were to change; whichever of them was named."""
    first, other = [await house.post(f"Kanarienvogel {n}", author=AUTHOR) for n in range(2)]
    edits = [await house.post(f"Kanarienvogel {n}", author=AUTHOR, edit_of="42") for n in (2, 3)]
    stopped = await house.post("Kanarienvogel fünf", author=AUTHOR, edit_of="43")
    await house.published((first, "42"), (other, "43"), (edits[0], "42"))
    versions = [first, *edits]
    wanted = [*versions, stopped][named]

    await house.both(Kind.ERASE, Target(posts=(wanted.id,)))

    gone = {post.id for post in versions} if wanted in versions else {other.id, stopped.id}
    assert await house.kept() == {first.id, other.id, stopped.id, *(edit.id for edit in edits)} - gone


async def test_what_came_since_an_erasure_was_opened_is_seen_by_both(house: DeskHouse) -> None:
    """An edit, or a new text of an image: the confirmation is refused, and says why; a new order takes all."""
    post = await house.post("Kanarienvogel", author=AUTHOR, media=("m1",))
    upload = await house.image("m1", author=AUTHOR)
    await house.published((post, "42"))
    before = await house.order(Kind.ERASE, Target(posts=(post.id,)))
    edit = await house.post("Kanarienvogel zwei", author=AUTHOR, edit_of="42")
    between = await house.order(Kind.ERASE, Target(posts=(post.id,)))
    text = await house.image("m1", author=AUTHOR, of=await house.decision(upload))

    for order in (before, between):
        with pytest.raises(OrderRefused, match="grown"):
            await house.desk.confirm(order.id, by=house.legal)
    assert await house.kept() == {post.id, upload.id, edit.id, text.id}

    await house.both(Kind.ERASE, Target(posts=(post.id,)))
    assert await house.kept() == set()


async def test_what_came_since_a_hold_is_held(house: DeskHouse) -> None:
    """A hold of a post covers its edits and the texts of its images, also those that are younger than the hold."""
    post = await house.post("Kanarienvogel", author=AUTHOR, media=("m1",))
    upload = await house.image("m1", author=AUTHOR)
    await house.published((post, "42"))
    await house.both(Kind.HOLD, Target(posts=(post.id,)))
    edit = await house.post("Kanarienvogel zwei", author=AUTHOR, edit_of="42")
    text = await house.image("m1", author=AUTHOR, of=await house.decision(upload))

    for named in (edit, text):
        with pytest.raises(OrderRefused, match="legal-hold"):
            await house.both(Kind.ERASE, Target(posts=(named.id,)))
    house.clock.advance(timedelta(days=2000).total_seconds())
    assert await house.purge.once() == 0
    assert await house.kept() == {post.id, upload.id, edit.id, text.id}


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.ALLOW])
async def test_an_image_that_another_post_still_needs_is_not_erased(house: DeskHouse, verdict: Verdict) -> None:
    """It waits for a person, or is on its way: what that person looks at must be what is sent."""
    post = await house.post("Kanarienvogel", author=AUTHOR, media=("m1",))
    upload = await house.image("m1", author=AUTHOR)
    waits = await house.post("Kanarienvogel zwei", author=AUTHOR, verdict=verdict, media=("m1",))
    other = await house.post("Kanarienvogel drei", author=AUTHOR, verdict=verdict, media=("m2",))
    kept = {post.id, upload.id, waits.id, other.id}

    order = await house.order(Kind.ERASE, Target(posts=(post.id,)))
    with pytest.raises(OrderRefused, match="needed-image"):
        await house.desk.confirm(order.id, by=house.legal)
    house.clock.advance(timedelta(days=2000).total_seconds())
    assert await house.purge.once() == 1  # the stopped post; the image stays for the other one
    assert await house.kept() == kept - {post.id}

    await house.published((waits, "42"))
    await house.both(Kind.ERASE, Target(posts=(upload.id,)))
    assert await house.kept() == {waits.id, other.id}


@pytest.mark.parametrize(
    "target",
    [
        Target(actor=AUTHOR),
        Target(account=ACCOUNT),
        Target(account=ACCOUNT, actor=AUTHOR),
        Target(account=ACCOUNT, since="before", until="after"),  # type: ignore[arg-type]
    ],
)
async def test_what_is_on_hold_is_not_erased(house: DeskHouse, target: Target) -> None:
    """Whoever orders it, until the hold is released; that it is on hold is said."""
    hour = timedelta(hours=1)
    if target.since is not None:
        target = replace(target, since=house.clock.now() - hour, until=house.clock.now() + hour)
    post = await house.post("Kanarienvogel", author=AUTHOR)
    hold = await house.both(Kind.HOLD, target, basis="zpo-142")
    order = await house.order(Kind.ERASE, Target(posts=(post.id,)))

    with pytest.raises(OrderRefused) as refused:
        await house.desk.confirm(order.id, by=house.legal)
    assert refused.value.why == "legal-hold"

    await house.both(Kind.RELEASE, hold=hold.order.id)
    assert (await house.desk.confirm(order.id, by=house.legal)).keys == 1
    assert [leaf["code"] for leaf in await house.records("PG-507", "PG-508")] == ["PG-507", "PG-508"]


async def test_a_hold_covers_what_it_names_and_nothing_else(house: DeskHouse) -> None:
    """Others' posts, other accounts, other times, other posts."""
    post = await house.post("Kanarienvogel", author=AUTHOR)
    held = await house.post("Kanarienvogel zwei", author=OTHER)
    later = house.clock.now() + timedelta(hours=1)
    for target in (
        Target(actor=OTHER),
        Target(account="mastodon:andere"),
        Target(account=ACCOUNT, since=later),
        Target(account=ACCOUNT, until=house.clock.now()),
        Target(posts=(held.id,)),
    ):
        await house.both(Kind.HOLD, target)

    await house.both(Kind.ERASE, Target(posts=(post.id,)))
    assert await house.kept() == {held.id}


async def test_a_hold_covers_posts_that_come_after_it(house: DeskHouse) -> None:
    """A dispute goes on while people write."""
    await house.both(Kind.HOLD, Target(actor=AUTHOR))
    post = await house.post("Kanarienvogel", author=AUTHOR)
    order = await house.order(Kind.ERASE, Target(posts=(post.id,)))

    with pytest.raises(OrderRefused, match="legal-hold"):
        await house.desk.confirm(order.id, by=house.legal)


async def test_a_hold_covers_what_belongs_to_a_post(house: DeskHouse) -> None:
    """The original of a redacted one, and its images, as an erasure does; neither time nor another order takes them."""
    upload = await house.image("m1", author=AUTHOR)
    shown = await house.post("Kanarienvogel", author=AUTHOR, media=("m1",))
    original, form = await house.redacted("Kanarienvogel zwei", author=AUTHOR)
    hold = await house.both(Kind.HOLD, Target(posts=(shown.id, form.id)))

    assert set(hold.order.target.posts) == {upload.id, shown.id, original.id, form.id}
    for post in (upload, original):
        with pytest.raises(OrderRefused, match="legal-hold"):
            await house.both(Kind.ERASE, Target(posts=(post.id,)))
    house.clock.advance(timedelta(days=2000).total_seconds())
    assert await house.purge.once() == 0
    assert await house.kept() == {upload.id, shown.id, original.id, form.id}


async def test_a_hold_names_times_of_any_zone(house: DeskHouse) -> None:
    """The database gives them back in UTC, and the order is still the one that was opened."""
    zone = timezone(timedelta(hours=1))
    since = house.clock.now().astimezone(zone)
    done = await house.both(Kind.HOLD, Target(account=ACCOUNT, since=since))

    assert done.order.target.since == since


async def test_what_does_not_open_can_be_erased(house: DeskHouse) -> None:
    """Its wrapping key is another one: nobody reads it any more, and nobody shall be able to."""
    post = await house.post("Kanarienvogel", author=AUTHOR, media=("m1",))

    def spoil() -> None:
        engine = create_engine(house.url)
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE data_keys SET kek_id = 'another'"))
        engine.dispose()

    await asyncio.to_thread(spoil)
    await house.both(Kind.ERASE, Target(posts=(post.id,)))

    assert await house.kept() == set()


async def test_a_hold_that_one_person_wants_holds_nothing(house: DeskHouse) -> None:
    """It is not confirmed."""
    post = await house.post("Kanarienvogel", author=AUTHOR)
    await house.order(Kind.HOLD, Target(actor=AUTHOR))
    await house.both(Kind.ERASE, Target(posts=(post.id,)))

    assert await house.kept() == set()


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.ALLOW])
async def test_a_post_that_is_not_decided_yet_is_not_erased(house: DeskHouse, verdict: Verdict) -> None:
    """Somebody still has to read it, or it is on its way and its outcome is unknown."""
    post = await house.post("Kanarienvogel", author=AUTHOR, verdict=verdict)
    order = await house.order(Kind.ERASE, Target(posts=(post.id,)))

    with pytest.raises(OrderRefused, match="open-posts"):
        await house.desk.confirm(order.id, by=house.legal)
    assert await house.kept() == {post.id}


async def test_an_order_counts_once_and_in_time(house: DeskHouse) -> None:
    """Not twice, not after two weeks, not under another id."""
    one, late = [await house.order(Kind.CASE) for _ in range(2)]
    await house.desk.confirm(one.id, by=house.legal)

    with pytest.raises(OrderRefused, match="confirmed"):
        await house.desk.confirm(one.id, by=house.legal)
    house.clock.advance(WAITS.total_seconds())
    with pytest.raises(OrderRefused, match="expired"):
        await house.desk.confirm(late.id, by=house.legal)
    with pytest.raises(NotFound):
        await house.desk.confirm("nothing", by=house.legal)


async def test_what_does_not_fit_is_refused(house: DeskHouse) -> None:
    """With a reason that says what to do."""
    post = await house.post("Kanarienvogel", author=AUTHOR)
    named = Target(posts=(post.id,))
    hold = (await house.both(Kind.HOLD, named)).order.id
    nobody = Principal(ref="a", kind="employee", scopes=frozenset({"post"}), token_prefix="")

    await _refused("no-role", house, Kind.CASE, by=nobody)
    await _refused("case-number", house, Kind.CASE, case_number="Erika Beispiel")
    await _refused("basis", house, Kind.CASE, basis="weil Erika es will")
    await _refused("target", house, Kind.CASE, named)
    await _refused("target", house, Kind.ERASE)
    await _refused("target", house, Kind.ERASE, replace(named, actor=AUTHOR))
    await _refused("target", house, Kind.ERASE, Target(account=ACCOUNT))
    await _refused("target", house, Kind.HOLD)
    await _refused("target", house, Kind.RELEASE)
    await _refused("target", house, Kind.HOLD, named, hold=hold)
    await _refused("no-hold", house, Kind.RELEASE, hold="nothing")
    await _refused("too-many", house, Kind.HOLD, Target(posts=tuple(map(str, range(201)))))
    await _refused("nothing-found", house, Kind.ERASE, Target(posts=("nothing",)))
    await _refused("nothing-found", house, Kind.ERASE, Target(actor="a_nobody"))
    await house.both(Kind.RELEASE, hold=hold)
    await _refused("no-hold", house, Kind.RELEASE, hold=hold)


async def test_a_case_is_open_for_thirty_days(house: DeskHouse) -> None:
    """And only when two people said so."""
    asked = await house.order(Kind.CASE)
    with pytest.raises(OrderRefused, match="no-case"):
        await house.desk.case(asked.id)
    await house.desk.confirm(asked.id, by=house.legal)

    assert (await house.desk.case(asked.id)).case_number == "DSB-2026/17"
    assert [case.id for case in (await house.desk.standing()).cases] == [asked.id]
    house.clock.advance(CASE_OPEN.total_seconds())
    with pytest.raises(OrderRefused, match="no-case"):
        await house.desk.case(asked.id)
    hold = await house.both(Kind.HOLD, Target(account=ACCOUNT))
    with pytest.raises(OrderRefused, match="no-case"):
        await house.desk.case(hold.order.id)


async def test_rows_that_the_gateway_did_not_make_open_nothing(house: DeskHouse) -> None:
    """Somebody with the database writes a case and its confirmation, or changes a case's number on the way."""
    case = await house.order(Kind.CASE)

    def forge() -> None:
        engine = create_engine(house.url)
        with engine.begin() as connection:
            row = connection.execute(sa.select(audit_orders).where(audit_orders.c.id == case.id)).mappings().one()
            connection.execute(sa.insert(audit_orders), dict(row) | {"id": "forged"})
            for order in ("forged", case.id):
                connection.execute(
                    sa.text("INSERT INTO audit_confirmations VALUES (:order, :person, 'legal', :at, 'mac')"),
                    {"order": order, "person": house.legal.ref, "at": instant(house.clock.now())},
                )
        engine.dispose()

    await asyncio.to_thread(forge)

    for order in ("forged", case.id):
        with pytest.raises(OrderRefused, match="no-case"):
            await house.desk.case(order)
        with pytest.raises(OrderRefused, match="not-made-here"):
            await house.desk.confirm(order, by=house.legal)


async def test_a_release_that_the_gateway_did_not_make_ends_no_hold(house: DeskHouse) -> None:
    """Somebody with the database writes one: the gateway shall not destroy in order what it covered."""
    post = await house.post("Kanarienvogel", author=AUTHOR)
    hold = (await house.both(Kind.HOLD, Target(actor=AUTHOR))).order.id
    release = await house.order(Kind.RELEASE, hold=hold)

    def forge() -> None:
        engine = create_engine(house.url)
        with engine.begin() as connection:
            connection.execute(
                sa.text("INSERT INTO audit_confirmations VALUES (:order, :person, 'legal', :at, 'mac')"),
                {"order": release.id, "person": house.legal.ref, "at": instant(house.clock.now())},
            )
        engine.dispose()

    await asyncio.to_thread(forge)

    assert [order.id for order in (await house.desk.standing()).holds] == [hold]
    order = await house.order(Kind.ERASE, Target(posts=(post.id,)))
    with pytest.raises(OrderRefused, match="legal-hold"):
        await house.desk.confirm(order.id, by=house.legal)
    house.clock.advance(timedelta(days=2000).total_seconds())
    assert await house.purge.once() == 0
    assert await house.kept() == {post.id}


async def test_what_waits_and_what_counts_is_shown(house: DeskHouse) -> None:
    """Orders without confirmation, holds without release."""
    waits = await house.order(Kind.CASE)
    hold = await house.both(Kind.HOLD, Target(account=ACCOUNT))
    released = await house.both(Kind.HOLD, Target(account=ACCOUNT))
    await house.both(Kind.RELEASE, hold=released.order.id)

    standing = await house.desk.standing()
    assert [order.id for order in standing.waiting] == [waits.id]
    assert [order.id for order in standing.holds] == [hold.order.id]


async def test_a_content_that_goes_without_a_word_breaks_the_log(house: DeskHouse) -> None:
    """Somebody with the database destroys a key whose time is over and its content, and writes no record."""
    post = await house.post("Kanarienvogel", author=AUTHOR)

    def destroy() -> None:
        engine = create_engine(house.url)
        with engine.begin() as connection:
            at = {"at": "2020-01-01T00:00:00.000000Z", "post": post.id}
            connection.execute(
                sa.text("UPDATE data_keys SET wrapped_dek = NULL, destroyed_at = :at WHERE post_id = :post"), at
            )
            connection.execute(sa.text("DELETE FROM audit_content"))
        engine.dispose()

    await asyncio.to_thread(destroy)

    broken = await house.verified()
    assert isinstance(broken, Broken)
    assert broken.reason == "content_mismatch"


async def test_nothing_of_it_is_left_in_the_files(house: DeskHouse) -> None:
    """Neither the sealed content nor its key, in the database or beside it; a backup made now has nothing, either."""
    if not house.url.startswith("sqlite"):
        return
    post = await house.post("Kanarienvogel", author=AUTHOR, key="k1", media=("m1",))
    replaced = await house.image("m1", author=AUTHOR, text="Kanarienvogel auf der Stange")
    await house.image("m1", author=AUTHOR, of=await house.decision(replaced))
    tables = ("data_keys", "wrapped_dek"), ("audit_content", "ciphertext"), ("posts", "answer"), ("media", "image")
    secrets = [
        bytes(value)
        for table, column in tables
        for (value,) in await _rows(house, sa.select(sa.literal_column(column)).select_from(sa.table(table)))
        if value is not None
    ]
    assert len(secrets) == 8
    assert all(secret in bytes_on_disk(house.url) for secret in secrets)

    await house.both(Kind.ERASE, Target(posts=(post.id,)))

    files = bytes_on_disk(house.url)
    assert not any(secret in files for secret in secrets)
    assert not any(secret[:16] in files or secret[-16:] in files for secret in secrets)
    assert b"Kanarienvogel" not in files
    assert IMAGE not in files


async def test_a_client_that_asks_again_after_an_erasure_does_not_publish_again(house: DeskHouse) -> None:
    """Its idempotency key was used, for something that nobody knows any more."""
    post = await house.post("Kanarienvogel", author=AUTHOR, key="k1")
    await house.both(Kind.ERASE, Target(posts=(post.id,)))
    claim = claim_of(house.envelope, post=post, grant=make_grant(ref=AUTHOR), key="k1")

    assert claim.key is not None
    stored = await SqlPosts(house.reads).by_key(claim.scope, claim.key, house.clock.now())
    assert stored is not None
    assert (stored.id, stored.fingerprint, stored.answer) == (post.id, "", None)
    assert claim.fingerprint != stored.fingerprint
