"""What clients may do with posts that wait, by the names of a platform's table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import EndpointDenied, UnreadableField
from proxy.gate.waiting_endpoints import CANCEL, LIST, MOVE, SHOW, WaitingEndpoints
from proxy.gate.wire import Endpoint, EndpointClass, WireAnswer
from tests.factories import make_draft, make_grant
from tests.fakes.waiting_house import HOUR, WaitingHouse
from tests.unit.gate.test_withdraw import withdraw_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.gate.withdraw import OwnWaiting

DRAFT = make_draft("")


class Shapes:
    """Answers with ids and times."""

    def waiting(self, posts: Sequence[OwnWaiting]) -> WireAnswer:
        """Return a list."""
        return WireAnswer(status=200, body=" ".join(one.post.id for one in posts).encode())

    def waits(self, post: OwnWaiting) -> WireAnswer:
        """Return one."""
        return WireAnswer(status=200, body=f"{post.post.id} {post.at.isoformat()}".encode())

    def withdrawn(self) -> WireAnswer:
        """Return that it is gone."""
        return WireAnswer(status=200, body=b"gone")


async def _ask(house: WaitingHouse, name: str, **draft: object) -> bytes:
    posts = list(house.log.tables.posts)
    endpoint = Endpoint(name=name, cls=EndpointClass.WAITING, arguments=(("id", posts[0]),))
    answers = WaitingEndpoints(withdraw_of(house), Shapes())
    answer = await answers(endpoint, replace(DRAFT, **draft), make_grant())  # type: ignore[arg-type]
    return answer.body


async def test_a_waiting_post_is_listed_shown_moved_and_cancelled() -> None:
    """Each by its name."""
    house = WaitingHouse()
    await house.schedule()
    (post,) = house.log.tables.posts
    later = house.clock.now() + 3 * HOUR

    assert await _ask(house, LIST) == post.encode()
    assert await _ask(house, SHOW) == f"{post} {(house.clock.now() + HOUR).isoformat()}".encode()
    assert await _ask(house, MOVE, send_at=later) == f"{post} {later.isoformat()}".encode()
    assert await _ask(house, CANCEL) == b"gone"
    assert house.states == ["withdrawn"]


async def test_moving_needs_a_time() -> None:
    """Nothing is moved to nowhere."""
    house = WaitingHouse()
    await house.schedule()
    with pytest.raises(UnreadableField):
        await _ask(house, MOVE)


async def test_another_name_is_refused() -> None:
    """A table cannot ask for what is not there."""
    house = WaitingHouse()
    await house.schedule()
    with pytest.raises(EndpointDenied):
        await _ask(house, "waiting.other")
