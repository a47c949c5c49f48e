from __future__ import annotations

from datetime import timedelta

import pytest

from proxy.audit.orders.finality import Finality
from proxy.audit.orders.model import Kind, Order, Target
from proxy.audit.orders.proof import Erased, ErasureProof
from proxy.audit.orders.shown import plain_of
from proxy.cli.audit_order_pages import about, cells_of, page_of
from tests.fakes.clock import START


def _order(target: Target, hold: str | None = None) -> Order:
    return Order(
        id="o1",
        kind=Kind.HOLD,
        case_number="A-1",
        basis="zpo-142",
        target=target,
        hold=hold,
        opened_by="a_one",
        opened_role="legal",
        opened_at=START,
        expires_at=START + timedelta(days=14),
        mac="geheim",
    )


@pytest.mark.parametrize(
    ("target", "hold", "line"),
    [
        (Target(), None, ""),
        (Target(posts=("p1",)), None, "p1"),
        (Target(posts=("p1", "p2", "p3")), None, "p1 +2"),
        (Target(actor="a_x", account="x:y"), None, "a_x x:y"),
        (Target(account="x:y", since=START), None, "x:y 2026-11-23.."),
        (Target(account="x:y", until=START), None, "x:y ..2026-11-23"),
        (Target(), "h1", "h1"),
    ],
)
def test_what_an_order_is_about_fits_on_a_line(target: Target, hold: str | None, line: str) -> None:
    """Only what it names."""
    assert about(_order(target, hold)) == line
    assert line in cells_of(_order(target, hold), "waits")


def test_no_code_is_shown() -> None:
    """Neither in the table nor as plain values."""
    order = _order(Target(posts=("p1",)))

    assert "geheim" not in str(plain_of(order))
    assert plain_of(order)["posts"] == ["p1"]


def _proof(finality: Finality) -> ErasureProof:
    return ErasureProof(
        origin="log.example",
        order="o1",
        case_number="A-1",
        basis="gdpr-17",
        at="2026-11-23T09:00:00.000000Z",
        opened_by="a_one",
        confirmed_by="a_two",
        person=None,
        records=(("7", "r7"), ("2:8", "r8")),
        contents=(Erased(record="d1", ct_sha256="c" * 64),),
        finality=finality,
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_names_everything_that_proves_the_erasure(language: str) -> None:
    """Places in the log, both people, each content by its hash."""
    page = page_of(_proof(Finality(retired=(), used=("k1",), since=None)), language, frozenset())

    for word in ("log.example", "o1", "A-1", "gdpr-17", "a_one", "a_two", "7 (r7), 2:8 (r8)", "d1", "c" * 64):
        assert word in page


_RETIRED = Finality(retired=("k1", "k2"), used=(), since=START)


@pytest.mark.parametrize(
    ("finality", "ring", "german", "english"),
    [
        (Finality(retired=("k1",), used=("k2",), since=None), "k2", "noch nicht", "not yet"),
        (Finality(retired=(), used=(), since=None), "k2", "noch nicht", "not yet"),
        (_RETIRED, "k2", "noch nicht", "not yet"),
        (_RETIRED, "k3", "seit 2026-11-23T09:00:00", "since 2026-11-23T09:00:00"),
    ],
)
def test_the_page_says_whether_the_erasure_is_final(finality: Finality, ring: str, german: str, english: str) -> None:
    """It is not while a wrapping key that opens copies is used, or still lies here."""
    here = frozenset({ring})

    assert f"Endgültig            {german}" in page_of(_proof(finality), "de", here)
    assert f"Final                {english}" in page_of(_proof(finality), "en", here)


def test_the_page_names_the_keys_that_stand_in_the_way() -> None:
    """Those that are used, or lie here; or all that their holders destroyed."""
    used = page_of(_proof(Finality(retired=("k1",), used=("k2",), since=None)), "en", frozenset({"k2"}))
    lying = page_of(_proof(_RETIRED), "en", frozenset({"k2"}))
    gone = page_of(_proof(_RETIRED), "en", frozenset())

    assert "open them:\nk2." in used
    assert "on this node: k2." in lying
    assert "the wrapping keys k1, k2 are destroyed" in gone
