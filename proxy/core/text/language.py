"""
Whether a text is German or English, by counting short words that only one language has.

Made for two questions: whether a rule for unread languages has to hold a post (`language`), and whether a sentence is
none of an English model's (`is_german`), which takes most German nouns for names. What says too little is not judged:
greetings, single nouns, links, mentions, hashtags and emoji.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from proxy.core.model import Language
from proxy.core.text.characters import is_latin
from proxy.core.text.tables.foreign_words import FOREIGN_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["is_german", "language"]

_WORDS = re.compile(r"[^\W\d_]+")
_NO_WORD = re.compile(r"[@#/\\\d]|\w[.:]\w")
"""Links, mentions, hashtags, paths and numbers belong to no language."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GERMAN = _listed(
    """
    aber alle allem allen als auch auf aus bei beim bin bis bist damit dann das dass dein deine dem den denn der
    des dich dir doch du durch ein eine einem einen einer eines er es euch euer eure für gegen haben hat heute
    hier ich ihm ihn ihnen ihr ihre ihren ihrer im ist ja jetzt kann kein keine mehr mein meine mich mir mit
    nach nicht noch nur ob oder ohne schon sehr sein seine sich sie sind sondern über um und uns unser unsere
    unserem unseren unserer unter viel viele vom von vor wenn wer werden wie wieder wir wird wurde zu zum zur
    zwischen
    """,
)
_ENGLISH = _listed(
    """
    a about after all and any are at be because been before but by can could did do does for from get had has
    have he her his how i if into is it its just like me more my no not of on one or our out over she should
    some than that the their them then there these they this those to today up us very we were what when where
    which who will with would yesterday you your
    """,
)
_MORE_GERMAN = _listed(
    """
    ab an bald besser bitte da dabei danke dank daran darf dazu deshalb die dieser dieses diese diesen dort euro erst
    etwa fast frau fürs ganz gar gerne gibt gut ging heißt herr hätte immer in ins kaum kommt könnt liebe macht man
    mal morgen nein neue neuer neues neu nie nichts nun seit selbst sieht so sofort sonst sowie statt steht tag trotzdem
    uhr vors war waren warum was weg weil weiter welche wieso wo zurück laut läuft montag dienstag mittwoch donnerstag
    freitag samstag sonntag januar februar märz mai juni juli oktober dezember
    dat wat ik nich ned net isch koa hob mei dei üs öpper hüt wär gsi uf gits ois mir dor
    """,
)
"""Words that another language has too, and those of dialects: German only for whole posts."""
_MORE_ENGLISH = _listed(
    """
    again am an another april away back bank beat best client clients come coming done down every first free friday
    gets go goes going good great here him its january june july know last lost made make many march may monday never
    new next now number off only open other people repeat right same saturday say says see still sunday take talk team
    thank thanks thursday through time today too tuesday two under was wednesday week well why wife won work year years
    """,
)
_SURELY_GERMAN, _SURELY_ENGLISH = _GERMAN | _MORE_GERMAN, _ENGLISH | _MORE_ENGLISH


def _shaped(parts: str) -> re.Pattern[str]:
    """Return what finds each word with one of the parts once, where every word has a line."""
    return re.compile(rf"(?m:{parts}).*")


_GERMAN_SHAPE = _shaped(r"ß|sch|tz|cht|pf|ung(?:en)?$|keit|heit|lich|isch|stück|kauf|geld|haus|eit|eich|äu|ieb")
_ENGLISH_SHAPE = _shaped(r"th|wh|[a-z]ing$|ght|ness$|ful$|ough|tion$|oo|ea")
"""What makes a word look like one of the language: half a sign."""
_LANGUAGES_OF = {
    word: tuple(name for name, words in FOREIGN_WORDS.items() if word in words)
    for word in frozenset().union(*FOREIGN_WORDS.values())
}
_ONLY_FOREIGN = _LANGUAGES_OF.keys() - _SURELY_GERMAN - _SURELY_ENGLISH
_FOREIGN_LETTER = re.compile("[áàâãåæçčćďđéèêëěęíìîïłľńňñóòôõøœřšśșťțúùûůýžźżāēīūąğıőşűă]")
_ENOUGH = 8
"""Words from which a text says enough to be called unknown."""
_FEWEST_FOREIGN = 2
_FOREIGN_SHARE, _LEAST_SHARE = 0.15, 0.06
"""Of the words: those of another language that make it one, and those of ours without which it is none."""
_FEWEST_LETTERS = 4
_LAST_LATIN = "\u036f"
"""Of the first blocks of Unicode; a few more stand behind it."""
_AROUND = ".,:;!?\"'()…–-„“”‚‘’»«"


def language(text: str) -> Language:
    """Return in what language a text is written, given without its disguises."""
    if _in_other_script(text):
        return Language.OTHER
    words = list(_words(text))
    lines = "\n".join(words)
    german = _likeness(words, lines, _SURELY_GERMAN, _GERMAN_SHAPE)
    english = _likeness(words, lines, _SURELY_ENGLISH, _ENGLISH_SHAPE)
    ours = max(german, english)
    if _is_foreign(words, lines, ours):
        return Language.OTHER
    if ours == 0 or (len(words) >= _ENOUGH and ours < _LEAST_SHARE * len(words)):
        return Language.UNKNOWN if len(words) >= _ENOUGH else Language.NONE
    return Language.DE if german >= english else Language.EN


def is_german(sentence: str) -> bool:
    """Return whether German words outnumber English ones; a draw, or no word that tells, is unclear."""
    words = [word.casefold() for word in _WORDS.findall(sentence)]
    german = sum(word in _GERMAN for word in words)
    english = sum(word in _ENGLISH for word in words)
    return german > english


def _in_other_script(text: str) -> bool:
    if text.isascii():
        return False
    others = sum(character.isalpha() and not is_latin(character) for character in text if character > _LAST_LATIN)
    return others >= _FEWEST_LETTERS and 2 * others > sum(map(str.isalpha, text))


def _words(text: str) -> Iterator[str]:
    for token in text.split():
        word = token.strip(_AROUND)
        if word.isalpha():
            yield word.casefold()
        elif _NO_WORD.search(token) is None:
            yield from (found.casefold() for found in _WORDS.findall(word))


def _likeness(words: Iterable[str], lines: str, listed: frozenset[str], shape: re.Pattern[str]) -> float:
    """Count the words of a language, and half of what looks like one; `lines` has the same words, each in a line."""
    return sum(map(listed.__contains__, words)) + len(shape.findall(lines)) / 2


def _is_foreign(words: Sequence[str], lines: str, ours: float) -> bool:
    """Return whether one other language explains more of the words than ours do, some of them alone."""
    only = [word for word in words if word in _ONLY_FOREIGN]
    accented = 0
    if _FOREIGN_LETTER.search(lines) is not None:
        accented = len({word for word in words if word not in _LANGUAGES_OF and _FOREIGN_LETTER.search(word)})
    if len(only) + accented < _FEWEST_FOREIGN:
        return False
    explained = Counter(name for word in words for name in _LANGUAGES_OF.get(word, ()))
    alone = Counter(name for word in only for name in _LANGUAGES_OF[word])
    likest = max(FOREIGN_WORDS, key=lambda name: (explained[name], alone[name]))
    telling = alone[likest] + accented
    return explained[likest] + accented > ours and telling >= max(_FEWEST_FOREIGN, _FOREIGN_SHARE * len(words))
