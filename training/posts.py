"""
Synthetic posts as employees of banks and insurers write them: templates filled with invented names.

Two thirds are about people; the others hold what a model takes for people: capitalised nouns, products, places, firms.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from training.examples import Example, Mark
from training.names import Names, genitive, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_TEMPLATES = Path(__file__).with_name("templates")
_SLOT = re.compile(r"\{([a-z?-]+)\}")
_TITLES = {
    "de": (
        "Frau ",
        "Herr ",
        "Herr ",
        "Frau ",
        "Hr. ",
        "Fr. ",
        "Dr. ",
        "Herr Dr. ",
        "Frau Dr. ",
        "Prof. ",
        "Herrn ",
        "",
    ),
    "en": ("Mrs ", "Mr ", "Mr ", "Mrs ", "Mr. ", "Ms. ", "Dr ", "Dr. ", "Ms ", "Prof. ", "Miss ", ""),
}
_OPTIONAL_TITLES = {
    "de": ("", "", "", "Herr ", "Frau ", "Dr. ", "Prof. Dr. ", "Hr. ", "Dipl.-Ing. "),
    "en": ("", "", "", "Mr ", "Mrs ", "Dr. ", "Prof. ", "Ms ", "Sir "),
}
_ENDS = ("!", ".", ".", ".", "!!", "?", "...", " :)")
_CITY_ORGANISATIONS = frozenset({"Sparkasse", "Volksbank", "Raiffeisenbank", "Provinzial", "IHK"})


class Posts:
    """Writes posts in one language."""

    def __init__(self, random: Random, language: str) -> None:
        self._random = random
        self._language = language
        self._people = _lines(f"{language}-people")
        self._others = _lines(f"{language}-others")
        self._names = Names(random, english=language == "en")
        extra = language == "en"
        self._places = words("places") + (words("places-en") * 4 if extra else ())
        self._organisations = words("organisations") + (words("organisations-en") * 3 if extra else ())
        self._slots = self._fillers()

    def write(self, count: int) -> list[Example]:
        """Return so many posts."""
        return [self._post() for _ in range(count)]

    def _post(self) -> Example:
        chance = self._random
        post = self._sentence(self._people if chance.random() < 0.68 else self._others)
        if chance.random() < 0.2:
            post = post.followed(self._sentence(self._people + self._others))
        return post

    def _sentence(self, templates: tuple[str, ...]) -> Example:
        return self._recased(self._decorated(self._filled(self._random.choice(templates))))

    def _filled(self, template: str) -> Example:
        text, marks, last = "", [], 0
        for slot in _SLOT.finditer(template):
            text += template[last : slot.start()]
            label, make = self._slots[slot.group(1)]
            value = make()
            if label:
                marks.append(Mark(len(text), len(text) + len(value), label))
            text += value
            last = slot.end()
        return Example(text=text + template[last:], marks=tuple(marks))

    def _fillers(self) -> dict[str, tuple[str, Callable[[], str]]]:
        chance, names, language = self._random, self._names, self._language
        return {
            "name": ("PER", names.full),
            "first": ("PER", names.first),
            "last": ("PER", names.last),
            "name-s": ("PER", lambda: genitive(names.full(), chance)),
            "first-s": ("PER", lambda: genitive(names.first(), chance)),
            "last-s": ("PER", lambda: genitive(names.last(), chance)),
            "title": ("", lambda: chance.choice(_TITLES[language])),
            "title?": ("", lambda: chance.choice(_OPTIONAL_TITLES[language])),
            "frau": ("", lambda: chance.choice(("Frau ", "Frau ", "Fr. ", "Frau Dr. "))),
            "herrn": ("", lambda: chance.choice(("Herrn ", "Hr. ", "Dr. ", "den "))),
            "place": ("LOC", lambda: chance.choice(self._places)),
            "street": ("LOC", self._street),
            "organisation": ("ORG", self._organisation),
            "thing": ("MISC", lambda: chance.choice(words("things"))),
            "number": ("", lambda: str(chance.randint(1, 900) * 100)),
        }

    def _street(self) -> str:
        kinds = ("straße", "straße", "str.", "weg", "gasse", "platz", "allee")
        number = f" {self._random.randint(1, 190)}" if self._random.random() < 0.7 else ""
        return self._random.choice(words("streets")) + self._random.choice(kinds) + number

    def _organisation(self) -> str:
        name = self._random.choice(self._organisations)
        if name in _CITY_ORGANISATIONS and self._random.random() < 0.6:
            return f"{name} {self._random.choice(words('places')[:60])}"
        return name

    def _decorated(self, post: Example) -> Example:
        """Add what posts have around their words: openers, marks, emoji, hashtags, addressed accounts."""
        chance = self._random
        draw = chance.random()
        if draw < 0.1:
            # Emoji stand glued to the last word as often as not.
            post = Example(text=post.text + chance.choice(("", " ")) + chance.choice(words("emoji")), marks=post.marks)
        elif draw < 0.45:
            post = Example(text=post.text + chance.choice(_ENDS), marks=post.marks)
        if chance.random() < 0.22:
            tags = " ".join(chance.sample(words("tags"), chance.randint(1, 3)))
            post = Example(text=f"{post.text} {tags}", marks=post.marks)
        if chance.random() < 0.12:
            post = post.prefixed(chance.choice(words("openers")) + " ")
        if chance.random() < 0.1:
            handles = " ".join(self._names.handle() for _ in range(chance.randint(1, 3)))
            post = post.prefixed(handles + chance.choice((" ", " ", ", ", ": ")))
        return post

    def _recased(self, post: Example) -> Example:
        draw = self._random.random()
        if draw < 0.24:
            return post.recased(post.text.lower())
        return post.recased(post.text.upper()) if draw < 0.27 else post


def _lines(name: str) -> tuple[str, ...]:
    return tuple((_TEMPLATES / f"{name}.txt").read_text(encoding="utf-8").splitlines())
