from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.orders import rows
from proxy.audit.orders.model import Kind, Target

if TYPE_CHECKING:
    from tests.orders import DeskHouse

AUTHOR = "a_erfunden"


async def _originals(house: DeskHouse, named: str) -> set[str]:
    return await house.reads.run(lambda connection: rows.originals(connection, [named], house.envelope.digest))


async def test_chains_of_replaced_posts_are_found_from_both_ends(house: DeskHouse) -> None:
    """The original and its redacted form."""
    original, form = await house.redacted("Kanarienvogel", author=AUTHOR)
    other = await house.post("Kanarienvogel", author=AUTHOR)

    for named in (original, form):
        assert await _originals(house, named.id) == {original.id, form.id}
    assert await _originals(house, other.id) == {other.id}


async def test_orders_come_back_as_they_were_opened(house: DeskHouse) -> None:
    """Every field, with the posts that they name."""
    posts = tuple(sorted([(await house.post("x", author=AUTHOR)).id for _ in range(3)]))
    order = await house.order(Kind.HOLD, Target(posts=posts, since=house.clock.now()))

    assert await house.reads.run(lambda connection: rows.order_of(connection, order.id)) == order
    assert await house.reads.run(lambda connection: rows.order_of(connection, "nothing")) is None
