"""
Telephone numbers by Presidio's recognizer: of Germany, Austria and Switzerland, and international ones.

A number counts when it is written so that it can be dialled: with `+`, `00` or the leading 0 of an area code. Without,
the library behind the recognizer takes years (1640), amounts and the seven digits of any Liechtenstein number for
telephone numbers; dates in German spelling are dropped for the same reason. Liechtenstein is found by `+423`.

A text that had to be turned or put together to show a number shows many by chance, so there a number needs more: `+`,
`00`, the first digits of a German mobile number, or a word for telephoning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from proxy.core.detection.checks import iban
from proxy.core.detection.tables.samples import SAMPLE_DOCUMENTS
from proxy.core.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator

REGIONS = ("DE", "AT", "CH")
"""Whose area codes are known, in order of preference: the first that takes a number gives its canonical form."""
MARGIN = 40
"""Characters beside a number that the library may look at: brackets, a currency, an extension."""
_GAP = r"[\W_xX\u30fc]{0,4}"
_PREFIX = rf"(?:[+\uff0b]|0{_GAP}(?:0{_GAP})?(?!0)\d)"
_START = re.compile(rf"[0+\uff0b](?<![A-Za-z\d]0)(?=(?:(?<!0)|{_GAP}(?:0{_GAP})?(?!0)\d)(?:{_GAP}\d){{4}})")
"""Where something begins that could be dialled: `+` or one or two zeros, then digits not far from one another."""
_NUMBER = re.compile(rf"{_PREFIX}(?:{_GAP}\d){{4,24}}")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.(?:\s?(?:19|20)?\d\d)?"
_HOUR = r"[0-2]?\d[.:][0-5]\d(?:[.:][0-5]\d)?"
_LAST_DAY = r"(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.?(?:\s?(?:19|20)?\d\d)?"
_CALENDAR = re.compile(
    rf"{_DAY}(?:\s*[-–—/]\s*{_DAY})*(?:\s*[-–—/]\s*{_LAST_DAY})?(?:\s+{_HOUR}(?:\s*[-–—]\s*{_HOUR})?)?"
)
_WHOLE_DATE = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.\s?(?:1[5-9]|20)\d\d(?!\d)")
_DATE_AROUND = re.compile(rf"(?<![\d.]){_DAY}(?![\d])")
_LONGEST_DATE_PREFIX = 3
_MOMENT = re.compile(
    rf"(?<![\d.:])(?:{_DAY}[\s,|·–—-]{{1,4}}{_HOUR}|{_HOUR}[\s,|·–—-]{{1,4}}{_DAY}"
    rf"|{_HOUR}\s?(?:und|bis|and|to|[-–—])?\s?[0-2]?\d[.:]{{1,3}}[0-5]\d"
    r"|(?:0[1-9]|[12]\d|3[01])-(?:0[1-9]|1[0-2])-(?:19|20)\d\d)(?![\d-])"
)
"""A day with its hour, before or behind, two hours, and a day with hyphens."""
_LONGEST_MOMENT = 24
_OTHER_NUMBER = re.compile(
    r"(?:ticket|rechnung|invoice|s/n|seriennummer|serial|artikel\w*|bestell\w*|auftrag\w*|order|sendung\w*|parcel|"
    r"tracking|isbn|issn|ean|aktenzeichen|az\.?|vorgang\w*|port|version|build|katalog\w*)"
    r"(?:\s*(?:nr|no|number|nummer|id)\.?)?[\s:#.-]{0,3}$",
    re.IGNORECASE,
)
"""What stands before numbers of things."""
_THING = re.compile(
    r"(?:inventar|serien|serial|charge|losn|regaln|typenschild|typschild|modelln|ger[äa]ten|z[äa]hler|fahrgestell|teilen|"
    r"ersatzteil|artikel|materialn|asset|barcode|sku|startn|katalog|signatur|patent|ssn|social security)"
    r"[^\W\d_]*(?:n[ro]\.|[^\d.!?\n]){0,40}$|(?<!\w)(?-i:[A-Z]{2})\s?$",
    re.IGNORECASE,
)
"""What numbers of things are introduced with, some words before; nobody telephones between."""
_NO_NUMBER = re.compile(
    r"\W{0,3}(?:ist|war|is|was) (?:keine?|not|no|die|eine|der|the|an?) (?:\w*nummer|vorwahl|telefon|phone)",
    re.IGNORECASE,
)
"""What follows them."""
_BEFORE = 60
_SHORT_MOBILE = re.compile(r"\W*01[5-7](?:\W*\d){0,6}\W*")
"""The beginning of a mobile number, but too short for one."""
_HOTLINES = ("+49800", "+49180", "+43800", "+43810", "+41800", "+41840", "+41842", "+41844")
"""Free and shared-cost numbers: no person has one."""
_LANGUAGE = "de"
_FEWEST_DIGITS = 7
"""Below, a number with an area code is as likely a code of something else."""
_COUNTED = "0123456"
_ACCOUNT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}")
_LONGEST_BEFORE = 42
"""Characters of an account number, printed in groups, that may stand before a place in it."""
_SPOKEN_PLUS = re.compile(r"\bplus\s(?=\d(?:\W{0,2}\d){7})", re.IGNORECASE)
_CUE = re.compile(
    r"\b(?:ruf|r[üu]ckruf|anruf|tel\b|telefon|fon\b|handy|mobil|durchwahl|festnetz|nummer|erreich|whatsapp|sms\b|phone"
    r"|mobile|call|text me|reach)",
    re.IGNORECASE,
)
_SURE_START = re.compile(r"\W*(?:[+\uff0b]|00|0\W?1\W?[5-7])")


class Window(NamedTuple):
    """A stretch of text for the library, and where in it numbers may begin."""

    start: int
    end: int
    numbers: tuple[int, ...]


class PhoneFinder:
    """Asks one recognizer per country, until one takes a number."""

    def __init__(self) -> None:
        self._recognizers = tuple(
            (region, PhoneRecognizer(supported_language=_LANGUAGE, supported_regions=(region,))) for region in REGIONS
        )

    def find(self, text: str) -> Iterator[tuple[int, int, Confidence, str]]:
        """Yield start, end, confidence and canonical value."""
        text = with_plus(text)
        for window in windows(text):
            yield from self._find_in(text, window)

    def find_undone(self, text: str, *, backwards: bool = False) -> Iterator[tuple[int, int, Confidence, str]]:
        """
        Yield what is sure enough in a text that is not as its author wrote it; line breaks end no number here.

        Args:
            backwards: amounts that end in `00` begin with it now, and words for telephoning cannot be read.
        """
        if not windows(text := text.replace("\n", " ")):
            return
        cued = not backwards and _CUE.search(text) is not None
        for start, end, confidence, value in self.find(text):
            written = text[start:end]
            if written.lstrip()[:1] == "+" or (not backwards and (cued or _SURE_START.match(written))):
                yield start, end, confidence, value

    def _find_in(self, text: str, window: Window) -> Iterator[tuple[int, int, Confidence, str]]:
        seen: list[tuple[int, int]] = []
        for region, recognizer in self._recognizers:
            for result in recognizer.analyze(text[window.start : window.end], ["PHONE_NUMBER"]):
                start, end = window.start + result.start, window.start + result.end
                value = text[start:end].lstrip()
                start = end - len(value)
                if _overlaps(seen, start, end) or not _dialled(value) or _is_moment(text, start, end):
                    continue
                seen.append((start, end))
                canonical = _canonical(value, region)
                hotline = canonical.startswith(_HOTLINES)
                yield start, end, Confidence.LOW if hotline else _confidence(text, start, end), canonical
            if all(_overlaps(seen, number, number + 1) for number in window.numbers):
                return


def with_plus(text: str) -> str:
    """Return the text with `plus` before a long number as the sign, at the same length."""
    return _SPOKEN_PLUS.sub("    +", text) if "plus" in text.lower() else text


def windows(text: str) -> list[Window]:
    """Return the ranges around everything that can be dialled, in order, without overlap."""
    found: list[Window] = []
    for place in _START.finditer(text):
        number = _NUMBER.match(text, place.start())
        if number is None or _is_date(text, number.start(), number.end()):
            continue
        start, end = max(0, number.start() - MARGIN), min(len(text), number.end() + MARGIN)
        if found and start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(end, found[-1].end), (*found[-1].numbers, number.start()))
        else:
            found.append(Window(start, end, (number.start(),)))
    return found


def _is_date(text: str, start: int, end: int) -> bool:
    """Return whether a run of digits is the `05.2026` of `12.05.2026`, or a date from its first digit on."""
    for begin in range(max(0, start - _LONGEST_DATE_PREFIX), start + 1):
        date = _DATE_AROUND.match(text, begin)
        if date and date.end() >= end:
            return True
    return False


def _is_moment(text: str, start: int, end: int) -> bool:
    """Return whether a match is nothing but digits of a day and its hour."""
    around = text[max(0, start - _LONGEST_MOMENT) : end + _LONGEST_MOMENT]
    low = max(0, start - _LONGEST_MOMENT)
    return any(low + found.start() <= start and end <= low + found.end() for found in _MOMENT.finditer(around))


def _dialled(value: str) -> bool:
    """Return whether a match is written as a number to dial and not as a date."""
    bare = value.strip("()[]（）［］ ")
    if bare[:1] not in {"+", "\uff0b", "0"} or bare in SAMPLE_DOCUMENTS:
        return False
    return _CALENDAR.fullmatch(bare) is None and _WHOLE_DATE.search(bare) is None


def _confidence(text: str, start: int, end: int) -> Confidence:
    """Return low for the number of a thing (a ticket, an invoice), for counting, and for what is hardly long enough."""
    before = text[max(0, start - _BEFORE) : start]
    thing = _OTHER_NUMBER.search(before) or (_THING.search(before) and not _CUE.search(before))
    digits = "".join(character for character in text[start:end] if character.isdigit())
    short = len(digits) < _FEWEST_DIGITS or _SHORT_MOBILE.fullmatch(text, start, end)
    if thing or short or digits.startswith(_COUNTED) or _NO_NUMBER.match(text, end) or _in_account(text, start, end):
        return Confidence.LOW
    return Confidence.MEDIUM


def _in_account(text: str, start: int, end: int) -> bool:
    """Return whether a number is a piece of an IBAN with right check digits, which has a rule of its own."""
    for found in _ACCOUNT.finditer(text, max(0, start - _LONGEST_BEFORE), end + _LONGEST_BEFORE):
        places = [place for place in range(*found.span()) if text[place].isalnum()]
        whole = places[: len(iban.structure(found[0][:2]) or "")]
        if whole and found.start() < start and end <= whole[-1] + 1 and iban.valid("".join(text[at] for at in whole)):
            return True
    return False


def _overlaps(seen: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in seen)


def _canonical(value: str, region: str) -> str:
    """Return the number in E.164."""
    parsed = phonenumbers.parse(value, region)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
