"""
People named after a title or a customer word: `Frau Dr. Anna Meier`, `Familie Kaya`, `our client John Smith`.

Who writes `frau` small writes `schröder` small, too: behind a small title one small word counts, if it is none of those
that stand there in sentences about wives, families and gentlemen.

A second signal where a model alone is weak, never a proof: confidence is medium. Made for the `normalised` view, where
case is kept. The title stays outside the span; a genitive -s stays inside, since nobody can tell it from the name.
Which capitalised German words are no names is a list of the words that stand after such cues in posts of banks and
insurers; it errs towards reporting.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.model import Surface

__all__ = ["find_names"]

DETECTOR = "identifiers"
_GERMAN, _ENGLISH = "de/person-title", "en/person-title"


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = {
    **dict.fromkeys(_listed("herr herrn frau hr hrn fr frl familie fam eheleute eheleuten ehepaar"), _GERMAN),
    **dict.fromkeys(_listed("geschwister witwe witwer dr prof dres med jur rer"), _GERMAN),
    **dict.fromkeys(_listed("mr mrs mister messrs"), _ENGLISH),
}
_EXACT_TITLES = {"Ms": _ENGLISH, "Mx": _ENGLISH}
"""Case matters: `MS` is a company's product, `ms` a unit."""
_NEED_DOT = frozenset({"fr", "fam", "med", "jur", "rer", "hrn", "frl", "dres"})
_PAIRS = frozenset({"familie", "fam", "eheleute", "eheleuten", "ehepaar", "geschwister", "messrs", "dres"})
"""After these a second name may follow `und`."""
_CUSTOMERS = {
    **dict.fromkeys(_listed("kunde kundin kunden neukunde neukundin stammkunde stammkundin bankkunde"), _GERMAN),
    **dict.fromkeys(_listed("mandant mandantin mandanten klient klientin klienten"), _GERMAN),
    **dict.fromkeys(_listed("patient patientin patienten versicherte versicherter versicherten"), _GERMAN),
    **dict.fromkeys(_listed("versicherungsnehmer versicherungsnehmerin kreditnehmer kreditnehmerin"), _GERMAN),
    **dict.fromkeys(_listed("client customer policyholder claimant borrower"), _ENGLISH),
}
_ROLES = _listed(
    """
    doktor doktorin professor professorin dr prof dipl ing med jur rer nat pol phil h c mag
    präsident präsidentin minister ministerin bundeskanzler bundeskanzlerin kanzler kanzlerin bürgermeister
    bürgermeisterin oberbürgermeister oberbürgermeisterin bundespräsident bundespräsidentin vorsitzende vorsitzender
    vorsitzenden vorstand direktor direktorin kollege kollegin kollegen nachbar nachbarin lehrer lehrerin pfarrer
    pfarrerin rechtsanwalt rechtsanwältin notar notarin steuerberater steuerberaterin staatssekretär staatssekretärin
    president minister chancellor professor judge senator chairman chairwoman
    """,
)
"""Words between title and name."""
_PARTICLES = _listed("von van vom zu zum zur de der den del della di da dos du la le ten ter bin ibn al el")
_INNER_PARTICLES = frozenset({"der", "den", "la", "le", "dos"})
"""No name begins with these: `Herr der Lage`."""
_NO_NAMES = _listed(
    """
    sie ihr ihre ihren ihnen wir und oder mann männer frau frauen kind kinder freunde freund freundin beruf freizeit
    haus auto holle germany universe world gott gottes doktorarbeit oetker best
    der die das den dem des ein eine er es ich du in im am an auf aus bei mit nach seit von vor für über um zu als wie
    hat ist war wird kann hatte kommt sagt schreibt the a an of is was has had will can and or not
    kunde kunden kundin kundinnen konto kontos konten kredit kredite kreditkarte karte depot depots vertrag vertrags
    verträge police policen versicherung versicherungen schaden schäden schadenfall unfall rente leistung leistungen
    antrag anliegen beratung berater beraterin termin termine frage fragen anfrage bank banken sparkasse sparkassen
    volksbank raiffeisenbank deutsche deutscher commerzbank postbank allianz versicherer gmbh ag se kg ev eg mbh co
    ltd inc plc llc group bank insurance account loan policy claim service support team center centre care
    heute gestern morgen montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai juni
    juli august september oktober november dezember uhr euro eur prozent
    immobilie immobilien haus wohnung baufinanzierung finanzierung finanzen geld girokonto wertpapiere fonds aktien
    vielen danke glückwunsch willkommen hallo liebe lieber guten herzlichen bitte kontakt mail telefon
    """,
)
_SMALL_TITLES = _listed("herr herrn frau hr hrn fr familie fam eheleute ehepaar mr mrs")
_NO_SMALL_NAMES = _NO_NAMES | _listed(
    """
    sein seine seinen seiner dein deine deinen mein meine meinen unser unsere unseren euer eure kein keine jeder jede
    alle alles viele beide zwei drei vier fünf erste zweite ganze neue neuer alte alter junge arme gute liebe nette
    ja nein doch schon noch nur auch sehr so da dort hier dann wenn weil dass ob als wo wer was wann warum wieso
    gerade immer nie oft wieder jetzt bald eben mal halt gar ganz nun zurück weg daheim zuhause allein zusammen
    bin bist sind seid waren wäre wird werden wurde wurden würde haben habe habt hatten hätte können könnte muss
    müssen musste soll sollte wollen wollte mag möchte darf durfte lassen lässt ließ
    macht machte gemacht geht ging gegangen kam kommen gekommen gibt gab gegeben nimmt nahm sieht sah steht stand
    liegt lag bleibt blieb findet fand hält hielt denkt dachte weiß wusste meint meinte glaubt glaubte fragt fragte
    sagte gesagt ruft rief angerufen redet redete spricht sprach hört hörte liest las isst aß trinkt trank schläft
    schlief fährt fuhr läuft lief arbeitet arbeitete wohnt wohnte lebt lebte liebt liebte hasst braucht brauchte
    bekommt bekam kriegt kriegte kauft kaufte zahlt zahlte verliert verlor gewinnt gewann spart sparte
    freut freute lacht lachte weint weinte wartet wartete heißt hieß sitzt saß stirbt starb verstorben krank gesund
    schwanger glücklich traurig sauer müde stolz froh tot reich arm nett lieb
    durch gegen ohne unter zwischen während wegen trotz statt außer bis ab laut samt nebst aber denn sondern sowie
    bzw und/oder nämlich eigentlich vielleicht wohl sogar fast kaum etwa circa
    gesucht gefunden versichert angemeldet gekündigt verheiratet geschieden
    that this these those his her their your our its who which what when where why how not just only also very
    said says say asked asks called calls came comes went goes got gets gave gives took takes made makes would
    could should might must may been being were are from with about into over after before
    """,
)
_CUES = frozenset(_TITLES) | frozenset(_CUSTOMERS) | frozenset(title.casefold() for title in _EXACT_TITLES)
_TOKEN = re.compile(r"[^\W_]+")
_LONGEST_NAME = 3
_MOST_TITLES = 6


