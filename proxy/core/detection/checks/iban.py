"""
IBAN: country, length, structure and the check digits of ISO 7064 MOD 97-10.

Structures are those of the SWIFT IBAN registry; the second group are countries that issue IBANs without standing in it.
"""

from __future__ import annotations

import re
import string
from functools import cache
from typing import Final

__all__ = ["COUNTRIES", "LONGEST", "NAME", "structure", "valid"]

NAME: Final = "iban"
LONGEST: Final = 34

_REGISTERED = """
AD 8n12c   AE 19n     AL 8n16c   AT 16n      AZ 4a20c   BA 16n       BE 12n    BG 4a6n8c    BH 4a14c
BI 23n     BR 23n1a1c BY 4c4n16c CH 5n12c    CR 18n     CY 8n16c     CZ 20n    DE 18n       DJ 23n
DK 14n     DO 4c20n   EE 16n     EG 25n      ES 20n     FI 14n       FK 2a12n  FO 14n       FR 10n11c2n
GB 4a14n   GE 2a16n   GI 4a15c   GL 14n      GR 7n16c   GT 24c       HN 4a20n  HR 17n       HU 24n
IE 4a14n   IL 19n     IQ 4a15n   IS 22n      IT 1a10n12c JO 4a4n18c  KW 4a22c  KZ 3n13c     LB 4n20c
LC 4a24c   LI 5n12c   LT 16n     LU 3n13c    LV 4a13c   LY 21n       MC 10n11c2n MD 20c     ME 18n
MK 3n10c2n MN 16n     MR 23n     MT 4a5n18c  MU 4a19n3a NI 4a20n     NL 4a10n  NO 11n       OM 3n16c
PK 4a16c   PL 24n     PS 4a21c   PT 21n      QA 4a21c   RO 4a16c     RS 18n    RU 14n15c    SA 2n18c
SC 4a20n3a SD 14n     SE 20n     SI 15n      SK 20n     SM 1a10n12c  SO 19n    ST 21n       SV 4a20n
TL 19n     TN 20n     TR 6n16c   UA 6n19c    VA 18n     VG 4a16n     XK 16n    YE 4a4n18c
"""
_UNREGISTERED = """
AO 21n BF 2c22n BJ 2c22n CF 23n CG 23n CI 2a22n CM 23n CV 21n DZ 22n GA 23n GQ 23n GW 2c19n IR 22n KM 23n MA 24n
MG 23n ML 2c22n MZ 21n NE 2a22n SN 2a22n TD 23n TG 2a22n
"""


def _expand(pattern: str) -> str:
    """Spell `4a2n` out as `aaaann`."""
    spelled = ""
    count = ""
    for character in pattern:
        if character.isdecimal():
            count += character
        else:
            spelled += character * int(count)
            count = ""
    return spelled


def _read(table: str) -> dict[str, str]:
    cells = table.split()
    return {country: "aann" + _expand(pattern) for country, pattern in zip(cells[::2], cells[1::2], strict=True)}


COUNTRIES: Final = _read(_REGISTERED) | _read(_UNREGISTERED)
"""Country to structure, one letter a character: `a` letter, `n` digit, `c` either."""

_CLASSES: Final = {"a": "[A-Z]", "n": "[0-9]", "c": "[0-9A-Z]"}
_NUMBERS: Final = {ord(letter): str(int(letter, 36)) for letter in string.ascii_uppercase}
"""What a letter stands for in the sum."""


def structure(country: str) -> str | None:
    """Return the structure of a country's IBANs, `None` for a country without."""
    return COUNTRIES.get(country)


def valid(text: str) -> bool:
    """Return whether a compact IBAN, in any case, has the structure of its country and the right check digits."""
    if not text.isascii():
        return False
    compact = text.upper()
    expected = COUNTRIES.get(compact[:2])
    if expected is None or len(compact) != len(expected):
        return False
    if not _pattern(expected).fullmatch(compact):
        return False
    # Structures of letters or digits fit a row of words, too, and one row in 97 has the right remainder.
    if 3 * sum(map(str.isdecimal, compact)) < len(compact):
        return False
    # 00, 01 and 99 have the right remainder for some accounts, but no bank computes them.
    return "02" <= compact[2:4] <= "98" and int((compact[4:] + compact[:4]).translate(_NUMBERS)) % 97 == 1


@cache
def _pattern(structure: str) -> re.Pattern[str]:
    return re.compile("".join(map(_CLASSES.__getitem__, structure)))
