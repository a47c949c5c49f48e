"""
How a source of the house lies: what its columns mean. Values alone; files are read elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["IDENTIFIERS", "RESTRICTED", "Format", "Layout", "Meaning", "date_pattern"]

_TOKEN = re.compile("YYYY|MM?|DD?")
_TOKENS = {
    "YYYY": r"(?P<Y>\d{4})",
    "MM": r"(?P<M>\d{2})",
    "M": r"(?P<M>\d{1,2})",
    "DD": r"(?P<D>\d{2})",
    "D": r"(?P<D>\d{1,2})",
}


class Meaning(StrEnum):
    """What a column holds."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    FULL_NAME = "full_name"
    """`First Last` or `Last, First`."""
    BIRTH_NAME = "birth_name"
    COMPANY = "company"
    BIRTH_DATE = "birth_date"
    EMAIL = "email"
    PHONE = "phone"
    STREET = "street"
    HOUSE_NUMBER = "house_number"
    """Where it has a column of its own."""
    POSTCODE = "postcode"
    CITY = "city"
    CUSTOMER = "customer"
    """Number of the customer; rows with the same one are the same customer."""
    IBAN = "iban"
    ACCOUNT = "account"
    CONTRACT = "contract"
    POLICY = "policy"
    CLAIM = "claim"
    DEPOT = "depot"
    CARD = "card"
    TAX_ID = "tax_id"
    PLATE = "plate"
    NUMBER = "number"
    """Whatever else names one customer alone."""
    TERM = "term"
    """Of a restricted list: a name, a code name."""
    FROM = "from"
    UNTIL = "until"


IDENTIFIERS = (
    Meaning.CUSTOMER,
    Meaning.IBAN,
    Meaning.ACCOUNT,
    Meaning.CONTRACT,
    Meaning.POLICY,
    Meaning.CLAIM,
    Meaning.DEPOT,
    Meaning.CARD,
    Meaning.TAX_ID,
    Meaning.PLATE,
    Meaning.NUMBER,
)
"""What names one customer alone."""
RESTRICTED = (Meaning.TERM, Meaning.FROM, Meaning.UNTIL)
"""What a restricted list has, and nothing else has."""


class Format(StrEnum):
    """How a source is written."""

    CSV = "csv"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One source of the house."""

    name: str
    format: Format
    columns: Mapping[Meaning, tuple[str, ...]]
    """Names of the columns of each meaning; without a header row their numbers, from 1."""
    encoding: str = "utf-8"
    delimiter: str = ";"
    quote: str = '"'
    header: bool = True
    """The first row of a CSV file names the columns."""
    date_formats: tuple[str, ...] = ()
    """With `D` or `DD`, `M` or `MM`, and `YYYY`; `YYYY-MM-DD` is always read."""


def date_pattern(written: str) -> re.Pattern[str] | None:
    """Return what a date format such as `DD.MM.YYYY` matches; None where day, month or year is missing or doubled."""
    if sorted(token[0][0] for token in _TOKEN.finditer(written)) != ["D", "M", "Y"]:
        return None
    return re.compile(_TOKEN.sub(lambda token: _TOKENS[token[0]], re.escape(written)), re.ASCII)
