"""The mapping of a register: every mistake is told, with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.register.layout import Format, Layout, Meaning
from proxy.core.errors import ConfigurationError
from proxy.loading.register_mapping import ENCODINGS, load_mapping
from tests.house.files import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = "schema: 1\nsources:\n"
CUSTOMERS = SOURCES + "  - {name: a, format: csv, columns: {last_name: NAME}}\n"


def _load(tmp_path: Path, text: str, *, restricted: bool = False) -> tuple[Layout, ...]:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path, restricted=restricted)


def test_a_mapping_of_several_sources(tmp_path: Path) -> None:
    """Everything that can be said about each."""
    first, second, third = _load(
        tmp_path,
        """\
schema: 1
sources:
  - name: customers
    format: csv
    encoding: cp1252
    delimiter: "\\t"
    quote: "'"
    header: false
    dates: [DD.MM.YYYY, YYYYMMDD]
    columns:
      customer: 1
      first_name: [2, "3"]
      birth_date: 4
  - name: claims
    format: jsonl
    columns: {claim: claim_no}
  - name: cards
    format: parquet
    dates: D.M.YYYY
    columns: {card: PAN}
""",
    )

    assert first == Layout(
        name="customers",
        format=Format.CSV,
        columns={Meaning.FIRST_NAME: ("2", "3"), Meaning.BIRTH_DATE: ("4",), Meaning.CUSTOMER: ("1",)},
        encoding="cp1252",
        delimiter="\t",
        quote="'",
        header=False,
        date_formats=("DD.MM.YYYY", "YYYYMMDD"),
    )
    assert (second.format, second.columns) == (Format.JSON_LINES, {Meaning.CLAIM: ("claim_no",)})
    assert (third.format, third.date_formats) == (Format.PARQUET, ("D.M.YYYY",))


def test_a_restricted_list_has_terms(tmp_path: Path) -> None:
    """With or without times."""
    (layout,) = _load(
        tmp_path, SOURCES + "  - {name: a, format: csv, columns: {term: T, from: F, until: U}}\n", restricted=True
    )

    assert set(layout.columns) == {Meaning.TERM, Meaning.FROM, Meaning.UNTIL}
    assert (layout.encoding, layout.delimiter, layout.quote, layout.header) == ("utf-8", ";", '"', True)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_wrong_byte_harms_only_its_own_cell(encoding: str) -> None:
    """Line ends and separators stay what they are, whatever bytes stand between."""
    text = (b"\xff\x81;" + "x\n".encode(encoding)).decode(encoding, "surrogateescape")

    assert text.endswith("x\n")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["empty-file"]),
        ("[]", ["wrong-kind"]),
        ("schema: 1", ["missing-key"]),
        (CUSTOMERS.replace("schema: 1", "schema: 2"), ["bad-schema"]),
        (CUSTOMERS + "other: 1\n", ["unknown-key"]),
        (SOURCES + "  - a\n", ["wrong-kind"]),
        (CUSTOMERS.replace("csv", "xlsx"), ["bad-choice"]),
        (CUSTOMERS.replace("last_name", "lastname"), ["unknown-key", "missing-key"]),
        (CUSTOMERS.replace("{last_name: NAME}", "[]"), ["wrong-kind"]),
        (CUSTOMERS.replace("NAME}", "NAME}, encoding: utf-16"), ["bad-choice"]),
        (CUSTOMERS.replace("NAME}", 'NAME}, delimiter: ";;"'), ["register-sign"]),
        (CUSTOMERS.replace("NAME}", "NAME}, delimiter: '\"'"), ["register-sign"]),
        (CUSTOMERS.replace("NAME}", 'NAME}, quote: "\\n"'), ["register-sign"]),
        (CUSTOMERS.replace("NAME}", "NAME}, quote: [a]"), ["register-sign"]),
        (CUSTOMERS.replace("NAME}", "NAME}, dates: [DD.MM, 5, []]"), ["register-date", "register-date", "wrong-kind"]),
        (CUSTOMERS.replace("csv", "jsonl").replace("NAME}", 'NAME}, delimiter: ","'), ["unknown-key"]),
        (CUSTOMERS + "  - {name: a, format: csv, columns: {last_name: NAME}}\n", ["register-source"]),
        (CUSTOMERS.replace("last_name", "term"), ["register-customers"]),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, codes: list[str]) -> None:
    """All of them together."""
    with pytest.raises(ConfigurationError) as refused:
        _load(tmp_path, text)

    assert [one.code for one in refused.value.problems] == codes


@pytest.mark.parametrize("columns", ["{last_name: NAME}", "{term: T, last_name: NAME}", "{from: F}"])
def test_customers_are_no_restricted_list(tmp_path: Path, columns: str) -> None:
    """Without a term there is none, and nothing else belongs there."""
    with pytest.raises(ConfigurationError) as refused:
        _load(tmp_path, CUSTOMERS.replace("{last_name: NAME}", columns), restricted=True)

    assert [one.code for one in refused.value.problems] == ["register-restricted"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """As of every other file."""
    with pytest.raises(ConfigurationError) as refused:
        load_mapping(tmp_path / "nowhere.yaml", restricted=False)

    assert [one.code for one in refused.value.problems] == ["unreadable"]


def test_the_mappings_of_the_manual_load(tmp_path: Path) -> None:
    """Whoever copies them begins without a mistake."""
    page = (REPOSITORY / "docs" / "how-to" / "operator" / "customer-register.md").read_text(encoding="utf-8")
    customers, lists = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)

    assert [one.name for one in _load(tmp_path, customers)] == ["customers", "accounts"]
    assert [one.name for one in _load(tmp_path, lists, restricted=True)] == ["insiders"]
