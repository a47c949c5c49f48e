"""
Build a register of restricted lists: insiders, code names, sanctioned names, each for a time or for always.

The lists are small, so everything is done in memory, and a build that was killed simply begins anew. Whatever is
unclear about a time makes an entry count always.
"""

from __future__ import annotations

import re
from array import array
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from proxy.core.detection.register.digests import digester, key_id
from proxy.core.detection.register.entries import MOST_WORDS, restricted_forms
from proxy.core.detection.register.kinds import Kind, begins
from proxy.core.detection.register.layout import Meaning
from proxy.core.detection.register.spelling import name_parts
from proxy.core.detection.register.table import FOREVER, Contents, Header, index_bits
from proxy.register.build import Built, check_rows, described, unchanged
from proxy.register.exports import rows
from proxy.register.job import begun
from proxy.register.refusals import RegisterRefused
from proxy.register.rows import RowReader
from proxy.register.tally import Reason, Tally
from proxy.register.writing import put_in_place, write_register

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proxy.register.build import Order, Progress
    from proxy.register.exports import Source
    from proxy.register.job import Job
    from proxy.register.rows import Texts

    Window = tuple[int, int]

__all__ = ["build_restricted", "window"]

_ZONE = ZoneInfo("Europe/Berlin")
"""Of times that name none."""
_SHORTEST_TERM = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WITH_TIME = re.compile(r"\d[T ]\d")
_MINUTE = timedelta(minutes=1)


def build_restricted(order: Order, progress: Progress) -> Built:
    """
    Build the register of restricted lists and let it take the place of the one before.

    Raises:
        RegisterRefused: a source cannot be read or has too many bad rows, or there is nothing in them, or no room.
    """
    before = described(order, progress)
    with begun(order.out, {**before, "contents": Contents.RESTRICTED}, order.now) as job:
        tallies, lists = [], _Lists(order.key)
        for source in order.sources:
            tally = Tally()
            _read(source, tally, lists)
            tallies.append((source.path.name, tally))
        unchanged(order, before)
        check_rows(tallies, order.most_bad)
        header = _write(order, job, sum(tally.rows - tally.bad_rows for _, tally in tallies), lists)
        put_in_place(job.folder / "register", order.out)
        return Built(header=header, tallies=tuple(tallies), many={}, continued=False)


class _Lists:
    """The digests of all entries with their windows, and of how entries begin, which is so at any time."""

    def __init__(self, key: bytes) -> None:
        self._digest, self._begin = digester(key, Kind.RESTRICTED), digester(key, Kind.BEGIN)
        self.entries: dict[int, list[Window]] = {}
        self.begins: dict[int, list[Window]] = {}

    def add(self, form: str, when: Window) -> None:
        """Take one form of an entry."""
        self.entries.setdefault(self._digest(form), []).append(when)
        self.begins.update((self._begin(letters), [FOREVER]) for letters in begins(form))


def _read(source: Source, tally: Tally, lists: _Lists) -> None:
    reader = RowReader(source.layout)
    for number, cells in rows(source, lambda _: None):
        if isinstance(cells, Reason):
            tally.row(number, [cells])
            continue
        reasons: list[Reason] = []
        texts = reader.texts(cells)
        terms = texts.get(Meaning.TERM, [])
        sound = [term for term in terms if _is_term(term)]
        if len(sound) < len(terms) or not terms:
            reasons.append(Reason.TERM)
        if any(len(name_parts(term, company=True)) > MOST_WORDS for term in sound):
            reasons.append(Reason.LONG_TERM)
        when = _window(reader, texts, reasons)
        for form in dict.fromkeys(chain.from_iterable(map(restricted_forms, sound))):
            lists.add(form, when)
            tally.kinds[Kind.RESTRICTED] += 1
        tally.row(number, reasons)


def _is_term(term: str) -> bool:
    """Return whether a term can be found by its words alone, and is not just any word."""
    parts = name_parts(term, company=True)
    return not any(map(str.isdigit, term)) and any(len(part) >= _SHORTEST_TERM for part in parts)


def _window(reader: RowReader, texts: Texts, reasons: list[Reason]) -> Window:
    begins, ends = texts.get(Meaning.FROM), texts.get(Meaning.UNTIL)
    try:
        return window(reader, begins[0] if begins else "", ends[0] if ends else "")
    except (ValueError, OverflowError):
        reasons.append(Reason.WINDOW)
        return FOREVER


def window(reader: RowReader, begin: str, end: str) -> Window:
    """
    Return first and last minute since 1970 of a window; a day counts whole, an empty text has no end.

    Where the clock is set back, a window is as long as it can be.

    Raises:
        ValueError: a text is no time, or the end lies before the begin.
    """
    first = FOREVER[0] if not begin else max(FOREVER[0], _minute(reader, begin, fold=0, last=False))
    last = FOREVER[1] if not end else _minute(reader, end, fold=1, last=True)
    if last < first:
        raise ValueError("a window that ends before it begins")
    return first, last


def _minute(reader: RowReader, text: str, *, fold: int, last: bool) -> int:
    day = reader.day(text)
    if day is None:
        if not _WITH_TIME.search(text):
            raise ValueError("neither a day nor a time")
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=_ZONE, fold=fold)
        return (moment.astimezone(UTC) - _EPOCH) // _MINUTE
    whole = datetime.combine(day + timedelta(days=last), time(), _ZONE).astimezone(UTC)
    return (whole - _EPOCH) // _MINUTE - last


def _merged(windows: Iterable[Window]) -> Iterator[Window]:
    """Yield windows in order; those that touch become one."""
    current: Window | None = None
    for first, last in sorted(windows):
        if current is None or first > current[1] + 1:
            if current is not None:
                yield current
            current = first, last
        else:
            current = current[0], max(current[1], last)
    if current is not None:
        yield current


def _write(order: Order, job: Job, records: int, lists: _Lists) -> Header:
    windows = lists.entries | lists.begins
    found = [(digest, window) for digest in sorted(windows) for window in _merged(windows[digest])]
    if not found:
        raise RegisterRefused("no-entries")
    run = np.frombuffer(array("Q", [digest for digest, _ in found]), dtype=np.uint64)
    header = Header(
        contents=Contents.RESTRICTED,
        key_id=key_id(order.key),
        built_at=job.built_at,
        records=records,
        keys=len(run),
        index_bits=index_bits(len(run)),
        body_sha256="",
        counts={Kind.RESTRICTED: sum(map(len, lists.entries.values())), Kind.BEGIN: len(lists.begins)},
        predecessor=job.predecessor,
    )
    try:
        return write_register(
            job.folder / "register",
            header,
            lambda: iter([run]),
            windows=np.array([window for _, window in found], dtype=np.int64),
            seed=order.seed,
        )
    except OSError as error:
        raise RegisterRefused("disk", source=type(error).__name__) from None