class _Word(NamedTuple):
    text: str
    start: int
    end: int
    joined: bool
    """Only one space, or a dot and spaces, stand between this word and the one before."""
    dotted: bool
    """A dot follows at once."""


def find_names(surface: Surface, key: bytes) -> tuple[Finding, ...]:
    """Return the people a title or customer word points to, each once, in order."""
    if _CUES.isdisjoint(token.casefold() for token in _TOKEN.findall(surface.text)):
        return ()
    words = list(_words(surface.text))
    found: list[Finding] = []
    done = -1
    for index, word in enumerate(words):
        cue = _cue(word)
        if cue is None or index <= done:
            continue
        rule, least = cue
        for first, last in _names(words, index, least):
            found.extend(_findings(surface, key, rule, words[first].start, words[last].end))
            done = last
    return tuple(found)


def _findings(surface: Surface, key: bytes, rule: str, start: int, end: int) -> Iterator[Finding]:
    place = surface.place(start, end)
    if place is None:
        return
    part, span = place
    view = surface.view_of(span)
    yield Finding(
        rule=rule,
        entity="PERSON",
        confidence=Confidence.MEDIUM,
        part=part,
        span=span,
        view=view,
        transforms=surface.transforms if view is View.DEOBFUSCATED else (),
        fingerprint=fingerprint(key, "PERSON", surface.text[start:end]),
        detector=DETECTOR,
    )


