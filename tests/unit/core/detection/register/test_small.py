"""Registers of a few invented entries: the same file as a large one."""

from __future__ import annotations

import hashlib
from datetime import date

from proxy.core.detection.register.digests import digester, key_id
from proxy.core.detection.register.entries import Record, entries, restricted_forms
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.small import SAMPLE_KEY, customers, restricted
from proxy.core.detection.register.table import Contents, Shared, Table, body_start, write_header

ERIKA = Record(
    first_names=("Erika",),
    last_names=("Muster",),
    born=date(1971, 3, 12),
    cities=("Musterstadt",),
    numbers=("DE02 1203 0000 0000 2020 51", "4711123"),
)
MAX = Record(first_names=("Max",), last_names=("Muster",), phones=("030 901820",))


def _find(table: Table, kind: Kind, value: str) -> Shared | None:
    return table.find(digester(SAMPLE_KEY, kind)(value))


def test_every_value_of_every_customer_is_found() -> None:
    """And nothing else; a last name of two customers is shared."""
    table = Table(memoryview(customers([ERIKA, MAX])))

    for record in (ERIKA, MAX):
        for kind, value in entries(record):
            expected = Shared.FEW if (kind, value) == (Kind.WORD, "muster") else Shared.ONE
            assert _find(table, kind, value) is expected
    assert _find(table, Kind.WORD, "beispiel") is None


def test_the_header_says_what_is_in_it() -> None:
    """Whoever checks a file finds the digest of its body, and whoever searches the lengths of its numbers."""
    content = customers([ERIKA, MAX])
    header = Table(memoryview(content)).header

    assert (header.contents, header.key_id, header.records) == (Contents.CUSTOMERS, key_id(SAMPLE_KEY), 2)
    assert header.number_lengths == (7, 22)
    body = content[body_start(len(write_header(header))) :]
    assert header.body_sha256 == hashlib.sha256(body).hexdigest()


def test_every_form_of_a_closed_topic_is_open_at_any_time() -> None:
    """Written with a space or run together."""
    table = Table(memoryview(restricted(["Projekt Albatros", "Albatros"])))
    digest = digester(SAMPLE_KEY, Kind.RESTRICTED)

    assert table.header.contents is Contents.RESTRICTED
    for term in ("Projekt Albatros", "Albatros"):
        for form in restricted_forms(term):
            assert table.open_at(digest(form), 29_000_000)
    assert not table.open_at(digest("seeadler"), 29_000_000)
