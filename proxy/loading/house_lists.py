"""
The lists of the house that may excuse a finding: what is on them, in every spelling that detectors may see.

Values become keyed fingerprints, whose canonical form takes care of case, spaces, umlauts, titles and word order. What
that cannot know, such as a number without its country code or a name without its first half, is one more entry here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from proxy.core.detection.checks import iban, luhn
from proxy.core.detection.fingerprint import canonical, fingerprint
from proxy.core.detection.spellings import name_forms
from proxy.core.detection.tables.samples import SAMPLE_CARDS, SAMPLE_IBANS, SAMPLE_SOCIAL_SECURITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

ADDRESSES = "addresses"
DONATION_ACCOUNTS = "donation-accounts"
EMAIL_DOMAINS = "email-domains"
OWN_NAMES = "own-names"
PHONE_NUMBERS = "phone-numbers"
PUBLIC_PEOPLE = "public-people"
REGISTRATIONS = "registrations"
SAMPLES = "samples"
ALLOW_LISTS: Final = frozenset(
    {ADDRESSES, DONATION_ACCOUNTS, EMAIL_DOMAINS, OWN_NAMES, PHONE_NUMBERS, PUBLIC_PEOPLE, REGISTRATIONS, SAMPLES}
)

_HOME_PREFIX = "+49"
"""A number written with a leading 0 is also found with the German prefix, and the other way round."""
_VAT_ID = re.compile(r"DE[0-9]{9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowEntry:
    """A value of the house that a policy may excuse."""

    list: str
    entity: str
    value: str = field(repr=False)
    until: date | None = None


def fingerprints(entries: Iterable[AllowEntry], key: bytes, today: date) -> Mapping[str, frozenset[str]]:
    """Return every list as fingerprints, without entries that have expired; published samples are always there."""
    lists: dict[str, set[str]] = {name: set() for name in ALLOW_LISTS}
    for entry in (*published_samples(), *entries):
        if entry.until is None or entry.until >= today:
            lists[entry.list].add(fingerprint(key, entry.entity, entry.value))
    return {name: frozenset(values) for name, values in sorted(lists.items())}


def ends(entries: Iterable[AllowEntry], key: bytes, today: date) -> Mapping[str, Mapping[str, date]]:
    """Return the last day of every fingerprint that has one, list by list; one that stands there twice ends last."""
    found: dict[str, dict[str, date]] = {name: {} for name in ALLOW_LISTS}
    lasting = {(entry.list, fingerprint(key, entry.entity, entry.value)) for entry in entries if entry.until is None}
    for entry in entries:
        if entry.until is not None and entry.until >= today:
            value = fingerprint(key, entry.entity, entry.value)
            if (entry.list, value) not in lasting:
                found[entry.list][value] = max(entry.until, found[entry.list].get(value, entry.until))
    return {name: values for name, values in sorted(found.items()) if values}


def compact(text: str) -> str:
    """Return only the letters and digits."""
    return "".join(letter for letter in text if letter.isalnum())


def sample(text: str) -> AllowEntry | None:
    """Return the entry of a sample IBAN or card number, None if it is neither."""
    number = compact(text)
    if iban.valid(number):
        return AllowEntry(list=SAMPLES, entity="IBAN_CODE", value=text)
    if 12 <= len(number) <= 19 and luhn.valid(number):
        return AllowEntry(list=SAMPLES, entity="CREDIT_CARD", value=text)
    return None


def phone(text: str) -> Iterator[AllowEntry]:
    """Yield the entries of a phone number: as written, and with or without the country."""
    values = [text]
    digits = canonical("PHONE_NUMBER", text)
    if digits.startswith(_HOME_PREFIX):
        values.append("0" + digits.removeprefix(_HOME_PREFIX))
    elif digits.startswith("0"):
        values.append(_HOME_PREFIX + digits[1:])
    for value in values:
        yield AllowEntry(list=PHONE_NUMBERS, entity="PHONE_NUMBER", value=value)


def own_name(name: str) -> Iterator[AllowEntry]:
    """Yield the entries of a name of the house, as the finders of companies and of people see it."""
    for entity, form in name_forms(name):
        yield AllowEntry(list=OWN_NAMES, entity=entity, value=form)


def email_domain(domain: str) -> AllowEntry:
    """Return the entry for all addresses of a host."""
    return AllowEntry(list=EMAIL_DOMAINS, entity="EMAIL_DOMAIN", value=domain)


def address(text: str) -> Iterator[AllowEntry]:
    """Yield the entries of an address: the whole, and what stands between its commas."""
    for value in {text, *(piece.strip() for piece in text.split(","))}:
        if any(letter.isdecimal() for letter in value):
            yield AllowEntry(list=ADDRESSES, entity="ADDRESS", value=value)


def registration(text: str) -> AllowEntry | None:
    """Return the entry of a VAT id; no detector looks for other registrations."""
    number = compact(text).upper()
    return AllowEntry(list=REGISTRATIONS, entity="DE_VAT_ID", value=number) if _VAT_ID.fullmatch(number) else None


def person(name: str, until: date | None) -> Iterator[AllowEntry]:
    """Yield the entries of a public person: the whole name, first and last, the last alone, each with a genitive."""
    words = [word for word in name.split() if canonical("PERSON", f"{word} x") != "x"]
    shorter = [f"{words[0]} {words[-1]}", words[-1]] if words else []
    for value in dict.fromkeys((name, *shorter)):
        for form in (value, f"{value}s"):
            yield AllowEntry(list=PUBLIC_PEOPLE, entity="PERSON", value=form, until=until)


def published_samples() -> tuple[AllowEntry, ...]:
    """Return the numbers of documentations, and of the card schemes' test systems: they belong to nobody."""
    return (
        AllowEntry(list=SAMPLES, entity="DE_SOCIAL_SECURITY", value=SAMPLE_SOCIAL_SECURITY),
        *(AllowEntry(list=SAMPLES, entity="IBAN_CODE", value=value) for value in SAMPLE_IBANS),
        *(AllowEntry(list=SAMPLES, entity="CREDIT_CARD", value=value) for value in SAMPLE_CARDS),
    )
