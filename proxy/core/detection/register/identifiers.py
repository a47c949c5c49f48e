"""
What may be an identifier of a customer in a view of a post: numbers in groups, also with words between, phones, e-mail.

Everything of a length that the register has is taken. Days, times, amounts and shares are no short numbers.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.register import kinds
from proxy.core.detection.register.kinds import LONGEST_SHORT, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Candidate", "cued", "has_cue", "in_groups", "in_words", "no_numbers"]

_DIGITS = "0123456789"
_DIGIT = re.compile("[0-9]")
_GROUP = "[A-Za-z]*+[0-9][A-Za-z0-9]*+"
_ROW = re.compile(rf"(?<![^\W_])(?:(?:[A-Za-z]{{1,3}}|[A-Z]{{1,8}}|{_GROUP})(?![^\W_])[\W_]{{0,3}})+")
"""Groups of digits with what may belong to a number beside them: few letters, or capitals."""
_TOKEN = re.compile("[A-Za-z0-9]+")
_NUMBERED = re.compile(rf"(?<![^\W_])(?:[A-Z]{{1,4}}|{_GROUP})(?![^\W_])")
_PIECE = re.compile(r"[0-9A-Z](?:(?<=[0-9])[0-9]*+|(?![^\W_]))")
"""Digits, or a capital that ends a word: every group of a number has one. Far quicker to look for than groups."""
_RUN = re.compile("[0-9][0-9]{4,}")
_EMAIL = re.compile(r"[\w.+%&'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+|\(?0)[0-9 ()/.\-\u2010-\u2013]{4,24}[0-9]")
_PHONE_BARE = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9 ()/.\-]{4,20}[0-9]")
_CALL = re.compile(r"tel|fon|phone|mobil|handy|ruf|call|whatsapp|wa\.me|fax|sms", re.IGNORECASE)
_BEFORE_PHONE = 32
"""Code points before digits in which a word says that they are a phone number."""
_ABROAD = re.compile("49|43|41|423")
_LONGEST_ABROAD = 10
_CUE = re.compile(
    r"konto|kto|kunde|kund(?:in|e)|vertrag|vertr|polic|polizz|schaden|depot|account|acct|customer|client|contract|claim|"
    r"nummer|number|mandant|mitglied|member|versicherung|darlehen|kredit|loan|"
    r"(?<![^\W_])(?:kd|vn|vs|nr|no|num|az|aktenzeichen|id|ref|akte|case|iban|karte|card)(?![^\W\d_])",
    re.IGNORECASE,
)
_BEFORE, _BEHIND = 48, 32
"""Code points before and behind a short number in which a word says what it is."""
_NO_NUMBER = re.compile(
    r"[0-9]{1,2}[./-] ?[0-9]{1,2}[./-] ?[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{1,2}[:.][0-9]{2}(?: ?Uhr| ?h\b|:[0-9]{2})"
    r"|(?:€|\$|£|(?i:eur|usd|chf|gbp)) ?[0-9](?:[0-9., ']*[0-9])?"
    r"|[0-9][0-9., ']* ?(?:€|%|\$|£|(?i:euro?s?|eur|usd|chf|tsd|mio|mrd|prozent|percent|uhr|km|m²|kg|stück)\b)"
)
_MOST_TOKENS = 8
_NEAR, _FAR = 3, 80
"""Code points between two groups of one number; as many with words between."""
_AROUND = 96
"""Code points that other groups take at most before the first digit of a text, and behind the last."""
_FEWEST_GROUPS = 2
"""Of a number with words between."""
_LETTERS_BEFORE = 4
_COUNTRY = 2
_FEWEST_PHONE_DIGITS = 6


class Candidate(NamedTuple):
    """A piece of a view that is a customer's if its digest is in the register."""

    start: int
    end: int
    kind: Kind
    value: str