def _words(text: str) -> Iterator[_Word]:
    """Yield words, hyphens and apostrophes inside them included."""
    position = previous = 0
    length = len(text)
    while position < length:
        if not text[position].isalnum():
            position += 1
            continue
        end = position + 1
        while end < length and (text[end].isalnum() or (text[end] in "-'’" and text[end + 1 : end + 2].isalpha())):
            end += 1
        between = text[previous:position] if position - previous <= 4 else ""
        joined = bool(between) and between.lstrip(".").isspace() and between.count(".") <= 1 and "\n\n" not in between
        yield _Word(text[position:end], position, end, joined, text[end : end + 1] == ".")
        position = previous = end


def _cue(word: _Word) -> tuple[str, int] | None:
    """Return the rule of a cue and how many name words it asks for at least."""
    if word.text in _EXACT_TITLES:
        return _EXACT_TITLES[word.text], 1
    folded = word.text.casefold()
    if folded in _TITLES and (word.dotted or folded not in _NEED_DOT):
        return _TITLES[folded], 1
    return (_CUSTOMERS[folded], 2) if folded in _CUSTOMERS else None


def _names(words: list[_Word], cue: int, least: int) -> Iterator[tuple[int, int]]:
    """Yield the index ranges of the names after a cue, at most two of them."""
    first = cue + 1
    while first < len(words) and first - cue < _MOST_TITLES and words[first].joined and _is_title(words[first]):
        first += 1
    last = _name_end(words, first)
    if last is None and _is_small_name(words, cue, first):
        last = first
    if last is None or _length(words, first, last) < least:
        return
    yield first, last
    again = last + 2
    if words[cue].text.casefold() in _PAIRS and again < len(words) and words[last + 1].text in {"und", "and", "u"}:
        end = _name_end(words, again)
        if end is not None:
            yield again, end


def _is_small_name(words: list[_Word], cue: int, first: int) -> bool:
    """Return whether a small word behind a small title can only be a name."""
    if first >= len(words) or words[cue].text not in _SMALL_TITLES:
        return False
    word = words[first]
    text = word.text
    known = text in _NO_SMALL_NAMES or text in _TITLES or text in _ROLES or text in _PARTICLES or text in _CUSTOMERS
    return word.joined and len(text) > 2 and text.islower() and text.replace("-", "").isalpha() and not known


def _is_title(word: _Word) -> bool:
    folded = word.text.casefold()
    return folded in _ROLES or folded in _TITLES


def _length(words: list[_Word], first: int, last: int) -> int:
    return sum(word.text.casefold() not in _PARTICLES for word in words[first : last + 1])


def _name_end(words: list[_Word], first: int) -> int | None:
    """Return the index of the last word of the name that begins at `first`, `None` if none begins there."""
    last: int | None = None
    names = 0
    # A title may end in a dot; inside a name only an initial does.
    for index in range(first, min(first + 2 * _LONGEST_NAME + 2, len(words))):
        word = words[index]
        if not word.joined or (index > first and words[index - 1].dotted and len(words[index - 1].text) > 1):
            break
        if word.text in _PARTICLES and not (index == first and word.text in _INNER_PARTICLES):
            continue
        if not _is_name(word):
            break
        last = index
        names += len(word.text) > 1
        if names == _LONGEST_NAME:
            break
    return last if names else None


def _is_name(word: _Word) -> bool:
    text = word.text
    if len(text) == 1:
        return text.isupper() and word.dotted
    folded = text.casefold()
    return text[0].isupper() and folded not in _NO_NAMES and folded not in _TITLES and not any(map(str.isdigit, text))
