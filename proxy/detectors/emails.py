"""
E-mail addresses by Presidio's recognizer, with the list of public suffixes that is part of the installed package.

Presidio's own look-up fetches that list over the network on the first address. Its pattern needs quadratic time on long
runs without an `@`, so it only sees what stands around one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from presidio_analyzer.predefined_recognizers import EmailRecognizer
from tldextract import TLDExtract

from proxy.core.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator

REACH = 320
"""Characters on each side of an `@` that can belong to an address: 64 before it and 253 after, and a few more."""
_LOCAL = frozenset("!#$%&'*+-/=?^_`{|}~.")
_ROLE_NAMES = """
abuse admin anfrage anfragen angebot ausbildung auskunft barrierefreiheit beratung beschwerde beschwerden betrug
bewerbung bewerbungen billing buchhaltung career careers claims complaints compliance contact datenschutz
datenschutzbeauftragter dialog donotreply dpo dsb einkauf empfang event events feedback filiale finance fundbuero
fundbüro geschaeftsstelle git hallo hello help helpdesk hilfe hinweise hostmaster hr immobilien impressum info infos
investor investor-relations investors ir it-support job jobs karriere kontakt kundenservice leasing legal mail
mailer-daemon marketing media medien messe nachhaltigkeit news newsletter no-reply noc noreply office ombudsmann
ombudsstelle personal phishing post postmaster poststelle press presse pressestelle privacy rechnung rechnungen recht
recruiting redaktion redaktion-online reklamation root sales schaden schadenmeldung security sekretariat service
servicecenter soc spenden sponsoring stiftung support team technik ticket tickets umfrage veranstaltung
veranstaltungen verein verkauf vertrieb verwaltung webmaster welcome whistleblowing widerruf willkommen zentrale
vorstand vorsitz kasse kassenwart kassierer schatzmeister jugend jugendwart mitglied mitglieder mitgliedschaft anmeldung
anmeldungen orga organisation chor bestellung bestellungen order orders shop booking buchung reservierung training kurse
schule gemeinde pfarramt museum kita praxis kanzlei werkstatt abo leserbriefe betriebsrat personalrat ausstellung sbv
jav tourismus hotline schadenservice partner academy campus azubi azubis nachwuchs praktikum alumni community social
socialmedia pr communications enquiries inquiries membership treasurer secretary committee volunteers donations bookings
admissions library editor letters reception schwerbehindertenvertretung gleichstellung betriebsarzt
"""
_ROLES = frozenset(_ROLE_NAMES.split())
"""Mailboxes that belong to a task, not to a person."""
_SAMPLE = re.compile(
    r"(?:(?:max|erika|maxi|moritz|[em])?[._-]?muster(?:mann|frau|kunde)[0-9]*@.*|(?:max|erika)@muster\..*"
    r"|(?:john|jane|joe)[._-]?(?:doe|smith|bloggs)@(?:[\w-]+\.)?(?:example|company|firma|mail|domain)\..*"
    r"|(?:vorname|firstname|dein|your)[._-]?(?:nachname|lastname|name|email)?@.*"
    r"|(?:user|username|name|test|foo|bar|someone|jemand|alice|bob)@(?:example|beispiel|domain|firma|company|test)\..*)"
)
"""Names that textbooks and forms are filled with; nobody has them."""
RESERVED = ("example", "test", "invalid")
"""Endings that no network has and people in examples do (RFC 2606): whoever tries a rule out tries it with these."""
_BROKEN = re.compile(
    r"(?<![\w@.+-])[\w.+-]{1,64}@(?:\n[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}|[\w-]{1,63}(?:\n\.|\.\n)[\w-]{2,63})(?![\w@.-]*@)"
    r"|(?<![^\n])\w{1,32}(?:[._-]\w{1,32}){1,3}\n@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?![^\n])"
)
"""An address that goes on in the next line after its `@` or at a dot; before the `@` only if it fills both lines."""
_HANDLE = re.compile(r"[A-Za-z0-9_äöüßÄÖÜ](?:[A-Za-z0-9_.äöüßÄÖÜ-]*[A-Za-z0-9_äöüßÄÖÜ])?@")


class OfflineEmailRecognizer(EmailRecognizer):
    """Presidio's recognizer with a suffix list that never leaves the machine."""

    def load(self) -> None:
        """Read the packaged suffix list once."""
        self._suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None, extra_suffixes=RESERVED)
        self._suffixes("warm.example.org")

    def validate_result(self, pattern_text: str) -> bool:
        """Return whether the host ends in a public suffix."""
        return bool(self._suffixes(pattern_text).fqdn)


class EmailFinder:
    """Finds addresses around each `@`, but not fediverse handles such as `@name@server`."""

    def __init__(self) -> None:
        self._recognizer = OfflineEmailRecognizer(supported_language="de")

    def find(self, text: str) -> Iterator[tuple[int, int, Confidence, str]]:
        """Yield start, end, confidence and value."""
        if "@" not in text:
            return
        for begin, stop in windows(text):
            window = text[begin:stop]
            for result in self._recognizer.analyze(window, ["EMAIL_ADDRESS"]):
                start, end = begin + result.start, begin + result.end
                if not _is_handle(text, start):
                    value = text[start:end]
                    yield start, end, Confidence.LOW if is_role(value) else Confidence.HIGH, value

    def find_broken(self, text: str) -> Iterator[tuple[int, int, Confidence, str]]:
        """Yield addresses that a line break runs through, as between parts of a post."""
        if "@" not in text or "\n" not in text:
            return
        for broken in _BROKEN.finditer(text):
            value = broken[0].replace("\n", "")
            if self._recognizer.validate_result(value):
                yield *broken.span(), Confidence.LOW if is_role(value) else Confidence.HIGH, value


def is_role(address: str) -> bool:
    """Return whether an address is that of a task, such as `info@` and `presse.nord@`, or of Max Mustermann."""
    folded = address.casefold()
    local = folded.split("@", 1)[0]
    return (
        _SAMPLE.fullmatch(folded) is not None or local in _ROLES or re.split(r"[._+-]", local, maxsplit=1)[0] in _ROLES
    )


def windows(text: str) -> list[tuple[int, int]]:
    """Return the ranges that can hold an address, in order, without overlap; linear also in texts full of `@`."""
    found: list[tuple[int, int]] = []
    at = text.find("@")
    while at >= 0:
        if found and at < found[-1][1]:
            start, seen = found.pop()
        else:
            start, seen = _reach_back(text, at, found[-1][1] if found else 0), at + 1
        found.append((start, _reach_on(text, seen, at + 1 + REACH)))
        at = text.find("@", at + 1)
    return found


def _reach_back(text: str, at: int, least: int) -> int:
    start = at
    while start > max(least, at - REACH) and _belongs(text[start - 1]):
        start -= 1
    return start


def _reach_on(text: str, seen: int, most: int) -> int:
    end = seen
    while end < min(len(text), most) and _belongs(text[end]):
        end += 1
    return end


def _belongs(character: str) -> bool:
    return character.isalnum() or character in _LOCAL or character == "@" or _is_word(character)


def _is_word(character: str) -> bool:
    r"""Return whether the pattern's `\w` takes it; marks and other numbers do too."""
    return character > "\x7f" and not character.isspace()


def _is_handle(text: str, start: int) -> bool:
    """Return whether the match is the `name@server` of a mention: an `@` in front, and a name that servers allow."""
    if start == 0 or text[start - 1] != "@":
        return False
    if start > 1 and text[start - 2].isalnum():
        return False
    return _HANDLE.match(text, start) is not None
