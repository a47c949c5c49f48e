from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.export.table import COLUMNS, csv_lines, guarded
from proxy.audit.export.told import Record, records_of
from proxy.audit.leaf import build
from tests.works import Sample, decided, outcome_record


def _read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def test_every_record_has_a_line() -> None:
    """With place, hash and what may be filtered by."""
    one, two = Sample(), Sample()
    findings = [{"rule": "r", "entity": "IBAN_CODE", "count": 1, "confidence": "high"}]
    leaves = [build(decided(one, "block", findings=findings), node="n1"), build(outcome_record(two), node="n1")]

    rows = _read(b"".join(csv_lines(records_of(leaf.data for leaf in leaves))))

    assert [row["leaf_hash"] for row in rows] == [leaf.hash.hex() for leaf in leaves]
    assert (rows[0]["seq"], rows[0]["decision"], rows[0]["rules"], rows[0]["entities"]) == (
        "0",
        "block",
        "bank/iban",
        "IBAN_CODE",
    )
    assert (rows[1]["seq"], rows[1]["result"], rows[1]["refs"], rows[1]["rules"]) == ("1", "published", two.intent, "")


@pytest.mark.parametrize("first", [*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", " =", "\u2212"])
def test_no_cell_is_a_formula(first: str) -> None:
    """In the wide forms too."""
    assert guarded(f"{first}1") == f"'{first}1"


@pytest.mark.parametrize("text", ["", "1", "a=b", "mastodon:presse", "2026-11-23", "'"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    """Nothing is added."""
    assert guarded(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_hostile_account_stays_in_its_cell(account: str) -> None:
    """Quotes, commas and line breaks do not leave it; what it says can be read again."""
    leaf = {"subject": {"account": account, "post": None}, "code": "PG-408"}

    lines = b"".join(csv_lines([Record(seq=0, leaf_hash="", leaf=leaf)]))
    (row,) = csv.reader(io.StringIO(lines.decode().split("\r\n", 1)[1], newline=""), strict=True)

    assert len(row) == len(COLUMNS)
    assert row[COLUMNS.index("account")] == guarded(account)
    assert lines.endswith(b"\r\n")
