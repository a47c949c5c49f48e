from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.orders import rows
from proxy.audit.orders.model import Kind, Target

if TYPE_CHECKING:
    from tests.orders import DeskHouse

AUTHOR = "a_erfunden"


async def test_chains_of_replaced_posts_are_found_from_both_ends(house: DeskHouse) -> None:
    """The original and its redacted form."""
    original, form = await house.redacted("Kanarienvogel", author=AUTHOR)
    other = await house.post("Kanarienvogel", author=AUTHOR)

    for named in (original, form):
        found = await house.reads.run(lambda connection, post=named.id: rows.originals(connection, [post]))  # type: ignore[misc]
        assert found == {original.id, form.id}
    assert await house.reads.run(lambda connection: rows.originals(connection, [other.id])) == {other.id}


async def test_orders_come_back_as_they_were_opened(house: DeskHouse) -> None:
    """Every field, with the posts that they name."""
    posts = tuple(sorted([(await house.post("x", author=AUTHOR)).id for _ in range(3)]))
    order = await house.order(Kind.HOLD, Target(posts=posts, since=house.clock.now()))

    assert await house.reads.run(lambda connection: rows.order_of(connection, order.id)) == order
    assert await house.reads.run(lambda connection: rows.order_of(connection, "nothing")) is None
