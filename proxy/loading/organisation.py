"""
Read the organisation profile: what belongs to the house itself, what it keeps to itself, which lists excuse a finding.

Lists and confidential terms leave the loader as keyed fingerprints; number formats and internal domains as recognizers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from proxy.core.detection.checks import iban
from proxy.core.detection.confidential import ENTITY, LOOK, MOST_PIECES, look, pieces
from proxy.core.detection.fingerprint import digester, fingerprint
from proxy.core.model import House
from proxy.loading import house_lists
from proxy.loading.calendars import read_calendars
from proxy.loading.house_formats import internal_hosts, read_formats
from proxy.loading.house_lists import DONATION_ACCOUNTS, AllowEntry
from proxy.loading.strict_yaml import Node, Scalar
from proxy.loading.validation import Fields, Report, items_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from proxy.core.model import Calendar, Recognizer

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE
)
_HANDLE = re.compile(r"@[A-Za-z0-9_.-]{1,64}(@[A-Za-z0-9.-]{4,253})?")
_PHONE = re.compile(r"\+?[0-9 ()/.-]{3,40}")
_SHORTEST_TERM = 3
_HEADS = frozenset(
    {
        *("projekt", "project", "team", "operation", "programm", "program", "programme", "initiative", "vorhaben"),
        *("deckname", "codename", "code name", "mission", "task force", "taskforce", "arbeitsgruppe"),
    }
)
"""What people call an undertaking; the name behind such a word is what is confidential, but not without any."""
_TAILS = frozenset(
    {
        *("plan", "planung", "projektplan", "zeitplan", "roadmap", "meilenstein", "budget", "rollout", "cutover"),
        *(
            "golive",
            "launch",
            "kickoff",
            "kick-off",
            "projektteam",
            "projektleitung",
            "projektleiter",
            "projektleiterin",
        ),
        *(
            "runde",
            "sitzung",
            "meeting",
            "workshop",
            "lenkungskreis",
            "lenkungsausschuss",
            "steering",
            "board",
            "review",
        ),
        *(
            "migration",
            "umstellung",
            "integration",
            "fusion",
            "umbau",
            "stellenplan",
            "memo",
            "deck",
            "folien",
            "slides",
        ),
        *("unterlagen", "dokumente", "papier", "stream", "teilprojekt", "sprint", "backlog", "testphase", "pilot"),
    }
)
"""What an undertaking has; behind a name they say that it is one: `Seeadler-Rollout`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """What an organisation profile says."""

    entries: tuple[AllowEntry, ...] = field(default=(), repr=False)
    recognizers: tuple[Recognizer, ...] = ()
    """The house's number formats and internal hosts."""
    calendars: tuple[Calendar, ...] = ()
    terms: tuple[str, ...] = field(default=(), repr=False)
    """Confidential terms; `sealed` takes them away."""

    def allow_lists(self, key: bytes, today: date) -> Mapping[str, frozenset[str]]:
        """Return every list as fingerprints, without entries that have expired."""
        return house_lists.fingerprints(self.entries, key, today)

    def allow_ends(self, key: bytes, today: date) -> Mapping[str, Mapping[str, date]]:
        """Return the last day of every entry that has one, by fingerprint."""
        return house_lists.ends(self.entries, key, today)

    def house(self, key: bytes) -> House:
        """Return the confidential terms as keyed digests."""
        terms = [form for term in self.terms for form in _term_forms(term)]
        begun = {next(pieces(term)).text for term in terms if sum(1 for _ in pieces(term)) > 1}
        return House(
            terms=frozenset(fingerprint(key, ENTITY, term) for term in terms),
            starts=frozenset(fingerprint(key, ENTITY, start) for start in begun),
            looks=frozenset(digester(key, LOOK)(look(term)) for term in terms),
        )

    def sealed(self) -> Organisation:
        """Return the profile without the terms themselves."""
        return replace(self, terms=())


def read_organisation(report: Report, node: Node, today: date) -> Organisation:
    """Return what the profile says; mistakes are reported and left out."""
    fields = Fields.of(report, node)
    if fields is None:
        return Organisation()
    fields.schema()
    return read_profile(fields, today)


