from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.audit.catalogue import complaint
from proxy.audit.leaf import build
from proxy.audit.orders import records
from proxy.audit.orders.model import Confirmation, Kind, Order, Target
from proxy.audit.orders.rows import KeptKey
from proxy.gate.records import SYSTEM
from tests.fakes.clock import START
from tests.works import new_id

if TYPE_CHECKING:
    from proxy.gate.work import AuditRecord

SAID = Confirmation(person="a_two", role="legal", confirmed_at=START, mac="m")


def _order(kind: Kind, target: Target, hold: str | None = None) -> Order:
    return Order(
        id=new_id(),
        kind=kind,
        case_number="A-1",
        basis="gdpr-17",
        target=target,
        hold=hold,
        opened_by="a_one",
        opened_role="privacy",
        opened_at=START,
        expires_at=START + timedelta(days=14),
        mac="m",
    )


def _keys(count: int) -> list[KeptKey]:
    return [
        KeptKey(
            id=new_id(),
            post=new_id(),
            record=new_id(),
            state="published",
            retention="published-3y",
            expires_at=START + timedelta(days=day),
            wrapped=b"w",
        )
        for day in range(count)
    ]


def _fits(record: AuditRecord) -> bool:
    build(record, node="n1")
    return complaint(record.code, record.type, record.data) is None


def test_the_largest_order_fits_into_its_records() -> None:
    """Two hundred posts, a thousand contents; every content is named once."""
    order = _order(Kind.ERASE, Target(posts=tuple(new_id() for _ in range(200))))
    keys = _keys(1001)
    made = list(records.erased(order, SAID, keys, ids=new_id))

    assert all(map(_fits, (records.opened(order, record=new_id()), *made)))
    assert [ref for record in made for ref in record.refs] == [key.record for key in keys]
    assert [(record.data["part"], record.data["parts"]) for record in made] == [(n, 6) for n in range(1, 7)]
    assert sum(int(str(record.data["keys"])) for record in made) == 1001


def test_a_person_without_posts_is_erased_on_record() -> None:
    """The name goes, and that it went is said."""
    (made,) = records.erased(_order(Kind.ERASE, Target(actor="a_three")), SAID, [], ids=new_id)

    assert _fits(made)
    assert (made.data["keys"], made.refs, made.on_behalf_of) == (0, (), "a_three")


def test_orders_of_every_kind_have_records() -> None:
    """Opened and confirmed."""
    for kind, hold in ((Kind.HOLD, None), (Kind.RELEASE, "h"), (Kind.CASE, None)):
        order = _order(kind, Target(account="x:y", since=START) if kind is Kind.HOLD else Target(), hold)
        assert _fits(records.opened(order, record=new_id()))
        assert _fits(records.confirmed(order, SAID, record=new_id()))


def test_a_purge_says_up_to_when() -> None:
    """The latest end among what went."""
    made = records.purged(_keys(3), "published-3y", record=new_id(), at=START, by=SYSTEM)

    assert _fits(made)
    assert made.data == {"class": "published-3y", "keys": 3, "up_to": "2026-11-25T09:00:00.000000Z"}
