"""What belongs to a post. All texts are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.audit.orders import belonging, rows
from proxy.core.model import Verdict
from proxy.gate.examine import API_ACCOUNT
from proxy.gate.lifecycle import State

if TYPE_CHECKING:
    from tests.orders import DeskHouse

AUTHOR = "a_erfunden"


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.ALLOW, Verdict.BLOCK])
async def test_an_image_is_needed_by_whoever_waits_and_may_use_it(house: DeskHouse, verdict: Verdict) -> None:
    """Not by a post that was stopped, and not by somebody else's."""
    upload, replaced = await house.image("m1", author=AUTHOR), await house.image("m2", author=AUTHOR)
    current = await house.image("m2", author=AUTHOR, of=await house.decision(replaced))
    await house.post("Kanarienvogel", author=AUTHOR, verdict=verdict, media=("m1", "m2"))
    await house.post("Kanarienvogel zwei", author="a_other", verdict=Verdict.HOLD, media=("m1",))
    posts = {upload.id, replaced.id, current.id}

    found = await house.reads.run(
        lambda connection: belonging.needed(connection, rows.keys_of_posts(connection, posts), house.envelope)
    )

    assert found == (set() if verdict is Verdict.BLOCK else {upload.id, current.id})


async def test_an_image_for_all_accounts_is_needed_by_a_post_of_any(house: DeskHouse) -> None:
    """One that came over the API; by its author's posts only."""
    shown = await house.image("m1", author=AUTHOR, account=API_ACCOUNT)
    other = await house.image("m2", author=AUTHOR, account=API_ACCOUNT)
    await house.post("Kanarienvogel", author=AUTHOR, verdict=Verdict.HOLD, media=("m1",))
    await house.post("Kanarienvogel zwei", author="a_other", verdict=Verdict.HOLD, media=("m2",))
    posts = {shown.id, other.id}

    found = await house.reads.run(
        lambda connection: belonging.needed(connection, rows.keys_of_posts(connection, posts), house.envelope)
    )

    assert found == {shown.id}


async def test_an_image_of_a_post_that_is_absent_stays(house: DeskHouse) -> None:
    """A person may have it sent again, although it has no place in the outbox until then."""
    shown = await house.image("m1", author=AUTHOR)
    post = await house.post("Kanarienvogel", author=AUTHOR, verdict=Verdict.ALLOW, media=("m1",))
    await house.state(post, State.ABSENT)

    found = await house.reads.run(
        lambda connection: belonging.needed(connection, rows.keys_of_posts(connection, [shown.id]), house.envelope)
    )

    assert found == {shown.id}


async def test_what_belongs_to_a_post_is_found_from_everywhere(house: DeskHouse) -> None:
    """Originals, edits and images together; an image that two posts show does not make them one."""
    upload = await house.image("m1", author=AUTHOR)
    post = await house.post("Kanarienvogel", author=AUTHOR, media=("m1",))
    edit = await house.post("Kanarienvogel zwei", author=AUTHOR, edit_of="42")
    other = await house.post("Kanarienvogel drei", author=AUTHOR, media=("m1",))
    await house.published((post, "42"))

    for named, expected in (
        (post, {post.id, edit.id, upload.id}),
        (edit, {post.id, edit.id, upload.id}),
        (other, {other.id, upload.id}),
        (upload, {upload.id}),
    ):
        found = await house.reads.run(
            lambda connection, name=named.id: belonging.whole(connection, [name], house.envelope)  # type: ignore[misc]
        )
        assert found == expected
