"""
Read the organisation profile: what belongs to the house itself, and which lists excuse a finding.

Lists become keyed fingerprints; the values stay in the file. Fields that no detector uses yet are read as strictly as
the others, so that a profile written today is right tomorrow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from proxy.core.detection.checks import iban, luhn
from proxy.core.detection.fingerprint import fingerprint
from proxy.loading.strict_yaml import Node, Scalar
from proxy.loading.validation import Fields, Report, items_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DONATION_ACCOUNTS = "donation-accounts"
SAMPLES = "samples"
PHONE_NUMBERS = "phone-numbers"
ALLOW_LISTS = frozenset({DONATION_ACCOUNTS, SAMPLES, PHONE_NUMBERS})

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE
)
_HANDLE = re.compile(r"@[A-Za-z0-9_.-]{1,64}(@[A-Za-z0-9.-]{4,253})?")
_PHONE = re.compile(r"\+?[0-9 ()/.-]{3,40}")
_HOME_PREFIX = "+49"
"""A number written with a leading 0 is also found with the German prefix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowEntry:
    """A value of the house that a policy may excuse."""

    list: str
    entity: str
    value: str = field(repr=False)
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """What an organisation profile says."""

    entries: tuple[AllowEntry, ...] = field(default=(), repr=False)

    def allow_lists(self, key: bytes, today: date) -> Mapping[str, frozenset[str]]:
        """Return every list as fingerprints, without entries that have expired."""
        lists: dict[str, set[str]] = {name: set() for name in ALLOW_LISTS}
        for entry in self.entries:
            if entry.until is None or entry.until >= today:
                lists[entry.list].add(fingerprint(key, entry.entity, entry.value))
        return {name: frozenset(values) for name, values in sorted(lists.items())}


def read_organisation(report: Report, node: Node, today: date) -> Organisation:
    """Return what the profile says; mistakes are reported and left out."""
    fields = Fields.of(report, node)
    if fields is None:
        return Organisation()
    fields.schema()
    return read_profile(fields, today)


def read_profile(fields: Fields, today: date) -> Organisation:
    """Return what the keys of a profile say."""
    fields.texts("names")
    fields.texts("addresses")
    fields.texts("registrations")
    fields.texts("confidential_terms")
    _shaped(fields, "handles", _HANDLE, "bad-handle")
    _shaped(fields, "domains", _DOMAIN, "bad-domain")
    _shaped(fields, "internal_domains", _DOMAIN, "bad-domain")
    phones = [*_phones(fields, "phone_numbers"), *_phones(fields, "service_numbers")]
    donations = _each(fields, "donation_accounts", lambda inner: _donation(inner, today))
    samples = [entry for text in _samples(fields) if (entry := text) is not None]
    _each(fields, "public_people", lambda inner: _person(inner, today))
    _each(fields, "identifier_formats", _identifier_format)
    fields.close()
    return Organisation(entries=(*donations, *samples, *phones))


def date_of(report: Report, node: Node) -> date | None:
    """Return a date such as `2026-12-31`."""
    if isinstance(node, Scalar) and _DATE.fullmatch(node.text):
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            pass
    report.wrong_kind(node, "date")
    return None


def _each(fields: Fields, key: str, read: Callable[[Fields], AllowEntry | None]) -> list[AllowEntry]:
    node = fields.get(key)
    if node is None:
        return []
    found = []
    for item in items_of(fields.report, node, empty=True):
        inner = Fields.of(fields.report, item)
        if inner is not None and (entry := read(inner)) is not None:
            found.append(entry)
    return found


def _donation(fields: Fields, today: date) -> AllowEntry | None:
    node = fields.need("iban")
    text = None if node is None else text_of(fields.report, node, limit=60)
    until = _life(fields, today)
    fields.close()
    if node is None or text is None:
        return None
    if not iban.valid(_compact(text)):
        fields.report.add("bad-iban", node)
        return None
    return AllowEntry(list=DONATION_ACCOUNTS, entity="IBAN_CODE", value=text, until=until)


def _life(fields: Fields, today: date) -> date | None:
    """Read `owner` and `until` of an entry: warn when one is missing, report an entry that has expired."""
    owner, node = fields.get("owner"), fields.get("until")
    if owner is None:
        fields.report.add("entry-without-owner", fields.node)
    else:
        text_of(fields.report, owner, limit=64)
    if node is None:
        fields.report.add("entry-without-end", fields.node)
        return None
    until = date_of(fields.report, node)
    if until is not None and until < today:
        fields.report.add("expired-entry", node, until=until.isoformat())
    return until


def _samples(fields: Fields) -> list[AllowEntry | None]:
    node = fields.get("samples")
    items = [] if node is None else items_of(fields.report, node, empty=True)
    return [_sample(fields.report, item) for item in items]


def _sample(report: Report, node: Node) -> AllowEntry | None:
    text = text_of(report, node, limit=60)
    if text is None:
        return None
    compact = _compact(text)
    if iban.valid(compact):
        return AllowEntry(list=SAMPLES, entity="IBAN_CODE", value=text)
    if 12 <= len(compact) <= 19 and luhn.valid(compact):
        return AllowEntry(list=SAMPLES, entity="CREDIT_CARD", value=text)
    report.add("bad-sample", node)
    return None


def _phones(fields: Fields, key: str) -> list[AllowEntry]:
    entries = []
    for text in _shaped(fields, key, _PHONE, "bad-phone"):
        entries.append(AllowEntry(list=PHONE_NUMBERS, entity="PHONE_NUMBER", value=text))
        digits = "".join(letter for letter in text if letter.isdecimal())
        if digits.startswith("0") and not digits.startswith("00"):
            entries.append(AllowEntry(list=PHONE_NUMBERS, entity="PHONE_NUMBER", value=_HOME_PREFIX + digits[1:]))
    return entries


def _shaped(fields: Fields, key: str, shape: re.Pattern[str], code: str) -> list[str]:
    node = fields.get(key)
    found = []
    for item in [] if node is None else items_of(fields.report, node, empty=True):
        text = text_of(fields.report, item, limit=300)
        if text is not None and not shape.fullmatch(text):
            fields.report.add(code, item)
        elif text is not None:
            found.append(text)
    return found


def _person(fields: Fields, today: date) -> None:
    fields.text("name")
    fields.text("role")
    if (reason := fields.get("reason")) is not None:
        text_of(fields.report, reason)
    _life(fields, today)
    fields.close()


def _identifier_format(fields: Fields) -> None:
    fields.choice(
        "entity",
        ("CUSTOMER_NUMBER", "CONTRACT_NUMBER", "POLICY_NUMBER", "CLAIM_NUMBER", "DEPOT_NUMBER"),
    )
    node = fields.need("mask")
    mask = None if node is None else text_of(fields.report, node, limit=64)
    if mask is not None and sum(letter in "#A" for letter in mask) < 4:
        fields.report.add("bad-mask", node)
    fields.texts("cues")
    if (check := fields.get("check")) is not None:
        text_of(fields.report, check, limit=64)
    fields.close()


def _compact(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
