"""
Invented customers in any number, and the ways in which posts name them: one readable table.

Names, places and streets are those that Faker has for six countries; who has which is drawn. Nobody here exists.
"""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

from faker import Faker

from proxy.core.detection.register.entries import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCALES = ("de_DE", "de_AT", "de_CH", "en_GB", "tr_TR", "pl_PL")
_DRAWN = 400
"""Names, places and streets of each kind a country."""
_FIRST_BIRTH = date(1930, 1, 1)
_DAYS = 28_000
_MONTHS_DE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()  # noqa: SIM905
_MONTHS_EN = "January February March April May June July August September October November December".split()  # noqa: SIM905
_HIDDEN = "\u200b"
_LOOKALIKES = str.maketrans("aeopcxyHMT", "аеорсхуНМТ")
_SPREAD = str.maketrans(dict(zip("äöüÄÖÜß", ("ae", "oe", "ue", "Ae", "Oe", "Ue", "ss"), strict=True)))
_RUSSIAN = str.maketrans(
    {
        **dict(zip("abdefgijklmnoprstuvyz", "абдефгийклмнопрстувыз", strict=True)),
        "ä": "э",
        "ö": "ё",
        "ü": "ю",
        "h": "х",
        "c": "к",
        "w": "в",
        "q": "к",
        "x": "кс",
        "ß": "сс",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody invented."""

    first: str
    last: str
    born: date
    city: str
    postcode: str
    street: str
    iban: str
    customer: str
    contract: str
    phone: str
    email: str
    beside: str
    """A second attribute in words."""

    @property
    def record(self) -> Record:
        """Return what a register holds of this person."""
        return Record(
            first_names=(self.first,),
            last_names=(self.last,),
            born=self.born,
            cities=(self.city,),
            postcodes=(self.postcode,),
            streets=(self.street,),
            emails=(self.email,),
            phones=(self.phone,),
            numbers=(self.iban, self.customer, self.contract),
        )


def people(seed: int) -> Iterator[Person]:
    """Yield invented people without end, the same for the same seed."""
    draw = random.Random(seed)
    lands = [_land(locale) for locale in LOCALES]
    while True:
        firsts, lasts, cities, streets, postcodes = draw.choice(lands)
        last = draw.choice(lasts) if draw.random() < 0.9 else f"{draw.choice(lasts)}-{draw.choice(lasts)}"
        first, city = draw.choice(firsts), draw.choice(cities)
        born = _FIRST_BIRTH + timedelta(days=draw.randrange(_DAYS))
        postcode, street = draw.choice(postcodes), f"{draw.choice(streets)} {draw.randrange(1, 200)}"
        account = "".join(draw.choices("0123456789", k=18))
        beside = draw.choice(
            (
                f"aus {city}",
                f"{postcode} {city}",
                f"geb. {born.day}.{born.month}.{born.year}",
                f"born {_MONTHS_EN[born.month - 1]} {born.day}, {born.year}",
                f"geboren am {born.day}. {_MONTHS_DE[born.month - 1]} {born.year}",
                f"wohnhaft {street}",
            )
        )
        yield Person(
            first=first,
            last=last,
            born=born,
            city=city,
            postcode=postcode,
            street=street,
            iban=f"DE{98 - int(account + '131400') % 97:02}{account}",
            customer="".join(draw.choices("123456789", k=10)),
            contract=f"LV-{draw.randrange(10**8):08}",
            phone=f"0{draw.randrange(150, 180)} {draw.randrange(10**7):07}",
            email=f"{draw.randrange(10**9)}.post@muster.example",
            beside=beside,
        )


def _land(locale: str) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    fake = Faker(locale)
    fake.seed_instance(1)
    return (
        _drawn(fake.first_name),
        _drawn(fake.last_name),
        _drawn(fake.city),
        _drawn(fake.street_name),
        _drawn(fake.postcode),
    )


def _drawn(draw: Callable[[], str]) -> list[str]:
    return sorted({draw() for _ in range(_DRAWN)})


def _spread(text: str) -> str:
    return text.translate(_SPREAD)


def _bare(text: str) -> str:
    return text.translate(str.maketrans("äöüÄÖÜ", "aouAOU")).replace("ß", "ss")


def _half(name: str) -> str:
    return name.rpartition("-")[2]


def _tag(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def _grouped(number: str, sign: str) -> str:
    return sign.join(number[start : start + 4] for start in range(0, len(number), 4))


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


Way: TypeAlias = "Callable[[Person], tuple[str, ...]]"
"""Says how a post names somebody: one text a part."""
NAMES: dict[str, Way] = {
    "plain": lambda p: (f"Heute war {p.first} {p.last} {p.beside} bei uns.",),
    "English": lambda p: (f"Nice chat with {p.first} {p.last}, {p.beside}, this morning.",),
    "last name first": lambda p: (f"Termin: {p.last}, {p.first} ({p.beside})",),
    "last name first, no comma": lambda p: (f"{p.last} {p.first} {p.beside} hat angerufen",),
    "genitive": lambda p: (f"{p.first} {p.last}s Antrag ({p.beside}) liegt vor.",),
    "half of a double name": lambda p: (f"{p.first} {_half(p.last)} {p.beside} war da.",),
    "initial": lambda p: (f"{p.first[0]}. {p.last}, {p.beside}, war da.",),
    "ae for ä": lambda p: (_spread(f"{p.first} {p.last} {p.beside} war da."),),
    "a for ä": lambda p: (_bare(f"{p.first} {p.last} {p.beside} war da."),),
    "capitals": lambda p: (f"{p.first} {p.last} {p.beside} war da".upper(),),
    "small letters": lambda p: (f"{p.first} {p.last} {p.beside} war da".lower(),),
    "title between": lambda p: (f"{p.last}, Prof. Dr. {p.first}, {p.beside}",),
    "hashtag": lambda p: (f"#{_tag(p.first.title())}{_tag(p.last)} {p.beside}",),
    "hashtag in small letters": lambda p: (f"#{_tag(p.first).lower()}{_tag(p.last).lower()} {p.beside}",),
    "handle": lambda p: (f"@{_spread(_tag(p.first)).lower()}_{_spread(_tag(p.last)).lower()}77 {p.beside}",),
    "two lines": lambda p: (f"Neu dabei:\n{p.first}\n{p.last}\n{p.beside}",),
    "bullets": lambda p: (f"• {p.first}\n• {p.last}\n• {p.beside}",),
    "numbered": lambda p: (f"1. {p.first}\n2. {p.last}\n3. {p.beside}",),
    "far attribute": lambda p: (f"{p.first} {p.last} war da. " + "Ein langer Tag geht zu Ende. " * 6 + p.beside,),
    "zero width": lambda p: (f"{p.first[:2]}\u200b{p.first[2:]} {p.last[:2]}\u200b{p.last[2:]} {p.beside}",),
    "look-alike letters": lambda p: (f"{p.first.translate(_LOOKALIKES)} {p.last.translate(_LOOKALIKES)} {p.beside}",),
    "letters apart": lambda p: (f"{' '.join(p.first)}  {' '.join(p.last)} {p.beside}",),
    "backwards": lambda p: (f"{p.last[::-1]} {p.first[::-1]} {p.beside}",),
    "base64": lambda p: (f"Code: {_encoded(f'{p.first} {p.last} {p.beside}')}",),
    "HTML": lambda p: (f"<b>{p.first}</b> <i>{p.last}</i> {p.beside}",),
    "name over two parts": lambda p: (f"Wer war da? {p.first}", f"{p.last} {p.beside}"),
    "attribute in another part": lambda p: (f"{p.first} {p.last} war da.", f"Notiz: {p.beside}"),
    "a couple": lambda p: (f"{p.first} und Andrea {p.last} {p.beside} waren da.",),
}
"""A name and a second attribute."""
CYRILLIC: dict[str, Way] = {
    "Cyrillic": lambda p: (f"{p.first.lower().translate(_RUSSIAN)} {p.last.lower().translate(_RUSSIAN)} {p.beside}",),
}
"""Of how German names are written in Russian, which has no fixed form: counted apart."""
IDENTIFIERS: dict[str, Way] = {
    "IBAN": lambda p: (f"Geht an {p.iban}, danke.",),
    "IBAN in groups": lambda p: (f"Geht an {_grouped(p.iban, ' ')}, danke.",),
    "IBAN with dots": lambda p: (f"Geht an {_grouped(p.iban, '.')}, danke.",),
    "IBAN with dashes": lambda p: (f"Geht an {_grouped(p.iban, '-')}, danke.",),
    "IBAN in small letters": lambda p: (f"geht an {_grouped(p.iban, ' ').lower()}, danke",),
    "IBAN in an address": lambda p: (f"https://muster.example/?konto={p.iban}&x=1",),
    "IBAN digit by digit": lambda p: (f"Also: {' '.join(p.iban)}",),
    "IBAN with words between": lambda p: (f"Erst {_grouped(p.iban, ' dann ')}.",),
    "IBAN over lines": lambda p: (_grouped(p.iban, "\n"),),
    "IBAN over two parts": lambda p: (f"Teil eins {p.iban[:12]}", f"{p.iban[12:]} ist Teil zwei"),
    "IBAN zero width": lambda p: (f"Geht an {_grouped(p.iban, _HIDDEN)}.",),
    "IBAN in base64": lambda p: (f"Code: {_encoded(f'Konto {p.iban}')}",),
    "customer number": lambda p: (f"Ihre Kundennummer {p.customer} ist notiert.",),
    "customer number in groups": lambda p: (f"Kd.-Nr. {p.customer[:3]} {p.customer[3:6]} {p.customer[6:]}",),
    "number, then the word": lambda p: (f"{p.customer} ist die Kundennummer",),
    "contract": lambda p: (f"Vertrag {p.contract} läuft aus",),
    "contract without dash": lambda p: (f"contract {p.contract.replace('-', ' ')} ends",),
    "phone": lambda p: (f"Ruf an: {p.phone}",),
    "phone from abroad": lambda p: (f"Call +49 {p.phone[1:]} now",),
    "e-mail": lambda p: (f"Schreib an {p.email}!",),
}
"""An identifier by itself."""
