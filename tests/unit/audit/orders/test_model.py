from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from proxy.audit.orders.model import (
    BASIS,
    CASE_NUMBER,
    Confirmation,
    Kind,
    Order,
    Target,
    confirmation_code,
    made_here,
    order_code,
    usable,
)
from proxy.vault.envelope import EnvelopeSealer
from tests.fakes.clock import START
from tests.stores import KEYS, ORIGIN

DIGEST = EnvelopeSealer(KEYS, origin=ORIGIN).digest
LATER = START + timedelta(hours=1)


def _order(**more: object) -> Order:
    bare = Order(
        id="o1",
        kind=Kind.CASE,
        case_number="A-1",
        basis="gdpr-17",
        target=Target(),
        hold=None,
        opened_by="a_one",
        opened_role="privacy",
        opened_at=START,
        expires_at=START + timedelta(days=14),
        mac="",
    )
    order = replace(bare, mac=order_code(bare, DIGEST))
    said = Confirmation(person="a_two", role="legal", confirmed_at=LATER, mac="")
    said = replace(said, mac=confirmation_code(order, said, DIGEST))
    return replace(order, **{"confirmation": said} | more)  # type: ignore[arg-type]


def test_what_two_people_made_here_may_be_used() -> None:
    """From its confirmation on, for thirty days."""
    assert made_here(_order(), DIGEST)
    assert usable(_order(), now=LATER, digest=DIGEST)
    assert not usable(_order(), now=START, digest=DIGEST)
    assert not usable(_order(), now=LATER + timedelta(days=30), digest=DIGEST)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "o2"},
        {"case_number": "A-2"},
        {"basis": "gdpr-6"},
        {"target": Target(actor="a_three")},
        {"target": Target(posts=("p",))},
        {"target": Target(account="x:y")},
        {"target": Target(since=START)},
        {"hold": "o0"},
        {"opened_by": "a_three"},
        {"opened_role": "audit"},
        {"opened_at": LATER},
        {"expires_at": LATER},
        {"mac": ""},
        {"kind": Kind.HOLD},
        {"confirmation": Confirmation(person="a_two", role="legal", confirmed_at=LATER, mac="")},
        {"confirmation": None},
    ],
)
def test_nothing_of_it_can_be_changed(changed: dict[str, object]) -> None:
    """Every field is under the code."""
    assert not usable(_order(**changed), now=LATER, digest=DIGEST)


@pytest.mark.parametrize("role", ["audit", "privacy"])
def test_the_word_of_the_second_person_is_under_its_code(role: str) -> None:
    """Another role, another person, another time."""
    order = _order()
    assert order.confirmation is not None
    for said in (
        replace(order.confirmation, role=role),
        replace(order.confirmation, person="a_three"),
        replace(order.confirmation, confirmed_at=START),
    ):
        assert not made_here(replace(order, confirmation=said), DIGEST)


@pytest.mark.parametrize("number", ["DSB-2026/17", "A", "2026.11_4", "a" * 64])
def test_numbers_of_files(number: str) -> None:
    """As houses write them."""
    assert CASE_NUMBER.fullmatch(number)


@pytest.mark.parametrize("number", ["", "Erika Beispiel", "-1", "a" * 65, "A\n", "Ä1", "=1+1"])
def test_names_and_formulas_are_no_numbers_of_files(number: str) -> None:
    """Nor is anything with a blank."""
    assert not CASE_NUMBER.fullmatch(number)
    assert not BASIS.fullmatch(number.lower() if number != "" else " ")
