"""
Make Problems of the catalogues in `texts`: every message there is, in German and English, under a stable code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import Localised, Problem
from proxy.loading.texts import form, house, policies, register, tests

if TYPE_CHECKING:
    from proxy.loading.texts.entry import Entry

CATALOGUE: dict[str, Entry] = {**form.TEXTS, **policies.TEXTS, **house.TEXTS, **register.TEXTS, **tests.TEXTS}

KINDS: dict[str, Localised] = {
    "text": Localised(de="ein Text", en="a text"),
    "integer": Localised(de="eine ganze Zahl", en="a whole number"),
    "truth": Localised(de="true oder false", en="true or false"),
    "list": Localised(de="eine Liste", en="a list"),
    "mapping": Localised(de="eine Zuordnung (Schlüssel: Wert)", en="a mapping (key: value)"),
    "distance": Localised(de="sentence oder eine Zahl von Wörtern", en="sentence or a number of words"),
    "condition": Localised(de="eine Bedingung (ein Schlüssel mit Wert)", en="a condition (one key with a value)"),
    "duration": Localised(de="eine Dauer wie 30m, 2h oder 1d", en="a duration such as 30m, 2h or 1d"),
    "share": Localised(de="ein Anteil wie 10%", en="a share such as 10%"),
    "date": Localised(de="ein Datum wie 2026-12-31", en="a date such as 2026-12-31"),
    "moment": Localised(
        de="ein Tag wie 2026-12-31 oder eine Zeit wie 2026-12-31 18:00",
        en="a day such as 2026-12-31 or a time such as 2026-12-31 18:00",
    ),
    "time": Localised(
        de="ein Zeitpunkt mit Zeitzone wie 2026-03-02T09:00:00+01:00",
        en="a time with its zone such as 2026-03-02T09:00:00+01:00",
    ),
    "empty": Localised(de="nichts", en="nothing"),
}

MOST_MISTAKES = 200
"""Mistakes of one file that are described."""
_SHOWN = 40


def shown(text: str) -> str:
    """Return the beginning of a text, fit for a message: short, on one line, nothing invisible."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text[: _SHOWN + 1])
    return clean if len(clean) <= _SHOWN else f"{clean[:_SHOWN]}..."


def problem(code: str, file: str, *, line: int = 0, column: int = 0, **values: str | int) -> Problem:
    """Return the mistake of a code at a place."""
    found = CATALOGUE[code]
    return Problem(
        file=file,
        line=line,
        column=column,
        code=code,
        message=_filled(found.message, values),
        remedy=_filled(found.remedy, values),
        warning=found.warning,
    )


def _filled(text: Localised, values: dict[str, str | int]) -> Localised:
    return Localised(de=text.de.format(**values), en=text.en.format(**values))
