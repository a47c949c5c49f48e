"""
Read consents as people write them: the options of a command, or the rows of a table.

Every mistake is told by the number of its row and the name of its column, never by what stands there.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, get_args
from zoneinfo import ZoneInfo

from proxy.core.detection.spellings import name_prints
from proxy.core.errors import Localised
from proxy.core.policy.consent import TOPICS
from proxy.gate.consent_register import LONGEST, MOST, ConsentDraft
from proxy.settings.model import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ALL", "COLUMNS", "LARGEST_FILE", "PLATFORMS", "Mistake", "read_row", "read_table"]

COLUMNS: Final = ("names", "evidence", "owner", "topics", "platforms", "from", "until")
ALL: Final = "all"
PLATFORMS: Final = tuple(sorted(get_args(Platform)))
LARGEST_FILE: Final = 1_000_000
"""Characters of a table."""
ZONE: Final = ZoneInfo("Europe/Berlin")
"""The days of a consent are those of the house, as in its calendars."""
_BETWEEN = "|"
"""What stands between several values of one cell."""
_MOST_NAMES, _LONGEST_NAME = 20, 100
_EVIDENCE = re.compile(r"(?=.*[0-9])[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,62}[A-Za-z0-9])?")
"""A reference has a digit and no blank, so that no name gets into the log by mistake."""
_OWNER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_NOT_A_TABLE = Localised(
    de=f"Die erste Zeile muss die Spalten nennen: {', '.join(COLUMNS)}; durch Komma oder Semikolon getrennt.",
    en=f"The first line has to name the columns: {', '.join(COLUMNS)}; between commas or semicolons.",
)
_ROWS = Localised(
    de=f"Erwartet werden 1 bis {MOST} Zeilen. Die Datei aufteilen.",
    en=f"1 to {MOST} rows are expected. Split the file.",
)
_CELLS = Localised(
    de="Die Zeile hat mehr oder weniger Felder als die erste.", en="The row has more or fewer cells than the first one."
)
_TWICE = Localised(de="Dieselbe Zeile steht schon weiter oben.", en="The same row stands further up already.")
_SAYS: Mapping[str, Localised] = {
    "names": Localised(
        de=f"1 bis {_MOST_NAMES} Schreibweisen mit 3 bis {_LONGEST_NAME} Zeichen, durch | getrennt.",
        en=f"1 to {_MOST_NAMES} spellings of 3 to {_LONGEST_NAME} characters, between |.",
    ),
    "evidence": Localised(
        de="Ein Aktenzeichen mit Ziffer, ohne Leerzeichen, höchstens 64 Zeichen, kein Name.",
        en="A reference with a digit, without blanks, of at most 64 characters, no name.",
    ),
    "owner": Localised(
        de="Eine Rolle in Kleinbuchstaben, wie »marketing«, nie eine Person.",
        en="A role in small letters, such as `marketing`, never a person.",
    ),
    "topics": Localised(
        de=f"Leer, {ALL}, oder aus: {', '.join(TOPICS)}; durch | getrennt.",
        en=f"Empty, {ALL}, or some of: {', '.join(TOPICS)}; between |.",
    ),
    "platforms": Localised(
        de=f"{ALL}, oder aus: {', '.join(PLATFORMS)}; durch | getrennt.",
        en=f"{ALL}, or some of: {', '.join(PLATFORMS)}; between |.",
    ),
    "from": Localised(de="Ein Tag wie 2026-12-31.", en="A day such as 2026-12-31."),
    "until": Localised(
        de="Ein Tag wie 2026-12-31, nicht vor dem ersten, nicht vorbei, höchstens fünf Jahre voraus.",
        en="A day such as 2026-12-31, not before the first, not over, at most five years ahead.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something wrong in a row."""

    row: int
    """As an editor counts lines of a table without line breaks in cells; 1 is the first line."""
    column: str
    """Empty for the whole row."""
    says: Localised
    """What was expected."""


def read_row(
    cells: Mapping[str, str], *, key: bytes, today: date, row: int = 1
) -> tuple[ConsentDraft | None, tuple[Mistake, ...]]:
    """Return the consent that a row says, or everything that is wrong with it; `key` is that of the fingerprints."""
    names = _parts(cells["names"])
    topics, platforms = _chosen(cells["topics"], TOPICS), _chosen(cells["platforms"], PLATFORMS)
    since, until = _day(cells["from"]), _day(cells["until"])
    wrong = {
        "names": not 0 < len(names) <= _MOST_NAMES or not all(map(_nameable, names)),
        "evidence": _EVIDENCE.fullmatch(cells["evidence"]) is None,
        "owner": _OWNER.fullmatch(cells["owner"]) is None,
        "topics": topics is None,
        "platforms": not platforms,
        "from": since is None,
        "until": until is None or not max(since or today, today) <= until < today + LONGEST,
    }
    mistakes = tuple(Mistake(row=row, column=name, says=_SAYS[name]) for name, bad in wrong.items() if bad)
    if mistakes or since is None or until is None:
        return None, mistakes
    draft = ConsentDraft(
        names=frozenset[str]().union(*(name_prints(key, name) for name in names)),
        evidence=cells["evidence"],
        owner=cells["owner"],
        topics=topics or frozenset(),
        platforms=platforms or frozenset(),
        since=_begin(since),
        until=_begin(until + timedelta(days=1)),
    )
    return draft, ()


def read_table(
    text: str, *, key: bytes, today: date
) -> tuple[tuple[tuple[int, ConsentDraft], ...], tuple[Mistake, ...]]:
    """Return the consents of a table, each with the number of its row, and everything that is wrong with others."""
    rows = list(_rows(text))
    if not rows or sorted(cell.strip().casefold() for cell in rows[0][1]) != sorted(COLUMNS):
        return (), (Mistake(row=1, column="", says=_NOT_A_TABLE),)
    head = [cell.strip().casefold() for cell in rows[0][1]]
    if not 0 < len(rows) - 1 <= MOST:
        return (), (Mistake(row=1, column="", says=_ROWS),)
    found: dict[ConsentDraft, int] = {}
    mistakes: list[Mistake] = []
    for number, cells in rows[1:]:
        if len(cells) != len(head):
            mistakes.append(Mistake(row=number, column="", says=_CELLS))
            continue
        filled = dict(zip(head, map(str.strip, cells), strict=True))
        draft, wrong = read_row(filled, key=key, today=today, row=number)
        mistakes += wrong
        if draft is not None and found.setdefault(draft, number) != number:
            mistakes.append(Mistake(row=number, column="", says=_TWICE))
    return tuple((number, draft) for draft, number in found.items()), tuple(mistakes)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have anything, with their numbers; what cannot be read as a table has none."""
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in head else ",", strict=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield reader.line_num, cells
    except csv.Error:
        yield reader.line_num, []


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(_BETWEEN) if part.strip()]


def _nameable(name: str) -> bool:
    return sum(map(str.isalpha, name)) > 2 and len(name) <= _LONGEST_NAME


def _chosen(cell: str, known: Mapping[str, str] | tuple[str, ...]) -> frozenset[str] | None:
    """Return what a cell chooses; what comes to be known later is not in `all`. None: something that is not known."""
    parts = frozenset(_parts(cell))
    if parts == {ALL}:
        return frozenset(known)
    return parts if parts <= frozenset(known) else None


def _begin(day: date) -> datetime:
    """Return when a day of the house begins, in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if _DAY.fullmatch(cell) else None
    except ValueError:
        return None