def read_profile(fields: Fields, today: date) -> Organisation:
    """Return what the keys of a profile say."""
    _shaped(fields, "handles", _HANDLE, "bad-handle")
    entries = tuple(_entries(fields, today))
    internal = _shaped(fields, "internal_domains", _DOMAIN, "bad-domain")
    terms = _terms(fields)
    formats = read_formats(fields)
    calendars = read_calendars(fields, today)
    fields.close()
    return Organisation(
        entries=entries,
        recognizers=(*formats, *internal_hosts(internal)),
        calendars=calendars,
        terms=terms,
    )


def _entries(fields: Fields, today: date) -> Iterator[AllowEntry]:
    for name in fields.texts("names"):
        yield from house_lists.own_name(name)
    yield from _each(fields, "donation_accounts", lambda inner: _donation(inner, today))
    yield from _samples(fields)
    for key in ("phone_numbers", "service_numbers"):
        for number in _shaped(fields, key, _PHONE, "bad-phone"):
            yield from house_lists.phone(number)
    for domain in _shaped(fields, "domains", _DOMAIN, "bad-domain"):
        yield house_lists.email_domain(domain)
    for address in fields.texts("addresses"):
        yield from house_lists.address(address)
    for text in fields.texts("registrations"):
        if (entry := house_lists.registration(text)) is not None:
            yield entry
    yield from _each(fields, "public_people", lambda inner: _person(inner, today))


def date_of(report: Report, node: Node) -> date | None:
    """Return a date such as `2026-12-31`."""
    if isinstance(node, Scalar) and _DATE.fullmatch(node.text):
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            pass
    report.wrong_kind(node, "date")
    return None


def _each(fields: Fields, key: str, read: Callable[[Fields], Iterable[AllowEntry]]) -> Iterator[AllowEntry]:
    node = fields.get(key)
    for item in [] if node is None else items_of(fields.report, node, empty=True):
        inner = Fields.of(fields.report, item)
        if inner is not None:
            yield from read(inner)


def _donation(fields: Fields, today: date) -> Iterator[AllowEntry]:
    node = fields.need("iban")
    text = None if node is None else text_of(fields.report, node, limit=60)
    until = _life(fields, today)
    fields.close()
    if text is not None and iban.valid(house_lists.compact(text)):
        yield AllowEntry(list=DONATION_ACCOUNTS, entity="IBAN_CODE", value=text, until=until)
    elif text is not None:
        fields.report.add("bad-iban", node)


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


def _samples(fields: Fields) -> Iterator[AllowEntry]:
    node = fields.get("samples")
    for item in [] if node is None else items_of(fields.report, node, empty=True):
        text = text_of(fields.report, item, limit=60)
        entry = None if text is None else house_lists.sample(text)
        if entry is not None:
            yield entry
        elif text is not None:
            fields.report.add("bad-sample", item)


def _terms(fields: Fields) -> tuple[str, ...]:
    node = fields.get("confidential_terms")
    found = []
    for item in [] if node is None else items_of(fields.report, node, empty=True):
        text = text_of(fields.report, item, limit=100)
        if text is None:
            continue
        row = list(pieces(text))
        if not 0 < len(row) <= MOST_PIECES or sum(len(piece.text) for piece in row) < _SHORTEST_TERM:
            fields.report.add("bad-term", item, low=_SHORTEST_TERM, most=MOST_PIECES)
        else:
            found.append(text)
    return tuple(found)


def _term_forms(term: str) -> set[str]:
    """Return a term; one that says what it is (`Projekt X`) also with other words for that, before or behind it."""
    head, _, name = term.strip().partition(" ")
    if head.casefold() not in _HEADS or len(name.strip()) < _SHORTEST_TERM:
        return {term}
    return {f"{word} {name}" for word in _HEADS} | {f"{name} {word}" for word in _HEADS | _TAILS}


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


def _person(fields: Fields, today: date) -> Iterator[AllowEntry]:
    name = fields.text("name")
    fields.text("role")
    if (reason := fields.get("reason")) is None:
        fields.report.add("entry-without-reason", fields.node)
    else:
        text_of(fields.report, reason)
    until = _life(fields, today)
    fields.close()
    if name is not None:
        yield from house_lists.person(name, until)
