"""What samples of policies say of the register: read, and written as files. All customers are invented."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from proxy.core.detection.register.entries import Record
from proxy.core.detection.register.table import Contents, Table
from proxy.core.model import Register
from proxy.loading.sample_registers import NOTHING, SampleRegister, register_of, written
from proxy.loading.strict_yaml import parse
from proxy.loading.validation import Report

ERIKA = Record(first_names=("Erika",), last_names=("Muster",), cities=("Musterstadt",))


def _read(text: str) -> tuple[SampleRegister, list[str]]:
    node, _ = parse(text.encode(), "a.yaml")
    assert node is not None
    report = Report(file="a.yaml")
    return register_of(report, node), [problem.code for problem in report.problems]


def test_every_key_goes_into_its_field() -> None:
    """One text or several."""
    found, codes = _read(
        "[{first: Erika, last: [Muster, Beispiel], company: Muster GmbH, born: 1971-03-12, city: Musterstadt,"
        " postcode: 12345, street: Musterweg 9a, email: e@mail.example, phone: 030 901820, numbers: [4711, '0815']},"
        " {term: Albatros}]"
    )

    assert codes == []
    assert found == SampleRegister(
        customers=(
            Record(
                first_names=("Erika",),
                last_names=("Muster", "Beispiel"),
                companies=("Muster GmbH",),
                born=date(1971, 3, 12),
                cities=("Musterstadt",),
                postcodes=("12345",),
                streets=("Musterweg 9a",),
                emails=("e@mail.example",),
                phones=("030 901820",),
                numbers=("4711", "0815"),
            ),
        ),
        terms=("Albatros",),
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[]", ["empty-list"]),
        ("{first: Erika}", ["wrong-kind"]),
        ("[Erika]", ["wrong-kind"]),
        ("[{}]", ["missing-key"]),
        ("[{name: Erika}]", ["unknown-key"]),
        ("[{last: Muster, born: 12.3.1971}]", ["wrong-kind"]),
        ("[{last: Muster, born: [1]}]", ["wrong-kind"]),
        ("[{last: {a: b}}]", ["wrong-kind"]),
        ("[{term: Albatros, last: Muster}]", ["unknown-key"]),
        ("[{term: [a]}]", ["wrong-kind"]),
    ],
)
def test_mistakes_are_reported(text: str, codes: list[str]) -> None:
    """With the codes that the same mistakes have elsewhere."""
    assert _read(text)[1] == codes


async def test_only_the_files_that_are_needed_are_written() -> None:
    """A register of customers, restricted lists, or both; the version names each, and nothing stays behind."""
    both = SampleRegister(customers=(ERIKA,), terms=("Albatros",))
    alone = SampleRegister(customers=(ERIKA,)), SampleRegister(terms=("Albatros",)), NOTHING
    async with written([both, *alone, both]) as registers:
        customers, terms, nothing = (registers[one] for one in alone)
        paths = [path for one in registers.values() for path in (one.customers, one.restricted) if path is not None]
        contents = [await asyncio.to_thread(_contents, path) for path in paths]

        assert (customers.restricted, terms.customers) == (None, None)
        assert nothing == Register(version="")
        assert registers[both].version == f"{customers.version}-{terms.version}"
    assert contents == [Contents.CUSTOMERS, Contents.RESTRICTED] * 2
    assert not any([await asyncio.to_thread(Path(path).exists) for path in paths])


def _contents(path: str) -> Contents:
    return Table(memoryview(Path(path).read_bytes())).header.contents
