"""
What a sample post says that the register of customers and the restricted lists hold: invented entries of its own.

They are made into files as a house has them, so that the sample goes the way of a real post.
"""

from __future__ import annotations

from asyncio import to_thread
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from proxy.core.detection.register import small
from proxy.core.detection.register.entries import Record
from proxy.core.detection.register.table import Table
from proxy.core.model import Register
from proxy.loading.strict_yaml import Scalar
from proxy.loading.validation import Fields, Report, items_of, one_or_many, text_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from proxy.loading.strict_yaml import Node

__all__ = ["BORN", "NOTHING", "TERM", "TEXTS", "SampleRegister", "register_of", "written"]

TERM = "term"
"""The only key of an entry of a restricted list."""
TEXTS = {
    "first": "first_names",
    "last": "last_names",
    "company": "companies",
    "city": "cities",
    "postcode": "postcodes",
    "street": "streets",
    "email": "emails",
    "phone": "phones",
    "numbers": "numbers",
}
"""Keys of a customer that take one text or several, and the fields of a record they go into."""
BORN = "born"
"""The key of a customer that takes a date."""
_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRegister:
    """Invented customers, and terms of a restricted list."""

    customers: tuple[Record, ...] = field(default=(), repr=False)
    terms: tuple[str, ...] = field(default=(), repr=False)


NOTHING = SampleRegister()
"""A register without customers."""


def register_of(report: Report, node: Node) -> SampleRegister:
    """Return the entries of a list: a customer with some of `TEXTS` and `born`, or `term` alone."""
    customers: list[Record] = []
    terms: list[str] = []
    for item in items_of(report, node):
        fields = Fields.of(report, item)
        if fields is not None and not fields.node.entries:
            report.add("missing-key", item, key=next(iter(TEXTS)))
        elif fields is not None and TERM in fields.node.entries:
            terms += filter(None, [fields.text(TERM, limit=_LONGEST)])
            fields.close()
        elif fields is not None:
            customers.append(_customer(report, fields))
    return SampleRegister(customers=tuple(customers), terms=tuple(terms))


def _customer(report: Report, fields: Fields) -> Record:
    values = {name: _texts(report, fields.get(key)) for key, name in TEXTS.items()}
    born = _born(report, fields.get(BORN))
    fields.close()
    return Record(**values, born=born)


def _texts(report: Report, node: Node | None) -> tuple[str, ...]:
    found = (text_of(report, item, limit=_LONGEST) for item in ([] if node is None else one_or_many(report, node)))
    return tuple(text for text in found if text is not None)


def _born(report: Report, node: Node | None) -> date | None:
    if node is None:
        return None
    try:
        return date.fromisoformat(node.text if isinstance(node, Scalar) else "")
    except ValueError:
        report.wrong_kind(node, "date")
        return None


@asynccontextmanager
async def written(registers: Iterable[SampleRegister]) -> AsyncIterator[Mapping[SampleRegister, Register]]:
    """Write registers into files for a while; what a bundle says of each is there as long."""
    directory = await to_thread(TemporaryDirectory, prefix="postgate-samples-")
    try:
        yield await to_thread(_write, dict.fromkeys(registers), Path(directory.name))
    finally:
        await to_thread(directory.cleanup)


def _write(registers: Iterable[SampleRegister], directory: Path) -> dict[SampleRegister, Register]:
    return {register: _stored(register, directory, number) for number, register in enumerate(registers)}


def _stored(register: SampleRegister, directory: Path, number: int) -> Register:
    contents = {
        "customers": small.customers(register.customers) if register.customers else None,
        "restricted": small.restricted(register.terms) if register.terms else None,
    }
    paths, versions = {}, []
    for name, content in contents.items():
        if content is not None:
            path = directory / f"{number}-{name}"
            path.write_bytes(content)
            paths[name] = str(path)
            versions.append(Table(memoryview(content)).header.version)
    return Register(**paths, version="-".join(versions))
