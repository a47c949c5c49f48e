"""
Very many invented customers, quickly: rows of a bank's export from lists of syllables, with numbers that pass checks.

Nobody of them exists. The same seed gives the same rows.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = ("KDNR", "VORNAME", "NAME", "GEB", "MAIL", "TEL", "STRASSE", "HAUSNR", "PLZ", "ORT", "IBAN", "KONTO")
MAPPING = """\
schema: 1
sources:
  - name: customers
    format: csv
    delimiter: ";"
    dates: [DD.MM.YYYY]
    columns:
      customer: KDNR
      first_name: VORNAME
      last_name: NAME
      birth_date: GEB
      email: MAIL
      phone: TEL
      street: STRASSE
      house_number: HAUSNR
      postcode: PLZ
      city: ORT
      iban: IBAN
      account: KONTO
"""
_SYLLABLES = (
    *("ba", "ber", "dorf", "el", "fin", "gart", "hol", "in", "ka", "lin", "mar", "ner", "ol", "pö", "ro", "sche"),
    *("stü", "ta", "ul", "vel", "win", "zeh", "mann", "hardt"),
)
_FIRST = (
    *("Anna", "Bernd", "Carla", "Dieter", "Eva", "Fritz", "Gül", "Hans", "Ines", "Jörg", "Katja", "Lars", "Mia"),
    *("Nils", "Olga", "Paul", "Rita", "Sven", "Tina", "Uwe", "Vera", "Wolf", "Yasmin", "Zoë"),
)
_CITIES = ("Adorf", "Bad Beispiel", "Cestadt", "Dehausen", "Eburg", "Feldkirchen an der Ef", "Gewalde", "Hahafen")


def customers(count: int, seed: int = 1) -> Iterator[tuple[str, ...]]:
    """Yield the rows of so many customers; one of five shares its last name with very many others."""
    chance = random.Random(seed)
    pick, number = chance.choice, chance.randrange
    for customer in range(10_000_000, 10_000_000 + count):
        first = pick(_FIRST) if number(3) else f"{pick(_FIRST)} {pick(_FIRST)}"
        last = "".join([pick(_SYLLABLES) for _ in range(2 if number(5) == 0 else 3)]).capitalize()
        account = f"{customer:010}"
        yield (
            str(customer),
            first,
            last,
            f"{number(1, 29):02}.{number(1, 13):02}.{number(1935, 2007)}",
            f"kunde{customer}@example.org",
            f"+49 {number(1_000_000_000, 1_999_999_999)}",
            f"{pick(_SYLLABLES).capitalize()}{pick(_SYLLABLES)}straße",
            str(number(1, 200)),
            f"{number(1_000, 99_999):05}",
            pick(_CITIES),
            iban("99999999", account),
            account,
        )


def iban(bank: str, account: str) -> str:
    """Return the German IBAN of an account with the check digits of ISO 7064."""
    rest = 98 - int(f"{bank}{account}131400") % 97
    return f"DE{rest:02}{bank}{account}"


def write_csv(path: Path, count: int, seed: int = 1) -> None:
    """Write customers as a bank exports them."""
    with path.open("w", encoding="utf-8") as file:
        file.write(";".join(COLUMNS) + "\n")
        file.writelines(";".join(row) + "\n" for row in customers(count, seed))