def in_words(text: str, lengths: frozenset[int]) -> Iterator[Candidate]:
    """Yield candidates in a view in which words stand apart."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            address = kinds.email(match[0])
            if address is not None:
                yield Candidate(*match.span(), Kind.EMAIL, address)
    first = _DIGIT.search(text)
    if first is None:
        return
    yield from _phones(text)
    if lengths:
        around = _AROUND + max(lengths)
        last = max(map(text.rfind, _DIGITS))
        for row in _ROW.finditer(text, max(first.start() - around, 0), last + around):
            if _DIGIT.search(row[0]) is not None:
                groups = [group.span() for group in _TOKEN.finditer(text, *row.span())]
                yield from _windows(text, groups, lengths, gap=_NEAR)
        yield from _apart(text, lengths)


def _apart(text: str, lengths: frozenset[int]) -> Iterator[Candidate]:
    """Yield long numbers with words between their groups."""
    if len(_PIECE.findall(text)) < _FEWEST_GROUPS:
        return
    groups = [group.span() for group in _NUMBERED.finditer(text)]
    if any(after[0] - before[1] > _NEAR for before, after in pairwise(groups)):
        for one in _windows(text, groups, lengths, gap=_FAR):
            if one.kind is Kind.NUMBER and one.end - one.start > len(one.value):
                yield one


def _windows(text: str, groups: Sequence[tuple[int, int]], lengths: frozenset[int], *, gap: int) -> Iterator[Candidate]:
    """Yield rows of groups that together have the length of an identifier."""
    longest = max(lengths)
    for index, first in enumerate(groups):
        compact, last = "", first[0]
        for group in groups[index : index + _MOST_TOKENS]:
            if group[0] - last > gap:
                break
            compact += text[group[0] : group[1]].upper()
            last = group[1]
            if len(compact) > longest:
                break
            kind = kinds.number_kind(compact) if len(compact) in lengths else None
            if kind is not None:
                yield Candidate(first[0], last, kind, compact)


def in_groups(text: str, lengths: frozenset[int]) -> Iterator[Candidate]:
    """Yield candidates in a view in which letters and digits have been put together."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        digits = run[0]
        if digits[0] == "0" or text[start - 1 : start] == "+":
            yield from _phone(start, end, f"+{digits}" if text[start - 1 : start] == "+" else digits)
        if len(digits) in lengths:
            yield Candidate(start, end, Kind.SHORT_NUMBER if len(digits) <= LONGEST_SHORT else Kind.NUMBER, digits)
        for length in lengths:
            yield from _inside(start, digits, length)
            yield from _lettered(text, start, digits, length)


def _inside(start: int, digits: str, length: int) -> Iterator[Candidate]:
    """Yield the long numbers of one length inside a longer run of digits."""
    if LONGEST_SHORT < length < len(digits):
        for first in range(len(digits) - length + 1):
            yield Candidate(start + first, start + first + length, Kind.NUMBER, digits[first : first + length])


def _lettered(text: str, start: int, digits: str, length: int) -> Iterator[Candidate]:
    """Yield numbers of one length that begin with letters before a run of digits."""
    for letters in range(1, _LETTERS_BEFORE + 1):
        head = text[start - letters : start] if start >= letters else ""
        if not (head.isascii() and head.isalpha()):
            return
        if letters < length <= letters + len(digits) and (letters == _COUNTRY or head.isupper()):
            value = head.upper() + digits[: length - letters]
            kind = kinds.number_kind(value)
            if kind is not None:
                yield Candidate(start - letters, start - letters + length, kind, value)


def _phones(text: str) -> Iterator[Candidate]:
    if sum(map(text.count, _DIGITS)) < _FEWEST_PHONE_DIGITS:
        return
    for match in _PHONE.finditer(text):
        yield from _phone(*match.span(), match[0])
    for match in _PHONE_BARE.finditer(text):
        if _CALL.search(text, max(match.start() - _BEFORE_PHONE, 0), match.start()) is not None:
            yield from _phone(*match.span(), match[0])


def _phone(start: int, end: int, text: str) -> Iterator[Candidate]:
    """Yield a phone number, without what may stand behind it, and without a country's code that has no `+`."""
    ends = {match.start() for match in re.finditer("[ /]", text)} | {len(text)}
    for stop in sorted(ends):
        number = kinds.phone(text[:stop])
        if number is not None:
            yield Candidate(start, min(start + stop, end), Kind.PHONE, number)
            abroad = _ABROAD.match(number)
            if abroad is not None and len(number) >= _LONGEST_ABROAD:
                yield Candidate(start, min(start + stop, end), Kind.PHONE, number[abroad.end() :].lstrip("0"))


def cued(text: str, start: int, end: int) -> bool:
    """Return whether a word beside a number says that it is a customer's."""
    around = text[max(start - _BEFORE, 0) : start], text[end : end + _BEHIND]
    return any(map(has_cue, around))


def has_cue(text: str) -> bool:
    """Return whether a word in a text says that a number is a customer's."""
    return _CUE.search(text) is not None


def no_numbers(text: str) -> list[tuple[int, int]]:
    """Return the ranges of days, times, amounts and shares."""
    return [match.span() for match in _NO_NUMBER.finditer(text)] if _DIGIT.search(text) is not None else []
