"""
The detector `presidio`: Microsoft Presidio's recognizers for IBAN, card, e-mail and telephone numbers.

IBAN and card are read as written, addresses and telephone numbers in every view that undoes something; a disguised IBAN
is found by `identifiers`.

The recognizers are called one by one. Presidio's engine is left out: on a text of 280 characters it added 35 to 150
microseconds for lemmas, context words and thresholds, none of which is used here; nor are its configuration files, its
registry or its language models. What it logs tells the text, so its logger gets one deaf handler that only counts, and
a warning (a pattern that timed out and was skipped) makes the answer incomplete.

Confidence is ours, by check digit and form; Presidio's own scores are not comparable across
recognizers. `REGEX_TIMEOUT_SECONDS` has to be in the environment before this module is imported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from presidio_analyzer import entity_recognizer
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, IbanRecognizer

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import Confidence, Finding, View
from proxy.core.text.lettered import letters_as_digits
from proxy.detectors.deaf import DeafHandler, deafen
from proxy.detectors.emails import EmailFinder
from proxy.detectors.phones import PhoneFinder
from proxy.detectors.port import LibraryGaveUp
from proxy.detectors.presidio_version import NAME, expected_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proxy.core.model import Span, Surface
    from proxy.detectors.port import Sheet

_IBAN_START = re.compile(r"[A-Z]{2}[0-9]{2}")
_CARD_DIGITS = re.compile(r"\d(?:[- ]?\d){12}")
_CARD_GROUPS = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,5}|\d{4}([ -])\d{6}\2\d{4,5}")
_MIXED = re.compile("[0-9][OolISB]|[OolISB][0-9]")
"""A letter that may stand for a digit, beside one."""

Hit = tuple[int, int, Confidence, str]
"""Start and end in the view, confidence, canonical value."""
_Recognizers = tuple[tuple[str, str, "Callable[[str], Iterator[Hit]]"], ...]
"""Rule, entity, and what finds it in a text."""


class PresidioDetector:
    """Asks each recognizer that could match, and takes nothing for an answer that a warning came with."""

    name = NAME

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._version = expected_version()
        self._warnings: DeafHandler = deafen(entity_recognizer.logger)
        iban, card = IbanRecognizer(supported_language="de"), CreditCardRecognizer(supported_language="de")
        emails, phones = EmailFinder(), PhoneFinder()
        plain: _Recognizers = (
            ("presidio/iban", "IBAN_CODE", lambda text: _ibans(iban, text)),
            ("presidio/credit-card", "CREDIT_CARD", lambda text: _cards(card, text)),
            ("presidio/email", "EMAIL_ADDRESS", emails.find),
            ("presidio/phone", "PHONE_NUMBER", phones.find),
        )
        lettered = ("presidio/phone", "PHONE_NUMBER", lambda text: _lettered(phones, text))
        turned = ("presidio/phone", "PHONE_NUMBER", lambda text: phones.find_undone(text, backwards=True))
        self._recognizers: dict[str, _Recognizers] = {
            "normalised": (*plain, lettered),
            "worded": plain[2:],
            "decoded": plain[2:],
            "respaced": plain[2:3],
            "reversed": (plain[2], turned),
            "mirrored": (plain[2], turned),
            "joined": (
                ("presidio/email", "EMAIL_ADDRESS", emails.find_broken),
                ("presidio/phone", "PHONE_NUMBER", phones.find_undone),
            ),
        }

    def version(self, rules: str) -> str:  # noqa: ARG002  recognizers depend on no word list
        """Return the digest of code and libraries."""
        return self._version

    def find(self, sheet: Sheet) -> Sequence[Finding]:
        """
        Return what the recognizers see; grouping is the business of `identifiers`.

        Raises:
            LibraryGaveUp: a recognizer logged a warning: it skipped a pattern or a candidate.
        """
        before = self._warnings.count
        found: dict[tuple[str, int, Span], Finding] = {}
        for view in (*(view for part in sheet.parts for view in part.surfaces), *sheet.joined):
            for finding in self._find_in(view):
                # Shown by an earlier view already: one that had less to undo.
                found.setdefault((finding.entity, finding.part, finding.span), finding)
        if self._warnings.count != before:
            raise LibraryGaveUp
        return list(found.values())

    def _find_in(self, view: Surface) -> Iterator[Finding]:
        for rule, entity, recognize in self._recognizers.get(view.name, ()):
            for start, end, confidence, value in recognize(view.text):
                place = view.place(start, end)
                if place is None:
                    continue
                part, span = place
                seen = view.view_of(span)
                yield Finding(
                    rule=rule,
                    entity=entity,
                    confidence=confidence,
                    part=part,
                    span=span,
                    view=seen,
                    transforms=view.transforms if seen is View.DEOBFUSCATED else (),
                    fingerprint=fingerprint(self._key, entity, value),
                    detector=NAME,
                )


def _lettered(phones: PhoneFinder, text: str) -> Iterator[Hit]:
    """Yield telephone numbers in which letters stand for digits; what is written in digits alone is found anyway."""
    if _MIXED.search(text) is None or (digits := letters_as_digits(text)) == text:
        return
    for hit in phones.find_undone(digits):
        if digits[hit[0] : hit[1]] != text[hit[0] : hit[1]]:
            yield hit


def _ibans(recognizer: IbanRecognizer, text: str) -> Iterator[Hit]:
    """Yield IBANs: Presidio reports one only when country structure and check digits hold."""
    if _IBAN_START.search(text) is None:
        return
    for result in recognizer.analyze(text, ["IBAN_CODE"]):
        confidence = Confidence.HIGH if result.score == recognizer.MAX_SCORE else Confidence.MEDIUM
        yield result.start, result.end, confidence, text[result.start : result.end]


def _cards(recognizer: CreditCardRecognizer, text: str) -> Iterator[Hit]:
    """Yield card numbers whose check digit holds: high when written in a card's groups."""
    if _CARD_DIGITS.search(text) is None:
        return
    for result in recognizer.analyze(text, ["CREDIT_CARD"]):
        value = text[result.start : result.end]
        if _touches_digits(text, result.start, result.end):
            confidence = Confidence.LOW
        else:
            confidence = Confidence.HIGH if _CARD_GROUPS.fullmatch(value) else Confidence.MEDIUM
        yield result.start, result.end, confidence, value


def _touches_digits(text: str, start: int, end: int) -> bool:
    """Return whether a number goes on before or after, over one separator."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return bool(re.search(r"\d[ -]?$", before) or re.match(r"[ -]?\d", after))
